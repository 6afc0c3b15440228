"""Publishing periods that are due: each once, under the council's lock, in a transaction of its own.

May be run twice, beside itself and after days off: what was published stays, and what was cut short goes on.
"""

from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select

from app.base import clock
from app.base.db import db, in_transaction, write_rows
from app.insight.disclosure.rules import Purchase
from app.insight.trends.models import TrendCounted, TrendPublication
from app.insight.trends.queries import counting, published
from app.insight.trends.rules import files, tables
from app.insight.trends.rules.periods import Period, period_after, period_with
from app.people.councils.models import Council
from app.people.councils.queries import all_councils
from app.platform.audit.actions import record
from app.platform.jobs.rules import Swept
from app.platform.web.filters import plural

_COUNTED = insert(TrendCounted.__table__)  # type: ignore[arg-type] # it is a table


def publish_periods() -> Swept:
    """Publish every period that is due, of every council."""
    made = 0
    for council_id in [council.id for council in all_councils()]:
        while in_transaction(partial(_publish_next, council_id)):
            made += 1
    return Swept((f"{plural(made, 'period', 'periods')} published.",))


def _lock_council(council_id: int) -> Council:
    """The council, once everybody before us who publishes for it has finished."""
    return db.session.scalars(
        select(Council)
        .where(Council.id == council_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _publish_next(council_id: int) -> bool:
    """Publish the next period of a council when it is due; whether one was."""
    council = _lock_council(council_id)
    today = clock.today()
    rules = counting.rules_of(council_id, today)
    last = published.last_row(council_id)
    if last is not None:
        period = period_after(Period(last.starts_on, last.ends_on), rules.anchor)
    else:
        began = counting.first_paid_day(council_id)
        if began is None:
            return False
        period = period_with(began, rules.anchor)
    if not period.is_due(today, rules.delay):
        return False
    purchases = counting.purchases_in(council_id, period)
    changes = {} if last is None else counting.changes_before(council_id, period.starts_on)
    corrections, are_told = tables.corrections_table(changes, rules.limits)
    said = files.content(
        council=(council.code, council.name),
        number=1 if last is None else last.number + 1,
        published_on=today,
        period=period,
        limits=rules.limits,
        tables=[
            *tables.spend_tables(purchases, _names(council_id, purchases, last), rules.limits),
            corrections,
            tables.delivered_table(counting.visits_in(council_id, period), rules.limits),
        ],
    )
    row = _keep(council, period, said)
    _note_counted(row, purchases, changes if are_told else {})
    record(
        action="figures_published",
        actor_id=None,
        subject_kind="trend_publication",
        subject_id=row.id,
        council_id=council_id,
        number=row.number,
    )
    return True


def _names(council_id: int, purchases: tuple[Purchase, ...], last: TrendPublication | None) -> tables.Names:
    """Words for each row; a kind that was there in the last publication is there again, with nobody if it must be."""
    kinds = counting.kind_names({one.kind for one in purchases})
    if last is not None:
        for row in published.as_published(last).tables["kinds"].rows:
            if not row.code.startswith(tables.TOGETHER):
                kinds.setdefault(row.code, row.name)
    used = {one.locality for one in purchases}
    places = counting.locality_names(council_id)
    return tables.Names(
        kinds, {slug: name for slug, name in places.items() if slug in used or slug != counting.NO_LOCALITY}
    )


def _keep(council: Council, period: Period, said: dict[str, Any]) -> TrendPublication:
    as_json, as_csv = files.json_text(said), files.csv_text(said)
    row = TrendPublication(
        council_id=council.id,
        number=said["publication"]["number"],
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        published_at=clock.now(),
        json_text=as_json,
        csv_text=as_csv,
        digest=sha256((as_json + as_csv).encode()).hexdigest(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _note_counted(row: TrendPublication, purchases: tuple[Purchase, ...], told: dict[tuple[int, int], int]) -> None:
    """Write down what is now told of each booking, so that only what changes afterwards is a correction."""
    pence: dict[int, int] = {}
    for one in purchases:
        pence[one.booking] = pence.get(one.booking, 0) + one.pence
    for (_, booking), change in told.items():
        pence[booking] = pence.get(booking, 0) + change
    rows = [{"publication_id": row.id, "booking_id": booking, "pence": sum_} for booking, sum_ in pence.items()]
    if rows:
        write_rows(_COUNTED, rows)
