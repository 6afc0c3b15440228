"""The calendar by week and month, the private address for calendar programs, and a provider's day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.support.booking_records.models.bookings import Booking
from app.support.calendars import queries as calendars_queries
from app.support.calendars.models import CalendarFeed
from app.support.recurrence.rules.patterns import Rule, Scope
from app.support.repeating.actions import changes, leaving_out
from app.support.repeating.actions.replanning import Wish
from tests.factories import accounts, bookings, circles, patterns, providers
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.queries import counted


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    made = bookings.scene()
    accounts.sign_in(client, made.person)
    return made


@pytest.fixture
def made(scene: bookings.Scene) -> Booking:
    """Tuesdays from 24 November, agreed, the visit of 1 December cancelled."""
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    leave_out(scene, made, made.visits[1].public_id)
    return made


def leave_out(scene: bookings.Scene, made: Booking, name: str) -> None:
    with clock.set_to(NOW), transaction():
        leaving_out.leave_out(actor=scene.person, booking=made, name=name, scope=Scope.THIS)


def text(client: InspectingClient, address: str) -> str:
    with clock.set_to(NOW):
        return " ".join(client.get(address).get_data(as_text=True).split())


def address(client: InspectingClient, **chosen: str) -> str:
    """The path of the feed, once it has been made."""
    with clock.set_to(NOW):
        client.submit("/bookings/calendar/address", button="Make an address", **chosen)
        page = client.get("/bookings/calendar/address").get_data(as_text=True)
    return page.split('value="http://127.0.0.1:5000')[1].split('"')[0]


def feed(client: InspectingClient, path: str) -> list[Any]:
    with clock.set_to(NOW):
        answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    events: list[Any] = IcsCalendarStream.calendar_from_ics(answer.get_data(as_text=True)).events
    return events


def test_a_week_shows_each_day_and_what_is_on_it(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    page = text(client, "/bookings/calendar?on=2026-11-26")
    assert "Your calendar: week from 23 November 2026" in page
    assert "Friday 27 November 2026" in page
    assert f'href="/bookings/{made.public_id}/visits/{made.visits[0].public_id}"' in page
    assert "9am to 10:30am</strong> Company at home" in page
    page = text(client, "/bookings/calendar?on=2026-12-01")
    assert "Cancelled, not charged" in page


def test_a_month_shows_visits_that_are_not_made_yet_too(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    page = text(client, "/bookings/calendar?view=month&on=2027-02-10")
    assert page.count("Not confirmed yet") == 4
    page = text(client, "/bookings/calendar?view=month&on=2026-12-10")
    assert page.count("9am to 10:30am</strong>") == 5
    assert page.count("Not confirmed yet") == 0


def test_odd_days_are_refused_in_words(client: InspectingClient, scene: bookings.Scene) -> None:
    for odd in ("2026-13-01", "x", "9999-12-31", "0001-01-01"):
        assert client.get(f"/bookings/calendar?on={odd}").status_code == 400
    for edge in ("2000-01-01", "2100-12-31"):
        assert client.get(f"/bookings/calendar?view=month&on={edge}").status_code == 200


def test_a_supporter_sees_the_calendar_only_with_the_power_to(client: InspectingClient, scene: bookings.Scene) -> None:
    beside = accounts.person(name="Sam Beside")
    circles.support(scene.person, beside, frozenset({Power.SUGGEST}))
    accounts.sign_in(client, beside)
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    assert client.get("/bookings/calendar").status_code == 403


def test_the_file_says_when_and_no_more_unless_chosen(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    path = address(client)
    found = feed(client, path)
    # Many calendars show neither what is tentative nor what is cancelled, so the title says it.
    stands = {"CONFIRMED": "", "CANCELLED": " (cancelled, not charged)", "TENTATIVE": " (not confirmed yet)"}
    assert {(one.status, one.summary) for one in found} == {(kind, f"Visit{words}") for kind, words in stands.items()}
    # 8 made, one of them cancelled, and those until 21 November 2027 that are not made yet.
    assert len(found) == 52
    by_day = {one.dtstart.date(): one for one in found}
    assert by_day[date(2026, 11, 24)].status == "CONFIRMED"
    assert by_day[date(2026, 12, 1)].status == "CANCELLED"
    assert by_day[date(2027, 6, 15)].status == "TENTATIVE"
    # 9am in winter and 9am in summer.
    assert by_day[date(2026, 12, 8)].dtstart.astimezone(UTC) == datetime(2026, 12, 8, 9, tzinfo=UTC)
    assert by_day[date(2027, 6, 15)].dtstart.astimezone(UTC) == datetime(2027, 6, 15, 8, tzinfo=UTC)
    with clock.set_to(NOW):
        client.submit("/bookings/calendar/address", button="Save", titles="y")
    assert {one.summary for one in feed(client, path)} == {
        f"Company at home, Bright Days{words}" for words in stands.values()
    }


def test_whoever_reads_the_file_need_not_sign_in_and_a_new_address_shuts_the_old(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    old = address(client)
    client.submit("/account", at="/sign-out")
    assert len(feed(client, old)) == 52
    wrong = old[:-6] + ("aa" if old[-6:-4] != "aa" else "bb") + ".ics"
    assert client.get(wrong).status_code == 404
    accounts.sign_in(client, scene.person)
    with clock.set_to(NOW):
        client.submit("/bookings/calendar/address", button="Make a new address")
    assert client.get(old).status_code == 404
    new = address_shown(client)
    assert len(feed(client, new)) == 52
    client.submit("/bookings/calendar/address", button="Take the address away")
    assert client.get(new).status_code == 404
    assert db.session.scalars(select(CalendarFeed)).all() == []


def address_shown(client: InspectingClient) -> str:
    page = client.get("/bookings/calendar/address").get_data(as_text=True)
    return page.split('value="http://127.0.0.1:5000')[1].split('"')[0]


def test_a_visit_keeps_its_name_through_cancelling_putting_back_and_moving(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    path = address(client)
    day = date(2026, 12, 1)

    def told() -> tuple[str, str, int]:
        one = next(one for one in feed(client, path) if one.uid.endswith(f"-{day:%Y%m%d}@ownway"))
        return one.uid, one.status, one.sequence

    uid, status, sequence = told()
    assert (status, sequence) == ("CANCELLED", 1)
    for number, wish in enumerate((Wish(is_back=True), Wish(time(14), time(15, 30), on=day))):
        name = calendars_queries.calendar_entries(scene.person.id, day, day)[0].name
        with clock.set_to(NOW):
            with transaction():
                change = changes.ask_change(
                    actor=scene.person, booking=made, name=name, scope=Scope.THIS, wish=wish, key=f"again-{number:012d}"
                )
            with transaction():
                changes.agree_to_change(actor=scene.staff, change=change)
        assert told() == (uid, "CONFIRMED", number + 2)


def test_calendar_and_file_ask_no_more_for_more_visits(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000_000)
    path = address(client)
    asked = []
    for rule in (Rule((2,)), Rule((1, 2, 3, 4, 5, 6, 7))):
        patterns.agreed(scene, own, rule=rule)
        with clock.set_to(NOW):
            client.get("/bookings/calendar?view=month")
            with counted() as month:
                client.get("/bookings/calendar?view=month")
            with counted() as file:
                client.get(path)
        asked.append((len(month), len(file)))
    assert asked[0] == asked[1]
    assert asked[0][0] <= 10
    assert asked[0][1] <= 10


def test_a_providers_day_lists_every_visit_with_whom_to_visit_in_one_query(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    accounts.sign_in(client, scene.staff)
    page = text(client, "/desk/day?on=2026-11-24")
    assert "Tuesday 24 November 2026: visits of Bright Days" in page
    assert "9am to 10:30am" in page
    assert "Ada Example" in page
    assert "Cancelled, not charged" in text(client, "/desk/day?on=2026-12-01")
    assert "No visits are agreed for this day." in text(client, "/desk/day?on=2026-11-25")
    with clock.set_to(NOW), counted() as one:
        client.get("/desk/day?on=2026-11-24")
    assert len(one) <= 10
    other = bookings.scene()
    accounts.sign_in(client, other.staff)
    assert "Ada Example" not in text(client, "/desk/day?on=2026-11-24")
    assert client.get(f"/desk/day?provider={scene.provider.public_id}").status_code == 404


def test_a_feed_says_where_who_and_leads_to_the_visit_only_as_far_as_chosen(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    scene.provider.phone, scene.provider.email = "0161 496 0001", "hello@larch.example"
    db.session.commit()
    path = address(client)
    (first, *_) = feed(client, path)
    visit = f"http://127.0.0.1:5000/bookings/{made.public_id}/visits/{made.visits[0].public_id}"
    assert (str(first.url), first.location, first.contacts) == (visit, None, [])
    with clock.set_to(NOW):
        client.submit("/bookings/calendar/address", button="Save", titles="y")
    (first, *_) = feed(client, path)
    assert (str(first.url), first.location) == (visit, "At home")
    assert first.contacts == [f"{scene.provider.name}, 0161 496 0001, hello@larch.example"]
    # What comes to nobody's home is where its listing says.
    made.kind = "day-centre"
    scene.listing.address, scene.listing.postcode = "1 Quay Street", "QX1 1AA"
    db.session.commit()
    assert feed(client, path)[0].location == "1 Quay Street, QX1 1AA"


def test_a_program_that_has_it_already_fetches_nothing_until_something_changes(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    path = address(client)
    with clock.set_to(NOW):
        first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    asked = {"If-None-Match": first.headers["ETag"]}
    # An hour later nothing has changed but the time.
    with clock.set_to(NOW + timedelta(hours=1)):
        again = client.get(path, headers=asked)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    leave_out(scene, made, made.visits[3].public_id)
    with clock.set_to(NOW):
        changed = client.get(path, headers=asked)
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)


def desk_address(client: InspectingClient, button: str = "Make an address") -> str:
    with clock.set_to(NOW):
        client.submit("/desk/day/address", button=button)
        page = client.get("/desk/day/address").get_data(as_text=True)
    return page.split('value="http://127.0.0.1:5000')[1].split('"')[0]


def test_a_provider_reads_its_days_in_a_calendar_that_names_nobody(
    client: InspectingClient, scene: bookings.Scene, made: Booking
) -> None:
    scene.person.postcode = "QX11AA"
    db.session.commit()
    accounts.sign_in(client, scene.staff)
    path = desk_address(client)
    found = {one.dtstart.date(): one for one in feed(client, path)}
    first, second = found[date(2026, 11, 24)], found[date(2026, 12, 1)]
    assert (first.summary, first.status, first.location) == (
        f"Company at home, {made.reference}",
        "CONFIRMED",
        "Near QX1",
    )
    assert str(first.url) == f"http://127.0.0.1:5000/desk/visits/{made.visits[0].public_id}"
    assert (second.status, "ancelled" in second.summary) == ("CANCELLED", True)
    with clock.set_to(NOW):
        whole = client.get(path)
        assert client.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    text_of = whole.get_data(as_text=True)
    assert [
        word for word in (scene.person.full_name, "QX1 1AA", "QX11AA", "Larch Road", "01632") if word in text_of
    ] == []
    # A new address shuts the old, and the signature of a person's own calendar opens none of a desk.
    newer = desk_address(client, "Make a new address")
    assert (client.get(path).status_code, client.get(newer).status_code) == (404, 200)
    assert client.get(newer.replace("/calendar/desk/", "/calendar/")).status_code == 404
    with clock.set_to(NOW):
        client.submit("/desk/day/address", button="Take the address away")
    assert client.get(newer).status_code == 404


def test_a_desks_calendar_ends_when_its_reader_leaves(client: InspectingClient, scene: bookings.Scene) -> None:
    accounts.sign_in(client, scene.staff)
    path = desk_address(client)
    assert client.get(path).status_code == 200
    with transaction():
        for grant in list(scene.staff.grants):
            db.session.delete(grant)
    assert client.get(path).status_code == 404
    other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    accounts.sign_in(client, other)
    assert client.get(f"/desk/day/address?provider={scene.provider.public_id}").status_code == 404
