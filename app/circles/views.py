"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("circles", __name__)
