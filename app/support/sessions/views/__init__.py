"""The pages of sessions."""

from flask import Blueprint

blueprint = Blueprint("sessions", __name__)

# They hang their pages on the blueprint.
from app.support.sessions.views import (  # noqa: E402
    items,  # noqa: F401
    sessions,  # noqa: F401
)
