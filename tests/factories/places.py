"""Listings that can be booked at once, and sessions with places."""

from datetime import datetime, timedelta

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.models import Listing
from app.support.availability import actions as availability_actions
from app.support.availability.models import GroupSession
from app.support.availability.rules import Opening
from tests.factories.bookings import NOW, Scene

TUESDAYS = Opening(2, 9 * 60, 17 * 60, 2)
"""Two at once, from 9am to 5pm."""


def opened(scene: Scene, *openings: Opening, **more: object) -> int:
    """The scene's listing can be booked at once on Tuesdays, two at a time, unless said otherwise."""
    with clock.set_to(NOW), transaction():
        return availability_actions.set_availability(
            actor=scene.staff,
            listing=scene.listing,
            openings=openings or (TUESDAYS,),
            **more,  # type: ignore[arg-type]
        )


def session(scene: Scene, starts: datetime, places: int = 5, listing: Listing | None = None) -> GroupSession:
    """A session of two hours, straight into the table."""
    made = GroupSession(
        listing_id=(listing or scene.listing).id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        places=places,
        made_at=NOW,
        made_by_id=scene.staff.id,
    )
    db.session.add(made)
    db.session.commit()
    return made
