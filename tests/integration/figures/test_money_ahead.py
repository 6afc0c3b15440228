"""What is said of money that is not there yet, and of what would be to spare: only what may really be used; both databases."""

import re
from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.support.recurrence.rules.patterns import Rule
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, circles, councils, patterns, providers
from tests.factories.budgets import agree_budget, looked_after
from tests.inspection import InspectingClient

HOUR = (time(9), time(10), False)


@pytest.fixture(autouse=True)
def _in_november(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


def main(client: InspectingClient, address: str) -> str:
    """The words of a page, without what stands around them."""
    return re.sub(r"\s+([.,:])", r"\1", " ".join(client.page(address).main.get_text(" ").split()))


def _budget(scene: bookings.Scene, **facts: object) -> None:
    """A year of thirteen periods from 2 November, of which the first has come."""
    officer = accounts.person(Role.COMMISSIONER, council_id=scene.council.id)
    with transaction():
        agree_budget(actor=officer, person=scene.person, council=scene.council, year_starts_on=patterns.YEAR, **facts)


def _week(scene: bookings.Scene) -> str:
    """A Wednesday hour each week."""
    return f"/week?week=3_1000_60_companionship_{scene.listing.public_id}"


def test_to_spare_leaves_out_what_nobody_can_spend(client: InspectingClient) -> None:
    """Of £13,000.00 agreed: £1,300.00 paid by the person, £650.00 kept back, £27.50 spent, £55.00 set aside, and a pattern.

    The council pays £11,050.00, £850.00 a period. A Tuesday hour repeats at £27.50: one was delivered, two are set aside,
    and 47 are to come until 31 October 2027. The Wednesday hour of the week costs £27.50 as often as its year has a
    Wednesday from 23 November on.
    """
    scene = bookings.scene()
    _budget(
        scene,
        total_pence=1_300_000,
        contribution_pence=130_000,
        contingency_pence=65_000,
        pots=[(PotKind.DIRECT_PAYMENT, 1_105_000)],
    )
    pot = db.session.scalars(select(Pot).where(Pot.person_id == scene.person.id)).one()
    accounts.sign_in(client, scene.person)
    assert "£850.00 left" in main(client, "/money")
    # 23 November 2026 to 31 October 2027: 49 Wednesdays, none of them a bank holiday.
    words = main(client, _week(scene))
    assert "£1,347.50 of £11,050.00 from 23 November 2026 to 31 October 2027: £9,702.50 to spare." in words
    assert "You have £850.00 left now and £10,200.00 still to come this year." in words
    booking = patterns.agreed(scene, pot, rule=Rule((2,)), starts_on=date(2026, 11, 24), times=(HOUR,))
    assert len(booking.visits) == 1
    (visit,) = booking.visits
    words = main(client, _week(scene))
    # £27.50 is set aside, and 48 Tuesdays are to come: 1 December 2026 to 26 October 2027.
    assert "£1,347.50 of £9,702.50 from 23 November 2026 to 31 October 2027: £8,355.00 to spare." in words
    assert "less £1,320.00 that visits which repeat already will need." in words
    with clock.set_to(visit.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=visit)
    assert "£8,355.00 to spare." in main(client, _week(scene))


def test_three_thousand_seven_hundred_and_twenty_six_pounds_were_never_to_spare(client: InspectingClient) -> None:
    """£6,100.00 less 52 weeks at £45.65 is £3,726.20; £520.00 of it is the person's, £300.00 kept back, and some is used.

    The council pays £5,280.00. An hour of this Tuesday is set aside. 49 Wednesdays are to come.
    """
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider, "companionship", scene.council)
    catalogue.card(scene.listing, 4565)
    _budget(
        scene,
        total_pence=610_000,
        contribution_pence=52_000,
        contingency_pence=30_000,
        pots=[(PotKind.DIRECT_PAYMENT, 528_000)],
    )
    pot = db.session.scalars(select(Pot).where(Pot.person_id == scene.person.id)).one()
    accounts.sign_in(client, scene.person)
    assert 610_000 - 52 * 4565 == 372_620
    words = main(client, _week(scene))
    assert "£2,236.85 of £5,280.00 from 23 November 2026 to 31 October 2027: £3,043.15 to spare." in words
    bookings.booking(scene, pot, times=bookings.tuesday(time(9), time(10)))
    words = main(client, _week(scene))
    assert "£2,236.85 of £5,234.35 from 23 November 2026 to 31 October 2027: £2,997.50 to spare." in words
    assert "£3,726.20" not in words


def test_money_that_may_not_pay_for_the_week_is_not_to_spare(client: InspectingClient) -> None:
    """The council looks after £10,400.00 of £13,000.00, and the provider is on no framework of it."""
    scene = bookings.scene()
    looked_after(scene.person, scene.council)
    _budget(
        scene,
        total_pence=1_300_000,
        contribution_pence=0,
        pots=[(PotKind.COUNCIL_MANAGED, 1_040_000), (PotKind.DIRECT_PAYMENT, 260_000)],
    )
    accounts.sign_in(client, scene.person)
    words = main(client, _week(scene))
    assert "You have £1,000.00 left now and £12,000.00 still to come this year." in words
    assert "£1,347.50 of £2,600.00 from 23 November 2026 to 31 October 2027: £1,252.50 to spare." in words
    framework = councils.framework(scene.council, ["companionship"])
    providers.place(scene.provider, framework.lots[0])
    assert "£1,347.50 of £13,000.00" in main(client, _week(scene))


def test_money_that_comes_is_only_what_may_pay(client: InspectingClient) -> None:
    """Of £1,000.00 a period £800.00 may pay only framework providers: £200.00 comes for this, £100.00 too little."""
    scene = bookings.scene()
    scene.listing = catalogue.listing(scene.provider, "companionship", scene.council)
    catalogue.card(scene.listing, 7_500)
    looked_after(scene.person, scene.council)
    _budget(
        scene,
        total_pence=1_300_000,
        contribution_pence=0,
        pots=[(PotKind.COUNCIL_MANAGED, 1_040_000), (PotKind.DIRECT_PAYMENT, 260_000)],
    )
    bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    accounts.sign_in(client, scene.person)
    when = {"on-day": "24", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10am"}
    repeat = client.submit(f"/listings/{scene.listing.public_id}/book", often="repeats", **when).location
    money = client.submit(repeat, days=["2"], every="1", ends="never").location

    def rows(address: str) -> list[list[str]]:
        (table,) = (
            one for one in client.page(address).find_all("table") if one.caption.get_text() == "What comes later"
        )
        return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")] for row in table.tbody("tr")]

    # Four Tuesdays at £75.00, against the direct payment's period.
    first = ["From 30 November 2026, 4 visits £100.00 too little for all of them", "£300.00", "£200.00"]
    assert rows(money)[0] == first
    pots = {pot.kind: pot.public_id for pot in db.session.scalars(select(Pot).where(Pot.person_id == scene.person.id))}
    by_direct_payment, by_own_money = (
        next(
            one["value"] for one in client.page(money).select("input[name=pay]") if one["value"].startswith(pots[kind])
        )
        for kind in (PotKind.DIRECT_PAYMENT, PotKind.OWN_MONEY)
    )
    assert rows(client.submit(money, pay=by_direct_payment).location)[0] == first
    # Own money is chosen, and none of it comes by the period.
    assert rows(client.submit(money, pay=by_own_money).location)[0][2] == "£0.00"
    framework = councils.framework(scene.council, ["companionship"])
    providers.place(scene.provider, framework.lots[0])
    assert rows(money)[0] == ["From 30 November 2026, 4 visits", "£300.00", "£1,000.00"]
    # Who may book only from what the council looks after is told of nothing else.
    helper = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(helper, scene.person, scene.council, frozenset({Power.BOOK_COUNCIL_MANAGED, Power.SUGGEST}))
    accounts.sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    assert rows(money)[0][2] == "£800.00"
