"""The ``flask accounts`` commands."""

from flask.cli import AppGroup

group = AppGroup("accounts", help="Commands of the accounts room.")
