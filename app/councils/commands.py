"""The ``flask councils`` commands."""

from flask.cli import AppGroup

group = AppGroup("councils", help="Commands of the councils room.")
