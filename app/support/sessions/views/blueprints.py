"""The blueprint on which each page of sessions hangs itself."""

from flask import Blueprint

blueprint = Blueprint("sessions", __name__)
