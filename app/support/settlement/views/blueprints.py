"""The blueprint on which each page of settlement hangs itself."""

from flask import Blueprint

blueprint = Blueprint("settlement", __name__)
