"""The blueprint on which each page of storefront hangs itself."""

from flask import Blueprint

blueprint = Blueprint("storefront", __name__)
