"""Nobody is somebody's helper and their care manager at once, and nobody gets authority from a paper they looked at."""

import pytest
from flask import Flask

from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, token_hash
from app.people.circles import queries
from app.people.circles.actions import caseloads, decisions, invitations
from app.people.circles.models import Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, AuthorityEvidence, HelperKind, Power
from app.people.councils.models import Council
from tests.factories import accounts, circles
from tests.factories.budgets import looked_after


class Town:
    """A council, somebody who lives there, and two who work for it."""

    def __init__(self) -> None:
        self.at: Council = circles.council()
        self.ada: Person = accounts.person(name="Ada Example", council_id=self.at.id)
        self.cara: Person = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=self.at.id)
        self.con: Person = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=self.at.id)

    def invited(self, who: Person, token: str = "a-token") -> Support:
        with transaction():
            made = invitations.invite_supporter(
                actor=self.ada, person=self.ada, email=who.email, relation="my friend", powers=EVERY_POWER
            )
            made.token_hash = token_hash(token)
        return made


@pytest.fixture
def town(app: Flask) -> Town:
    del app
    return Town()


def test_a_care_manager_cannot_say_yes_to_helping_somebody_on_their_caseload(town: Town) -> None:
    circles.caseload_entry(town.cara, town.ada, town.at, frozenset())
    support = town.invited(town.cara)
    with pytest.raises(Conflict, match="You are their care manager"), transaction():
        invitations.accept_invitation(actor=town.cara, token="a-token")
    db.session.expire_all()
    assert support.accepted_at is None, "the invitation is still good for somebody else to answer"
    assert queries.powers_over(town.cara, town.ada.id) == frozenset()


def test_a_helper_is_not_put_beside_the_person_as_their_care_manager_too(town: Town) -> None:
    circles.support(town.ada, town.cara)
    with pytest.raises(Conflict, match="Nobody is both at once"), transaction():
        caseloads.put_on_caseload(actor=town.con, care_manager=town.cara, person=town.ada, council=town.at)
    assert queries.care_managers_of(town.ada) == []


def test_who_became_both_all_the_same_spends_no_private_money_and_decides_nothing(town: Town) -> None:
    circles.support(town.ada, town.cara)
    entry = circles.caseload_entry(town.cara, town.ada, town.at, frozenset())
    with transaction():
        looked_after(town.ada, town.at)
    assert queries.powers_over(town.cara, town.ada.id) == COUNCIL_STAFF_POWERS
    assert {Power.BOOK, Power.DECIDE} & queries.powers_to_act(town.cara, town.ada.id) == set()
    with pytest.raises(caseloads.CannotGrant), transaction():
        caseloads.answer_asked(actor=town.cara, entry=entry, yes=[Power.SEE_MONEY], no=[])


def test_whoever_looked_at_the_paper_for_the_council_never_gets_authority_from_it(town: Town) -> None:
    entry = circles.caseload_entry(town.cara, town.ada, town.at, frozenset())
    with transaction():
        support = decisions.note_authority(
            actor=town.cara,
            entry=entry,
            email="attorney@example.org",
            relation="her attorney",
            kind=HelperKind.ATTORNEY,
            authority=AuthorityEvidence.LASTING_POWER,
        )
        support.token_hash = token_hash("a-token")
    with transaction():
        decisions.answer_authority(actor=town.con, support=support, agrees=True)
        entry.ended_at = support.authority_seen_at
    for who in (town.cara, town.con):
        with pytest.raises(Conflict, match="You looked at this paper"), transaction():
            invitations.accept_invitation(actor=who, token="a-token", knows_code=True)
    db.session.expire_all()
    assert (support.accepted_at, support.supporter_id) == (None, None)


def test_a_paper_that_is_not_right_leaves_nothing_to_say_yes_to(town: Town) -> None:
    entry = circles.caseload_entry(town.cara, town.ada, town.at, frozenset())
    new, sam = accounts.person(name="New Deputy"), accounts.person(name="Sam Sister")
    helper = circles.support(town.ada, sam, frozenset({Power.SEE_PLAN}))
    facts = {"actor": town.cara, "entry": entry, "relation": "x", "authority": AuthorityEvidence.COURT_ORDER}
    with transaction():
        made = [
            decisions.note_authority(email=email, kind=HelperKind.DEPUTY, **facts)  # type: ignore[arg-type]
            for email in (new.email, sam.email)
        ]
        made[0].token_hash = token_hash("a-token")
    with transaction():
        for one in made:
            decisions.answer_authority(actor=town.con, support=one, agrees=False)
    db.session.expire_all()
    with pytest.raises(invitations.InvitationDoesNotWork), transaction():
        invitations.accept_invitation(actor=new, token="a-token")
    assert (helper.is_in_force, helper.kind, helper.authority) == (True, HelperKind.FAMILY_OR_FRIEND, None)
    assert queries.powers_over(sam, town.ada.id) == {Power.SEE_PLAN}
