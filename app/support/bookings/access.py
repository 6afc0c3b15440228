"""Who may come in to pages about bookings, and the note that somebody looked at another person's."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, current_app, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import event

from app.base.db import number_of, transaction
from app.funding.budgets.permissions import may_see_some_money
from app.market.catalogue.rules.kinds import COMES_HOME
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, looked_at, note_look, shopper, shopper_or_none
from app.people.circles.rules import Power
from app.people.homes.queries import is_said
from app.platform.audit.actions import record_each
from app.platform.web.navigation import BASKET, BOOKINGS, MONEY, WEEK, Link
from app.platform.web.visitor import visitor
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.words import SAID, Reader, StateWords
from app.support.bookings.queries import persons


def may_choose() -> Shopper:
    """Whoever is shopping, when they may put things together for the person, or book.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    if not booking_records_permissions.may_fill_basket(buyer.powers):
        buyer.require(Power.SUGGEST)
    return buyer


def may_buy() -> Shopper:
    """Whoever is shopping, when they may book from some money; which money, the action asks of each pot that pays.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    if not booking_records_permissions.may_book(buyer.powers):
        buyer.require(Power.BOOK_COUNCIL_MANAGED)
    return buyer


def home_first(person: Person, kinds: Iterable[str]) -> ResponseReturnValue | None:
    """To the page that asks where to come, where that is needed for one of these kinds and nobody has said it; and back.

    Asked before confirming and never before: nobody is asked for an address to look around.
    """
    if request.method != "GET" or COMES_HOME.isdisjoint(kinds) or is_said(number_of(person)):
        return None
    if number_of(shopper().person) != number_of(person):
        # The page asks about whoever is shopped for now; for anybody else the refusal says what to do.
        return None
    here = request.full_path if request.query_string else request.path
    return redirect(url_for("homes.home_visits", next=here))


def menu_for_other() -> list[Link]:
    """What of the shop somebody may open for the person they act for; nothing when they act for themselves."""
    looking = shopper_or_none()
    if looking is None or not looking.is_for_other:
        return []
    doors = (
        (WEEK, True),
        (BASKET, booking_records_permissions.may_fill_basket(looking.powers)),
        (MONEY, may_see_some_money(looking.powers)),
        (BOOKINGS, booking_records_permissions.may_see_bookings(looking.powers)),
    )
    return [link for link, is_open in doors if is_open]


BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)

_AT_WORK: dict[frozenset[str], str] = {
    frozenset({Role.PROVIDER_STAFF}): "provider_staff",
    frozenset({Role.CARE_MANAGER}): "care_manager",
    frozenset(BUYERS): "care_manager",
}
"""Doors behind which somebody sees bookings of others, and by what right they come in."""


def found_booking(public_id: str) -> Booking:
    """The booking, once it is on record that somebody else looked at it."""
    booking = persons.booking_for(actor(), public_id)
    if say_looked(booking.person):
        booking = persons.booking_for(actor(), public_id)
    return booking


def said_to(person: Person, *, shared_by: Iterable[int] = ()) -> StateWords:
    """The words of states as whoever is signed in reads them about this person: the person, the council, or a helper.

    Whoever shares support reads of it as a person, too.
    """
    me = actor()
    if number_of(me) in {number_of(person), *shared_by}:
        return SAID[Reader.PERSON]
    by_council = person.council_id in me.council_ids_as(Role.CARE_MANAGER)
    return SAID[Reader.COUNCIL if by_council else Reader.HELPER]


_READ = "ownway.bookings_read"


def keep_in_mind(whose: Iterable[tuple[int, int | None, bool]]) -> None:
    """Whose bookings this request has read, for pages that read only parts of them.

    Args:
        whose: the person's number, the provider's, and whether the support is shared.
    """
    request.environ.setdefault(_READ, set()).update(whose)


@event.listens_for(Booking, "load")
@event.listens_for(Booking, "refresh")
def _keep_booking_in_mind(booking: Booking, *_more: object) -> None:
    """The session itself forgets what nobody holds any more."""
    facts = booking.__dict__
    if has_request_context() and "person_id" in facts:
        keep_in_mind([(facts["person_id"], facts.get("provider_id"), facts.get("is_shared", False))])


def note_at_work(response: Response) -> Response:
    """Record whose bookings a page of a provider's staff, or of a care manager, was made from: each person, each time.

    Whatever bookings such a page has read, it shows; so none of these pages can be forgotten. What is already on record
    in this request is not written twice.
    """
    door: frozenset[str] = getattr(current_app.view_functions.get(request.endpoint or ""), "open_to", frozenset())
    who = _AT_WORK.get(frozenset(door))
    me = visitor() if request.environ.get(_READ) else None
    if me is None or who is None or request.method != "GET" or response.status_code != HTTPStatus.OK:
        return response
    read = {
        person_id: provider_id
        for person_id, provider_id, is_shared in request.environ.get(_READ, ())
        if person_id not in {number_of(me), *looked_at()}
        # Whoever shares support opens their own share, not the other's booking.
        and not (door == frozenset(BUYERS) and is_shared)
    }
    if door == frozenset(BUYERS) and not actor().council_ids_as(Role.CARE_MANAGER):
        who = "supporter"
    if read:
        with transaction():
            record_each(
                "bookings_looked_at",
                [
                    {
                        "actor_id": number_of(me),
                        "for_person_id": person_id,
                        "acting_as": who,
                        "subject_kind": "person",
                        "subject_id": person_id,
                        "provider_id": provider_id,
                    }
                    for person_id, provider_id in read.items()
                ],
            )
    return response


def say_looked(person: Person) -> bool:
    """Record that somebody read another person's bookings; see ``note_look``."""
    return note_look("bookings_looked_at", [person])
