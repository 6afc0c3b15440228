"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__)
