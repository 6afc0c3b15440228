"""The pages of budgets: somebody's money and its statement, money brought forward, and what was not used."""

from app.funding.budgets.views import agreements, bring_forward, header, money, unspent
from app.funding.budgets.views.blueprints import blueprint

__all__ = ["agreements", "blueprint", "bring_forward", "header", "money", "unspent"]
