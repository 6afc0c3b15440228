"""The blueprint on which each page of bookings hangs itself."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
