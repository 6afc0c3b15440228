"""Reading councils, their places and their policies."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.util import identity_key

from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.base.text import clean_line
from app.people.accounts.models import Person
from app.people.councils.models import (
    BankHoliday,
    Council,
    Framework,
    Locality,
    Lot,
    PlaceName,
    Policy,
    PolicyProposal,
    Postcode,
    Ward,
)
from app.people.councils.rules.geography import (
    OUTWARD,
    Local,
    MapPlace,
    PlaceKind,
    begins_with,
    compact_or_none,
    outward_of,
    outward_or_none,
    show_postcode,
    words_of,
)
from app.people.councils.rules.holidays import HOME_NATION, Holiday, holidays_with
from app.people.councils.rules.in_force import SetRule
from app.people.councils.rules.policies import POLICIES

PLACE_LONGEST = 80


# Asked for almost every page: written once.
_BY_CODE = select(Council).where(Council.code == bindparam("code"))
_BY_ID = select(Council).where(Council.id == bindparam("council_id"))
_LOCALITIES = select(Locality).where(Locality.council_id == bindparam("council_id")).order_by(Locality.name)
_POLICIES = (
    select(Policy.name, Policy.value)
    .where(Policy.council_id == bindparam("council_id"), Policy.valid_from <= bindparam("day"))
    .order_by(Policy.valid_from)
)
_EXACT = (
    select(
        Postcode.compact,
        Postcode.longitude,
        Postcode.latitude,
        Postcode.locality_id,
        Postcode.council_id,
        Locality.name,
    )
    .outerjoin(Locality, Locality.id == Postcode.locality_id)
    .where(Postcode.compact == bindparam("compact"))
)
_OUTWARD = (
    select(PlaceName)
    .where(PlaceName.kind == PlaceKind.OUTWARD, PlaceName.words == bindparam("words"))
    .order_by(PlaceName.postcodes.desc(), PlaceName.id)
)
_HOLIDAYS = select(BankHoliday.day, BankHoliday.name, BankHoliday.is_kept).where(
    BankHoliday.nation == bindparam("nation")
)
_PLACE = (
    select(Postcode)
    .where(Postcode.compact == bindparam("compact"))
    .options(joinedload(Postcode.ward), joinedload(Postcode.locality), joinedload(Postcode.council))
)


def council_by_code(code: str) -> Council | None:
    """The council with this code, or nothing."""
    return db.session.scalar(_BY_CODE, {"code": code})


def council_by_id(council_id: int) -> Council | None:
    """The council with this number, or nothing; asked once for each request."""
    met = db.session.identity_map.get(identity_key(Council, council_id))
    return met or db.session.scalar(_BY_ID, {"council_id": council_id})


def all_councils() -> Sequence[Council]:
    """Every council, by name."""
    return db.session.scalars(select(Council).order_by(Council.name, Council.id)).all()


def localities_of(council_id: int) -> Sequence[Locality]:
    """A council's localities by name, for a list to filter by."""
    return db.session.scalars(_LOCALITIES, {"council_id": council_id}).all()


def locality_by_slug(council_id: int, slug: str) -> Locality | None:
    """One locality of a council by its name in addresses."""
    return db.session.scalar(select(Locality).where(Locality.council_id == council_id, Locality.slug == slug))


def locality_here(place: MapPlace | None, council: Council | None) -> Local | None:
    """The locality that a place lies in, when that is one and of this council."""
    if place is None or place.locality_id is None or council is None or place.council_id != council.id:
        return None
    if place.locality_name is not None:
        return Local(place.locality_id, place.locality_name)
    locality = db.session.get_one(Locality, place.locality_id)
    return Local(locality.id, locality.name)


def place_of(postcode_text: str) -> Postcode | None:
    """A whole postcode, in any case and spacing, with its ward, locality and council; nothing when it is not known."""
    compact = compact_or_none(postcode_text)
    return None if compact is None else db.session.scalar(_PLACE, {"compact": compact})


def find_place(text: str, council: Council | None) -> MapPlace | None:
    """Where somebody means, in their own words, with at most two queries.

    Understands a whole postcode of any council, an outward code (``M31``), the name of a ward, locality, part of town or
    the council itself, and words out of such names (``Sale`` for Sale Moor, Sale Central and Sale East together). A whole
    postcode that is not held stands for its first half, and says so (``unheld``).

    Args:
        text: what was typed.
        council: whose names are meant; without one, a name is understood only when one council alone has it.
    """
    typed = clean_line(text)
    if not typed or len(typed) > PLACE_LONGEST:
        return None
    exact = fetch_rows(_EXACT, {"compact": compact}).first() if (compact := compact_or_none(typed)) else None
    if exact is not None:
        return MapPlace(show_postcode(exact[0]), *exact[1:])
    if compact is not None:
        return _first_half(outward_of(compact), council, unheld=show_postcode(compact))
    half = outward_or_none(typed)
    if half is not None and (found := _first_half(half, council)) is not None:
        return found
    names = _names_with(words_of(typed), council)
    if not names and council is not None:
        # "Sale, Trafford" and "north Trafford": the council's own name adds nothing.
        without = [word for word in words_of(typed).split() if word not in words_of(council.name).split()]
        names = _names_with(" ".join(without), council) if without else []
    if len({name.council_id for name in names}) != 1:
        return None
    return _middle(names, typed)


def _first_half(outward: str, council: Council | None, *, unheld: str = "") -> MapPlace | None:
    """The middle of the postcodes that begin so: this council's, else those of the only council that has any."""
    names = councils_of_outward(outward)
    ours = [name for name in names if council is not None and name.council_id == council.id] or names
    return replace(_middle(ours, outward), unheld=unheld) if len(ours) == 1 else None


def councils_of_outward(outward: str) -> Sequence[PlaceName]:
    """A first half of postcodes (``M31``) in each council that has some, the most first."""
    return db.session.scalars(_OUTWARD, {"words": outward.lower()}).all()


def _names_with(words: str, council: Council | None) -> list[PlaceName]:
    """Names that are these words; failing that, of one kind, names that begin with them (a "bank" is no Meadow Bank)."""
    if not words:
        return []
    rows = select(PlaceName).where(*(PlaceName.words.contains(word, autoescape=True) for word in words.split()))
    if council is not None:
        rows = rows.where(PlaceName.council_id == council.id)
    order = list(PlaceKind)
    found = sorted(db.session.scalars(rows).all(), key=lambda name: (order.index(name.kind), name.words))
    exact = [name for name in found if name.words == words]
    if exact:
        return [name for name in exact if name.kind == exact[0].kind]
    begun = [name for name in found if begins_with(name.name, words)]
    return [name for name in begun if name.kind == begun[0].kind]


def _middle(names: Sequence[PlaceName], typed: str) -> MapPlace:
    """The middle of several names, each weighing as many postcodes as it has."""
    weight = sum(name.postcodes for name in names)
    localities = {name.locality_id for name in names}
    one = names[0]
    label = one.name if len(names) == 1 else typed.title()
    return MapPlace(
        label.upper() if OUTWARD.fullmatch(label.upper()) else label,
        sum(name.longitude * name.postcodes for name in names) / weight,
        sum(name.latitude * name.postcodes for name in names) / weight,
        one.locality_id if len(localities) == 1 else None,
        one.council_id,
    )


def postcodes_of(council_id: int) -> dict[str, Postcode]:
    """Every postcode of a council by its compact form: for an import, never for a page."""
    return {one.compact: one for one in db.session.scalars(select(Postcode).where(Postcode.council_id == council_id))}


def policy(council_id: int, name: str, on: date) -> Any | None:
    """What a council's rule was on a day: its newest row not later than that day, or nothing."""
    row = db.session.execute(
        select(Policy.value)
        .where(Policy.council_id == council_id, Policy.name == name, Policy.valid_from <= on)
        .order_by(Policy.valid_from.desc())
        .limit(1)
    ).first()
    return None if row is None else row[0]


def policy_of_each(council_ids: Collection[int], name: str, on: date) -> dict[int, Any]:
    """One rule of several councils on a day, by council; those that never set it are left out. One query."""
    rows = db.session.execute(
        select(Policy.council_id, Policy.value)
        .where(Policy.council_id.in_(council_ids), Policy.name == name, Policy.valid_from <= on)
        .order_by(Policy.valid_from)
    )
    return {row.council_id: row.value for row in rows}


def policy_history(council_id: int, name: str) -> list[tuple[date, Any]]:
    """A council's rule as it changed: the day it began and what it said, oldest first; for questions about several days."""
    rows = db.session.execute(
        select(Policy.valid_from, Policy.value)
        .where(Policy.council_id == council_id, Policy.name == name)
        .order_by(Policy.valid_from)
    )
    return [(valid_from, value) for valid_from, value in rows]


def policies(council_id: int, on: date) -> dict[str, Any]:
    """Every rule of a council as it stood on a day, with one query."""
    rows = fetch_rows(_POLICIES, {"council_id": council_id, "day": on}).all()
    return {name: value for name, value in rows}  # noqa: C416 - a Row is not a pair to mypy


def advised_notice_hours(council_id: int, on: date) -> int:
    """How many hours' word a council advises before a visit is changed or cancelled. Advice: nothing is charged by it."""
    said = policy(council_id, "notice_hours", on)
    return int(POLICIES["notice_hours"].otherwise if said is None else said)


def rules_set_by(council_id: int) -> list[SetRule]:
    """Every rule a council ever set, with one query: for the page that says what holds and what will."""
    rows = db.session.execute(
        select(Policy.name, Policy.value, Policy.valid_from, Policy.set_by_id.is_not(None)).where(
            Policy.council_id == council_id
        )
    )
    return [SetRule(name, value, valid_from, bool(by_one)) for name, value, valid_from, by_one in rows]


def said_holidays(nation: str) -> dict[date, Holiday]:
    """The days on which a nation differs from the list of the program."""
    rows = fetch_rows(_HOLIDAYS, {"nation": nation})
    return {day: Holiday(day, name, bool(is_kept), is_said=True) for day, name, is_kept in rows}


def holidays_of(nation: str) -> dict[date, Holiday]:
    """Every day of a nation that is, or is no longer, a bank holiday, in order.

    Raises:
        KeyError: when there is no such nation.
    """
    return holidays_with(nation, said_holidays(nation))


class InNation(Protocol):
    """What bank holidays hang on: a council, or what is known of one."""

    @property
    def nation(self) -> str:
        """One of ``HOLIDAY_NATIONS``."""

    @property
    def holidays_mark(self) -> str:
        """See :attr:`Council.holidays_mark`."""


def bank_holidays_for(council: InNation | None) -> frozenset[date]:
    """The bank holidays of a council's nation; of England's list when there is no council. Mostly without a query."""
    if council is None:
        return _kept_days(HOME_NATION, "")
    return _kept_days(council.nation, council.holidays_mark)


@lru_cache(maxsize=64)
def _kept_days(nation: str, mark: str) -> frozenset[date]:
    """What was read under a mark: the mark changes with the rows, in the same transaction."""
    found = holidays_of(nation) if mark else holidays_with(nation, {})
    return frozenset(day for day, one in found.items() if one.is_kept)


def lots_of(council_id: int, on: date) -> Sequence[Lot]:
    """The lots of a council's frameworks that run on a day, in order."""
    return db.session.scalars(
        select(Lot)
        .join(Lot.framework)
        .where(Framework.council_id == council_id, Framework.starts_on <= on, Framework.ends_on >= on)
        .options(joinedload(Lot.framework))
        .order_by(Framework.starts_on, Framework.id, Lot.number)
    ).all()


def policy_rows(council_id: int, name: str) -> Sequence[tuple[Policy, str | None]]:
    """A rule as it changed, the newest first, with who set it; nobody: the operator."""
    rows = db.session.execute(
        select(Policy, Person.full_name)
        .outerjoin(Person, Person.id == Policy.set_by_id)
        .where(Policy.council_id == council_id, Policy.name == name)
        .order_by(Policy.valid_from.desc())
    )
    return [(row, who) for row, who in rows]


def proposals_waiting(council_id: int) -> Select[PolicyProposal]:
    """The rules that wait for a second yes, the oldest first; for paging."""
    return (
        select(PolicyProposal)
        .where(PolicyProposal.council_id == council_id, PolicyProposal.answered_at.is_(None))
        .options(joinedload(PolicyProposal.asked_by), joinedload(PolicyProposal.council))
        .order_by(PolicyProposal.id)
    )


def proposal_of(council_id: int, public_id: str) -> PolicyProposal:
    """One of them.

    Raises:
        NotFound: when there is none, or it was answered.
    """
    found = db.session.scalar(proposals_waiting(council_id).where(PolicyProposal.public_id == public_id))
    if found is None:
        raise NotFound("There is no such change of a rule, or a colleague has answered it.")
    return found


def people_with(council_id: int) -> int:
    """How many people's council it is: whom its rules touch."""
    rows = select(func.count()).select_from(Person).where(Person.council_id == council_id, Person.closed_at.is_(None))
    return db.session.scalar(rows) or 0


def wards_with_places(council_id: int) -> Sequence[Row[str, str, int, float, float]]:
    """The wards of a council by locality: name of the locality, name of the ward, how many postcodes, and its middle."""
    rows = (
        select(
            Locality.name,
            Ward.name,
            func.count(),
            func.avg(Postcode.longitude),
            func.avg(Postcode.latitude),
        )
        .join(Postcode.ward)
        .join(Postcode.locality)
        .where(Postcode.council_id == council_id)
        .group_by(Locality.name, Ward.name)
        .order_by(Locality.name, Ward.name)
    )
    return db.session.execute(rows).all()
