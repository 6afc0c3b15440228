"""A finished period is published once: what was published stays, and what changes later is a correction of a later one."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from app.base import clock
from app.base.db import db
from app.insight.trends import actions
from app.people.accounts.models import RoleGrant
from app.people.accounts.rules import Role
from app.people.councils.models import Council, Policy
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from tests.factories import accounts, councils, providers
from tests.factories.trends import listing, visit
from tests.inspection import InspectingClient
from tests.queries import counted

FIRST, SECOND, THIRD = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
# With the usual first day the periods begin on 30 March, 27 April, 25 May and 22 June 2026.
ONE, TWO, THREE = "2026-03-30", "2026-04-27", "2026-05-25"


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.set_to(_at(date(2026, 7, 6))):
        yield


@pytest.fixture
def council(client: InspectingClient) -> Council:
    made = councils.council("quay", "Quay")
    accounts.sign_in(client, accounts.person(Role.COMMISSIONER, council_id=made.id))
    return made


@pytest.fixture
def bought(council: Council) -> list[Visit]:
    """Ten people buy care at home on the framework, seven gardening and two meals off it; and what must not count."""
    people = [accounts.person() for _ in range(10)]
    care, garden, meals, free = (listing(kind) for kind in ("care-at-home", "gardening", "meals", "clubs"))
    made = []
    for person in people:
        made.append(visit(council, person, care, FIRST, 3000, is_framework=True))
        visit(council, person, care, SECOND, 4050, is_framework=True)
        visit(council, person, free, FIRST, 0)
        visit(council, person, care, date(2026, 6, 23), 9900, is_framework=True)
        visit(council, person, care, FIRST, 7700, status=VisitStatus.MISSED)
    for person in people[:7]:
        visit(council, person, garden, FIRST, 2000)
        visit(council, person, garden, SECOND, 2100)
    for person in people[:2]:
        visit(council, person, meals, SECOND, 777)
    elsewhere = councils.council("elsewhere", "Elsewhere")
    visit(elsewhere, people[0], care, FIRST, 123_456, is_framework=True)
    db.session.commit()
    return made


def _figures(client: InspectingClient, first_day: str) -> dict[tuple[str, str, str], str]:
    """What the CSV says, or its mark."""
    answer = client.get(f"/trends/quay/{first_day}.csv")
    rows = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    return {(one["table"], one["row_code"], one["measure"]): one["value"] or one["mark"] for one in rows}


def _served(client: InspectingClient, first_day: str) -> list[bytes]:
    ways = ("", ".csv", ".json", ".csv-metadata.json")
    answers = [client.get(f"/trends/quay/{first_day}{way}") for way in ways]
    assert {one.status_code for one in answers} == {200}
    return [client.page(f"/trends/quay/{first_day}").main.get_text().encode(), *(one.data for one in answers[1:])]


def test_the_same_period_before_and_after_one_dispute_is_the_same(
    bought: list[Visit], client: InspectingClient
) -> None:
    actions.publish_periods()
    before = _served(client, ONE)
    bought[0].charged_pence = 0
    db.session.commit()
    actions.publish_periods()
    assert _served(client, ONE) == before
    with clock.set_to(_at(date(2026, 8, 10))):
        actions.publish_periods()
        assert _served(client, ONE) == before
        # One person's change is not told by itself in the next one either.
        assert _figures(client, "2026-06-22")["corrections", "earlier", "change_pounds"] == "[c]"


def test_what_changes_later_is_told_once_enough_people_stand_behind_it(
    bought: list[Visit], client: InspectingClient
) -> None:
    actions.publish_periods()
    bought[0].charged_pence = 0
    db.session.commit()
    with clock.set_to(_at(date(2026, 8, 10))):
        actions.publish_periods()
    for one in bought[1:6]:
        one.charged_pence = 2000
    db.session.commit()
    with clock.set_to(_at(date(2026, 9, 7))):
        actions.publish_periods()
        said = _figures(client, "2026-07-20")
    # £30 of the first and £10 of each of five others: six people.
    assert said["corrections", "earlier", "change_pounds"] == "-80"
    assert said["corrections", "earlier", "people"] == "5"
    with clock.set_to(_at(date(2026, 10, 5))):
        actions.publish_periods()
        assert _figures(client, "2026-08-17")["corrections", "earlier", "change_pounds"] == "0"


def test_the_figures_are_exact_and_small_ones_are_put_together(bought: list[Visit], client: InspectingClient) -> None:
    assert actions.publish_periods().words == ("6 periods published.",)  # three of each council
    said = _figures(client, ONE)
    assert [said["all", "all", one] for one in ("spend_pounds", "people", "bookings")] == ["440", "10", "15"]
    assert said["kinds", "care-at-home", "spend_pounds"] == "300"
    assert said["kinds", "gardening", "spend_pounds"] == "140"
    assert said["framework", "shown", "framework_pounds"] == "300"
    assert said["framework", "shown", "other_pounds"] == "140"
    assert said["kinds", "care-at-home", "hours"] == "[x]"
    assert said["localities", "not-known", "spend_pounds"] == "440"
    said = _figures(client, TWO)
    # Two people had meals: put together with gardening, in sight; care at home stands alone.
    assert said["all", "all", "spend_pounds"] == "568"
    assert (said["kinds", "meals", "spend_pounds"], said["kinds", "gardening", "spend_pounds"]) == ("[c]", "[c]")
    assert said["kinds", "together-1", "spend_pounds"] == "163"
    assert said["kinds", "care-at-home", "spend_pounds"] == "405"
    # Nobody bought anything in the third: nobody, and neither withheld nor unknown.
    assert {key: one for key, one in _figures(client, THREE).items() if one not in {"0", "[x]"}} == {}
    assert ("kinds", "meals", "spend_pounds") in _figures(client, THREE)
    # The fourth has ended and is not old enough.
    client.page("/trends/quay/2026-06-22", 404)


def test_page_json_and_csv_say_the_same(bought: list[Visit], client: InspectingClient) -> None:
    actions.publish_periods()
    kept = json.loads(client.get(f"/trends/quay/{TWO}.json").data)
    assert kept["publication"] == {"number": 2, "published_on": "2026-07-06"}
    as_json = {
        (table["code"], row["code"], measure): str(one.get("mark") or one["value"])
        for table in kept["tables"]
        for row in table["rows"]
        for measure, one in row["figures"].items()
    }
    assert as_json == _figures(client, TWO)
    page = client.page(f"/trends/quay/{TWO}")
    kinds = page.find("table").select("tbody tr")
    shown = {row.th.get_text(strip=True): row.td.get_text(strip=True) for row in kinds}
    assert shown["Meals"] == "[c]"
    assert shown["Together: Gardening and odd jobs, Meals"] == "£163"
    assert {one.get_text() for one in page.select("svg.app-rows text")} >= {"Care at home", "£405", "£163"}
    described = json.loads(client.get(f"/trends/quay/{TWO}.csv-metadata.json").data)
    columns = client.get(f"/trends/quay/{TWO}.csv").get_data().decode("utf-8-sig").splitlines()[0].split(",")
    assert [one["name"] for one in described["tableSchema"]["columns"]] == columns
    assert described["url"] == f"{TWO}.csv"
    listed = client.page("/trends").main
    assert [row.find_all("td")[1].get_text() for row in listed.select("tbody tr")] == ["£0", "£568", "£440"]


def test_a_moved_first_day_publishes_no_day_twice(
    bought: list[Visit], council: Council, client: InspectingClient
) -> None:
    actions.publish_periods()
    moved = Policy(council_id=council.id, name="budget_year_starts_on", value="2026-04-06", valid_from=date(2026, 1, 1))
    moved.set_at = clock.now()
    db.session.add(moved)
    db.session.commit()
    with clock.set_to(_at(date(2026, 8, 20))):
        actions.publish_periods()
        said = json.loads(client.get("/trends/quay/2026-06-22.json").data)
    assert said["period"] == {"first_day": "2026-06-22", "last_day": "2026-07-26"}


def test_nothing_rewrites_what_was_published(bought: list[Visit], app: Flask) -> None:
    actions.publish_periods()
    again = (
        "INSERT INTO trend_publication (council_id, number, starts_on, ends_on, published_at, json_text, csv_text, digest)"
        " SELECT council_id, 4, '2026-06-01', '2026-07-19', published_at, json_text, csv_text, digest FROM trend_publication"
        " WHERE number = 3"
    )
    for statement in ("UPDATE trend_publication SET json_text = '{}'", "DELETE FROM trend_counted", again):
        with pytest.raises(Exception, match=r"only ever added to|shares no day"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert app.test_cli_runner().invoke(args=["trends", "publish"]).output == "0 periods published.\n"


@pytest.mark.parametrize("way", ["", ".csv", ".json", ".csv-metadata.json"])
def test_only_the_own_council_and_only_what_was_published(
    bought: list[Visit], client: InspectingClient, way: str
) -> None:
    actions.publish_periods()
    for wrong in (f"elsewhere/{ONE}", f"nowhere/{ONE}", "quay/2026-03-31", "quay/yesterday", "quay/20260330"):
        assert client.get(f"/trends/{wrong}{way}").status_code == 404
    person = accounts.person(Role.CARE_MANAGER, council_id=councils.council("quayside", "Quayside").id)
    accounts.sign_in(client, person)
    assert client.get(f"/trends/quay/{ONE}{way}").status_code == 403


@pytest.mark.parametrize("role", [Role.PERSON, Role.SUPPORTER, Role.PROVIDER_STAFF, Role.CARE_MANAGER])
def test_the_door_is_shut_to_everybody_else(client: InspectingClient, role: Role) -> None:
    made = councils.council()
    accounts.sign_in(client, accounts.person(role, council_id=made.id, provider_id=providers.provider().id))
    client.page("/trends", 403)


def test_a_commissioner_of_two_councils_chooses(council: Council, client: InspectingClient) -> None:
    other = councils.council("lock", "Lock")
    both = accounts.person(Role.COMMISSIONER, council_id=council.id)
    both.grants.append(RoleGrant(role=Role.COMMISSIONER, council_id=other.id, granted_at=clock.now()))
    db.session.commit()
    accounts.sign_in(client, both)
    assert "Choose a council" in client.page("/trends").h1.get_text()
    assert "What people buy in Lock" in client.page("/trends?council=lock").h1.get_text()
    assert "14 days after they end" in client.page("/trends?council=lock").main.get_text()
    client.page("/trends?council=nowhere", 404)


def test_a_page_asks_few_questions_however_much_was_bought(bought: list[Visit], client: InspectingClient) -> None:
    actions.publish_periods()
    client.page("/trends")
    with counted() as asked:
        client.page("/trends")
        client.page(f"/trends/quay/{TWO}")
    assert len(asked) <= 10, asked
    assert not [one for one in asked if "visit" in str(one)]
