"""Reading what was published. Nothing is worked out here from what people bought."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from app.base.db import db
from app.base.refusals import NotFound
from app.insight.trends.models import TrendPublication
from app.insight.trends.rules.figures import Table, table_from_data
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council

SHOWN = 13
"""How many publications one page lists."""

_COUNCILS = select(Council).where(Council.id.in_(bindparam("ids", expanding=True))).order_by(Council.name)
_LATEST = (
    select(TrendPublication)
    .where(TrendPublication.council_id == bindparam("council_id"))
    .order_by(TrendPublication.number.desc())
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication, read back from what was kept of it."""

    row: TrendPublication
    said: Mapping[str, Any]
    tables: Mapping[str, Table]

    @property
    def first_day(self) -> date:
        """The first day of its period, by which it is known."""
        return self.row.starts_on

    @property
    def last_day(self) -> date:
        """The last day of its period."""
        return self.row.ends_on


def councils_of(commissioner: Person) -> Sequence[Council]:
    """The councils whose commissioner this is, by name."""
    return db.session.scalars(_COUNCILS, {"ids": sorted(commissioner.council_ids_as(Role.COMMISSIONER))}).all()


def council_among(councils: Sequence[Council], code: str | None) -> Council | None:
    """The one of these councils that was asked for, or the only one; nothing when there are several to choose from.

    Raises:
        NotFound: when it is not one of theirs.
    """
    if code is None:
        return councils[0] if len(councils) == 1 else None
    found = next((council for council in councils if council.code == code), None)
    if found is None:
        msg = "There are no trends of that council for you to see."
        raise NotFound(msg)
    return found


def latest(council: Council, before: int | None = None) -> list[Publication]:
    """A council's last publications, the newest first; those before a number where one is said."""
    rows = _LATEST if before is None else _LATEST.where(TrendPublication.number < before)
    return [as_published(row) for row in db.session.scalars(rows.limit(SHOWN), {"council_id": council.id})]


def last_row(council_id: int) -> TrendPublication | None:
    """A council's newest publication as it is kept; nothing when there is none."""
    return db.session.scalars(_LATEST.limit(1), {"council_id": council_id}).first()


def publication_of(council: Council, first_day: str) -> Publication:
    """The publication of the period that begins on a day, as ``2026-03-30``.

    Raises:
        NotFound: when none was published of it.
    """
    try:
        day = date.fromisoformat(first_day)
    except ValueError:
        day = date.min
    row = db.session.scalars(
        _LATEST.where(TrendPublication.starts_on == day).limit(1), {"council_id": council.id}
    ).one_or_none()
    if row is None or day.isoformat() != first_day:
        msg = "Nothing was published of such a period."
        raise NotFound(msg)
    return as_published(row)


def as_published(row: TrendPublication) -> Publication:
    """A publication as it was kept."""
    said = json.loads(row.json_text)
    return Publication(row, said, {table["code"]: table_from_data(table) for table in said["tables"]})
