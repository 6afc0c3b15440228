"""The ``flask messages`` commands."""

from flask.cli import AppGroup

group = AppGroup("messages", help="Commands of the messages room.")
