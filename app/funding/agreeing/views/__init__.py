"""The pages on which staff see the money of their caseload, and agree it, change it and put choices in place."""

from app.funding.agreeing.views import agreements, caseload, decide
from app.funding.agreeing.views.blueprints import blueprint

__all__ = ["agreements", "blueprint", "caseload", "decide"]
