"""The pages of budgets: somebody's money and its statement, money spent elsewhere, and a care manager's view."""

from app.funding.budgets.views import caseload, choose, decide, header, money, outside, unspent
from app.funding.budgets.views.blueprints import blueprint

__all__ = ["blueprint", "caseload", "choose", "decide", "header", "money", "outside", "unspent"]
