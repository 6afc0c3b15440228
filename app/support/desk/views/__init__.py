"""The pages of desk."""

from app.support.desk.views import person, provider
from app.support.desk.views.blueprints import blueprint

__all__ = ["blueprint", "person", "provider"]
