"""The pages of desk."""

from app.support.desk.views import homes, person, provider
from app.support.desk.views.blueprints import blueprint

__all__ = ["blueprint", "homes", "person", "provider"]
