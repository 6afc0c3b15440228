"""The ``flask budgets`` commands."""

from flask.cli import AppGroup

group = AppGroup("budgets", help="Commands of the budgets room.")
