"""Counting the reviews of a listing, whenever one comes, changes, goes or grows old."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import Listing
from app.platform.jobs.rules import Swept
from app.shop.reviews import queries


def recount(listing_id: int) -> None:
    """Count a listing's reviews anew, under its lock, and let search know.

    Counted from the reviews themselves each time, so that no change of one can leave the sums astray.
    """
    db.session.flush()
    listing = db.session.execute(
        select(Listing)
        .where(Listing.id == listing_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    listing.review_count, listing.review_sum = queries.count_and_sum(listing_id, clock.today())
    mark_changed(listing_id)
    db.session.flush()


def leave_out_what_grew_old() -> Swept:
    """Count no more what is older than 24 months: a job. Two may run at once; each listing is a transaction."""
    done = 0
    for listing_id in queries.listings_to_recount(clock.today()):
        with transaction():
            recount(listing_id)
        done += 1
    return Swept((f"{done} listings counted anew.",))
