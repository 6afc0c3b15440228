"""The ``flask catalogue`` commands."""

from flask.cli import AppGroup

group = AppGroup("catalogue", help="Commands of the catalogue room.")
