"""The seal of what visits at home need, for pages and commands."""

from app.people.homes.rules import PURPOSE, HomeSeal
from app.platform.web.seals import seal_for


def seal_here() -> HomeSeal:
    """The seal made from this site's secret, and from those it had before."""
    return HomeSeal(seal_for(PURPOSE))
