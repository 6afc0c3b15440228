"""The ``flask search`` commands."""

from flask.cli import AppGroup

group = AppGroup("search", help="Commands of the search room.")
