"""Administrators bring places from a file: looked at first, then taken in; the same twice changes nothing."""

import io

from sqlalchemy import func, select

from app.base.db import db
from app.people.accounts.rules import Role
from app.people.councils.models import Postcode
from app.people.councils.queries import localities_of, place_of
from app.people.councils.rules.maps import laid_out
from tests.factories import accounts, councils
from tests.inspection import InspectingClient

PATH = "/council/millbrook/places"
FILE = (
    "postcode,ward_code,ward_name,locality,lon,lat\n"
    "QX1 1AA,E05000001,Abbey,Old Town,-2.30,53.40\nQX1 1AB,E05000002,Brook,Old Town,-2.28,53.42\n"
    "QX1,E05000001,Abbey,Old Town,-2.30,53.40\nQX1 1AC,E05000001,Abbey,Old Town,412000,395000\n"
)


def _look(client: InspectingClient, content: str) -> str:
    answer = client.submit(PATH, button="Look at the file", sheet=(io.BytesIO(content.encode()), "places.csv"))
    return " ".join(answer.get_data(as_text=True).split())


def test_places_are_looked_at_and_taken_in(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    accounts.sign_in(client, accounts.person(Role.ADMINISTRATOR, council_id=council.id))
    told = _look(client, FILE)
    assert "Will be added: 2" in told
    assert "it is said to lie outside the United Kingdom" in told
    assert db.session.scalar(select(func.count()).select_from(Postcode)) == 0
    token = told.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(f"{PATH}/take-in", data={"csrf_token": token, "acting_for": ""})
    assert answer.status_code == 302
    page = client.page(PATH).get_text(" ", strip=True)
    assert "2 postcodes added, 0 changed, 2 refused." in page
    assert [one.name for one in localities_of(council.id)] == ["Old Town"]
    assert client.post(f"{PATH}/take-in", data={"csrf_token": token, "acting_for": ""}).status_code == 409
    assert "Here already, and the same: 2" in _look(client, FILE)
    place = place_of("QX1 1AB")
    assert place is not None
    assert place.ward.name == "Brook"


def test_what_is_no_file_of_places_is_refused_with_what_to_do(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    accounts.sign_in(client, accounts.person(Role.COMMISSIONER, council_id=council.id))
    assert "This file cannot be read" in _look(client, "{}")
    assert "No row of this file is a postcode of your council" in _look(client, FILE.replace("QX", "12"))


def test_who_reaches_the_council_how_is_said_on_the_site(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    accounts.sign_in(client, accounts.person(Role.ADMINISTRATOR, council_id=council.id))
    path = "/council/millbrook/contact"
    client.submit(path, phone="01632 960001", email="care@millbrook.example", safeguarding_hours="")
    db.session.refresh(council)
    assert (council.phone, council.email) == ("01632 960001", "care@millbrook.example")
    refused = client.submit(path, phone="hello").get_data(as_text=True)
    assert "There is a problem" in refused
    db.session.refresh(council)
    assert council.phone == "01632 960001"


def test_a_map_has_north_above_and_west_to_the_left() -> None:
    (first, second), height = laid_out([(-2.4, 53.5), (-2.3, 53.4)])
    assert (first.x, first.y) == (40, 40)
    assert second.x > first.x
    assert second.y > first.y
    assert height >= second.y
    assert laid_out([])[0] == []
