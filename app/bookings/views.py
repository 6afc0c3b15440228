"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
