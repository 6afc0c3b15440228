"""The ``flask homes`` commands."""

from flask.cli import AppGroup

from app.base.db import transaction
from app.people.homes import actions
from app.people.homes.access import seal_here

group = AppGroup("homes", help="What visits at home need, sealed with the site's secret.")


@group.command("reseal")
def reseal() -> None:
    """Seal it all with SECRET_KEY as it is now, so that one in OLD_SECRET_KEYS can be taken away. Safe to run twice."""
    with transaction():
        done, lost = actions.reseal_homes(seal_here())
    print(
        f"{done} sealed with the secret of now.{f' {lost} cannot be opened with any: those people are asked again.' if lost else ''}"
    )
