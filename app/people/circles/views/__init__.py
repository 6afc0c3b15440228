"""The doors of this room: people beside you, invitations, a care manager's caseload, and acting for somebody."""

from app.people.circles.views import acting, asked, beside, caseloads, second_looks
from app.people.circles.views.blueprints import blueprint

__all__ = ["acting", "asked", "beside", "blueprint", "caseloads", "second_looks"]
