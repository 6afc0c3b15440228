"""What a dearer card means to one person: the same four weeks of visits at today's price and at the coming one."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.base.refusals import BadInput
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.quote import tariff_of
from app.market.catalogue.rules.tariffs import rounded_half_up

WEEKS = 4
SPAN = timedelta(weeks=WEEKS)
"""Four weeks of visits stand for what somebody usually has."""


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit somebody has booked, and the names of its extras."""

    starts: datetime
    ends: datetime
    extras: tuple[str, ...] = ()
    miles: int | None = None
    """The miles agreed, where something is charged by the mile; nothing when they were not kept."""


@dataclass(frozen=True, slots=True)
class Rise:
    """One person's four weeks, in pence: these visits now and then, what else they have booked, what they have left."""

    valid_from: date
    now_pence: int
    then_pence: int
    other_pence: int
    left_pence: int

    @property
    def is_dearer(self) -> bool:
        """Whether the coming card costs this person more."""
        return self.then_pence > self.now_pence

    @property
    def week_now_pence(self) -> int:
        """These visits in one week, at today's price."""
        return rounded_half_up(self.now_pence, WEEKS)[0]

    @property
    def week_then_pence(self) -> int:
        """The same at the coming price."""
        return rounded_half_up(self.then_pence, WEEKS)[0]

    @property
    def more_a_week_pence(self) -> int:
        """How much dearer one week is."""
        return self.week_then_pence - self.week_now_pence

    @property
    def weeks_now(self) -> int | None:
        """How many whole weeks of everything booked the money left pays for; nothing when nothing costs anything."""
        return self._weeks(self.now_pence)

    @property
    def weeks_then(self) -> int | None:
        """The same at the coming price."""
        return self._weeks(self.then_pence)

    def _weeks(self, pence: int) -> int | None:
        spent = pence + self.other_pence
        return max(self.left_pence, 0) * WEEKS // spent if spent else None


def four_weeks_of(stays: Iterable[BookedVisit]) -> list[BookedVisit]:
    """The visits of the four weeks that begin with the first of them."""
    ordered = sorted(stays, key=lambda stay: stay.starts)
    return [stay for stay in ordered if stay.starts < ordered[0].starts + SPAN]


def rise(
    *,
    now: Card,
    then: Card,
    stays: Sequence[BookedVisit],
    other_pence: int,
    left_pence: int,
    bank_holidays: AbstractSet[date],
) -> Rise:
    """What the coming card does to somebody with these visits: all of them priced by each card, whatever their days."""
    return Rise(
        then.valid_from,
        _priced(now, stays, bank_holidays),
        _priced(then, stays, bank_holidays),
        other_pence,
        left_pence,
    )


def _priced(card: Card, stays: Sequence[BookedVisit], bank_holidays: AbstractSet[date]) -> int:
    """The visits at one card's prices, with the miles agreed for each; none where nobody knows them."""
    tariff = tariff_of(replace(card, valid_from=date.min, valid_until=None))
    ids = {extra.name: extra.id for extra in card.add_ons}
    pence = 0
    for stay in stays:
        chosen = [ids[name] for name in stay.extras if name in ids]
        try:
            priced = tariff.price(
                stay.starts,
                stay.ends,
                add_ons=chosen,
                bank_holidays=bank_holidays,
                is_first_visit=False,
                miles=stay.miles or 0,
            )
        except BadInput:
            # An extra lost the one it went with, or the unit no longer fits so long a visit: what is left is compared.
            continue
        pence += priced.pence
    return pence
