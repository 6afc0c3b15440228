"""The blueprint of card payments."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
