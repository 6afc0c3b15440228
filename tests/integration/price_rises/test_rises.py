"""A dearer price: who has visits booked is told before it holds, in pounds and weeks; agreed visits keep theirs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.actions.rates import WrongRate
from app.market.catalogue.models import AddOn, ListingArea, RateCard
from app.market.catalogue.queries import averages, cards
from app.market.catalogue.rules.applicable_rate import rates_of
from app.market.catalogue.rules.cards import Extra
from app.market.catalogue.rules.rates import AddOnBasis, Buyer, Unit, When
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.people.councils.models import Council, Locality
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Visit
from app.support.bookings.queries import averages as averages_queries
from app.support.bookings.queries import offers
from app.support.price_rises import actions as price_rises_actions
from app.support.price_rises import queries as price_rises_queries
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, catalogue, circles, councils, providers
from tests.inspection import InspectingClient
from tests.queries import counted

COMING = date(2027, 1, 4)
FACTS = {"unit": Unit.HOUR, "weekday_pence": 3000}


@pytest.fixture(autouse=True)
def _in_november(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    made = bookings.scene()
    pot = bookings.pot(made.person, PotKind.OWN_MONEY, 100_000)
    times = [
        visit_times(bookings.TUESDAY + timedelta(weeks=n), time(9), time(10), ends_next_day=False) for n in range(4)
    ]
    bookings.accepted(made, pot, times=times)
    return made


def _told() -> list[tuple[str, str | None]]:
    rows = select(Message.subject, Message.link).where(Message.subject.contains("price"))
    return [(subject, link) for subject, link in db.session.execute(rows.order_by(Message.id))]


def test_each_person_is_told_and_agreed_visits_keep_their_price(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    with transaction():
        _, told = price_rises_actions.publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, **FACTS
        )
    path = f"/bookings/price-rise/{scene.listing.public_id}"
    assert told == 1
    assert _told() == [("A price you pay goes up on 4 January 2027", path)]
    body = db.session.scalars(select(Message.body).where(Message.link == path)).one()
    # £1,000 less £110 set aside: £890 is 32 weeks of £27.50 and 29 of £30.00.
    assert "would cost you £30.00 a week. Now it is £27.50" in body
    assert "pays for 32 weeks like this now. At the new price it pays for 29." in body
    assert db.session.scalars(select(Visit.price_pence)).all() == [2750] * 4

    accounts.sign_in(client, scene.person)
    with counted() as asked:
        page = client.page(path)
    assert len(asked) <= 14
    words = page.get_text(" ", strip=True)
    assert "£2.50 more a week" in words
    assert "32 weeks" in words
    assert "29 weeks" in words
    assert [strong.get_text() for strong in page.select("main li strong")] == [
        "Keep it.",
        "Change it.",
        "Look for others.",
    ]

    with transaction():
        assert (
            price_rises_actions.withdraw_rate_and_tell(
                actor=scene.staff, listing=scene.listing, valid_from=COMING, reason="A slip"
            )
            == 1
        )
    assert _told()[-1] == ("The price you pay does not go up on 4 January 2027", f"/listings/{scene.listing.public_id}")
    assert "No price goes up" in client.page(path).get_text()


def test_one_visit_is_never_told_as_a_week(client: InspectingClient, app: Flask) -> None:
    """An hour at £32.50 that becomes £34.00 was told as £8.13 a week."""
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider)
    catalogue.card(scene.listing, 3250)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    times = [visit_times(bookings.TUESDAY, time(9), time(10), ends_next_day=False)]
    bookings.accepted(scene, pot, times=times)
    helper = accounts.person()
    circles.support(scene.person, helper, frozenset({Power.BOOK, Power.SEE_MONEY}))
    with transaction():
        price_rises_actions.publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, unit=Unit.HOUR, weekday_pence=3400
        )
    bodies = db.session.scalars(select(Message.body).where(Message.subject.contains("goes up")).order_by(Message.id))
    told, beside = bodies.all()
    assert "From then on the same visit would cost you £34.00. Now it is £32.50." in told
    assert "From then on the same visit would cost £34.00. Now it is £32.50." in beside
    accounts.sign_in(client, scene.person)
    page = client.page(f"/bookings/price-rise/{scene.listing.public_id}").main.get_text(" ", strip=True)
    assert "£1.50 more ." in page
    for said in (told, beside, page):
        assert "£8.13" not in said
        assert "a week" not in said
        assert "weeks like this" not in said


def test_supporters_are_told_what_they_may_see_and_nobody_else(client: InspectingClient, scene: bookings.Scene) -> None:
    powers = (frozenset({Power.BOOK, Power.SEE_MONEY}), frozenset({Power.BOOK}), frozenset({Power.SUGGEST}))
    sees_all, books, looks = (accounts.person() for _ in powers)
    for one, granted in zip((sees_all, books, looks), powers, strict=True):
        circles.support(scene.person, one, granted)
    with transaction():
        price_rises_actions.publish_rate_and_tell(actor=scene.staff, listing=scene.listing, valid_from=COMING, **FACTS)
    rows = select(Message.to_person_id, Message.body).where(Message.subject.contains("for somebody you help"))
    told = {row.to_person_id: row.body for row in db.session.execute(rows)}
    assert set(told) == {sees_all.id, books.id}
    assert all(
        scene.person.full_name in body and "cost £30.00 a week. Now it is £27.50." in body for body in told.values()
    )
    lasts = "pays for 32 weeks like this now. At the new price it pays for 29."
    assert [lasts in told[one.id] for one in (sees_all, books)] == [True, False]
    for one, sees_money in ((sees_all, True), (books, False)):
        accounts.sign_in(client, one)
        with client.session_transaction() as session:
            session["shopping_for"] = scene.person.public_id
        words = client.page(f"/bookings/price-rise/{scene.listing.public_id}").get_text(" ", strip=True)
        assert "£2.50 more a week" in words
        assert ("32 weeks" in words) is sees_money
    with transaction():
        price_rises_actions.withdraw_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, reason="A slip"
        )
    rows = select(Message.to_person_id).where(Message.subject.contains("does not go up", autoescape=True))
    assert set(db.session.scalars(rows)) == {scene.person.id, sees_all.id, books.id}


def test_care_managers_are_told_of_those_on_their_caseload(scene: bookings.Scene) -> None:
    everything, books = (frozenset({Power.BOOK_COUNCIL_MANAGED, more}) for more in (Power.SEE_MONEY, Power.SEE_PLAN))
    here, elsewhere = scene.council, councils.council("fernley", "Fernley")
    sees_all, books_only, shops, moved, left = (
        accounts.person(role, name="Mo Manager", council_id=at.id)
        for role, at in (*[(Role.CARE_MANAGER, here)] * 3, (Role.CARE_MANAGER, elsewhere), (Role.PERSON, here))
    )
    circles.caseload_entry(sees_all, scene.person, here, everything)
    circles.caseload_entry(books_only, scene.person, here, books)
    circles.caseload_entry(shops, scene.person, here, frozenset({Power.SUGGEST}))
    circles.caseload_entry(moved, scene.person, elsewhere, everything)
    circles.caseload_entry(left, scene.person, here, everything)
    # Who stands beside the person twice over is told once, what either lets them see.
    circles.support(scene.person, books_only, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    with transaction():
        _, told = price_rises_actions.publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, **FACTS
        )
    assert told == 1
    rows = select(Message.to_person_id, Message.body).where(Message.subject.contains("for somebody you help"))
    found = db.session.execute(rows.order_by(Message.to_person_id)).all()
    assert [row.to_person_id for row in found] == [sees_all.id, books_only.id]
    assert all("pays for 32 weeks like this now. At the new price it pays for 29." in row.body for row in found)
    with transaction():
        price_rises_actions.withdraw_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, reason="A slip"
        )
    rows = select(Message.to_person_id).where(Message.subject.contains("does not go up", autoescape=True))
    assert sorted(db.session.scalars(rows)) == [scene.person.id, sees_all.id, books_only.id]


def test_a_rise_counts_the_miles_agreed_and_the_buyers_own_price(app: Flask) -> None:
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider)

    def mileage(pence: int) -> AddOn:
        return AddOn(name="Mileage", basis=AddOnBasis.PER_MILE, amount_pence=pence, is_required=True)

    catalogue.card(scene.listing, 2750, mileage(45), buyers={"self_funded": [2900] * 4})
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    with transaction():
        booking = bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=scene.listing,
            times=bookings.tuesday(),
            add_on_ids=(),
            pots=[pot.id],
            key="miles",
            miles=10,
        )
    assert (booking.agreed["miles"], booking.total_pence) == (10, 4800)
    then = replace(
        cards.cards_of(scene.listing.id)[0],
        valid_from=COMING,
        add_ons=(Extra("m", "Mileage", AddOnBasis.PER_MILE, 65, is_required=True),),
    )
    (found,) = price_rises_queries.rises_on(scene.listing, then).values()
    # An hour and a half at £29.00, and ten miles at 45p, then at 65p.
    assert (found.now_pence, found.then_pence) == (4350 + 450, 4350 + 650)


def test_a_cheaper_card_tells_nobody_and_a_dearer_one_may_not_start_today(scene: bookings.Scene) -> None:
    with pytest.raises(WrongRate, match="Choose tomorrow or later") as refused, transaction():
        price_rises_actions.publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=clock.today(), **FACTS
        )
    assert refused.value.field == "valid_from"
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 1
    with transaction():
        _, told = price_rises_actions.publish_rate_and_tell(
            actor=scene.staff, listing=scene.listing, valid_from=COMING, unit=Unit.HOUR, weekday_pence=2700
        )
    assert (told, _told()) == (0, [])


def test_the_price_is_that_of_the_money_somebody_has(app: Flask) -> None:
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider)
    catalogue.card(scene.listing, buyers={"council_arranged": [2600] * 4, "self_funded": [2900] * 4})
    asked = {"listing": scene.listing, "times": bookings.tuesday(), "add_on_ids": (), "council": scene.council}
    found = []
    for kind in (PotKind.OWN_MONEY, PotKind.COUNCIL_MANAGED, PotKind.DIRECT_PAYMENT):
        bookings.pot(scene.person, kind, 0, None if kind == PotKind.OWN_MONEY else scene.council)
        found.append((offers.buyer_of(scene.person), offers.offer(**asked, person=scene.person).total_pence))
    assert found == [(Buyer.SELF_FUNDED, 4350), (Buyer.COUNCIL_ARRANGED, 3900), (Buyer.DIRECT_PAYMENT, 4125)]


def test_money_that_an_agent_holds_buys_as_a_direct_payment() -> None:
    assert offers.buyer_with([PotKind.INDIRECT_PAYMENT, PotKind.OWN_MONEY]) == Buyer.DIRECT_PAYMENT
    assert offers.buyer_with([PotKind.COUNCIL_MANAGED, PotKind.OWN_MONEY]) == Buyer.COUNCIL_ARRANGED
    assert offers.buyer_with([]) == Buyer.SELF_FUNDED


def test_miles_are_asked_for_and_booked(client: InspectingClient, app: Flask) -> None:
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider)
    driving = AddOn(name="Mileage", basis=AddOnBasis.PER_MILE, amount_pence=45, is_required=True)
    catalogue.card(scene.listing, 2750, driving)
    bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    accounts.sign_in(client, scene.person)
    address = f"/listings/{scene.listing.public_id}/book"
    when = {"on__day": "24", "on__month": "11", "on__year": "2026", "start": "9am", "end": "10am"}
    refused = client.submit(address, **when)
    assert "Mileage is charged by the mile. Enter how many miles it will be" in refused.get_data(as_text=True)
    money = client.submit(address, **when, miles="12").location
    assert "£32.90" in client.page(money).get_text()


def test_of_a_time_that_comes_twice_it_is_asked_which(client: InspectingClient, app: Flask) -> None:
    scene = bookings.scene()
    bookings.pot(scene.person, PotKind.OWN_MONEY, 50_000)
    accounts.sign_in(client, scene.person)
    address = f"/listings/{scene.listing.public_id}/book"
    when = {"on__day": "31", "on__month": "10", "on__year": "2027", "start": "0:30", "end": "1:30"}
    refused = client.submit(address, **when)
    assert "Clocks go back that night, so 1:30 comes twice. Select which one you mean." in refused.get_data(
        as_text=True
    )
    for which, price in (("first", "£27.50"), ("second", "£55.00")):
        money = client.post(
            address,
            data={
                **{name.replace("__", "-"): value for name, value in when.items()},
                "which": which,
                "csrf_token": client.page(address).find("input", attrs={"name": "csrf_token"})["value"],
            },
        ).location
        assert price in client.page(money).get_text()


def _locality(council: Council, name: str) -> Locality:
    made = Locality(council_id=council.id, name=name, slug=name.lower())
    db.session.add(made)
    db.session.commit()
    return made


def test_providers_are_told_the_averages_of_each_locality_they_reach(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    north, south, west = (_locality(scene.council, name) for name in ("North", "South", "West"))
    scene.listing.areas[0].locality_id = north.id
    scene.listing.areas.append(ListingArea(council_id=scene.council.id, locality_id=south.id))
    for pence, extra, places in ((2600, 150, [north, south]), (3000, 0, [north]), (5000, 0, [west]), (4000, 0, [west])):
        other = catalogue.listing(providers.provider())
        other.areas = [ListingArea(council_id=scene.council.id, locality_id=place.id) for place in places]
        always = catalogue.add_on("Travel", extra, AddOnBasis.PER_HOUR, is_required=True)
        catalogue.card(other, pence, *([always] if extra else []))
    # North: £27.50, £26.00 and £1.50 that everybody pays, £30.00. South has two of them, and West is not theirs.
    reached = averages.localities_reached(scene.listing)
    assert [one.name for one in reached] == ["North", "South"]
    with counted() as asked:
        found = averages_queries.prices_by_place(scene.listing)
    assert len(asked) == 6
    assert [(one.place, one.published.pence, one.published.providers) for one in found] == [
        (scene.council.name, 3500, 5),
        (f"North, {scene.council.name}", 2833, 3),
    ]
    accounts.sign_in(client, scene.staff)
    page = client.page(f"/desk/{scene.provider.public_id}/listings/{scene.listing.public_id}/rates/new")
    table = next(one for one in page.find_all("table") if one.caption.get_text() == "Average prices around here")
    assert [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in table.tbody("tr")
    ] == [
        [scene.council.name, "£35.00 an hour, from 5 providers", "Too few to tell"],
        [f"North, {scene.council.name}", "£28.33 an hour, from 3 providers", "Too few to tell"],
    ]
    card = cards.cards_of(scene.listing.id)[0]
    assert [one.apart(card) for one in found] == [
        "About £7.50 an hour below the average",
        "About £0.80 an hour below the average",
    ]


def test_averages_need_three_providers_and_cost_one_query(client: InspectingClient, scene: bookings.Scene) -> None:
    listing = catalogue.listing(scene.provider, council=scene.council)
    catalogue.card(listing, 2500)
    for pence in (2600, 3000):
        assert averages.averages_around(listing, scene.council) == []
        other = catalogue.listing(providers.provider(), council=scene.council)
        catalogue.card(other, 2000, valid_from=date(2026, 1, 1))
        catalogue.card(other, pence, valid_from=date(2026, 2, 1))
        catalogue.card(other, 9900, valid_from=COMING)
    # The first provider has two listings and counts once, with £26.25; then £26.00 and £30.00.
    assert (listing.kind, scene.council.code) == ("companionship", scene.council.code)
    with counted() as asked:
        (found,) = averages.averages_around(listing, scene.council)
    assert (len(asked), found.pence, found.providers, found.unit) == (1, 2742, 3, Unit.HOUR)
    page = client.page(f"/listings/{listing.public_id}")
    assert f"About £2.40 an hour below the average in {scene.council.name}." in page.get_text(" ")
    page = client.page(f"/listings/{other.public_id}/prices")
    words = " ".join(page.get_text(" ", strip=True).split())
    assert (
        f"In {scene.council.name} the average published price is £27.42 an hour on weekdays, from 3 providers." in words
    )
    assert "3 published prices, newest first" in words


def test_an_average_has_in_it_what_a_result_has(scene: bookings.Scene) -> None:
    units = (Unit.HALF_HOUR, Unit.SESSION, Unit.DAY, Unit.ITEM)
    for unit in units:
        for _ in range(3):
            extras = [
                catalogue.add_on("By the hour", 333, AddOnBasis.PER_HOUR, is_required=True),
                catalogue.add_on("Each visit", 100, is_required=True),
                catalogue.add_on("Once", 2000, AddOnBasis.ONCE, is_required=True),
                catalogue.add_on("Miles", 45, AddOnBasis.PER_MILE, is_required=True),
                catalogue.add_on("Weekends", 5000, is_required=True, when=When.WEEKENDS),
                catalogue.add_on("Beside it", 7, is_required=True, only_with="Each visit"),
                catalogue.add_on("Chosen", 9999),
                catalogue.add_on("With what is chosen", 9999, is_required=True, only_with="Chosen"),
            ]
            other = catalogue.listing(providers.provider(), council=scene.council)
            kept = catalogue.card(other, 2000, *extras, unit=unit)
        rates = rates_of(cards.card_of(kept))
        (found,) = (one for one in averages.averages_around(other, scene.council) if one.unit is unit)
        assert found.pence == rates.slots[0][0]
    assert len(averages.averages_around(other, scene.council)) == len(units)
