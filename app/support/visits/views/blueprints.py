"""The blueprint on which each page of visits hangs itself."""

from flask import Blueprint

blueprint = Blueprint("visits", __name__)
