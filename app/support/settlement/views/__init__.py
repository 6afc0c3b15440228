"""The pages of settlement."""

from app.support.settlement.views import council, paying, provider
from app.support.settlement.views.blueprints import blueprint

__all__ = ["blueprint", "council", "paying", "provider"]
