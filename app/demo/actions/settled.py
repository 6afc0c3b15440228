"""A finance officer, the four weeks that are over settled with every provider, and their figures published."""

from app.base.db import transaction
from app.demo.actions.world import World
from app.demo.rules.people import FINANCE_OFFICER
from app.insight.trends.actions import publish_periods
from app.people.accounts.rules import Role
from app.support.settlement.actions.running import run_settlement


def settle_weeks(world: World) -> None:
    """Have somebody who pays providers, make every invoice that is due, and publish the figures that are."""
    with transaction():
        officer = world.newcomer(FINANCE_OFFICER, Role.FINANCE, at="quaybridge.example", council_id=world.council.id)
        officer.is_demonstration = True
    run_settlement()
    publish_periods()
