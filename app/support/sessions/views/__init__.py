"""The pages of sessions."""

from app.support.sessions.views import items, sessions
from app.support.sessions.views.blueprints import blueprint

__all__ = ["blueprint", "items", "sessions"]
