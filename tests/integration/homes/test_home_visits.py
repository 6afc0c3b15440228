"""What a visit at home needs: asked when it is first needed, seen by whoever comes while they come, and by nobody else."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.rules import Power
from app.people.homes import actions
from app.people.homes.models import HomeDetails
from app.people.homes.queries import opened_home
from app.people.homes.rules import KEPT_AFTER, HomeChangedMeanwhile, HomeFacts, HomeNotSaid
from app.platform.audit.models import AuditEvent
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, circles, councils
from tests.factories.accounts import SEAL
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

ANSWERS = {
    "address": "12 Cooper Row\nQuaybridge",
    "postcode": "qx1 1aa",
    "phone": "01632 960 123",
    "way_in": "Key safe by the back door, 9182",
    "contact_name": "Joanne, my daughter",
    "contact_phone": "01632 960 124",
}
SECRETS = ("Cooper Row", "9182", "960 123", "960123", "Joanne", "960124")


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def nobody_said(person: Person) -> None:
    with transaction():
        db.session.delete(db.session.get_one(HomeDetails, person.id))


def acts(action: str, person: Person) -> list[AuditEvent]:
    rows = select(AuditEvent).where(AuditEvent.action == action, AuditEvent.for_person_id == person.id)
    return list(db.session.scalars(rows.order_by(AuditEvent.id)))


def test_it_is_asked_before_the_first_booking_is_confirmed_and_then_never_again(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    nobody_said(scene.person)
    accounts.sign_in(client, scene.person)
    check = f"/listings/{scene.listing.public_id}/book/check?on=2026-11-24&from=09:00&to=10:30&pay={own.public_id}"
    asked = client.get(check)
    assert asked.status_code == 302
    assert asked.location.startswith("/home-visits?next=/listings/")
    page = client.page(asked.location)
    assert "Before you book: somebody comes to the home for this" in text_of(page)
    answer = client.submit(asked.location, **ANSWERS)
    assert answer.location == check
    assert client.page(check).h1.get_text() == "Check your booking"
    stands = opened_home(db.session.get_one(Person, scene.person.id), SEAL, with_way_in=True)
    assert stands is not None
    assert stands.facts == HomeFacts("12 Cooper Row\nQuaybridge", "01632 960123", "Joanne, my daughter", "01632 960124")
    assert stands.way_in == "Key safe by the back door, 9182"
    assert db.session.get_one(Person, scene.person.id).postcode == "QX1 1AA"


def test_what_comes_to_the_home_cannot_be_booked_without(app: Flask) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    nobody_said(scene.person)
    with pytest.raises(HomeNotSaid):
        bookings.booking(scene, own)
    elsewhere = bookings.scene(kind="day-activities")
    theirs = bookings.pot(elsewhere.person, PotKind.OWN_MONEY, 9000)
    nobody_said(elsewhere.person)
    assert bookings.booking(elsewhere, theirs).kind == "day-activities"


def test_nothing_is_asked_at_sign_up_nor_to_look_around(client: InspectingClient) -> None:
    assert not [name for name in ("address", "phone", "way_in", "postcode") if client.page("/sign-up").find(id=name)]
    scene = bookings.scene()
    nobody_said(scene.person)
    accounts.sign_in(client, scene.person)
    assert client.page(f"/listings/{scene.listing.public_id}/book").h1.get_text() != "What a visit at home needs"


def test_what_lies_in_the_database_and_in_the_record_says_nothing(client: InspectingClient) -> None:
    person = accounts.person(has_home=False)
    accounts.sign_in(client, person)
    client.submit("/home-visits", **ANSWERS)
    lies = db.session.execute(text("SELECT facts, way_in FROM home_details")).one()
    for column in lies:
        assert [word for word in SECRETS if word.encode() in bytes(column)] == []
    saved = acts("home_details_saved", person)
    assert [one.details["changed"] for one in saved] == [
        ["address", "phone", "contact_name", "contact_phone", "way_in", "postcode"]
    ]
    assert [word for word in SECRETS if word in str(saved[0].details)] == []


def test_a_wrong_answer_says_how_to_mend_it_and_keeps_the_words(client: InspectingClient) -> None:
    person = accounts.person(has_home=False)
    accounts.sign_in(client, person)
    refused = client.submit("/home-visits", **{**ANSWERS, "postcode": "nowhere", "phone": "soon", "contact_phone": ""})
    words = refused.get_data(as_text=True)
    assert "Enter a whole postcode, like M31 4FA" in words
    assert "Enter the telephone number of Joanne, my daughter" in words
    assert "12 Cooper Row" in words
    assert acts("home_details_saved", person) == []


def test_whoever_may_book_fills_it_in_and_others_see_nothing(client: InspectingClient) -> None:
    person, books, sees = (
        accounts.person(has_home=False),
        accounts.person(Role.SUPPORTER),
        accounts.person(Role.SUPPORTER),
    )
    circles.support(person, books, powers=[Power.BOOK_COUNCIL_MANAGED])
    circles.support(person, sees, powers=[Power.SEE_MONEY, Power.SEE_PLAN, Power.SUGGEST])
    for who, expected in ((books, 200), (sees, 403)):
        accounts.sign_in(client, who)
        with client.session_transaction() as session:
            session["shopping_for"] = person.public_id
        assert client.get("/home-visits").status_code == expected
    with pytest.raises(NotAllowed):
        save(sees, person)
    accounts.sign_in(client, books)
    client.submit("/home-visits", **ANSWERS)
    assert [one.actor_id for one in acts("home_details_saved", person)] == [books.id]
    looks = acts("home_and_way_in_looked_at", person)
    assert {(one.actor_id, one.details["acting_as"]) for one in looks} == {(books.id, "supporter")}


def save(actor: Person, person: Person, *, seen: int = 0, address: str = "12 Cooper Row") -> HomeDetails:
    return in_transaction(
        lambda: actions.save_home(
            actor=actor,
            person=person,
            facts=HomeFacts(address, "01632 960123"),
            way_in="",
            postcode="QX1 1AA",
            seen=seen,
            seal=SEAL,
        )
    )


def test_of_two_who_change_it_the_second_is_shown_what_changed(client: InspectingClient) -> None:
    person = accounts.person()
    accounts.sign_in(client, person)
    client.page("/home-visits")
    save(person, person, seen=1, address="1 First Street")
    refused = client.submit("/home-visits", **{**ANSWERS, "seen": "1"})
    words = " ".join(refused.get_data(as_text=True).split())
    assert "Somebody else changed this while you wrote" in words
    assert "Saved by Ada Example" in words
    assert "1 First Street" in words
    assert "12 Cooper Row" in words
    # What they were shown is what they go on from.
    answer = client.submit("/home-visits", **{**ANSWERS, "seen": "2"})
    assert answer.status_code == 302
    stands = opened_home(db.session.get_one(Person, person.id), SEAL, with_way_in=True)
    assert stands is not None
    assert (stands.facts.address, stands.revision) == ("12 Cooper Row\nQuaybridge", 3)


def test_two_at_once_leave_one_and_tell_the_other(app: Flask) -> None:
    person = accounts.person(has_home=False)
    number, became = person.id, []
    both = threading.Barrier(2)

    def try_it(address: str) -> None:
        with app.app_context(), clock.set_to(NOW):
            me = db.session.get_one(Person, number)
            both.wait()
            try:
                save(me, me, address=address)
                became.append(address)
            except HomeChangedMeanwhile:
                became.append("told")
            finally:
                db.session.close()

    threads = [threading.Thread(target=try_it, args=(one,)) for one in ("1 First Street", "2 Second Street")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(became)[1] == "told"
    db.session.rollback()
    stands = opened_home(db.session.get_one(Person, number), SEAL, with_way_in=False)
    assert stands is not None
    assert (stands.facts.address, stands.revision) == (min(became), 1)


def where(made: Booking) -> str:
    return f"/desk/visits/{made.visits[0].public_id}/where"


def test_a_provider_sees_where_once_agreed_and_how_to_get_in_from_the_day_before(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    ends = made.visits[0].ends_at
    day_before = datetime(2026, 11, 23, tzinfo=UTC)
    for moment, sees_where, sees_way_in in (
        (NOW, True, False),
        (day_before - timedelta(seconds=1), True, False),
        (day_before, True, True),
        (ends + timedelta(hours=2) - timedelta(seconds=1), True, True),
        (ends + timedelta(hours=2), True, False),
        (ends + KEPT_AFTER - timedelta(seconds=1), True, False),
        (ends + KEPT_AFTER, False, False),
    ):
        with clock.set_to(moment):
            answer = client.get(where(made))
        words = answer.get_data(as_text=True)
        assert (answer.status_code == 200, "7 Larch Road" in words) == (sees_where, sees_where), moment
        assert ("4711" in words) == sees_way_in, moment
    assert len(acts("home_looked_at", scene.person)) == 4
    looks = acts("home_and_way_in_looked_at", scene.person)
    assert [(one.actor_id, one.details["acting_as"], one.subject_kind) for one in looks] == [
        (scene.staff.id, "provider_staff", "visit")
    ] * 2


def test_the_person_reads_who_looked(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    with clock.set_to(made.visits[0].starts_at):
        client.page(where(made))
    accounts.sign_in(client, scene.person)
    words = text_of(client.page("/money/who-looked"))
    assert "Bob Staff, a provider's staff" in words
    assert "Looked at where you live, who to call and how to get in" in words


def test_a_page_that_could_not_be_recorded_is_not_shown(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    with (
        mock.patch("app.support.desk.views.homes.note_look", side_effect=RuntimeError("no")),
        pytest.raises(RuntimeError),
    ):
        client.get(where(made))


@pytest.mark.parametrize(
    ("duties", "expected"),
    [([StaffDuty.RECORD], 200), ([StaffDuty.ANSWER], 200), ([StaffDuty.FINANCE], 404), ([StaffDuty.MANAGE], 404)],
)
def test_only_those_of_a_provider_who_answer_or_go_see_it(
    client: InspectingClient, duties: list[StaffDuty], expected: int
) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    with transaction():
        scene.staff.grants[0].duties = [str(one) for one in duties]
    accounts.sign_in(client, scene.staff)
    assert client.get(where(made)).status_code == expected


def test_what_was_cancelled_or_never_agreed_shows_nothing(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90000)
    asked = bookings.booking(scene, own)
    accounts.sign_in(client, scene.staff)
    assert client.get(where(asked)).status_code == 404
    client.submit(f"/desk/bookings/{asked.public_id}", button="Accept this request")
    assert client.get(where(asked)).status_code == 200
    accounts.sign_in(client, scene.person)
    client.submit(f"/bookings/{asked.public_id}/cancel")
    accounts.sign_in(client, scene.staff)
    assert client.get(where(asked)).status_code == 404
    assert acts("home_and_way_in_looked_at", scene.person) == []


def test_where_nobody_has_said_it_the_provider_is_told_to_ask(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    nobody_said(scene.person)
    accounts.sign_in(client, scene.staff)
    assert "They have not said yet where to come" in text_of(client.page(where(made)))


def test_no_letter_address_or_file_says_it(client: InspectingClient) -> None:
    scene = bookings.scene()
    made = bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    assert [
        row for row in db.session.execute(text("SELECT body FROM message")).scalars() if "Larch" in row or "4711" in row
    ] == []
    accounts.sign_in(client, scene.staff)
    for address in (
        f"/desk/bookings/{made.public_id}",
        "/desk/day?on=2026-11-24",
        "/desk",
        "/desk/bookings?show=agreed",
    ):
        words = client.get(address).get_data(as_text=True)
        assert [one for one in ("Larch", "4711", "01632 960001") if one in words] == [], address


def test_sealing_anew_opens_without_the_older_secret(app: Flask) -> None:
    person = accounts.person()
    app.config["OLD_SECRET_KEYS"], app.config["SECRET_KEY"] = (app.config["SECRET_KEY"],), "another-" * 6
    answer = app.test_cli_runner().invoke(args=["homes", "reseal"])
    assert answer.output == "1 sealed with the secret of now.\n"
    app.config["OLD_SECRET_KEYS"] = ()
    from app.people.homes.access import seal_here

    stands = opened_home(db.session.get_one(Person, person.id), seal_here(), with_way_in=True)
    assert stands is not None
    assert stands.way_in == "Key safe by the door: 4711"


def test_the_person_takes_it_out_again_and_is_asked_anew(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    accounts.sign_in(client, scene.person)
    for _ in range(2):
        assert client.submit("/home-visits/take-out").status_code == 302
    assert db.session.get(HomeDetails, scene.person.id) is None
    assert len(acts("home_details_forgotten", scene.person)) == 1
    with pytest.raises(HomeNotSaid):
        bookings.booking(scene, own)


def test_moving_house_changes_where_somebody_shops_at_once_and_not_who_pays(client: InspectingClient) -> None:
    pays, lives = councils.council("payford", "Payford Council"), councils.council("liveham", "Liveham Council")
    councils.places(lives)
    person = accounts.person(council_id=pays.id)
    accounts.sign_in(client, person)
    assert "With Payford Council" in client.page("/help").get_text()
    client.submit("/home-visits", **ANSWERS)
    now = db.session.get_one(Person, person.id, populate_existing=True)
    assert (now.council_id, now.shops_in_id) == (pays.id, lives.id)
    assert "With Liveham Council" in client.page("/help").get_text()
    for address in ("/account", "/your-council"):
        words = text_of(client.page(address))
        assert "North, Liveham Council" in words
        assert "The council that pays Payford Council" in words
    # A postcode of no council here: the shop is that of who pays again.
    client.submit("/home-visits", **{**ANSWERS, "postcode": "ZE1 0AA"})
    assert db.session.get_one(Person, person.id, populate_existing=True).shops_in_id is None
    assert "With Payford Council" in client.page("/help").get_text()
