"""Asking for support in the demonstration, as a page does it."""

from app.base.db import db, number_of
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import requests
from app.support.bookings.rules.requests import BookingRequest


def request_booking(*, actor: Person, person: Person, listing: Listing, asked: BookingRequest) -> Booking:
    """Ask for it, and the booking that came of it."""
    sent = requests.send_request(actor=actor, person=person, listing_id=number_of(listing), asked=asked)
    return db.session.get_one(Booking, sent.id)
