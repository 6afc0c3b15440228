"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("messages", __name__)
