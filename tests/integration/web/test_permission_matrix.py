"""Every grant against every door that moves a person's money: generated from the routes, refused ones changing nothing.

What the person booked in this world is paid from their direct payment and their own money. So nothing but their own yes,
or that of somebody they let spend any of it, may change it: not one of the powers that council staff can be let have.
"""

import pytest
from werkzeug.routing import Rule

from app.base.db import db
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power, stored_powers
from tests.integration.web import test_hostile
from tests.integration.web.test_hostile import ACTS_AS, FILLED, PLAN, Sweep, _address, _rules

sweep = test_hostile.sweep

SPENDING_ROOMS = frozenset(
    {"bookings", "booking_journey", "changing_provider", "payments", "repeating", "sessions", "sharing", "visits"}
)
"""Rooms whose every door for a person's side commits or moves money."""
MONEY = frozenset(
    {"basket.check_out", "spent_elsewhere.record_outside", "spent_elsewhere.take_back_outside", "budgets.bring_forward"}
)
FREE = frozenset(
    {
        "sessions.take_place",
        "sessions.give_up_place",
        "sessions.wait_for_place",
        "sessions.stop_waiting",
        # Answering or proposing shares commits money once it is agreed; saying no to a share commits none.
        "sharing.refuse",
        "sharing.withdraw",
        # Whoever sees a visit may say that it was not so: that puts money back, and spends none.
        "visits.dispute",
        # The council decides what was disputed.
        "visits.decide",
        # Into the basket only.
        "sessions.buy",
    }
)
"""Doors of these rooms that commit none of the person's money."""
# The widest of either without spending any money, and nothing at all: what lies between is less than the widest.
GRANTS: tuple[tuple[str, frozenset[Power]], ...] = (
    ("care_manager", frozenset()),
    ("care_manager", COUNCIL_STAFF_POWERS),
    ("supporter", EVERY_POWER - {Power.BOOK}),
)


def _moves_money(rule: Rule) -> bool:
    room = rule.endpoint.split(".")[0]
    is_theirs = room in SPENDING_ROOMS or rule.endpoint in MONEY
    return is_theirs and rule.endpoint not in FREE


def _grant(sweep: Sweep, who: str, powers: frozenset[Power]) -> None:
    table = CaseloadEntry if who == "care_manager" else Support
    column = table.care_manager_id if who == "care_manager" else table.supporter_id
    number = getattr(sweep.own, who).id
    sweep.writes.stop = False
    for row in db.session.query(table).where(column == number):
        row.powers = stored_powers(powers)
    db.session.commit()


def _acting(sweep: Sweep) -> None:
    """Let the care manager act for the person too, as the supporter does."""
    enter = sweep.enter

    def acting(who: str) -> object:
        client = enter(who)
        if who == "care_manager":
            with client.session_transaction() as session:
                session["shopping_for"] = sweep.own.ids["budgets.agree_budget"]["public_id"]
        return client

    sweep.enter = acting  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize(("who", "powers"), GRANTS)
def test_no_grant_but_spending_any_money_changes_what_private_money_pays(
    sweep: Sweep,
    who: str,
    powers: frozenset[Power],
) -> None:
    _acting(sweep)
    _grant(sweep, who, powers)
    tried = []
    for rule in _rules(sweep.app, "POST"):
        doors = sweep.app.view_functions[rule.endpoint].open_to  # type: ignore[attr-defined]
        if not _moves_money(rule) or who not in {str(door) for door in doors}:
            continue
        query = f"{PLAN}&pay={sweep.own.pot}" if rule.endpoint == "booking_journey.check" else ""
        address = _address(rule, sweep.own.ids.get(rule.endpoint, {}), query)
        special = FILLED.get(rule.endpoint, lambda _half: {})(sweep.own)
        # The form as the person gets it: a page that was opened before the power ended.
        filled = sweep.form(ACTS_AS.get(rule.endpoint, "person"), address, **special)
        sweep.knock(who, "POST", address, {200, 302, 303, 400, 403, 404, 409}, data=filled)
        tried.append(rule.endpoint)
    # That a line of the basket was not booked, and why, is written on the line; nothing else of it changed.
    faults = [fault for fault in sweep.faults if not fault.endswith("changed ['basket_line']")]
    assert faults == [], "\n".join(faults)
    assert len(tried) > 25, tried
