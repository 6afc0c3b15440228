"""The pages of bookings."""

from app.support.bookings.access import note_at_work
from app.support.bookings.views import answers, proposals
from app.support.bookings.views.blueprints import blueprint

blueprint.after_app_request(note_at_work)

__all__ = ["answers", "blueprint", "proposals"]
