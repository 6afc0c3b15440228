"""The basket: the same on every device, priced again before anything is agreed, booked whole or not at all per provider."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import EVERY_POWER, Power, Spender
from app.platform.ledger import queries as ledger
from app.support.basket import queries as basket_queries
from app.support.basket.actions import booking as basket_booking
from app.support.basket.actions import filling as basket_actions
from app.support.basket.actions.booking import Chosen, NotBooked
from app.support.basket.models import BasketLine
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from tests.factories import accounts, bookings, catalogue, circles, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

TUESDAY_AT_NINE = {"on__day": "24", "on__month": "11", "on__year": "2026", "start": "9am", "end": "10:30am"}
PLAN = {"on": "2026-11-24", "from": "09:00", "to": "10:30"}


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    del app
    return bookings.scene()


def put_in(scene: bookings.Scene, listing: Listing | None = None, *, key: str = "", **more: object) -> BasketLine:
    facts = {"actor": scene.person, "plan": PLAN, **more}
    with transaction():
        return basket_actions.put_in_basket(
            person=scene.person,
            listing_id=(listing or scene.listing).id,
            key=key or f"line-{db.session.scalar(select(func.count()).select_from(BasketLine))}",
            **facts,  # type: ignore[arg-type]
        )


def another(scene: bookings.Scene, title: str, *, same_provider: bool = False) -> Listing:
    provider = scene.provider if same_provider else providers.provider("Other House")
    made = catalogue.listing(provider, "companionship", scene.council, title=title)
    catalogue.card(made, 2000)
    return made


def book(scene: bookings.Scene, pot: Pot, *lines: BasketLine, key: str = "check-out-1") -> list[BasketLine]:
    chosen = [Chosen(line.public_id, pot.public_id, line.seen_pence or 0) for line in lines]
    with transaction():
        return basket_booking.book_from_basket(actor=scene.person, person=scene.person, key=key, chosen=chosen)


def count_of(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def test_the_whole_way_on_two_devices(app: Flask, scene: bookings.Scene) -> None:
    other = another(scene, "A walk")
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 6000)
    phone, tablet = app.test_client(), app.test_client()
    assert isinstance(phone, InspectingClient)
    for device in (phone, tablet):
        accounts.sign_in(device, scene.person)
    address = f"/listings/{scene.listing.public_id}/book"
    assert phone.submit(address, button="Put it in the basket", **TUESDAY_AT_NINE).location == "/basket"
    assert tablet.submit(
        f"/listings/{other.public_id}/book", button="Put it in the basket", **TUESDAY_AT_NINE
    ).location == "/basket"  # fmt: skip
    for device in (phone, tablet):
        said = text_of(device.page("/basket"))
        assert "Bright Days Company at home Tuesday 24 November 2026, 9am to 10:30am" in said
        assert "Other House A walk Tuesday 24 November 2026, 9am to 10:30am" in said
        assert "Altogether £71.25 ." in said
        assert said.count("Put in by you, 20 November 2026 at midday") == 2
    assert (count_of(Booking), bookings.left(own)) == (0, (6000, 0))
    # Money for one of them only, and a price that has gone up meanwhile.
    catalogue.card(scene.listing, 3000, valid_from=date(2026, 11, 23))
    said = text_of(tablet.page("/basket/check-out"))
    assert "The price has changed. £3.75 more than when it was put in the basket: it was £41.25 then." in said
    assert "Cannot be booked now: This costs £30.00 and you have £15.00: £15.00 short." in said
    answer = tablet.submit("/basket/check-out", button="Confirm and book")
    assert answer.location.startswith("/basket/booked?asked=")
    said = text_of(phone.page(answer.location))
    made = db.session.scalars(select(Booking)).one()
    assert f"Company at home, Bright Days : £45.00. Reference {made.reference}. They answer yes or no." in said
    assert bookings.left(own) == (1500, 4500)
    said = text_of(phone.page("/basket"))
    assert "A walk" in said
    assert "Company at home" not in said
    left = db.session.scalars(select(BasketLine.public_id).where(BasketLine.done_at.is_(None))).one()
    phone.submit("/basket", at=f"/basket/{left}/take-out")
    assert "Nothing is in the basket." in text_of(tablet.page("/basket"))


def test_each_provider_is_booked_whole_or_not_at_all(client: InspectingClient, scene: bookings.Scene) -> None:
    second = another(scene, "A walk", same_provider=True)
    third = another(scene, "A swim")
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    for listing in (scene.listing, second, third):
        put_in(scene, listing)
    accounts.sign_in(client, scene.person)
    page = client.page("/basket/check-out")
    # While the page is open, one of the first provider's two things stops being offered.
    second.can_take_new_people = False
    db.session.commit()
    form = page.main.find("form")
    fields = {box["name"]: box["value"] for box in form.find_all("input") if box["name"] != "line"}
    fields |= {box["name"]: own.public_id for box in form.find_all("select")}
    fields["line"] = [box["value"] for box in form.find_all("input", attrs={"name": "line"})]
    answer = client.post("/basket/check-out", data=fields)
    said = text_of(client.page(answer.location))
    assert "Part of it is asked for" in said
    assert "A swim, Other House : £30.00. Reference" in said
    assert (
        "Company at home, Bright Days: Not booked, because something else from the same provider could not be. "
        "A walk, Bright Days: Bright Days cannot take new people for this at present. Look for another provider."
        in said
    )
    assert [one.agreed["title"] for one in db.session.scalars(select(Booking))] == ["A swim"]
    assert bookings.left(own) == (17_000, 3000)
    # The same form sent again books nothing twice and says the same.
    again = client.post("/basket/check-out", data=fields)
    assert text_of(client.page(again.location)) == said
    assert (count_of(Booking), bookings.left(own)) == (1, (17_000, 3000))
    assert ledger.ledger_differences() == []


def test_a_price_that_changed_is_asked_about_and_nothing_of_that_provider_is_booked(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    first, second = put_in(scene), put_in(scene, another(scene, "A walk", same_provider=True))
    catalogue.card(scene.listing, 3000, valid_from=date(2026, 11, 23))
    with pytest.raises(NotBooked, match=r"changed from £41\.25 to £45\.00") as refused:
        book(scene, own, first, second)
    assert refused.value.line == first.public_id
    assert (count_of(Booking), bookings.left(own)) == (0, (20_000, 0))


def test_pressed_six_times_at_once_it_is_booked_once(app: Flask, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    lines = [put_in(scene), put_in(scene, another(scene, "A walk", same_provider=True))]
    chosen = [Chosen(line.public_id, own.public_id, line.seen_pence or 0) for line in lines]
    whose = scene.person.id

    def press(_number: int) -> None:
        with clock.set_to(NOW):

            def job() -> object:
                person = db.session.get_one(Person, whose)
                return basket_booking.book_from_basket(actor=person, person=person, key="pressed-often", chosen=chosen)

            in_transaction(job)
        db.session.close()

    assert at_once(app, press, 6) == ["done"] * 6
    assert (count_of(Booking), bookings.left(own)) == (2, (90_000 - 7125, 7125))


def test_two_windows_with_two_forms_book_once_and_the_second_is_told(scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    line = put_in(scene)
    book(scene, own, line)
    with pytest.raises(Conflict, match="booked in another window"):
        book(scene, own, line, key="check-out-2")
    with pytest.raises(Conflict, match="booked meanwhile"), transaction():
        basket_actions.take_out_of_basket(actor=scene.person, line=line)
    assert count_of(Booking) == 1


def test_the_same_form_puts_it_in_once_and_taking_out_twice_is_no_fault(scene: bookings.Scene) -> None:
    line = put_in(scene, key="the-same-form")
    assert put_in(scene, key="the-same-form").id == line.id
    for _ in range(2):
        with transaction():
            basket_actions.take_out_of_basket(actor=scene.person, line=line)
    assert count_of(BasketLine) == 0


def test_who_helps_to_look_fills_the_basket_and_who_may_book_books_it(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    helper, stranger = accounts.person(Role.SUPPORTER, name="Joan Helper"), accounts.person()
    circles.support(scene.person, helper, frozenset({Power.SUGGEST}))
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    with pytest.raises(NotAllowed):
        put_in(scene, actor=stranger)
    line = put_in(scene, actor=helper)
    with pytest.raises(NotAllowed), transaction():
        basket_booking.book_from_basket(
            actor=helper, person=scene.person, key="x", chosen=[Chosen(line.public_id, own.public_id, 4125)]
        )
    assert (count_of(Booking), bookings.left(own)) == (0, (9000, 0))
    accounts.sign_in(client, scene.person)
    assert "Suggested by Joan Helper, 20 November 2026 at midday" in text_of(client.page("/basket"))
    client.submit("/basket", at=f"/basket/{line.public_id}/take")
    client.submit("/basket/check-out", button="Confirm and book")
    made = db.session.scalars(select(Booking)).one()
    assert (made.status, made.booked_by_id, bookings.left(own)) == (
        BookingStatus.REQUESTED,
        scene.person.id,
        (4875, 4125),
    )
    accounts.sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    said = text_of(client.page("/basket"))
    assert "Nothing is in the basket." in said
    assert "Company at home, Bright Days Confirmed 20 November 2026 at midday" in said
    client.page("/basket/check-out", 403)


def test_a_basket_of_many_asks_no_more_than_a_basket_of_one(scene: bookings.Scene) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    put_in(scene)

    def asked() -> int:
        db.session.rollback()
        db.session.expire_all()
        _ = scene.person.id
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            basket_queries.shops_of(scene.person, spending=Spender(scene.person.id, EVERY_POWER))
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    one = asked()
    for number in range(4):
        put_in(scene, another(scene, f"Walk {number}"))
    assert asked() == one
