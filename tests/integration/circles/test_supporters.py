"""Naming a supporter: asking, answering, changing, ending; and everybody who may not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries as circles_queries
from app.people.circles.actions import invitations, supporters
from app.people.circles.models import Support
from app.people.circles.rules import EVERY_POWER, POWER_WORDS, Power, powers_from
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, circles, messages
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient

SHOP_ONLY = frozenset({Power.SUGGEST})


def _invite(person: Person, email: str, powers: frozenset[Power] = SHOP_ONLY) -> str:
    """Ask, and give the token of the link that was sent."""
    with transaction():
        invitations.invite_supporter(actor=person, person=person, email=email, relation="my sister", powers=powers)
    return messages.last_link().rsplit("/", 1)[1]


def _supports() -> list[Support]:
    db.session.expire_all()
    return list(db.session.scalars(select(Support).order_by(Support.id)))


def _acts() -> list[str]:
    rows = select(AuditEvent.action).where(AuditEvent.subject_kind == "support").order_by(AuditEvent.id)
    return list(db.session.scalars(rows))


def test_from_asking_to_helping(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person(name="Sam Supporter")
    accounts.sign_in(client, ada)
    assert "Nobody yet." in client.page("/people-beside-you").get_text()
    asked = client.submit(
        "/people-beside-you/invite", email=sam.email, relation="my sister", kind="family_or_friend", powers=["book"]
    )
    assert asked.location == "/people-beside-you"
    assert "Has not answered yet" in client.page("/people-beside-you").get_text()
    assert messages.sent() == [(sam.email, "Somebody asks for your help")]
    link = messages.last_link()
    assert circles_queries.powers_over(sam, ada.id) == frozenset()

    accounts.sign_in(client, sam)
    assert "Somebody asks" not in client.page("/messages").get_text(), "the link itself is the key"
    page = client.page(link)
    assert [item.get_text() for item in page.select("main li")] == [
        "see what is arranged for me",
        "look for support for me and suggest it",
        "book support from the money the council looks after for me",
        "book support and spend any of my money for me",
    ]
    assert _supports()[0].accepted_at is None, "looking accepts nothing"
    assert client.submit(link, button="Yes, I will help").location == "/people-beside-you"
    assert "People you help" in client.page("/people-beside-you").get_text()
    db.session.expire_all()
    assert sam.has_role(Role.SUPPORTER)
    assert circles_queries.powers_over(sam, ada.id) == powers_from(["book"])
    assert messages.sent()[1:] == [(ada.email, "Somebody said yes to helping you")]
    assert _acts() == ["supporter_invited", "supporter_accepted"]

    accounts.sign_in(client, ada)
    page = client.page("/people-beside-you")
    assert "Sam Supporter" in page.get_text()
    words = "; ".join(POWER_WORDS[power] for power in Power if power in powers_from(["book"]))
    assert [
        " ".join(row.select("td")[1].get_text().split())
        for row in client.page("/people-beside-you/history").select("tbody tr")
    ] == [
        f"Said yes to helpingFrom then on: {words}",
        f"Asked somebody to helpFrom then on: {words}",
    ]


def test_a_newly_signed_up_supporter_comes_back_to_the_invitation(client: InspectingClient) -> None:
    ada = accounts.person()
    token = _invite(ada, "new@example.org")
    page = client.page(f"/supporting/{token}")
    # Whoever the link was passed on to reads nothing of it, and has nothing to press.
    assert page.select("main form") == []
    assert ada.full_name not in page.get_text()
    (sign_up,) = [a["href"] for a in page.select("main a") if a.get_text() == "create an account"]
    client.submit(str(sign_up), full_name="New Helper", email="new@example.org", password="otter lamp teapot")
    client.submit(messages.last_link())
    back = client.submit("/sign-in", email="new@example.org", password="otter lamp teapot").location
    assert back == f"/supporting/{token}"
    client.submit(back, button="Yes, I will help")
    assert [s.is_in_force for s in _supports()] == [True]


def test_yes_needs_an_account(client: InspectingClient) -> None:
    token = _invite(accounts.person(), "new@example.org")
    hidden = client.page("/sign-in").select_one("main input[name=csrf_token]")
    assert hidden is not None
    for answer in ("yes", "no"):
        sent = client.post(f"/supporting/{token}", data={answer: answer, "csrf_token": hidden["value"]})
        assert sent.status_code == 400
    assert [s.accepted_at for s in _supports()] == [None]


def test_whoever_was_asked_says_no_and_the_person_is_told(client: InspectingClient) -> None:
    ada = accounts.person()
    token = _invite(ada, "new@example.org")
    asked = accounts.person()
    asked.email = "new@example.org"
    db.session.commit()
    accounts.sign_in(client, asked)
    assert client.submit(f"/supporting/{token}", button="No").location == "/"
    client.page(f"/supporting/{token}", status=404)
    assert messages.sent()[-1] == (ada.email, "Somebody said no to helping you")
    with pytest.raises(invitations.InvitationDoesNotWork), transaction():
        invitations.decline_invitation(actor=None, token=token)


@pytest.mark.usefixtures("app")
def test_an_invitation_expires_after_fourteen_days() -> None:
    ada, sam = accounts.person(), accounts.person()
    token = _invite(ada, sam.email)
    with clock.set_to(clock.now() + timedelta(days=14, seconds=1)):
        with pytest.raises(NotFound):
            invitations.invitation_of(token)
        with pytest.raises(invitations.InvitationDoesNotWork), transaction():
            invitations.accept_invitation(actor=sam, token=token)
        assert circles_queries.supporters_of(ada.id) == []
        _invite(ada, sam.email)
    assert not sam.has_role(Role.SUPPORTER)


def test_an_invitation_accepted_by_several_at_once_is_accepted_once(app: Flask) -> None:
    ada = accounts.person()
    helpers = [accounts.person().id for _ in range(4)]
    token = _invite(ada, "someone@example.org")

    def accept(number: int) -> None:
        with transaction():
            invitations.accept_invitation(
                actor=db.session.get_one(Person, helpers[number]), token=token, knows_code=True
            )

    assert sorted(at_once(app, accept, 4)) == ["InvitationDoesNotWork"] * 3 + ["done"]
    assert len(_supports()) == 1
    assert [number for number, _ in enumerate(helpers) if _supports()[0].supporter_id == helpers[number]] != []


@pytest.mark.usefixtures("app")
def test_a_new_grant_takes_the_place_of_the_older_one() -> None:
    ada, sam = accounts.person(), accounts.person()
    circles.support(ada, sam)
    token = _invite(ada, "sam.other@example.org", SHOP_ONLY)
    with transaction():
        invitations.accept_invitation(actor=sam, token=token, knows_code=True)
    assert circles_queries.powers_over(sam, ada.id) == SHOP_ONLY
    assert [s.is_in_force for s in _supports()] == [False, True]


@pytest.mark.usefixtures("app")
def test_nobody_accepts_an_invitation_about_themselves() -> None:
    ada = accounts.person()
    token = _invite(ada, "other@example.org")
    with pytest.raises(BadInput), transaction():
        invitations.accept_invitation(actor=ada, token=token)
    assert invitations.invitation_of(token).person_id == ada.id, "the invitation is still good"


@pytest.mark.usefixtures("app")
def test_an_invitation_from_a_closed_account_is_dead() -> None:
    ada, sam = accounts.person(), accounts.person()
    token = _invite(ada, sam.email)
    ada.closed_at = clock.now()
    db.session.commit()
    with pytest.raises(NotFound):
        invitations.invitation_of(token)
    with pytest.raises(invitations.InvitationDoesNotWork), transaction():
        invitations.accept_invitation(actor=sam, token=token)


@pytest.mark.usefixtures("app")
def test_the_same_address_is_not_asked_twice_and_ten_in_a_day_are_enough() -> None:
    ada = accounts.person()
    _invite(ada, "one@example.org")
    with pytest.raises(invitations.AskedAlready), transaction():
        invitations.invite_supporter(actor=ada, person=ada, email="ONE@example.org", relation="again", powers=SHOP_ONLY)
    for number in range(9):
        _invite(ada, f"more{number}@example.org")
    with pytest.raises(invitations.TooManyInvitations), transaction():
        invitations.invite_supporter(actor=ada, person=ada, email="x@example.org", relation="x", powers=SHOP_ONLY)
    assert len(messages.sent()) == 10


@pytest.mark.usefixtures("app")
def test_only_the_person_asks() -> None:
    at = circles.council()
    ada = accounts.person(council_id=at.id)
    sam, stranger = accounts.person(), accounts.person()
    cara = accounts.person(Role.CARE_MANAGER, council_id=at.id)
    circles.support(ada, sam)
    circles.caseload_entry(cara, ada, at, SHOP_ONLY)
    for nobody, powers in ((sam, SHOP_ONLY), (stranger, SHOP_ONLY), (cara, SHOP_ONLY)):
        with pytest.raises(supporters.CannotGrant), transaction():
            invitations.invite_supporter(actor=nobody, person=ada, email="x@example.org", relation="x", powers=powers)
    assert len(_supports()) == 1
    assert messages.sent() == []


def test_powers_are_changed_and_count_at_once(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    support = circles.support(ada, sam)
    accounts.sign_in(client, ada)
    page = client.page(f"/people-beside-you/{support.public_id}")
    assert len(page.select("input[name=powers][checked]")) == len(Power)
    client.submit(f"/people-beside-you/{support.public_id}", powers=["suggest"])
    assert circles_queries.powers_over(sam, ada.id) == SHOP_ONLY
    answer = client.submit(f"/people-beside-you/{support.public_id}", powers=[])
    assert "Select what they may do, or end it instead" in answer.get_data(as_text=True)
    assert circles_queries.powers_over(sam, ada.id) == SHOP_ONLY
    assert _acts() == ["supporter_powers_changed"]


@pytest.mark.usefixtures("app")
def test_a_supporter_cannot_widen_their_own_grant() -> None:
    ada, sam = accounts.person(), accounts.person()
    support = circles.support(ada, sam, SHOP_ONLY)
    for actor in (sam, accounts.person()):
        with pytest.raises(supporters.CannotGrant), transaction():
            supporters.change_powers(actor=actor, support=support, powers=EVERY_POWER)
    assert circles_queries.powers_over(sam, ada.id) == SHOP_ONLY


def test_a_supporter_sees_no_page_to_change_their_own_grant(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    support = circles.support(ada, sam, SHOP_ONLY)
    accounts.sign_in(client, sam)
    client.page(f"/people-beside-you/{support.public_id}", status=404)


def test_either_of_the_two_ends_it_and_the_other_is_told(client: InspectingClient) -> None:
    for who_ends in (0, 1):
        ada, sam = accounts.person(), accounts.person()
        support = circles.support(ada, sam)
        both = (ada, sam)
        accounts.sign_in(client, both[who_ends])
        assert client.submit(f"/people-beside-you/{support.public_id}/end").location == "/people-beside-you"
        db.session.expire_all()
        assert (support.is_in_force, support.ended_by_id) == (False, both[who_ends].id)
        assert messages.sent()[-1] == (both[1 - who_ends].email, "Something changed about who helps whom")
        client.page(f"/people-beside-you/{support.public_id}/end", status=404)
        with pytest.raises(Conflict), transaction():
            supporters.end_support(actor=both[who_ends], support=support)


def test_strangers_find_and_end_nothing(client: InspectingClient) -> None:
    support = circles.support(accounts.person(), accounts.person())
    stranger = accounts.person()
    accounts.sign_in(client, stranger)
    for page in ("", "/end"):
        client.page(f"/people-beside-you/{support.public_id}{page}", status=404)
        client.page(f"/people-beside-you/%00{page}", status=404)
    with pytest.raises(NotAllowed), transaction():
        supporters.end_support(actor=stranger, support=support)
    assert _supports()[0].is_in_force


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"email": ""}, "Enter their email address"),
        ({"email": "nobody"}, "Enter an email address in the right form"),
        ({"relation": ""}, "Enter who they are to you"),
        ({"relation": "x" * 61}, "must be 60 characters or fewer"),
        ({"powers": []}, "Select what they may do"),
        ({"powers": ["everything"]}, "Select what they may do"),
        ({"email": "OWN"}, "Enter the email address of somebody else"),
    ],
)
def test_what_cannot_be_asked_is_said(client: InspectingClient, filled: dict[str, object], words: str) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    if filled.get("email") == "OWN":
        filled = {"email": ada.email}
    good: dict[str, object] = {
        "email": "sam@example.org",
        "relation": "my sister",
        "kind": "advocate",
        "powers": ["suggest"],
    }
    answer = client.submit("/people-beside-you/invite", **{**good, **filled})
    assert answer.status_code == 200
    assert words in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Support)) == 0
    assert messages.sent() == []


def test_a_made_up_invitation_is_not_found(client: InspectingClient) -> None:
    for token in ("x", "%00", "a" * 600):
        client.page(f"/supporting/{token}", status=404)
