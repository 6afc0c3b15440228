"""Importing a council's postcodes, and making its wards, localities and names of places from them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select

from app.base.db import db
from app.base.refusals import NotAllowed
from app.people.accounts.models import Person
from app.people.councils.models import Council, Locality, PlaceName, Postcode, Ward
from app.people.councils.permissions import may_run
from app.people.councils.queries import postcodes_of
from app.people.councils.rules.areas import PostcodeRow
from app.people.councils.rules.geography import PlaceKind, outward_of, show_postcode, slug_of, words_of
from app.platform.audit.actions import record
from app.platform.tables.rules.outcomes import Outcome, RowOutcome, totals

BATCH = 1000
"""Rows to one statement."""

T = TypeVar("T")
Progress = Callable[[Sequence[PostcodeRow]], Iterator[PostcodeRow]]


def add_postcodes(
    *, council: Council, rows: Sequence[PostcodeRow], actor: Person | None = None, progress: Progress = iter
) -> list[RowOutcome]:
    """Add or change a council's postcodes, its wards and localities; gives the fate of every row, in their order.

    A second run with the same rows changes nothing. A postcode that another council holds is refused, and of a postcode
    that comes twice the first counts. Nobody is the actor where a command does it.

    Raises:
        NotAllowed: for anybody but the council's administrators and commissioners, and commands.
    """
    if not may_run(actor, council.id):
        raise NotAllowed("Only this council's administrators and commissioners bring its places")
    # Two files of one council go one after the other, so that each ward and locality is made once.
    db.session.scalar(select(Council.id).where(Council.id == council.id).with_for_update(key_share=True))
    wards = {ward.code: ward for ward in db.session.scalars(select(Ward).where(Ward.council_id == council.id))}
    localities = {
        one.slug: one for one in db.session.scalars(select(Locality).where(Locality.council_id == council.id))
    }
    renamed = _make_wards_and_localities(council, rows, wards, localities)
    known = postcodes_of(council.id)
    elsewhere = _held_elsewhere(council, rows)
    fates: list[RowOutcome] = []
    fresh: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for row in progress(rows):
        facts = {
            "ward_id": wards[row.ward_code].id,
            "locality_id": localities[slug_of(row.locality)].id,
            "neighbourhood": row.neighbourhood,
            "longitude": row.longitude,
            "latitude": row.latitude,
        }
        fate, words = Outcome.UNCHANGED, row.remark
        if row.compact in seen:
            fate, words = Outcome.REFUSED, f"repeats line {seen[row.compact]}"
        elif row.compact in elsewhere:
            fate, words = Outcome.REFUSED, f"already a postcode of {elsewhere[row.compact]}"
        elif row.compact not in known:
            fresh.append({"compact": row.compact, "council_id": council.id, **facts})
            fate = Outcome.ADDED
        else:
            changed = _change(known[row.compact], facts)
            if row.ward_code in renamed:
                changed.append("name of the ward")
            if changed:
                fate, words = Outcome.UPDATED, "; ".join([*([words] if words else []), ", ".join(changed)])
        seen.setdefault(row.compact, row.line)
        fates.append(RowOutcome(row.line, show_postcode(row.compact), fate, words))
    for some in _chunks(fresh):
        db.session.execute(insert(Postcode), some)
    db.session.flush()
    counted = totals(fates)
    if counted[Outcome.ADDED] or counted[Outcome.UPDATED]:
        _name_places(council)
        record(
            action="postcodes_imported",
            actor_id=actor.id if actor else None,
            subject_kind="council",
            subject_id=council.id,
            council_id=council.id,
            **{str(fate): number for fate, number in counted.items()},
        )
    db.session.flush()
    return fates


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _make_wards_and_localities(
    council: Council, rows: Sequence[PostcodeRow], wards: dict[str, Ward], localities: dict[str, Locality]
) -> set[str]:
    """Add what is not there yet and rename what has another name now; gives the codes of renamed wards."""
    renamed = set()
    for code, name in {row.ward_code: row.ward_name for row in rows}.items():
        if code not in wards:
            wards[code] = Ward(council_id=council.id, code=code, name=name)
            db.session.add(wards[code])
        elif wards[code].name != name:
            wards[code].name = name
            renamed.add(code)
    for name in sorted({row.locality for row in rows}):
        slug = slug_of(name)
        if slug not in localities:
            localities[slug] = Locality(council_id=council.id, name=name, slug=slug)
            db.session.add(localities[slug])
    db.session.flush()
    return renamed


def _held_elsewhere(council: Council, rows: Sequence[PostcodeRow]) -> dict[str, str]:
    """Postcodes of these rows that other councils hold, and whose they are."""
    found: dict[str, str] = {}
    for some in _chunks(rows):
        held = db.session.execute(
            select(Postcode.compact, Council.name)
            .join(Postcode.council)
            .where(Postcode.council_id != council.id, Postcode.compact.in_([row.compact for row in some]))
        )
        found.update((compact, name) for compact, name in held)
    return found


WORDS_FOR = {
    "ward_id": "ward",
    "locality_id": "locality",
    "neighbourhood": "part of town",
    "longitude": "longitude",
    "latitude": "latitude",
}


def _change(postcode: Postcode, facts: dict[str, Any]) -> list[str]:
    """Bring a postcode up to date; gives the names of what changed."""
    changed = [name for name, value in facts.items() if getattr(postcode, name) != value]
    for name in changed:
        setattr(postcode, name, facts[name])
    return [WORDS_FOR[name] for name in changed]


def _name_places(council: Council) -> None:
    """Make the council's names of places again from its postcodes."""
    rows = db.session.execute(
        select(
            Postcode.compact,
            Postcode.longitude,
            Postcode.latitude,
            Postcode.locality_id,
            Postcode.neighbourhood,
            Ward.name,
            Locality.name,
        )
        .join(Postcode.ward)
        .join(Postcode.locality)
        .where(Postcode.council_id == council.id)
    ).all()
    members: dict[tuple[PlaceKind, str], list[tuple[float, float, int]]] = defaultdict(list)
    for compact, lon, lat, locality_id, neighbourhood, ward, locality in rows:
        names = {
            PlaceKind.LOCALITY: locality,
            PlaceKind.WARD: ward,
            PlaceKind.NEIGHBOURHOOD: neighbourhood,
            PlaceKind.OUTWARD: outward_of(compact),
            PlaceKind.COUNCIL: council.name,
        }
        for kind, name in names.items():
            if words_of(name):
                members[kind, name].append((lon, lat, locality_id))
    db.session.execute(delete(PlaceName).where(PlaceName.council_id == council.id))
    made = {
        (kind, words_of(name)): {
            "council_id": council.id,
            "kind": kind,
            "name": name,
            "words": words_of(name),
            "locality_id": points[0][2] if len({point[2] for point in points}) == 1 else None,
            "longitude": fmean(point[0] for point in points),
            "latitude": fmean(point[1] for point in points),
            "postcodes": len(points),
        }
        for (kind, name), points in members.items()
    }
    for some in _chunks(list(made.values())):
        db.session.execute(insert(PlaceName), some)
