"""The ``flask budgets`` commands."""

from flask.cli import AppGroup

from app import clock
from app.budgets import actions
from app.db import transaction

group = AppGroup("budgets", help="Commands of the budgets room.")

AT_A_TIME = 200
"""Releases in one transaction: few enough that nobody who is booking waits for long."""


@group.command("release")
def release() -> None:
    """Release the money whose day has come. Safe to run twice, and beside itself; catches up after days off."""
    released = 0
    while True:
        with transaction():
            some = actions.release_due(on=clock.today(), at_most=AT_A_TIME)
        released += some
        if some < AT_A_TIME:
            break
        print(f"{released} so far...")
    print(f"{released} released.")
