"""The pages of bookings."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

# They hang their pages on the blueprint.
from app.support.bookings.views import (  # noqa: E402
    answers,  # noqa: F401
    proposals,  # noqa: F401
)
