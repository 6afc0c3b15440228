"""The ``flask providers`` commands."""

from flask.cli import AppGroup

group = AppGroup("providers", help="Commands of the providers room.")
