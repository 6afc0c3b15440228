"""The ``flask demo`` commands."""

from flask.cli import AppGroup

group = AppGroup("demo", help="Commands of the demo room.")
