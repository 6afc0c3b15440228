"""The pages of bookings."""

from app.support.bookings.views import answers, proposals
from app.support.bookings.views.blueprints import blueprint

__all__ = ["answers", "blueprint", "proposals"]
