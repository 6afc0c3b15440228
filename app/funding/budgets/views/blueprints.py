"""The blueprint on which each page of budgets hangs itself."""

from flask import Blueprint

blueprint = Blueprint("budgets", __name__)
