"""Random histories, and every page, file and command that shows a figure beside the definition of it; on both databases.

Each history tells one story of every kind, a step at a time, in an order and with days, lengths and sums that are drawn.
``ROUNDS=50`` is the long run, drawn anew each time.
"""

import csv
import io
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.funding.budgets.models import Pot
from app.people.accounts.models import Person
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.rules.states import VisitStatus
from tests.factories import accounts, patterns
from tests.inspection import InspectingClient
from tests.integration.figures import ahead
from tests.integration.figures.definitions import PotSums, VisitMoney, money_of, sums_of, together
from tests.integration.figures.histories import History, Story, every_story
from tests.processes import rounds

SUM = re.compile(r"£[\d,]+\.\d\d")
HEADS = {
    "From before": "carried_in",
    "Came in": "came_in",
    "Went back or moved": "went_back",
    "Spent": "spent",
    "Set aside": "set_aside",
    "Left": "left",
}
REACHED = {
    *("declined", "lapsed", "cancelled in time", "cancelled late", "left waiting"),
    *("delivered", "part_delivered", "refused", "unused", "missed"),
    *("dispute stands", "dispute withdrawn", "dispute agreed", "dispute decided"),
    *("hours used, declined", "hours used, delivered", "hours given back", "hours kept"),
    *("one left out", "changed", "on its way back", "refunded", "shared", "spent elsewhere", "taken back"),
    *("carried money", "ended pot", "refused"),
    *("waits for money", "moved while it waits", "its money came", "a rise was told", "a code was told"),
}
"""The states that matter: a run that reaches fewer proves too little."""


def words_of(page: BeautifulSoup) -> str:
    """What a page says, without what stands around it."""
    return re.sub(r"\s+([.,:])", r"\1", " ".join(page.main.get_text(" ").split()))


def table_of(page: BeautifulSoup, caption: str) -> dict[str, dict[str, str]]:
    """A table's cells by the head of their row and column; the caption begins so."""
    (table,) = (one for one in page.find_all("table") if one.caption.get_text(strip=True).startswith(caption))
    heads = [one.get_text(strip=True) for one in table.thead.find_all("th")]
    rows = {}
    for row in table.tbody.find_all("tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        rows[cells[0]] = dict(zip(heads[1:], cells[1:], strict=True))
    return rows


def must_say(row: dict[str, str], sums: PotSums, where: str) -> None:
    """Each cell of a row of a table of sums is the figure of its head."""
    for head, told in row.items():
        assert told == str(Money(getattr(sums, HEADS[head]))), (where, head, told, sums)


class Reader:
    """Looks at every place that shows a figure, as everybody who may see it."""

    def __init__(self, client: InspectingClient, history: History) -> None:
        self.client, self.history = client, history
        db.session.rollback()
        db.session.expire_all()
        person = history.person
        rows = select(Pot).where(Pot.person_id == person.id, Pot.closed_at.is_(None)).order_by(Pot.id)
        self.pots = list(db.session.scalars(rows))
        bookings = db.session.scalars(select(Booking).where(Booking.provider_id == history.scene.provider.id))
        self.bookings = list(bookings)
        self.money = {visit.id: money_of(visit) for booking in self.bookings for visit in booking.visits}
        self.ended = not any(pot.id == history.direct.id for pot in self.pots)

    def as_person(self, who: Person) -> None:
        """Read on as somebody else."""
        accounts.sign_in(self.client, db.session.merge(who))

    def page(self, address: str) -> BeautifulSoup:
        """What stands there, not looked at for anything but its figures: other tests hold its form."""
        self.client.looks = False
        return self.client.page(address)

    def look(self, *, every_visit: bool = False) -> None:
        """Everything there is; of the bookings and their visits only one in seven, unless every one."""
        some = self.bookings if every_visit else self.bookings[self.history.now.day % 7 :: 7]
        with clock.set_to(self.history.now):
            self.anybody()
            self.letters()
            self.as_person(self.history.person)
            self.own_money()
            self.statement_files()
            self.own_bookings(some, self.history.person)
            self.saved_hours()
            self.delivered("/bookings/delivered", whole=False)
            self.as_person(self.history.neighbour)
            self.own_bookings(some, self.history.neighbour)
            self.money_of_neighbour()
            self.as_person(self.history.staff)
            self.desk(some)
            self.delivered("/desk/delivered", whole=True)
            self.as_person(self.history.manager)
            self.care_manager()
            self.commands()

    # What anybody sees, and what letters say -----------------------------------------------------------------------

    def anybody(self) -> None:
        """*from* is what a self-funder pays at least, with what is compulsory, for whoever is not signed in."""
        self.client.delete_cookie("session")
        shown = self.history.shown.public_id
        hour = self.history.from_pence
        lowest = f"from {Money(hour + ahead.TOOLS)} for the first hour, then {Money(hour)}"
        for address in (f"/listings/{shown}", f"/providers/{self.history.scene.provider.public_id}"):
            page = self.page(address)
            said = [" ".join(one.get_text(" ").split()) for one in page.select(".app-price")]
            assert any(one.startswith(lowest) for one in said), (address, said, lowest)

    def letters(self) -> None:
        """The sums of those that name some are those they have to name; no other letter names any."""
        for body, expected in self.history.letters.values():
            assert set(SUM.findall(body)) == expected, body
        new = (Message.id > self.history.letters_since, Message.id.not_in(self.history.letters))
        assert db.session.scalars(select(Message.body).where(*new, Message.body.contains("£"))).all() == []

    # The money ----------------------------------------------------------------------------------------------------

    def _by_pot(self, since: date | None) -> dict[str, PotSums]:
        start = None if since is None else clock.at_london(since, time.min)
        return {pot.name: sums_of(pot, start) for pot in self.pots}

    def own_money(self) -> None:
        page = self.page("/money")
        ever = self._by_pot(None)
        whole = together(ever.values())
        assert page.h1.get_text(strip=True) == f"You have {Money(whole.left)} left"
        assert str(Money(whole.left)) in page.header.get_text(" "), "the header says the same"
        cards = {one.h3.get_text(strip=True): words_of_card(one) for one in page.select(".app-card") if one.h3}
        for name, sums in ever.items():
            aside = f", and {Money(sums.set_aside)} set aside" if sums.set_aside else ""
            assert cards[name].startswith(f"{Money(sums.left)} left{aside}"), (cards[name], sums)
        since = None if self.ended else patterns.YEAR
        sums = self._by_pot(since)
        rows = table_of(page, "So far" if self.ended else "Since ")
        for name, row in rows.items():
            must_say(row, together(sums.values()) if name == "All together" else sums[name], "the money page")
        bar = together(sums.values())
        assert f"Spent {Money(bar.spent)} Set aside for bookings {Money(bar.set_aside)} Left" in words_of(page)
        if not self.ended and "/money/periods" in str(page):
            self.periods()

    def periods(self) -> None:
        page = self.page("/money/periods")
        begun = (clock.today() - patterns.YEAR).days // 28 + 1
        for number in range(1, begun + 1):
            first = patterns.YEAR + timedelta(days=28 * (number - 1))
            since, until = (clock.at_london(day, time.min) for day in (first, first + timedelta(days=28)))
            by_pot = {pot.name: sums_of(pot, since, until) for pot in self.pots}
            for caption, sums in {**by_pot, "Period by period": together(by_pot.values())}.items():
                rows = table_of(page, caption)
                (row,) = (row for name, row in rows.items() if name.startswith(f"Period {number},"))
                must_say(row, sums, f"period {number} of {caption}")

    def statement_files(self) -> None:
        sums = self._by_pot(None)
        for name, row in table_of(self.page("/money/statement"), "In all").items():
            must_say(row, together(sums.values()) if name == "All together" else sums[name], "the printed statement")
        told = self.client.get("/money/statement.csv").get_data(as_text=True).removeprefix("\ufeff")
        added: dict[str, list[int]] = {name: [0, 0, 0] for name in sums}
        for row in list(csv.reader(io.StringIO(told)))[1:]:
            for place, cell in enumerate(row[3:6]):
                added[row[2]][place] += round(float(cell or 0) * 100)
        for name, (came_in, went_out, aside) in added.items():
            assert (came_in - went_out - aside, aside) == (sums[name].left, sums[name].set_aside), name

    # Visits -------------------------------------------------------------------------------------------------------

    def money_of_neighbour(self) -> None:
        """What waits takes nothing off what is left before it is set aside."""
        pots = db.session.scalars(
            select(Pot).where(Pot.person_id == self.history.neighbour.id, Pot.closed_at.is_(None))
        )
        left = together(sums_of(pot) for pot in pots).left
        assert self.page("/money").h1.get_text(strip=True) == f"You have {Money(left)} left"

    def own_bookings(self, some: Sequence[Booking], who: Person) -> None:
        """Those of one person, and their shares."""
        for booking in some:
            if booking.is_shared:
                self.own_share(booking, who)
            elif booking.person_id == who.id:
                self.own_booking(booking)

    def own_booking(self, booking: Booking) -> None:
        page = self.page(f"/bookings/{booking.public_id}")
        told = words_of(page)
        prices = [one.price_pence for one in booking.shown_visits]
        assert f"{'Price of the visits made so far' if booking.pattern else 'Price'} {Money(sum(prices))}" in told
        waiting = {one.price_pence for one in booking.visits if one.status == VisitStatus.PLANNED}
        if waiting:
            span = f" to {Money(max(waiting))}" if len(waiting) > 1 else ""
            assert f"whole price ({Money(min(waiting))}{span}) is charged." in told
        recorded = [self.money[number] for number in self._recorded(booking)]
        if recorded and not booking.is_of_things:
            assert f"({Money(sum(one.paid for one in recorded))})." in told, "charged so far"
        for visit in booking.visits:
            said = self.money[visit.id].words
            if visit.waits_on is not None:
                assert (said, self.money[visit.id].set_aside) == ("", 0)
                # Once its time is over it is one that nobody recorded, until the next sweep lets the request lapse.
                assert "Waits for its money" in told or visit.starts_at <= clock.now()
                continue
            assert said in words_of(self.page(f"/bookings/visits/{visit.public_id}")), said
            assert said in words_of(self.page(f"/bookings/{booking.public_id}/visits/{visit.public_id}")), said
            # Of what repeats the page shows the next visits only.
            if f"/visits/{visit.public_id}" in str(page) or not booking.pattern:
                assert said in told, said

    def _recorded(self, booking: Booking) -> list[int]:
        rows = select(VisitRecord.visit_id).join(Visit, Visit.id == VisitRecord.visit_id)
        stands = VisitRecord.is_current & (VisitRecord.ending != VisitStatus.CANCELLED_IN_TIME)
        return list(db.session.scalars(rows.where(Visit.booking_id == booking.id, stands)))

    def own_share(self, booking: Booking, who: Person) -> None:
        rows = select(SharePlan).where(SharePlan.booking_id == booking.id)
        plan = db.session.scalars(rows).one()
        sums = [self.money[visit.id].of(who.id) for visit in booking.visits]
        aside, paid = (sum(one) for one in zip(*sums, strict=True))
        told = words_of(self.page(f"/shared/{plan.public_id}"))
        assert f"Your share {Money(aside + paid)} of" in told
        assert f": {Money(paid)} paid, {Money(aside)} set aside" in told

    def saved_hours(self) -> None:
        kept = db.session.scalars(
            select(SavedHours).where(SavedHours.person_id == self.history.person.id, SavedHours.ended_at.is_(None))
        )
        told = words_of(self.page("/bookings/saved-hours"))
        expected = sorted(str(Money(self.money[one.visit_id].set_aside)) for one in kept)
        assert sorted(re.findall(r"(£[\d.,]+) set aside\.", told)) == expected

    def _in_time(self, *, whole: bool) -> list[VisitMoney]:
        now = clock.now()
        return [
            self.money[number]
            for booking in self.bookings
            if whole or (not booking.is_shared and booking.person_id == self.history.person.id)
            for number in self._recorded(booking)
            if now - timedelta(weeks=12) <= self.money[number].visit.starts_at < now
        ]

    def delivered(self, address: str, *, whole: bool) -> None:
        told = words_of(self.page(address))
        mine = self._in_time(whole=whole)
        if not mine:
            assert "No visit was recorded in this time." in told
            return
        of_things = [one for one in mine if one.visit.booking.is_of_things]
        hours = sum(one.paid for one in mine if one not in of_things)
        things = sum(one.paid for one in of_things)
        assert (f"({Money(hours)})." if whole else str(Money(hours))) in told
        if of_things:
            assert str(Money(things)) in told

    # The provider, the care manager and whoever has a shell ---------------------------------------------------------

    def desk(self, some: Sequence[Booking]) -> None:
        since = clock.now() - timedelta(weeks=4)
        paid = sum(
            one.paid
            for one in self.money.values()
            if one.visit.settled_at is not None and one.visit.settled_at >= since
        )
        assert f"{Money(paid)} in the last four weeks, less what went back." in words_of(self.page("/desk"))
        for booking in some:
            told = words_of(self.page(f"/desk/bookings/{booking.public_id}"))
            recorded = [self.money[number] for number in self._recorded(booking)]
            if recorded and not booking.is_of_things:
                assert f"({Money(sum(one.paid for one in recorded))})." in told

    def care_manager(self) -> None:
        pots = [pot for pot in self.pots if pot.council_id is not None]
        start = None if self.ended else clock.at_london(patterns.YEAR, time.min)
        sums = together(sums_of(pot, start) for pot in pots)
        page = self.page(f"/caseload/{self.history.person.public_id}/budget")
        name = self.history.person.full_name
        assert page.h1.get_text(strip=True) == f"{name} has {Money(sums.left)} of council money left"
        row = table_of(self.page("/caseload/budgets"), "1 to 1 of 1")[name]
        assert [row[head] for head in ("Spent", "Set aside", "Left")] == [
            str(Money(pence)) for pence in (sums.spent, sums.set_aside, sums.left)
        ]

    def commands(self) -> None:
        runner = self.client.application.test_cli_runner()
        for pot in self.pots:
            told = runner.invoke(args=["ledger", "statement", f"pot:{pot.public_id}"]).output
            assert told.split()[-1] == str(Money(sums_of(pot).left))
        assert runner.invoke(args=["ledger", "check"]).exit_code == 0


def words_of_card(card: BeautifulSoup) -> str:
    """What a card says, without its title."""
    return re.sub(r"\s+([.,:])", r"\1", " ".join(card.p.get_text(" ").split()))


LONG = rounds(0)
ORDERS = (7, 10)
"""Two orders that reach every state between them; with ``ROUNDS`` as many others."""


def prepared(history: History, numbers: Iterator[int]) -> list[Story]:
    """Every story; what waits for the next period has begun to, since others go on beyond it."""
    ahead.prepare(history)
    ahead.publish_for_some(history, 2000 + next(numbers))
    waits = ahead.waits(history, 60 + 15 * (next(numbers) % 2))
    for _ in range(2):
        history.tell(waits)
    return [
        waits,
        *every_story(history, numbers),
        ahead.dearer(history, 1 + next(numbers), 60 + 15 * (next(numbers) % 3)),
        ahead.by_code(history, 30 + 15 * (next(numbers) % 3)),
    ]


@pytest.mark.usefixtures("app")
def test_every_figure_shown_is_its_definition(app: Flask, client: InspectingClient) -> None:
    """See the module. What the histories must have reached between them is asserted at the end."""
    reached: set[str] = set()

    # Each order is drawn from its number alone: the histories stand in one database, so what a second try of the same
    # draws meets there is not what the first one met, and there is nothing to shrink.
    for number_of_order in range(LONG) if LONG else ORDERS:
        order = random.Random(number_of_order)
        ends = order.random() < 0.5
        history = History()
        numbers = (order.randrange(1000) for _ in itertools.count())
        stories = prepared(history, numbers)
        order.shuffle(stories)
        half = len(stories)
        for number in itertools.count():
            if not stories:
                break
            place = order.randrange(min(len(stories), 6))
            if not history.tell(stories[place]):
                del stories[place]
            if number == 3 * half // 2:
                Reader(client, history).look()
        Reader(client, history).look(every_visit=True)
        if ends or "ended pot" not in reached:
            history.tell(history.end_of_budget())
            Reader(client, history).look()
        reached.update(history.reached)

    assert reached >= REACHED, REACHED - reached
