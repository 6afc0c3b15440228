"""Acting for another person: opened on the record, read anew in every request, over the moment it is ended."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import access as circles_access
from app.people.circles import queries as circles_queries
from app.people.circles.actions import caseloads, invitations, supporters
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from tests import queries as counting
from tests.factories import accounts, circles, messages
from tests.factories.budgets import looked_after
from tests.inspection import InspectingClient

SHOP_ONLY = frozenset({Power.SUGGEST})


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A client of a site with three small doors of its own: one that spends, one that shows money, one open to all."""

    @open_to(SIGNED_IN)
    def spend() -> str:
        shopper = circles_access.shopper()
        shopper.require(Power.BOOK)
        return f"{shopper.actor.full_name} for {shopper.person.full_name}"

    @open_to(SIGNED_IN)
    def show_money() -> str:
        shopper = circles_access.shopper()
        shopper.require(Power.SEE_MONEY)
        circles_access.note_look("money_looked_at", subject_kind="person", subject_id=shopper.person.id)
        return shopper.person.full_name

    @open_to(ANYONE)
    def look_around() -> str:
        shopper = circles_access.shopper_or_none()
        return "nobody" if shopper is None else f"for {shopper.person.full_name}"

    for view, methods in ((spend, ["POST"]), (show_money, ["GET"]), (look_around, ["GET"])):
        name = view.__name__.replace("_", "-")

        def plain(view: object = view) -> tuple[str, int, dict[str, str]]:
            return view(), 200, {"Content-Type": "text/plain"}  # type: ignore[operator]

        app.add_url_rule(
            f"/a-test/{name}", name, open_to(ANYONE if view is look_around else SIGNED_IN)(plain), methods=methods
        )
    made = app.test_client()
    assert isinstance(made, InspectingClient)
    return made


def _token(client: InspectingClient) -> str:
    found = client.page("/account").select_one("main input[name=csrf_token]")
    assert found is not None
    return str(found["value"])


def _act_for(client: InspectingClient, person: Person, status: int = 302) -> None:
    sent = client.post("/shop-for", data={"person": person.public_id, "csrf_token": _token(client)})
    assert sent.status_code == status


def _spend(client: InspectingClient, token: str) -> tuple[int, str]:
    answer = client.post("/a-test/spend", data={"csrf_token": token})
    return answer.status_code, answer.get_data(as_text=True)


def _opened() -> list[tuple[int | None, int | None, str]]:
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person_view_opened"))
    return [(e.actor_id, e.for_person_id, e.details["acting_as"]) for e in rows]


def test_a_supporter_acts_for_the_person_and_stops(client: InspectingClient) -> None:
    ada, sam = accounts.person(name="Ada Example"), accounts.person(name="Sam Supporter")
    circles.support(ada, sam)
    accounts.sign_in(client, sam)
    token = _token(client)
    assert _spend(client, token) == (200, "Sam Supporter for Sam Supporter")
    assert client.submit("/people-beside-you", button="Shop for Ada Example").location == "/search"
    assert _opened() == [(sam.id, ada.id, "supporter")]
    assert _spend(client, token) == (200, "Sam Supporter for Ada Example")
    assert client.get("/a-test/look-around").get_data(as_text=True) == "for Ada Example"
    page = client.page("/account")
    assert "Ada Example" in page.get_text()
    stopped = client.post("/shop-for", data={"action": "stop", "next": "/messages", "csrf_token": token})
    assert stopped.location == "/messages"
    assert _spend(client, token) == (200, "Sam Supporter for Sam Supporter")


def test_what_was_not_granted_is_refused_by_name(client: InspectingClient) -> None:
    ada, sam = accounts.person(name="Ada Example"), accounts.person()
    circles.support(ada, sam, SHOP_ONLY)
    accounts.sign_in(client, sam)
    _act_for(client, ada)
    status, words = _spend(client, _token(client))
    assert status == 403
    assert (
        "You are acting for Ada Example, and you may not book for them from their own money or a direct payment."
        in words
    )
    page = client.page("/a-test/show-money", status=403)
    assert "you may not see all their money" in page.get_text()


def test_an_ended_supporter_is_out_at_once_and_spends_no_money_of_their_own(client: InspectingClient) -> None:
    ada, sam = accounts.person(name="Ada Example"), accounts.person(name="Sam Supporter")
    support = circles.support(ada, sam)
    accounts.sign_in(client, sam)
    _act_for(client, ada)
    token = _token(client)
    with transaction():
        supporters.end_support(actor=ada, support=support)
    status, words = _spend(client, token)
    assert status == 403
    assert "You can no longer act for the person you were helping" in words
    assert _spend(client, token) == (200, "Sam Supporter for Sam Supporter")
    _act_for(client, ada, status=404)
    assert len(_opened()) == 1


def test_a_page_open_to_all_goes_on_for_oneself_after_an_ending(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person(name="Sam Supporter")
    support = circles.support(ada, sam)
    assert client.get("/a-test/look-around").get_data(as_text=True) == "nobody"
    accounts.sign_in(client, sam)
    _act_for(client, ada)
    with transaction():
        supporters.end_support(actor=ada, support=support)
    assert client.get("/a-test/look-around").get_data(as_text=True) == "for Sam Supporter"
    assert "You can no longer act" in client.page("/account").get_text()


def test_powers_taken_away_are_gone_in_the_next_request(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    support = circles.support(ada, sam)
    accounts.sign_in(client, sam)
    _act_for(client, ada)
    token = _token(client)
    assert _spend(client, token)[0] == 200
    with transaction():
        supporters.change_powers(actor=ada, support=support, powers=SHOP_ONLY)
    assert _spend(client, token)[0] == 403


def test_a_closed_account_cannot_be_acted_for(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    circles.support(ada, sam)
    accounts.sign_in(client, sam)
    _act_for(client, ada)
    token = _token(client)
    ada.closed_at = clock.now()
    db.session.commit()
    assert _spend(client, token)[0] == 403


def test_strangers_and_unanswered_invitations_open_nothing(client: InspectingClient) -> None:
    ada, sam, stranger = accounts.person(), accounts.person(Role.PERSON, Role.SUPPORTER), accounts.person()
    with transaction():
        invitations.invite_supporter(actor=ada, person=ada, email=sam.email, relation="x", powers=EVERY_POWER)
    for nobody in (sam, stranger):
        accounts.sign_in(client, nobody)
        _act_for(client, ada, status=404)
        _act_for(client, nobody, status=404)
        assert circles_queries.powers_over(nobody, ada.id) == frozenset()
    assert _opened() == []


def test_a_session_that_names_somebody_else_is_not_believed(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    accounts.sign_in(client, sam)
    for forged in (ada.public_id, "nobody", "", 7):
        with client.session_transaction() as session:
            session["shopping_for"] = forged
        assert client.get("/a-test/show-money").status_code == 403
    assert client.get("/a-test/show-money").status_code == 200


def test_opening_ones_view_is_seen_by_the_person(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person(name="Sam Supporter")
    circles.support(ada, sam)
    accounts.sign_in(client, sam)
    client.get("/a-test/show-money")
    _act_for(client, ada)
    assert client.get("/a-test/show-money").status_code == 200
    accounts.sign_in(client, ada)
    with client.session_transaction() as session:
        session.pop("shopping_for", None)
    rows = client.page("/money/who-looked").select("tbody tr")
    assert [row.select("td")[1].get_text() for row in rows] == ["Looked at your money", "Started to act for you"]
    assert {row.select("td")[0].get_text() for row in rows} == {"Sam Supporter, your supporter"}


def test_who_acts_for_whom_costs_one_query_a_request(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    circles.support(ada, sam)
    accounts.sign_in(client, sam)
    with counting.counted() as alone:
        client.get("/a-test/look-around")
    _act_for(client, ada)
    with counting.counted() as helping:
        client.get("/a-test/look-around")
    assert len(helping) - len(alone) == 1


# Care managers.


def _at_work() -> tuple[Council, Person, Person]:
    at = circles.council()
    ada = accounts.person(name="Ada Example", council_id=at.id)
    cara = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=at.id)
    with transaction():
        looked_after(ada, at)
    return at, ada, cara


def test_a_care_manager_adds_a_person_acts_for_them_and_takes_them_off(client: InspectingClient) -> None:
    _, ada, cara = _at_work()
    accounts.sign_in(client, cara)
    assert "Nobody is on your caseload yet" in client.page("/caseload").get_text()
    asking = client.submit("/caseload/add", email=ada.email, because="She rang us").location
    assert asking.endswith("/ask")
    assert messages.sent() == [(ada.email, "Somebody from your council opened your page")]
    assert circles_queries.powers_over(cara, ada.id) == frozenset()
    entry = db.session.scalars(circles_queries.caseload_of(cara)).one()
    entry.powers = ["see_money"]
    db.session.commit()
    client.submit("/caseload", button="Shop for Ada Example")
    assert _opened() == [(cara.id, ada.id, "care_manager")]
    assert client.get("/a-test/show-money").get_data(as_text=True) == "Ada Example"
    page = client.page("/people-beside-you")
    assert page.select_one("h1").get_text() == "People beside Ada Example"  # type: ignore[union-attr]
    client.page("/people-beside-you/invite", status=403)

    accounts.sign_in(client, ada)
    with client.session_transaction() as session:
        session.pop("shopping_for", None)
    page = client.page("/people-beside-you")
    assert "Cara Manager" in page.get_text()
    assert "ask your council" in page.get_text()
    assert [" ".join(a.get_text().split()) for a in page.select("main .govuk-summary-card__actions a")] == [
        "What they asked and you answered: Cara Manager",
        "Change or end what Cara Manager may do",
    ]

    accounts.sign_in(client, cara)
    (ask,) = [a["href"] for a in client.page("/caseload").select("main a") if a.get_text() == "Ada Example"]
    (end,) = [a["href"] for a in client.page(str(ask)).select("main a") if "Take them off" in a.get_text()]
    assert client.submit(str(end)).location == "/caseload"
    assert circles_queries.powers_over(cara, ada.id) == frozenset()
    _act_for(client, ada, status=404)


def test_people_of_another_council_are_not_found(client: InspectingClient) -> None:
    _, _, cara = _at_work()
    elsewhere = accounts.person(council_id=circles.council().id)
    nowhere = accounts.person()
    accounts.sign_in(client, cara)
    for email in (elsewhere.email, nowhere.email, "unknown@example.org"):
        answer = client.submit("/caseload/add", email=email, because="They rang us")
        assert "Nobody with this email address has an account and lives in your council" in answer.get_data(
            as_text=True
        )
    assert db.session.scalars(circles_queries.caseload_of(cara)).all() == []
    assert messages.sent() == []


@pytest.mark.usefixtures("app")
def test_nobody_is_put_on_a_caseload_across_councils() -> None:
    at, ada, cara = _at_work()
    other, other_person, other_manager = _at_work()
    commissioner = accounts.person(Role.COMMISSIONER, council_id=at.id)
    wrong: list[tuple[Person, Person, Person, Council, type[Exception]]] = [
        (other_manager, cara, ada, at, NotAllowed),
        (ada, cara, ada, at, NotAllowed),
        (cara, other_manager, ada, at, Conflict),
        (cara, cara, other_person, at, Conflict),
        (cara, cara, ada, other, NotAllowed),
        (cara, commissioner, ada, at, Conflict),
    ]
    for actor, care_manager, person, council, refusal in wrong:
        with pytest.raises(refusal), transaction():
            caseloads.put_on_caseload(actor=actor, care_manager=care_manager, person=person, council=council)
    with transaction():
        entry = caseloads.put_on_caseload(actor=commissioner, care_manager=cara, person=ada, council=at)
        again = caseloads.put_on_caseload(actor=cara, care_manager=cara, person=ada, council=at)
        assert again.id == entry.id
    assert circles_queries.powers_over(cara, ada.id) == frozenset(), "the law lets them, and nobody else has"
    with pytest.raises(NotAllowed), transaction():
        caseloads.take_off_caseload(actor=other_manager, entry=entry)
    with pytest.raises(NotFound):
        circles_queries.caseload_entry_for(other_manager, entry.public_id)


@pytest.mark.usefixtures("app")
def test_a_caseload_counts_only_while_the_work_and_the_home_are_in_the_council() -> None:
    at, ada, cara = _at_work()
    circles.caseload_entry(cara, ada, at)
    assert circles_queries.powers_over(cara, ada.id) == COUNCIL_STAFF_POWERS
    ada.council_id = circles.council().id
    db.session.commit()
    assert circles_queries.powers_over(cara, ada.id) == frozenset()
    assert circles_queries.care_managers_of(ada) == []
    ada.council_id = at.id
    cara.grants[0].ended_at = clock.now()
    db.session.commit()
    assert circles_queries.powers_over(cara, ada.id) == frozenset()


def test_the_caseload_is_for_care_managers_paged_and_steady(client: InspectingClient) -> None:
    at, ada, cara = _at_work()
    accounts.sign_in(client, ada)
    for page in ("/caseload", "/caseload/add"):
        client.page(page, status=403)
    accounts.sign_in(client, cara)
    asked = []
    for more in (2, 39):
        for _ in range(more):
            circles.caseload_entry(cara, accounts.person(council_id=at.id), at)
        with counting.counted() as statements:
            client.page("/caseload")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(client.page("/caseload?page=3").select("main .app-card")) == 1


def test_a_person_cannot_end_a_care_manager(client: InspectingClient) -> None:
    at, ada, cara = _at_work()
    entry = circles.caseload_entry(cara, ada, at)
    accounts.sign_in(client, ada)
    client.page(f"/caseload/{entry.public_id}/end", status=403)
    with pytest.raises(NotAllowed), transaction():
        caseloads.take_off_caseload(actor=ada, entry=entry)
    assert circles_queries.powers_over(cara, ada.id) == COUNCIL_STAFF_POWERS
