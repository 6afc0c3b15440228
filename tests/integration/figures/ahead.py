"""Further stories: money that is waited for, and sums that are told by letter."""

from datetime import date, time, timedelta

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.funding.budgets.actions import releasing
from app.market.catalogue.rules.rates import Unit
from app.platform.messages.models import Message
from app.support.basket.actions import codes, filling
from app.support.basket.rules import CodeWay
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import answers, waiting
from app.support.price_rises.actions import publish_rate_and_tell
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import changes
from app.support.repeating.actions.replanning import Wish
from tests.factories import bookings, catalogue, patterns
from tests.integration.figures.definitions import sums_of
from tests.integration.figures.histories import History, Story, price_of, the_next_key

NEXT = patterns.YEAR + timedelta(days=28)
"""The first day of the second period."""
SECRET = "s" * 40
TOOLS = 150
"""What everybody must have with each visit of the listing that nobody books, in pence."""


def prepare(history: History) -> None:
    """What these stories need: a listing that gets dearer, one that is never booked, and money the neighbour waits for."""
    history.letters_since = db.session.scalar(select(func.max(Message.id))) or 0
    history.dearer = catalogue.listing(history.scene.provider, title="Company that gets dearer")
    catalogue.card(history.dearer, 4030)
    history.shown = catalogue.listing(history.scene.provider, "gardening", history.scene.council, title="Never booked")
    theirs = bookings.Scene(
        history.scene.council, history.neighbour, history.staff, history.scene.provider, history.scene.listing
    )
    history.scarce = patterns.budget(theirs, 6000)


def publish_for_some(history: History, pence: int) -> None:
    """A rate of which a self-funder pays most, on weekdays least."""
    catalogue.card(
        history.shown,
        pence,
        catalogue.add_on("Tools", TOOLS, is_required=True),
        buyers={
            "self_funded": [pence + 90, pence + 190, pence + 290, pence + 390],
            "council_arranged": [pence - 90] * 4,
        },
    )
    history.from_pence = pence + 90


def waits(history: History, minutes: int) -> Story:
    """The neighbour's money is used up but for some; a second visit waits for the next period's, is moved, and is paid."""

    def ask(day: date, *, is_waiting: bool) -> Booking:
        return bookings.request_booking(
            actor=history.neighbour,
            person=history.neighbour,
            listing=history.scene.listing,
            times=[_span(day, minutes)],
            add_on_ids=(),
            pots=[history.scarce.id],
            key=the_next_key(),
            waits=is_waiting,
        )

    history.until(bookings.NOW)
    ask(clock.london(history.now).date() + timedelta(days=4), is_waiting=False)
    yield
    made = ask(NEXT + timedelta(days=1), is_waiting=True)
    history.reached.add("waits for money" if made.waits else "refused")
    yield
    answers.accept(actor=history.staff, booking=made)
    yield
    if clock.london(history.now).date() < NEXT:
        wish = Wish(time(9), (_span(NEXT, minutes)[1]).time(), on=NEXT + timedelta(days=2))
        change = changes.ask_change(
            actor=history.neighbour,
            booking=made,
            name=made.visits[0].public_id,
            scope=Scope.THIS,
            wish=wish,
            key=the_next_key(),
        )
        yield
        changes.agree_to_change(actor=history.staff, change=change)
        history.reached.add("moved while it waits")
        yield
    history.until(clock.at_london(NEXT, time(6)))
    releasing.work_off(on=NEXT)
    waiting.settle_waiting(history.neighbour.id)
    history.reached.add("its money came")
    yield


def dearer(history: History, pence: int, minutes: int) -> Story:
    """A visit is agreed, and then its rate goes up: it keeps its price, and the letter says both."""
    day = clock.london(history.now).date() + timedelta(days=3)
    booking = bookings.request_booking(
        actor=history.person,
        person=history.person,
        listing=history.dearer,
        times=[_span(day, minutes)],
        add_on_ids=(),
        pots=[history.own.id],
        key=the_next_key(),
    )
    yield
    answers.accept(actor=history.staff, booking=booking)
    rate = 4030 + pence
    publish_rate_and_tell(
        actor=history.staff,
        listing=history.dearer,
        valid_from=clock.today() + timedelta(days=300),
        unit=Unit.HOUR,
        weekday_pence=rate,
    )
    _must_say(history, "goes up", {price_of(minutes), (rate * minutes * 2 + 60) // 120}, "a rise was told")
    yield


def by_code(history: History, minutes: int) -> Story:
    """Something is put in the basket, and a letter to the person names its price."""
    starts, ends = _span(clock.london(history.now).date() + timedelta(days=5), minutes)
    plan = {"on": f"{starts:%Y-%m-%d}", "from": f"{clock.london(starts):%H:%M}", "to": f"{clock.london(ends):%H:%M}"}
    if sums_of(history.direct).left < price_of(minutes):
        return
    facts = {"actor": history.person, "person": history.person, "listing_id": history.scene.listing.id}
    line = filling.put_in_basket(plan=plan, key=the_next_key(), **facts)  # type: ignore[arg-type]
    codes.ask_for_code(actor=history.manager, person=history.person, way=CodeWay.EMAIL, secret=SECRET)
    _must_say(history, "code", {price_of(minutes)}, "a code was told")
    filling.take_out_of_basket(actor=history.person, line=line)
    yield


def _span(day: date, minutes: int) -> tuple:  # type: ignore[type-arg]
    starts, _ = visit_times(day, time(9), time(10), ends_next_day=False)
    return starts, starts + timedelta(minutes=minutes)


def _must_say(history: History, subject: str, pence: set[int], reached: str) -> None:
    """Of the newest letters on something, note what they say and what they have to."""
    new = (Message.id > history.letters_since, Message.id.not_in(history.letters))
    rows = select(Message).where(Message.subject.contains(subject), *new)
    for letter in db.session.scalars(rows):
        history.letters[letter.id] = (letter.body, {str(Money(one)) for one in pence})
        history.reached.add(reached)
