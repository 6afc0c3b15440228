"""The pages of budgets: somebody's money and its statement, money spent elsewhere, and a care manager's view."""

from flask import Blueprint

blueprint = Blueprint("budgets", __name__)

# They hang their pages on the blueprint.
from app.funding.budgets.views import (  # noqa: E402
    caseload,  # noqa: F401
    decide,  # noqa: F401
    header,  # noqa: F401
    money,  # noqa: F401
    outside,  # noqa: F401
)
