"""What nobody of a council may find today, because its provider is suspended: asked with every search, never kept."""

from weakref import ref

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.market.catalogue.models import Listing
from app.market.providers.models import Suspension
from app.market.providers.queries.suspensions import holds_on, is_for

_STOPPED = (
    select(Listing.id)
    .join(Suspension, Suspension.provider_id == Listing.provider_id)
    .where(is_for(bindparam("council_id")), holds_on(bindparam("on")))
)
_ASKED = "search_listings_stopped"


def listings_stopped(council_id: int | None) -> tuple[int, ...]:
    """The numbers of the listings to leave out; without a council, of those suspended everywhere.

    Exact at midnight and from the commit on, whatever the index knows yet. One question in a transaction: a page that
    found nothing searches a dozen times.
    """
    asked = (council_id, clock.today())
    # The transaction itself is known again, not its number: another may get the same one. Held weakly, for it holds this.
    known, found = db.session.info.get(_ASKED, (lambda: None, {}))
    now = db.session.get_transaction()
    if now is None or known() is not now:
        found = {}
    if asked not in found:
        found[asked] = tuple(row[0] for row in fetch_rows(_STOPPED, {"council_id": council_id, "on": asked[1]}))
        now = db.session.get_transaction()
        db.session.info[_ASKED] = (ref(now) if now is not None else (lambda: None), found)
    answer: tuple[int, ...] = found[asked]
    return answer
