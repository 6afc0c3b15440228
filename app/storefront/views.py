"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("storefront", __name__)
