"""The pages of budgets: somebody's money and its statement, money brought forward, and a care manager's view."""

from app.funding.budgets.views import bring_forward, caseload, decide, header, money, unspent
from app.funding.budgets.views.blueprints import blueprint

__all__ = ["blueprint", "bring_forward", "caseload", "decide", "header", "money", "unspent"]
