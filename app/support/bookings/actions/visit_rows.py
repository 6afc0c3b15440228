"""Writing visits with the money set aside for each, and the pattern they are of: rows only, inside an action."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import insert

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import write_rows
from app.funding.budgets.actions import pots as budgets
from app.funding.budgets.queries.under_lock import Spendable
from app.support.booking_records.models.bookings import Pattern, PatternException, PatternSlot, Visit, VisitPayment
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.queries.offers import PricedVisit
from app.support.recurrence.rules.patterns import Begun, PatternTime

# Rows and no objects: nothing here is read again, and the unit of work cost more than all statements together.
# A hundred at a time: PostgreSQL's driver takes ten times as long to read one statement of a thousand rows as ten of 100.
_VISITS = (
    insert(Visit.__table__)  # type: ignore[arg-type]
    .returning(Visit.__table__.c.id, sort_by_parameter_order=True)
    .execution_options(insertmanyvalues_page_size=100)
)
_PAYMENTS = insert(VisitPayment.__table__)  # type: ignore[arg-type]
_PATTERN = insert(Pattern.__table__)  # type: ignore[arg-type]
_EXCEPTIONS = insert(PatternException.__table__)  # type: ignore[arg-type]
_SLOTS = insert(PatternSlot.__table__).returning(  # type: ignore[arg-type]
    PatternSlot.__table__.c.id, sort_by_parameter_order=True
)

PatternDay = tuple[int, date]
"""Which time of day of a pattern a visit is of, and the day the rule says."""


class VisitsOf(NamedTuple):
    """The booking that visits are written for."""

    id: int
    provider_id: int
    about: str


class Wait(NamedTuple):
    """That a visit waits: until which day, for which money in its order."""

    comes_on: date
    pots: tuple[int, ...]


def write_visits(
    booking_id: int,
    visits: Sequence[PricedVisit],
    places: Sequence[PatternDay | None] = (),
    waits: Sequence[Wait | None] = (),
) -> list[int]:
    """Write planned visits in their order, each with its place in the pattern where there is one; their numbers.

    ``waits``: for each what it waits for, where its money is still to come.
    """
    rows = [
        _visit(booking_id, one, places[number] if places else None, waits[number] if waits else None)
        for number, one in enumerate(visits)
    ]
    return [int(number) for number in write_rows(_VISITS, rows).scalars()]


def _visit(booking_id: int, visit: PricedVisit, place: PatternDay | None, wait: Wait | None) -> dict[str, Any]:
    slot_id, day = place or (None, None)
    return {
        "booking_id": booking_id,
        "starts_at": visit.starts,
        "ends_at": visit.ends,
        "status": VisitStatus.PLANNED,
        "price_pence": visit.pence,
        "price_lines": [{"words": words, "pence": pence} for words, pence in visit.lines],
        "slot_id": slot_id,
        "slot_day": day,
        "waits_on": None if wait is None else wait.comes_on,
        "waits_for": None if wait is None else list(wait.pots),
    }


def hold_money_for_visits(
    whose: VisitsOf,
    visits: Sequence[int],
    shares: Sequence[Sequence[tuple[int, int]]],
    pots: Mapping[int, Spendable],
    *,
    key: str,
    actor_id: int | None,
) -> None:
    """Hold each visit's money in the pots that pay for it, in one journal, and note which hold is whose."""
    planned = [(visit, pot_id, pence) for visit, parts in zip(visits, shares, strict=True) for pot_id, pence in parts]
    if not planned:
        return
    holds = budgets.set_aside(
        key=key,
        parts=[(pots[pot_id], whose.provider_id, pence) for _, pot_id, pence in planned],
        about=whose.about,
        actor_id=actor_id,
    )
    write_rows(
        _PAYMENTS,
        [
            {"visit_id": visit, "pot_id": pot_id, "hold_id": hold.id, "amount_pence": pence}
            for (visit, pot_id, pence), hold in zip(planned, holds, strict=True)
        ],
    )


def write_pattern(
    booking_id: int, begun: Begun, *, pots: Sequence[int], extras: Collection[str], miles: int | None
) -> list[PatternDay | None]:
    """Keep what repeats, in the transaction that books it; the place of each visit that is made now."""
    write_rows(
        _PATTERN,
        {
            "booking_id": booking_id,
            "pots": list(pots),
            "extras": sorted(set(extras)),
            "miles": miles,
            "next_on": begun.next_on,
        },
    )
    numbers = write_slots(booking_id, begun.slots)
    by_slot = {slot.id: number for slot, number in zip(begun.slots, numbers, strict=True)}
    if begun.differs:
        rows = [
            {"slot_id": by_slot[one.slot_id], "day": one.day, "kind": one.kind, "noted_at": clock.now()}
            for one in begun.differs
        ]
        write_rows(_EXCEPTIONS, rows)
    return [(by_slot[one.slot.id], one.day) if one.slot.id in by_slot else None for one in begun.made]


def write_slots(booking_id: int, slots: Sequence[PatternTime]) -> list[int]:
    """Write times of day of a pattern; their numbers, in the same order."""
    rows = [
        {
            "public_id": new_public_id(),
            "booking_id": booking_id,
            "starts_on": slot.starts_on,
            "rule": slot.rule.text(slot.start),
            "start": slot.start,
            "end": slot.end,
            "ends_next_day": slot.ends_next_day,
            "is_over": False,
        }
        for slot in slots
    ]
    return [int(number) for number in write_rows(_SLOTS, rows).scalars()]
