"""The doors of reviews: writing one, answering it, reporting it, deciding about it."""

from app.shop.reviews.views import answering, moderating, writing
from app.shop.reviews.views.blueprints import blueprint

__all__ = ["answering", "blueprint", "moderating", "writing"]
