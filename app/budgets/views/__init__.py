"""The doors of this room: somebody's money and its statement, money spent elsewhere, and a care manager's view of budgets."""

from flask import Blueprint

blueprint = Blueprint("budgets", __name__)

from app.budgets.views import caseload, decide, header, money, outside  # noqa: E402, F401 - they add their doors to it
