"""The ``flask ledger`` commands."""

from flask.cli import AppGroup

group = AppGroup("ledger", help="Commands of the ledger room.")
