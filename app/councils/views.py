"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("councils", __name__)
