"""The doors of bookings: the journey that makes one, a person's own, the provider's desk, and how visits end."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

# They hang their doors on the blueprint.
from app.bookings.views import (  # noqa: E402, F401
    conversations,
    desk,
    endings,
    figures,
    journey,
    mine,
    moving,
    rates,
    records,
    saving,
    sharing,
    uploads,
)
