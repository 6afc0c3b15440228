"""The doors of bookings: the journey that makes one, a person's own, the provider's desk, and how visits end."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

# They hang their doors on the blueprint.
from app.bookings.views import (  # noqa: E402
    agreements,  # noqa: F401
    basket,  # noqa: F401
    calendars,  # noqa: F401
    conversations,  # noqa: F401
    desk,  # noqa: F401
    endings,  # noqa: F401
    figures,  # noqa: F401
    items,  # noqa: F401
    journey,  # noqa: F401
    mine,  # noqa: F401
    moving,  # noqa: F401
    patterns,  # noqa: F401
    rates,  # noqa: F401
    records,  # noqa: F401
    saving,  # noqa: F401
    sessions,  # noqa: F401
    sharing,  # noqa: F401
    uploads,  # noqa: F401
)
