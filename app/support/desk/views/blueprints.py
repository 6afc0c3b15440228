"""The blueprint on which each page of desk hangs itself."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
