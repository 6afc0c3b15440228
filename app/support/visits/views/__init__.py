"""The pages of visits."""

from flask import Blueprint

blueprint = Blueprint("visits", __name__)

# They hang their pages on the blueprint.
from app.support.visits.views import (  # noqa: E402
    endings,  # noqa: F401
    figures,  # noqa: F401
    records,  # noqa: F401
    saved_hours,  # noqa: F401
    uploads,  # noqa: F401
)
