"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("providers", __name__)
