"""The doors of this room: for everybody, for a provider's staff who apply, and for the council that lets the framework."""

from app.market.frameworks.views import answering, applying, council, reading
from app.market.frameworks.views.blueprints import blueprint

__all__ = ["answering", "applying", "blueprint", "council", "reading"]
