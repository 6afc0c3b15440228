"""The pages of settlement."""

from app.support.settlement.views import banking, council, paying, provider
from app.support.settlement.views.blueprints import blueprint

__all__ = ["banking", "blueprint", "council", "paying", "provider"]
