"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
