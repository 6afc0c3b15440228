"""The blueprint on which each page about reviews hangs itself."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)
