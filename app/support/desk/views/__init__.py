"""The pages of desk."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)

# They hang their pages on the blueprint.
from app.support.desk.views import (  # noqa: E402
    person,  # noqa: F401
    provider,  # noqa: F401
)
