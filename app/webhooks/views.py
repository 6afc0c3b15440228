"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("webhooks", __name__)
