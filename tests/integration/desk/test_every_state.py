"""Every state of a booking, a visit, a thing, a dispute and a change, on every page that shows it, for every reader.

A page says of a state what the one table of words says to its reader, and nothing of any other state. What the table says
is held by ``tests/unit/booking_records/test_words.py`` against the documents.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, number_of, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import Unit
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.rules.changes import ChangeStatus
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.shares import SharePlanStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.booking_records.rules.words import SAID, Back, Decides, Reader
from app.support.bookings.actions import answers, proposals
from app.support.calendars import actions as calendars_actions
from app.support.calendars import queries as calendars_queries
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import changes, leaving_out
from app.support.repeating.actions.replanning import Wish
from app.support.sessions.actions import returns
from app.support.sharing.actions import leaving as leaving_actions
from app.support.sharing.actions import plans
from app.support.visits.actions import disputes, recording, saved_hours
from app.support.visits.models import Dispute
from app.support.visits.rules.endings import TimesWorked
from tests.factories import accounts, bookings, catalogue, circles, patterns
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.factories.sharing import House
from tests.inspection import InspectingClient

AFTER = clock.at_london(TUESDAY, time(12))
"""When it is over and both sides look at it."""
_numbers = itertools.count(1)


class World(NamedTuple):
    """A scene with somebody for each reader, who may each see what is booked."""

    scene: Scene
    own: Pot
    readers: dict[Reader, Person]


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def world(*, of_things: bool = False, council: bool = True) -> World:
    scene = bookings.scene()
    if of_things:
        scene.listing = catalogue.listing(scene.provider, "daily-living", scene.council, title="Kettle tipper")
        catalogue.card(scene.listing, 1720, unit=Unit.ITEM)
    helper = accounts.person(Role.SUPPORTER, name="Hal Helper")
    circles.support(scene.person, helper)
    readers = {Reader.PERSON: scene.person, Reader.HELPER: helper, Reader.PROVIDER: scene.staff}
    if council:
        readers[Reader.COUNCIL] = accounts.person(Role.CARE_MANAGER, name="Cam", council_id=scene.council.id)
        circles.caseload_entry(readers[Reader.COUNCIL], scene.person, scene.council)
    else:
        scene.person.council_id = None
        db.session.commit()
    return World(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000), readers)


# What somebody does to bring a booking where it stands ---------------------------------------------------------------


def asked(made: World) -> Booking:
    with transaction():
        return bookings.request_booking(
            actor=made.scene.person,
            person=made.scene.person,
            listing=made.scene.listing,
            times=bookings.tuesday(),
            add_on_ids=(),
            pots=[made.own.id],
            key=f"every-state-{next(_numbers):06d}",
            **({"quantity": 2} if made.scene.listing.kind == "daily-living" else {}),
        )


def proposed(made: World) -> Booking:
    booking = asked(made)
    times = [visit_times(TUESDAY, time(14), time(15, 30), ends_next_day=False)]
    with transaction():
        proposals.propose(actor=made.scene.staff, booking=booking, times=times, words="Only then")
    return booking


def accepted(made: World) -> Booking:
    booking = asked(made)
    with transaction():
        return answers.accept(actor=made.scene.staff, booking=booking)


def declined(made: World) -> Booking:
    booking = asked(made)
    with transaction():
        return answers.decline(actor=made.scene.staff, booking=booking, reason="We are full")


def lapsed(made: World) -> Booking:
    booking = asked(made)
    with clock.set_to(booking.visits[0].starts_at), transaction():
        return answers.lapse(booking_id=booking.id)


def called_off(made: World) -> Booking:
    booking = accepted(made)
    with transaction():
        return answers.cancel(actor=made.scene.person, booking=booking)


def called_off_late(made: World) -> Booking:
    booking = accepted(made)
    with clock.set_to(booking.visits[0].starts_at - timedelta(hours=1)), transaction():
        return answers.cancel(actor=made.scene.person, booking=booking)


def hours_saved(made: World) -> Booking:
    booking = accepted(made)
    with transaction():
        saved_hours.save_hours(actor=made.scene.person, visit=booking.visits[0])
    return booking


def recorded(ending: VisitStatus, **more: object) -> Callable[[World], Booking]:
    def record(made: World) -> Booking:
        booking = accepted(made)
        with clock.set_to(AFTER), transaction():
            recording.record_visit(
                actor=made.scene.staff,
                visit=booking.visits[0],
                ending=ending,
                words="The lift was broken",
                **more,  # type: ignore[arg-type]
            )
        return booking

    return record


def _stay(minutes: int) -> TimesWorked:
    came = clock.at_london(TUESDAY, time(9))
    return TimesWorked(came, came + timedelta(minutes=minutes))


class State(NamedTuple):
    """How something comes to stand somewhere, where that is, and the letter by which the person is told."""

    bring: Callable[[World], Booking]
    booking: BookingStatus
    visit: VisitStatus
    letter: str | None = None
    """The subject of the last letter to the person. What they do themselves they are not told."""


VISITS = {
    "asked": State(asked, BookingStatus.REQUESTED, VisitStatus.PLANNED),
    "proposed": State(proposed, BookingStatus.PROPOSED, VisitStatus.PLANNED, "Other times are proposed to you"),
    "agreed": State(accepted, BookingStatus.ACCEPTED, VisitStatus.PLANNED, "Your request was accepted"),
    "declined": State(declined, BookingStatus.DECLINED, VisitStatus.DECLINED, "Your request was declined"),
    "lapsed": State(lapsed, BookingStatus.LAPSED, VisitStatus.LAPSED, "A request was not answered in time"),
    "called off": State(
        called_off, BookingStatus.CANCELLED, VisitStatus.CANCELLED_IN_TIME, "Your request was accepted"
    ),
    "called off late": State(
        called_off_late, BookingStatus.CANCELLED, VisitStatus.CANCELLED_LATE, "Your request was accepted"
    ),
    "saved": State(hours_saved, BookingStatus.CANCELLED, VisitStatus.SAVED, "Your request was accepted"),
    "delivered": State(
        recorded(VisitStatus.DELIVERED), BookingStatus.COMPLETED, VisitStatus.DELIVERED, "Please say how a visit went"
    ),
    "in part": State(
        recorded(VisitStatus.DELIVERED, stay=_stay(40)),
        BookingStatus.COMPLETED,
        VisitStatus.PART_DELIVERED,
        "A visit was recorded",
    ),
    "refused": State(
        recorded(VisitStatus.REFUSED), BookingStatus.COMPLETED, VisitStatus.REFUSED, "A visit was recorded"
    ),
    "unused": State(recorded(VisitStatus.UNUSED), BookingStatus.COMPLETED, VisitStatus.UNUSED, "A visit was recorded"),
    "missed": State(
        recorded(VisitStatus.MISSED), BookingStatus.CANCELLED, VisitStatus.MISSED, "A visit did not happen"
    ),
    "frustrated": State(
        recorded(VisitStatus.FRUSTRATED), BookingStatus.CANCELLED, VisitStatus.FRUSTRATED, "A visit was recorded"
    ),
}
THINGS = {
    **{name: VISITS[name] for name in ("asked", "agreed", "declined", "lapsed", "called off", "called off late")},
    "arrived": State(
        recorded(VisitStatus.DELIVERED),
        BookingStatus.COMPLETED,
        VisitStatus.DELIVERED,
        "Please say how something you bought is",
    ),
    "some arrived": State(
        recorded(VisitStatus.DELIVERED, arrived=1),
        BookingStatus.COMPLETED,
        VisitStatus.PART_DELIVERED,
        "A visit was recorded",
    ),
    "damaged": State(
        recorded(VisitStatus.DAMAGED), BookingStatus.COMPLETED, VisitStatus.DAMAGED, "A visit was recorded"
    ),
    "not arrived": State(
        recorded(VisitStatus.MISSED), BookingStatus.CANCELLED, VisitStatus.MISSED, "Something you bought did not arrive"
    ),
}
EACH = [
    *(pytest.param(state, False, id=f"visit {name}") for name, state in VISITS.items()),
    *(pytest.param(state, True, id=f"thing {name}") for name, state in THINGS.items()),
]


# What the pages say ---------------------------------------------------------------------------------------------------


def tags(page: BeautifulSoup) -> set[str]:
    return {" ".join(one.get_text().split()) for one in page.main.select(".govuk-tag")}  # type: ignore[union-attr]


def text(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[union-attr]


def pages_of(reader: Reader, booking: Booking, visit: Visit) -> tuple[str, str, str | None]:
    """The pages on which a reader sees a booking, what was recorded of its visit, and the visit as one of the booking."""
    if reader is Reader.PROVIDER:
        return f"/desk/bookings/{booking.public_id}", f"/desk/visits/{visit.public_id}", None
    here = f"/bookings/{booking.public_id}"
    return here, f"/bookings/visits/{visit.public_id}", f"{here}/visits/{visit.public_id}"


@pytest.mark.parametrize(("state", "of_things"), EACH)
def test_a_state_is_called_on_every_page_what_the_table_calls_it(
    client: InspectingClient, state: State, of_things: bool
) -> None:
    made = world(of_things=of_things)
    booking = state.bring(made)
    (visit,) = booking.visits
    assert (booking.status, visit.status) == (state.booking, state.visit)
    asked_for = state.booking in {BookingStatus.REQUESTED, BookingStatus.PROPOSED}
    with clock.set_to(AFTER) if visit.settled_at and visit.settled_at > NOW else clock.set_to(NOW):
        for reader, person in made.readers.items():
            said = SAID[reader]
            words = said.visit(visit.status, of_things=of_things, asked_for=asked_for)
            accounts.sign_in(client, person)
            whole, recorded_page, one = pages_of(reader, booking, visit)
            assert tags(client.page(whole)) == {said.booking(booking.status), words}, (reader, whole)
            assert tags(client.page(recorded_page)) == {words}, (reader, recorded_page)
            if one is not None:
                assert tags(client.page(one)) == {words}, (reader, one)
            if reader is Reader.PERSON:
                when = "?when=past" if booking.status not in _OPEN else ""
                assert said.booking(booking.status) in tags(client.page(f"/bookings{when}"))
                _the_calendar_says_it(client, made, booking, of_things=of_things)
    _the_letter_says_it(made, booking, state)


_OPEN = {BookingStatus.REQUESTED, BookingStatus.PROPOSED, BookingStatus.ACCEPTED}


def _the_calendar_says_it(client: InspectingClient, made: World, booking: Booking, *, of_things: bool) -> None:
    (visit,) = booking.visits
    is_agreed = booking.status not in {
        BookingStatus.REQUESTED,
        BookingStatus.PROPOSED,
        BookingStatus.DECLINED,
        BookingStatus.LAPSED,
    }
    words = SAID[Reader.PERSON].entry(visit.status, of_things=of_things, is_agreed=is_agreed)
    page = text(client.page(f"/bookings/calendar?on={TUESDAY}"))
    assert f"Bright Days. {words}" in page if words else "Bright Days." not in page
    with transaction():
        feed = calendars_actions.keep_feed(person=made.scene.person, shows_titles=False)
    (event,) = calendars_queries.events(feed, lambda entry: entry.uid)
    title = "Delivery" if of_things else "Visit"
    is_said = words and visit.status != VisitStatus.DELIVERED
    assert event.summary == (f"{title} ({words[0].lower()}{words[1:]})" if is_said else title)


def _the_letter_says_it(made: World, booking: Booking, state: State) -> None:
    rows = select(Message).where(Message.to_person_id == number_of(made.scene.person)).order_by(Message.id.desc())
    letter = db.session.scalars(rows).first()
    if state.letter is None:
        assert letter is None
        return
    assert letter is not None
    assert letter.subject == state.letter
    is_charged = "been paid for" in letter.body
    assert is_charged == (state.visit == VisitStatus.DELIVERED)
    never = booking.visits[0].charged_pence and state.booking == BookingStatus.COMPLETED
    assert not (never and "Nothing is charged" in letter.body)


# Sent back -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", Back)
def test_things_sent_back_are_where_the_table_says(client: InspectingClient, where: Back) -> None:
    made = world(of_things=True)
    booking = recorded(VisitStatus.DELIVERED)(made)
    with clock.set_to(AFTER):
        with transaction():
            item = returns.send_back(actor=made.scene.person, booking=booking, quantity=1, key="every-state-back")
            if where is Back.THERE:
                returns.say_arrived(actor=made.scene.staff, item_return=item)
        for reader, person in made.readers.items():
            accounts.sign_in(client, person)
            page = text(client.page(pages_of(reader, booking, booking.visits[0])[0]))
            assert SAID[reader].back(where) in page
            assert "went back" in page if where is Back.THERE else "went back" not in page


# Disputes ------------------------------------------------------------------------------------------------------------


def raised(made: World, booking: Booking) -> Dispute:
    with clock.set_to(AFTER), transaction():
        return disputes.raise_dispute(
            actor=made.scene.person,
            visit=booking.visits[0],
            claim=DisputeClaim.DID_NOT_COME,
            words="Nobody was here",
        )


def settled(made: World, dispute: Dispute, status: DisputeStatus) -> None:
    with clock.set_to(AFTER), transaction():
        if status in {DisputeStatus.ANSWERED, DisputeStatus.DECIDED}:
            disputes.answer_dispute(actor=made.scene.staff, dispute=dispute, agrees=False, words="We were")
        if status == DisputeStatus.AGREED:
            disputes.answer_dispute(actor=made.scene.staff, dispute=dispute, agrees=True)
        if status == DisputeStatus.WITHDRAWN:
            disputes.withdraw_dispute(actor=made.scene.person, dispute=dispute)
    if status == DisputeStatus.DECIDED:
        with clock.set_to(AFTER), transaction():
            disputes.decide_dispute(
                actor=made.readers.get(Reader.COUNCIL),
                dispute=dispute,
                ending=disputes.disputes.may_decide_as(dispute.visit.status)[0],
                words="So it was",
            )


@pytest.mark.parametrize("decides", Decides)
@pytest.mark.parametrize("status", DisputeStatus)
@pytest.mark.parametrize("late", [False, True], ids=["delivered", "called off late"])
def test_a_dispute_is_called_what_the_table_calls_it_and_nothing_is_charged_while_it_stands(
    client: InspectingClient, status: DisputeStatus, decides: Decides, late: bool
) -> None:
    made = world(council=decides is Decides.COUNCIL)
    booking = called_off_late(made) if late else recorded(VisitStatus.DELIVERED)(made)
    dispute = raised(made, booking)
    settled(made, dispute, status)
    assert dispute.status == status
    stands = dispute.closed_at is None
    with clock.set_to(AFTER):
        for reader, person in made.readers.items():
            said = SAID[reader]
            words = said.visit(dispute.visit.status, disputed=stands)
            accounts.sign_in(client, person)
            whole, page, one = pages_of(reader, booking, dispute.visit)
            assert tags(client.page(page)) == {words, said.dispute(status, decides)}, (reader, page)
            for other in filter(None, (whole, one)):
                assert words in tags(client.page(other)), (reader, other)
                assert not (stands and "spent" in text(client.page(other)))
            lists = "/desk/to-settle" if reader is Reader.PROVIDER else "/bookings/to-settle"
            if reader in {Reader.PERSON, Reader.PROVIDER, Reader.COUNCIL}:
                assert (said.dispute(status, decides) in text(client.page(lists))) == stands, (reader, lists)


# Other times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ChangeStatus)
def test_a_change_is_called_what_the_table_calls_it(client: InspectingClient, status: ChangeStatus) -> None:
    made = world()
    booking = patterns.agreed(made.scene, made.own)
    visit = booking.visits[1]
    with transaction():
        change = changes.ask_change(
            actor=made.scene.person,
            booking=booking,
            name=visit.public_id,
            scope=Scope.ALL,
            wish=Wish(time(14), time(15, 30), days=(3,)),
            key="every-state-change",
        )
    with transaction():
        if status == ChangeStatus.OVERTAKEN:
            leaving_out.leave_out(
                actor=made.scene.person, booking=booking, name=booking.visits[2].public_id, scope=Scope.THIS
            )
        if status in {ChangeStatus.OVERTAKEN, ChangeStatus.AGREED}:
            changes.agree_to_change(actor=made.scene.staff, change=change)
        if status == ChangeStatus.DECLINED:
            changes.decline_change(actor=made.scene.staff, change=change, reason="Not then")
        if status == ChangeStatus.WITHDRAWN:
            changes.withdraw_change(actor=made.scene.person, booking=booking)
    assert change.status == status
    for reader, person in made.readers.items():
        accounts.sign_in(client, person)
        page = text(client.page(pages_of(reader, booking, visit)[0]))
        assert ("Another time is asked for" in page) == (status == ChangeStatus.ASKED), reader
        assert (SAID[reader].change(ChangeStatus.ASKED) in page) == (status == ChangeStatus.ASKED), reader
        overtaken = status == ChangeStatus.OVERTAKEN and reader in {Reader.PERSON, Reader.HELPER}
        assert (SAID[reader].change(ChangeStatus.OVERTAKEN) in page) == overtaken, reader
    letters = {
        ChangeStatus.AGREED: "The new time is agreed",
        ChangeStatus.DECLINED: "The new time was declined",
        ChangeStatus.OVERTAKEN: "Please look at the new time again",
    }
    rows = select(Message.subject).where(Message.to_person_id == number_of(made.scene.person)).order_by(Message.id)
    last = db.session.scalars(rows).all()[-1]
    assert last == letters.get(status, "Your request was accepted")


# Requests whose time has passed --------------------------------------------------------------------------------------


def test_what_can_no_longer_be_accepted_is_not_said_to_have_one_way_where_there_are_two(
    client: InspectingClient,
) -> None:
    made = world()
    booking = asked(made)
    repeats = patterns.asked(made.scene, made.own)
    accounts.sign_in(client, made.scene.staff)
    with clock.set_to(datetime.combine(TUESDAY, time(9, 1), NOW.tzinfo)):
        page = client.page("/desk")
    cards = {one.get_text(" "): one for one in page.select("article.app-card")}
    (single,) = [words for words in cards if booking.reference in words]
    (many,) = [words for words in cards if repeats.reference in words]
    assert "Propose other times, or decline it." in " ".join(single.split())
    assert "Propose other times" not in many
    assert "can no longer be accepted. Decline it." in " ".join(many.split())


# Waiting for money still to come ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_agreed", [False, True], ids=["asked", "agreed"])
def test_a_visit_that_waits_for_its_money_says_so_and_to_the_provider_nothing_of_money(
    client: InspectingClient, *, is_agreed: bool
) -> None:
    made = world()
    money = patterns.budget(made.scene, 4125)
    bookings.booking(made.scene, money)
    with transaction():
        booking = bookings.request_booking(
            actor=made.scene.person,
            person=made.scene.person,
            listing=made.scene.listing,
            times=[visit_times(TUESDAY + timedelta(weeks=1), time(9), time(10), ends_next_day=False)],
            add_on_ids=(),
            pots=[money.id],
            key="every-state-waits",
            waits=True,
        )
    if is_agreed:
        with transaction():
            answers.accept(actor=made.scene.staff, booking=booking)
    (visit,) = booking.visits
    for reader, person in made.readers.items():
        said = SAID[reader]
        words = said.visit(visit.status, asked_for=not is_agreed, waits=True)
        accounts.sign_in(client, person)
        whole, recorded_page, one = pages_of(reader, booking, visit)
        assert tags(client.page(whole)) == {said.booking(booking.status), words}, (reader, whole)
        for page in filter(None, (recorded_page, one)):
            assert tags(client.page(page)) == {words}, (reader, page)
            says_day = "when the money comes on Monday 30 November 2026" in text(client.page(page))
            assert says_day == (reader is not Reader.PROVIDER), (reader, page)
        assert "set aside." not in text(client.page(whole)).replace("Nothing is set aside", "")


# Shared ---------------------------------------------------------------------------------------------------------------


def brought_to(house: House, status: SharePlanStatus) -> SharePlan:
    """A plan of three to share, in this state."""
    plan = house.plan()
    if status == SharePlanStatus.SENT:
        house.agree(1, plan)
        house.agree(2, plan)
    if status == SharePlanStatus.REFUSED:
        with transaction():
            plans.refuse_to_share(actor=house.people[1], person=house.people[1], share=house.share(1, plan))
    if status == SharePlanStatus.WITHDRAWN:
        with transaction():
            plans.withdraw_plan(actor=house.people[0], person=house.people[0], share=house.share(0, plan))
    if status == SharePlanStatus.LAPSED:
        with clock.set_to(AFTER), transaction():
            leaving_actions.end_due(plan_id=plan.id)
    db.session.expire_all()
    return plan


@pytest.mark.parametrize("status", SharePlanStatus)
def test_a_plan_to_share_and_each_share_is_called_what_the_table_calls_it(
    client: InspectingClient, status: SharePlanStatus
) -> None:
    house = House()
    plan = brought_to(house, status)
    assert plan.status == status
    helper = accounts.person(Role.SUPPORTER, name="Hal Helper")
    circles.support(house.people[2], helper)
    manager = accounts.person(Role.CARE_MANAGER, name="Cam", council_id=house.scene.council.id)
    circles.caseload_entry(manager, house.people[2], house.scene.council)
    readers = [
        *((Reader.PERSON, person, number, None) for number, person in enumerate(house.people)),
        (Reader.HELPER, helper, 2, house.people[2]),
        (Reader.COUNCIL, manager, 2, house.people[2]),
    ]
    for reader, person, place, whose in readers:
        said = SAID[reader]
        accounts.sign_in(client, person)
        if whose is not None:
            with client.session_transaction() as session:
                session["shopping_for"] = whose.public_id
        share = house.share(place, plan)
        own = said.own_share(plan.status, share.status)
        address = f"/shared/{plan.public_id}"
        if reader is Reader.COUNCIL:
            # None of this is money the council looks after, so it has no part in who shares with whom.
            client.page(address, status=403)
            continue
        page = client.page(address)
        stands = {said.plan(one) for one in SharePlanStatus} | {own}
        assert tags(page) & stands == {own}, (reader, place)
        for other in plan.shares:
            if other.id != share.id:
                assert f"{other.name}: {said.share(other.status).lower()}" in text(page), (reader, place)
        if share.answered_at is not None:
            assert f"{said.share(share.status)}, " in text(page), (reader, place)
    # The provider is told of nothing before everybody has agreed.
    accounts.sign_in(client, house.scene.staff)
    desk = text(client.page("/desk"))
    assert ("Company at home for Ada Example" in desk) == (status == SharePlanStatus.SENT)
