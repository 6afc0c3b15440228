"""The doors of bookings: the journey that makes one, a person's own, and the provider's desk."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

from app.bookings.views import conversations, desk, journey, mine, moving, rates, sharing  # noqa: E402, F401 - they hang their doors on the blueprint
