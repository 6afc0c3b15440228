"""What a commissioner sees: exact sums of finished periods of one's own council, the small ones withheld."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from app.base import clock
from app.base.db import db
from app.people.accounts.models import RoleGrant
from app.people.accounts.rules import Role
from app.people.councils.models import Council, Policy
from app.support.booking_records.rules.states import VisitStatus
from tests.factories import accounts, councils, providers
from tests.factories.trends import listing, visit
from tests.inspection import InspectingClient
from tests.queries import counted

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
# With the usual anchor the year begins on 30 March 2026; periods 1 to 3 have finished on 1 July.
FIRST, SECOND, THIRD, FOURTH = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 23)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def council(client: InspectingClient) -> Council:
    made = councils.council("quay", "Quay")
    accounts.sign_in(client, accounts.person(Role.COMMISSIONER, council_id=made.id))
    return made


@pytest.fixture
def bought(council: Council) -> Council:
    """Ten people buy care at home on the framework, seven gardening and two meals off it; and what must not count."""
    people = [accounts.person() for _ in range(10)]
    care, garden, meals, free = (listing(kind) for kind in ("care-at-home", "gardening", "meals", "clubs"))
    for person in people:
        visit(council, person, care, FIRST, 3000, is_framework=True)
        visit(council, person, care, SECOND, 4050, is_framework=True)
        visit(council, person, free, FIRST, 0)
        visit(council, person, care, FOURTH, 9900, is_framework=True)
        visit(council, person, care, FIRST, 7700, status=VisitStatus.MISSED)
    for person in people[:7]:
        visit(council, person, garden, FIRST, 2000)
        visit(council, person, garden, SECOND, 2100)
    for person in people[:2]:
        visit(council, person, meals, SECOND, 777)
    elsewhere = councils.council("elsewhere", "Elsewhere")
    visit(elsewhere, people[0], care, FIRST, 123_456, is_framework=True)
    # The first and last minute of period 3, as London reads the clock.
    for person in people[:5]:
        visit(council, person, garden, date(2026, 5, 25), 1000, at=time(0))
        visit(council, person, garden, date(2026, 6, 21), 1000, at=time(23, 59))
    db.session.commit()
    return council


def _rows(client: InspectingClient, address: str = "/trends.csv") -> list[list[str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_file_holds_the_published_figures_and_their_definitions(bought: Council, client: InspectingClient) -> None:
    header, *rows = _rows(client)
    assert header[5:10] == ["breakdown", "name", "spend_pounds", "people", "bookings"]
    meanings = _rows(client, "/trends-columns.csv")
    assert [name for name, _ in meanings[1:]] == header
    assert "fewer than 5 people" in dict(meanings)["spend_mark"]  # type: ignore[arg-type] # pairs
    said = {(row[2], row[6]): row[7:10] for row in rows}
    marks = {(row[2], row[6]): row[10:] for row in rows}
    assert said["1", "All support"] == ["440", "10", "15"]
    assert said["1", "Framework providers"] == ["300", "", ""]
    assert said["1", "Other providers"] == ["140", "", ""]
    assert said["1", "Care at home"] == ["300", "", ""]
    assert said["1", "Gardening and odd jobs"] == ["140", "", ""]
    assert said["1", "Meals"] == ["0", "", ""]
    # Two people had meals: hidden, and gardening with it; care at home can still be shown.
    assert said["2", "All support"] == ["568", "10", "20"]
    assert said["2", "Framework providers"] == ["405", "", ""]
    assert said["2", "Other providers"] == ["163", "", ""]
    assert said["2", "Care at home"] == ["405", "", ""]
    for hidden in ("Meals", "Gardening and odd jobs"):
        assert (said["2", hidden], marks["2", hidden]) == (["", "", ""], ["[c]", "", ""])
    assert said["3", "All support"] == ["100", "5", "10"]
    assert (said["4", "All support"], marks["4", "All support"]) == (["", "", ""], ["[x]", "[x]", "[x]"])
    assert said["year", "All support"][0] == "1108"
    assert said["year", "Gardening and odd jobs"][0] == "240"
    assert said["year", "Meals"][0] == "0"
    assert not any("club" in name.lower() for _, name in said)
    assert len(rows) == 13 * 6 + 4


def test_the_page_says_the_same_as_the_file(bought: Council, client: InspectingClient) -> None:
    page = client.page("/trends")
    assert page.h1.get_text(strip=True) == "What people buy in Quay"
    split, kinds = page.select("table")
    first = [cell.get_text(strip=True) for cell in split.select("tbody tr")[0].select("td")]
    assert first == ["£300", "£140", "£440", "10", "15"]
    shown = {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in kinds.select("tbody tr")
    }
    assert shown["Meals"] == ["£0", "[c]", "£0", *["[x]"] * 10, "£0"]
    assert shown["Gardening and odd jobs"] == ["£140", "[c]", "£100", *["[x]"] * 10, "£240"]
    assert shown["All, with what is withheld"][:3] == ["£440", "£568", "£100"]
    assert "£100" in page.select_one("dl").get_text()
    assert page.select_one("svg.app-chart")["aria-label"].startswith("Spend by four-week period")
    file = page.find("a", string="Download these figures (CSV)")["href"]
    assert _rows(client, file) == _rows(client)


def test_a_year_before_and_a_year_that_never_was(bought: Council, client: InspectingClient) -> None:
    client.page("/trends?council=quay&year=2026-03-30")
    for wrong in ("2025-03-31", "2026-03-31", "1066-10-14", "yesterday", "2026-04-27"):
        client.page(f"/trends?council=quay&year={wrong}", 404)


def test_a_councils_own_year_is_followed(bought: Council, client: InspectingClient) -> None:
    db.session.add(
        Policy(
            council_id=bought.id,
            name="budget_year_starts_on",
            value="2026-04-27",
            valid_from=date(2026, 1, 1),
            set_at=NOW,
        )
    )
    db.session.commit()
    said = {(row[2], row[6]): row[7] for row in _rows(client)}
    assert said["1", "All support"] == "568"
    assert _rows(client, "/trends.csv?year=2025-04-28")[-1][7] == "140"


def test_another_councils_trends_are_not_there(council: Council, client: InspectingClient) -> None:
    councils.council("elsewhere", "Elsewhere")
    client.page("/trends?council=elsewhere", 404)
    client.page("/trends.csv?council=elsewhere", 404)
    client.page("/trends?council=nowhere", 404)


def test_a_commissioner_of_two_councils_chooses(council: Council, client: InspectingClient) -> None:
    other = councils.council("lock", "Lock")
    both = accounts.person(Role.COMMISSIONER, council_id=council.id)
    both.grants.append(RoleGrant(role=Role.COMMISSIONER, council_id=other.id, granted_at=NOW))
    db.session.commit()
    accounts.sign_in(client, both)
    assert "Choose a council" in client.page("/trends").h1.get_text()
    assert "What people buy in Lock" in client.page("/trends?council=lock").h1.get_text()


def test_before_anything_was_bought_the_page_says_so(council: Council, client: InspectingClient) -> None:
    assert "Nothing was bought here in this budget year so far." in client.page("/trends").main.get_text()
    assert len(_rows(client)) == 1 + 13 * 3 + 1
    with clock.set_to(datetime(2026, 4, 2, tzinfo=UTC)):
        assert "The first figures come on 26 April 2026." in client.page("/trends").main.get_text()


@pytest.mark.parametrize("role", [Role.PERSON, Role.SUPPORTER, Role.PROVIDER_STAFF, Role.CARE_MANAGER])
def test_the_door_is_shut_to_everybody_else(client: InspectingClient, role: Role) -> None:
    made = councils.council()
    accounts.sign_in(client, accounts.person(role, council_id=made.id, provider_id=providers.provider().id))
    client.page("/trends", 403)
    client.page("/trends.csv", 403)


def test_more_visits_ask_no_more_of_the_database(bought: Council, client: InspectingClient) -> None:
    client.page("/trends")
    with counted() as few:
        client.page("/trends")
    extra = listing("meals")
    for _ in range(6):
        visit(bought, accounts.person(), extra, THIRD, 900)
    db.session.commit()
    with counted() as many:
        client.page("/trends")
    assert len(many) == len(few)
    assert len(few) <= 8, few


def test_a_council_that_asks_for_more_people_gets_them_on_every_page_and_in_the_file(
    bought: Council, client: InspectingClient
) -> None:
    assert "fewer than 5 people" in client.page("/trends").main.get_text()
    _small_number(bought, 8)
    said = {(row[2], row[6]): row[7:10] for row in _rows(client)}
    marks = {(row[2], row[6]): row[10:] for row in _rows(client)}
    # Ten people in all; seven of them gardening, which five would have been enough for; and the other side is they.
    assert said["1", "All support"] == ["440", "10", "15"]
    for hidden in ("Gardening and odd jobs", "Care at home", "Framework providers", "Other providers"):
        assert (said["1", hidden][0], marks["1", hidden][0]) == ("", "[c]")
    # Only five people in period 3.
    assert (said["3", "All support"], marks["3", "All support"]) == (["", "", ""], ["[c]", "[c]", "[c]"])
    assert any("fewer than 8 people" in meaning for _, meaning in _rows(client, "/trends-columns.csv"))
    page = client.page("/trends").main.get_text()
    assert page.count("fewer than 8 people") == 2
    assert "fewer than 5" not in page
    assert "£140" not in page
    delivered = client.page("/trends/delivered").main.get_text()
    assert "fewer than 8 people, or a count under 8." in " ".join(delivered.split())
    _small_number(bought, 11)
    assert _rows(client)[1][7:] == ["", "", "", "[c]", "[c]", "[c]"]


def _small_number(council: Council, fewest: int) -> None:
    day = date(2026, 1, fewest)
    db.session.add(Policy(council_id=council.id, name="small_number", value=fewest, valid_from=day, set_at=NOW))
    db.session.commit()
