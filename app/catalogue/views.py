"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
