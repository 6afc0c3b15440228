"""Every grant and every role at every door, and whoever has no grant: what is refused changes nothing.

It takes minutes, so it is no part of ``make test``; ``make prove-matrix`` runs it.
"""

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from app.base.columns import Base
from app.base.db import db, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, Power, powers_from
from tests.factories import accounts, bookings, circles
from tests.factories.accounts import LONG_AGO
from tests.integration.web import test_hostile
from tests.integration.web.matrix import (
    EVERY_GRANT,
    REFUSED,
    SPENDS,
    acting,
    closed,
    doors_of_helpers,
    grant,
    may_enter,
    the_person_chose_the_council,
    try_every_door,
    willing,
)
from tests.integration.web.test_hostile import PLAN, PUBLIC, Sweep, _address, _entrants, _rules

sweep = test_hostile.sweep
NOT_RECORDED = {"audit_event", "sign_in_attempt"}
"""Looks and tries are on record whatever the answer is."""


OF_THEIR_OFFICE = {
    "colleague": {
        *("circles.agree_decision", "circles.see_authority", "circles.end_decision"),
        *("caseloads.look_over", "leaving.death", "taking_on.take_on", "taking_on.letter"),
        *("taking_on.withdraw", "taking_on.let_go"),
    },
    # The helper whose help rests may know of a death before anybody, and works for the provider that may appeal.
    "resting": {"leaving.report", "reviews.appeal", "moderating.appeal"},
}
"""What somebody answers by their office or by the law, and so reads: a council's second look, whom it takes on and lets go.
Their right needs no grant of the person."""
# For the provider somebody works for: the decision it may appeal against, and a message to it that may be reported.
RESTING_READS = {("resting", page) for page in ("reviews.appeal", "moderating.appeal", "moderating.report")}


def _contents() -> dict[str, set[str]]:
    db.session.rollback()
    return {
        table.name: {repr(tuple(row)) for row in db.session.execute(select(table))}
        for table in Base.metadata.tables.values()
        if table.name not in NOT_RECORDED
    }


def test_there_are_as_many_grants_as_the_powers_make() -> None:
    """Three ways to see money, six to see and arrange, to decide or not, and to complain; council staff do none of the last."""
    of = [who for who, _ in EVERY_GRANT]
    assert (of.count("supporter"), of.count("care_manager")) == (3 * 6 * 2 + 1, 3 * 5)


@pytest.mark.parametrize("is_chosen", [False, True])
def test_every_grant_at_every_door(sweep: Sweep, *, is_chosen: bool) -> None:
    if is_chosen:
        the_person_chose_the_council(sweep)
    grants = EVERY_GRANT if not is_chosen else [one for one in EVERY_GRANT if one[0] == "care_manager"]
    done = try_every_door(sweep, grants, is_chosen=is_chosen)
    assert sweep.faults == [], "\n".join(sweep.faults)
    assert not {one.split()[0] for one in done if one.endswith(" care_manager")} & set(SPENDS)


@pytest.mark.parametrize("who", ["supporter", "care_manager"])
def test_money_the_council_looks_after_is_spent_with_that_power_and_no_other(sweep: Sweep, who: str) -> None:
    the_person_chose_the_council(sweep)
    acting(sweep, "care_manager")
    address = f"/listings/{sweep.own.ids['storefront.listing']['public_id']}/book/check?{PLAN}&pay={sweep.own.managed}"
    filled = sweep.form("person", address)
    spent = []
    for powers in closed(COUNCIL_STAFF_POWERS):
        grant(sweep, who, powers)
        is_let = Power.BOOK_COUNCIL_MANAGED in powers
        before = len(sweep.faults)
        sweep.knock(who, "POST", address, {0} if is_let else REFUSED, data=filled)
        spent += [powers] if is_let and len(sweep.faults) == before else []
    assert sweep.faults == [], "\n".join(sweep.faults)
    assert len(spent) == 3, "with each way to see money"


def _neighbours(sweep: Sweep) -> dict[str, Person]:
    """Who has no grant about this person now: of the same council, of another, and those whose help is over or rests."""
    own = sweep.own
    neighbour = accounts.person(name="Nell Neighbour", council_id=own.council.id)
    ended, over, resting = (accounts.person(Role.PERSON, name=name) for name in ("Ed Ended", "Ova Over", "Rex Resting"))
    elsewhere = accounts.person(name="Hal Helper")
    supports = {one: circles.support(own.person, one) for one in (ended, over, resting)}
    circles.support(neighbour, elsewhere)
    supports[ended].ended_at = LONG_AGO
    supports[over].ends_on = LONG_AGO.date()
    works_at = own.staff.grants[0].provider_id
    db.session.commit()
    with transaction():
        grant_role(person=resting, role=Role.PROVIDER_STAFF, provider_id=works_at)
    colleague = accounts.person(Role.CARE_MANAGER, name="Cole League", council_id=own.council.id)
    return {
        "neighbour": neighbour,
        "neighbours_helper": elsewhere,
        "ended": ended,
        "over": over,
        "resting": resting,
        "colleague": colleague,
        "other_manager": sweep.other.care_manager,
        "other_supporter": sweep.other.supporter,
        "other_commissioner": sweep.other.commissioner,
    }


def test_whoever_has_no_grant_now_changes_and_sees_nothing_of_the_person(sweep: Sweep) -> None:
    sweep.writes.stop = False
    people = _neighbours(sweep)
    for name, one in people.items():
        sweep.people[name] = f"{one.public_id}.{one.session_key}"
        sweep.visitors[name] = sweep.app.test_client()
    # With the session they had while they helped, or one that was made up.
    acting(sweep, *people)
    forms = [(rule, *willing(sweep, rule)) for rule in doors_of_helpers(sweep)]
    before = _contents()
    names_a_thing = [one for one in forms if one[0].arguments and not one[0].rule.startswith(PUBLIC)]
    for who in people:
        for rule, address, filled in names_a_thing:
            is_theirs = rule.endpoint in OF_THEIR_OFFICE.get(who, ())
            sweep.knock(who, "POST", address, {0} if is_theirs else REFUSED - {200}, data=filled)
        for rule in _rules(sweep.app, "GET"):
            ids = sweep.own.ids.get(rule.endpoint, {})
            is_theirs = (who, rule.endpoint) in {("colleague", "circles.decision"), *RESTING_READS}
            if rule.arguments and not rule.rule.startswith(PUBLIC) and _is_about_the_person(sweep, rule):
                sweep.knock(who, "GET", _address(rule, ids), {200} if is_theirs else {302, 403, 404})
    looked = [fault for fault in sweep.faults if fault.endswith("as colleague : kept ['audit_event']")]
    assert len(looked) == 1, "that a colleague read the decision is on record"
    assert [fault for fault in sweep.faults if fault not in looked] == []
    assert _contents() == before
    assert len(names_a_thing) > 40


def _is_about_the_person(sweep: Sweep, rule: Rule) -> bool:
    """Whether only somebody beside a person comes in at all: what is a council's or a provider's is theirs to see."""
    is_open = "nobody" in _entrants(sweep.app, rule)
    return not is_open and may_enter(sweep, rule, "supporter") and may_enter(sweep, rule, "person")


def test_of_money_somebody_holds_only_one_account_spends(sweep: Sweep) -> None:
    """The same door, the same form and every power: who is bound spends, and who is not changes nothing."""
    sweep.writes.stop = False
    held = db.session.scalars(select(Pot).where(Pot.public_id == sweep.own.ids["agents.held"]["public_id"])).one()
    bookings.pot(sweep.own.person, PotKind.INDIRECT_PAYMENT, 500_00, sweep.own.council)
    address = f"/listings/{sweep.own.ids['storefront.listing']['public_id']}/book/check?{PLAN}&pay={held.public_id}"
    filled = sweep.form("person", address)
    sweep.knock("person", "POST", address, {0}, data=filled)
    sweep.knock("supporter", "POST", address, REFUSED, data=filled)
    sweep.writes.stop = False
    held.agent_id = sweep.own.supporter.id
    db.session.commit()
    sweep.knock("supporter", "POST", address, {0}, data=filled)
    sweep.writes.stop = False
    for row in db.session.query(Support).where(Support.supporter_id == sweep.own.supporter.id):
        row.powers = [power.value for power in powers_from([Power.BOOK_COUNCIL_MANAGED, Power.SEE_MONEY])]
    db.session.commit()
    sweep.knock("supporter", "POST", address, REFUSED, data=filled)
    assert sweep.faults == [], "\n".join(sweep.faults)
