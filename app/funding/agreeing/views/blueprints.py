"""The blueprint on which each page of a caseload's money hangs itself."""

from flask import Blueprint

blueprint = Blueprint("agreeing", __name__)
