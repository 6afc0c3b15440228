"""Rates by file: every row's fate first, nothing published before yes, bad rows back to mend, whoever pays more told once."""

import csv
import io
import threading
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing, RateCard
from app.market.catalogue.queries import cards
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.messages.models import Message
from app.support.price_rises.actions import publish_rate_and_tell
from app.support.rate_files import actions
from app.support.rate_files.models import RateFile, RateFileRow
from app.support.rate_files.rules import RateFate
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, catalogue, providers, rates
from tests.inspection import InspectingClient

COMING = date(2027, 1, 4)
FROM = "04/01/2027"


@pytest.fixture(autouse=True)
def _in_november(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


def _bad_rows(listings: list[Listing], theirs: Listing) -> list[dict[str, str]]:
    """Eleven rows, each wrong in a way of its own."""
    code = [listing.public_id for listing in listings]
    return [
        {"listing": "no-such-code", "weekday": "30", "from": FROM},
        {"listing": "", "weekday": "30", "from": FROM},
        {"listing": theirs.public_id, "weekday": "30", "from": FROM},
        {"listing": code[0], "weekday": "thirty pounds", "from": FROM},
        {"listing": code[1], "weekday": "", "from": FROM},
        {"listing": code[2], "weekday": "30", "from": "31/02/2027"},
        {"listing": code[3], "weekday": "30", "from": "01/11/2026"},
        {"listing": code[4], "weekday": "0", "from": FROM},
        {"listing": code[5], "weekday": "30", "from": FROM, "unit": "visit"},
        {"listing": code[6], "weekday": "30", "from": FROM, "vat": "none"},
        {"listing": code[10], "weekday": "31", "from": FROM},
    ]


def test_two_hundred_rates_of_an_agency_with_eleven_bad_rows(client: InspectingClient) -> None:
    scene = bookings.scene()
    listings = [
        catalogue.listing(scene.provider, "companionship", scene.council, title=f"Visit {n}") for n in range(200)
    ]
    for listing in listings:
        catalogue.card(listing, 2750, catalogue.add_on())
    theirs = catalogue.listing(providers.provider("Somebody Else"), "companionship", scene.council)
    good = [{"listing": one.public_id, "weekday": "28.5", "from": FROM} for one in listings[10:199]]
    content = rates.rates_sheet([*good, *_bad_rows(listings, theirs)])
    accounts.sign_in(client, scene.staff)
    desk = f"/desk/{scene.provider.public_id}/rate-files"
    looked = client.submit(desk, sheet=(io.BytesIO(content), "rates.csv"))
    said = client.page(looked.location).get_text(" ", strip=True)
    assert "Will be published: 189" in said
    assert "Will not be published: 11" in said
    assert "Every day: £28.50 an hour, before that £27.50" in said
    assert "Nobody with visits booked would pay more" in said
    assert db.session.scalar(select(func.count()).select_from(RateCard).where(RateCard.valid_from == COMING)) == 0
    refused = client.get(f"{looked.location}/rows.csv?show=refused").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(refused.lstrip("\ufeff"))))
    assert [row["row"] for row in rows] == [str(number) for number in range(191, 202)]
    for row, words in zip(
        rows,
        ("no listing with the code", "A192 is empty", "no listing with the code", "E194 says", "E195 is empty",
         "C196 says", "must start today or later", "must be more than £0", "priced an hour now", "I200 says",
         "already published"),
        strict=True,
    ):  # fmt: skip
        assert words in row["why"], row
    assert client.submit(looked.location, button="Publish 189 rates").location == looked.location
    assert "Published: 189" in client.page(looked.location).get_text(" ", strip=True)
    made = db.session.scalars(select(RateCard).where(RateCard.valid_from == COMING)).all()
    assert {one.listing_id for one in made} == {one.id for one in listings[10:199]}
    # What everybody pays besides stays.
    assert {(one.weekday_pence, one.add_ons[0].name, one.add_ons[0].amount_pence) for one in made} == {
        (2850, "Travel", 350)
    }
    # The refused rows are a file that can be mended and sent again; the rest sent again publishes nothing.
    for row in rows:
        row |= {"listing": listings[0].public_id, "weekday": "29", "from": FROM, "unit": "", "vat": ""}
    again = rates.looked_at(scene.staff, scene.provider, rates.rates_sheet(rows[:1] + good))
    assert again.counts == {"published": 1, "same": 189, "refused": 0, "passed": 0}


def test_whoever_would_pay_more_is_counted_first_and_told_once_when_it_is_published(client: InspectingClient) -> None:
    scene = bookings.scene()
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    times = [
        visit_times(bookings.TUESDAY + timedelta(weeks=n), time(9), time(10), ends_next_day=False) for n in range(4)
    ]
    bookings.accepted(scene, pot, times=times)
    row = {"listing": scene.listing.public_id, "weekday": "30", "from": FROM}
    told = select(func.count()).select_from(Message).where(Message.subject.contains("price you pay goes up"))
    file = rates.looked_at(scene.staff, scene.provider, rates.rates_sheet([row]))
    assert db.session.scalar(told) == 0
    accounts.sign_in(client, scene.staff)
    page = client.page(f"/desk/{scene.provider.public_id}/rate-files/{file.public_id}").get_text(" ", strip=True)
    assert "When you publish, we tell at once everybody with visits booked who would pay more: 1 letter" in page
    rates.published(scene.staff, file)
    rates.published(scene.staff, file)
    assert db.session.scalar(told) == 1
    # From today it would cost more before anybody could know.
    at_once = rates.looked_at(
        scene.staff, scene.provider, rates.rates_sheet([row | {"from": clock.today().isoformat(), "weekday": "40"}])
    )
    kept = db.session.scalars(select(RateFileRow).where(RateFileRow.file_id == at_once.id)).one()
    assert (kept.fate, "Choose tomorrow or later" in kept.words) == (RateFate.REFUSED, True)


def test_the_day_chosen_on_the_page_is_that_of_rows_that_name_none(client: InspectingClient) -> None:
    scene = bookings.scene()
    accounts.sign_in(client, scene.staff)
    desk = f"/desk/{scene.provider.public_id}/rate-files"
    template = client.get(f"{desk}/template.csv").get_data(as_text=True).lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(template))
    # What is published to come is what a new rate follows, so the sheet begins with it.
    catalogue.card(scene.listing, 2900, valid_from=date(2026, 12, 20))
    coming = client.get(f"{desk}/template.csv").get_data(as_text=True).lstrip("\ufeff")
    assert next(csv.DictReader(io.StringIO(coming)))["weekday"] == "29.00"
    assert (row["listing"], row["service"], row["weekday"]) == (scene.listing.public_id, "Company at home", "27.50")
    sent = template.replace("27.50", "11.00").encode()
    refused = client.submit(desk, sheet=(io.BytesIO(sent), "rates.csv"))
    assert "Enter the first day of the rate (from)" in client.page(refused.location).get_text()
    day = {"starts_on__day": "4", "starts_on__month": "1", "starts_on__year": "2027"}
    looked = client.submit(
        desk, sheet=(io.BytesIO(sent), "rates.csv"), **{k.replace("__", "-"): v for k, v in day.items()}
    )
    said = client.page(looked.location).get_text(" ", strip=True)
    assert "Will be published , from 4 January 2027" in said
    assert "£11.00 an hour is under the legal minimum wage: £12.71 an hour since 1 April 2026" in said
    # The one that waited before is gone.
    client.page(refused.location, status=404)
    client.submit(looked.location, button="Forget this file")
    assert db.session.scalar(select(func.count()).select_from(RateFile)) == 0


def test_a_row_whose_title_is_not_that_of_its_code_is_refused() -> None:
    scene = bookings.scene()
    row = {"listing": scene.listing.public_id, "weekday": "30", "from": FROM}
    sheet = rates.rates_sheet(
        [row | {"service": "Company  at HOME"}, row | {"service": "Gardening", "from": "01/02/2027"}]
    )
    file = rates.looked_at(scene.staff, scene.provider, sheet)
    assert file.counts == {"published": 1, "same": 0, "refused": 1, "passed": 0}
    words = db.session.scalars(select(RateFileRow.words).where(RateFileRow.fate == RateFate.REFUSED)).one()
    assert words.startswith("The code is that of “Company at home”, and the row names another.")


def test_what_was_not_looked_at_is_not_published() -> None:
    scene = bookings.scene()
    row = {"listing": scene.listing.public_id, "weekday": "30", "from": FROM}
    file = rates.looked_at(scene.staff, scene.provider, rates.rates_sheet([row]))
    with transaction():
        publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=date(2026, 12, 1),
            unit=cards.cards_of(scene.listing.id)[0].unit, weekday_pence=5000, vat=cards.cards_of(scene.listing.id)[0].vat,
        )  # fmt: skip
    assert rates.published(scene.staff, file).counts["refused"] == 1
    kept = db.session.scalars(select(RateFileRow)).one()
    assert "Another rate was published since you looked" in kept.words
    stranger = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider("Elsewhere").id)
    with pytest.raises(NotAllowed), transaction():
        actions.publish_rate_file(actor=stranger, file=file)


def test_two_yeses_at_once_publish_once(app: Flask) -> None:
    scene = bookings.scene()
    row = {"listing": scene.listing.public_id, "weekday": "30", "from": FROM}
    file = rates.looked_at(scene.staff, scene.provider, rates.rates_sheet([row]))
    ids, both, done = (scene.staff.id, file.id), threading.Barrier(2), []
    db.session.close()

    def say_yes() -> None:
        with app.app_context(), clock.set_to(bookings.NOW):
            both.wait()
            with transaction():
                actor, mine = db.session.get_one(Person, ids[0]), db.session.get_one(RateFile, ids[1])
                done.append(actions.publish_rate_file(actor=actor, file=mine)[1])

    threads = [threading.Thread(target=say_yes) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == [False, True]
    assert db.session.scalar(select(func.count()).select_from(RateCard).where(RateCard.valid_from == COMING)) == 1
