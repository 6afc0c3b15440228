"""The pages of bookings."""

from flask import Blueprint

from app.support.bookings.access import note_at_work

blueprint = Blueprint("bookings", __name__)
blueprint.after_app_request(note_at_work)

# They hang their pages on the blueprint.
from app.support.bookings.views import (  # noqa: E402
    answers,  # noqa: F401
    proposals,  # noqa: F401
)
