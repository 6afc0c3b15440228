"""Who chooses how money is looked after, who may be named as holding it, and who answers for a fund."""

from datetime import UTC, datetime

import pytest

from app.base.refusals import BadInput
from app.funding.budgets.rules.choices import checked_shares, share_words
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import permissions
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.circles.models import Support
from app.people.circles.rules import EVERY_POWER, NOBODY, ONESELF, AuthorityEvidence, HelperKind, Power, Standing

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DIRECT, MANAGED, HELD = PotKind.DIRECT_PAYMENT, PotKind.COUNCIL_MANAGED, PotKind.INDIRECT_PAYMENT


def test_to_choose_takes_both_deciding_and_spending_and_nobody_of_the_council() -> None:
    assert permissions.may_choose_money(ONESELF)
    assert permissions.may_choose_money(Standing(frozenset({Power.BOOK, Power.DECIDE})))
    for powers in (EVERY_POWER - {Power.BOOK}, EVERY_POWER - {Power.DECIDE}, frozenset[Power]()):
        assert not permissions.may_choose_money(Standing(powers))
    assert not permissions.may_choose_money(Standing(EVERY_POWER, is_care_manager=True))
    assert not permissions.may_choose_money(NOBODY)


def test_nobody_names_themselves_as_who_holds_it_but_by_a_paper_that_was_seen() -> None:
    person, helper = Person(id=1), Person(id=2)
    support = Support(person_id=1, supporter_id=2, accepted_at=NOW, kind=HelperKind.FAMILY_OR_FRIEND)
    assert permissions.may_hold(person, support)
    assert not permissions.may_hold(helper, support)
    support.kind, support.authority = HelperKind.ATTORNEY, AuthorityEvidence.LASTING_POWER
    assert not permissions.may_hold(helper, support)
    support.authority_seen_at = NOW
    assert permissions.may_hold(helper, support)
    support.ended_at = NOW
    assert not permissions.may_hold(person, support)


def test_only_staff_of_the_provider_answer_for_a_fund() -> None:
    works = Person(
        id=1, grants=[RoleGrant(role=Role.PROVIDER_STAFF, provider_id=7, granted_at=NOW, duties=["finance"])]
    )
    left = Person(id=2, grants=[RoleGrant(role=Role.PROVIDER_STAFF, provider_id=7, granted_at=NOW, ended_at=NOW)])
    assert permissions.may_answer_fund(works, 7)
    assert not permissions.may_answer_fund(works, 8)
    assert not permissions.may_answer_fund(left, 7)


def test_shares_are_kept_in_the_order_of_the_ways_and_said_in_percent() -> None:
    assert list(checked_shares({MANAGED: 40, DIRECT: 60})) == ["direct_payment", "council_managed"]
    assert share_words({"direct_payment": 5}) == "All of it: direct payment"
    thirds = {"direct_payment": 1, "indirect_payment": 1, "council_managed": 1}
    assert share_words(thirds) == (
        "33.3% direct payment, 33.3% direct payment held by somebody for you, 33.3% money the council looks after"
    )
    for wrong in ({}, {PotKind.OWN_MONEY: 1}, {DIRECT: 0}, {DIRECT: True}, {DIRECT: 10**12 + 1}):
        with pytest.raises(BadInput):
            checked_shares(wrong)
