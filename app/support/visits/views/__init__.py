"""The pages of visits."""

from app.support.visits.views import endings, figures, records, saved_hours, uploads
from app.support.visits.views.blueprints import blueprint

__all__ = ["blueprint", "endings", "figures", "records", "saved_hours", "uploads"]
