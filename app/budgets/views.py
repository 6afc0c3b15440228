"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("budgets", __name__)
