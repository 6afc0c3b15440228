"""What people looked for and did not find, summed for those who commission; small numbers are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.base.db import db
from app.market.search.models import UnmetSearch

FEWEST = 5
"""Sums below this are not told: so few may be one household."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """Searches of one kind of support (empty: not understood) in one locality (nothing: no place named), and how many."""

    kind: str
    locality_id: int | None
    searches: int


def unmet(council_id: int, since: date, until: date, *, fewest: int = FEWEST) -> Sequence[Unmet]:
    """Searches of a council that found nothing, from one day to another inclusive, the most first.

    Whoever shows them must guard page, chart and file with the same rule, and offer whole months or periods only, so
    that nothing can be found by subtracting one span from another.
    """
    total = func.sum(UnmetSearch.count)
    rows = db.session.execute(
        select(UnmetSearch.kind, UnmetSearch.locality_id, total.label("searches"))
        .where(UnmetSearch.council_id == council_id, UnmetSearch.day >= since, UnmetSearch.day <= until)
        .group_by(UnmetSearch.kind, UnmetSearch.locality_id)
        .having(total >= fewest)
        .order_by(total.desc(), UnmetSearch.kind, UnmetSearch.locality_id)
    )
    return [Unmet(row.kind, row.locality_id, row.searches) for row in rows]
