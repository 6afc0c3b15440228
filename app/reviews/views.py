"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)
