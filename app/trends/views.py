"""The doors of this room."""

from flask import Blueprint

blueprint = Blueprint("trends", __name__)
