"""The pages of card payments: adding own money, having it paid back, what is owed, and what needs a look."""

from app.funding.payments.views import paying_back, paying_out, top_ups
from app.funding.payments.views.blueprints import blueprint

__all__ = ["blueprint", "paying_back", "paying_out", "top_ups"]
