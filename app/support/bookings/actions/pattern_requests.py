"""Asking for visits that repeat."""

from collections.abc import Collection, Sequence

from app.base import clock
from app.base.db import number_of
from app.people.accounts.models import Person
from app.support.bookings.actions import requests
from app.support.bookings.actions.telling import Sent
from app.support.bookings.queries import periods_ahead as queries
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules.patterns import RequestedPattern


def request_pattern(
    *,
    actor: Person,
    person: Person,
    listing_id: int,
    wanted: RequestedPattern,
    add_on_ids: Collection[str],
    pots: Sequence[int],
    key: str,
    note: str = "",
    price_seen: int | None = None,
    miles: int | None = None,
    waits: bool = False,
) -> Sent:
    """Ask a provider for visits that repeat. Those whose period's money has come are made and set aside for: all or none.

    The others follow when their money comes (see :func:`app.support.repeating.actions.making_visits.confirm`). It refuses what
    :func:`app.support.bookings.actions.requests.send_request` refuses.

    Args:
        actor: whoever presses the button: the person, or somebody with the power to book for them.
        person: whom the support is for, and whose money pays.
        listing_id: what is bought.
        wanted: on which days and at which times.
        add_on_ids: public ids of the extras chosen.
        pots: ids of the money that pays, in the order in which each is emptied.
        key: made with the form; the same key again gives the first booking.
        note: what the provider should know, in the person's words.
        price_seen: the pence of the visits made now, as last seen.
        miles: whole miles of each visit, where something is charged by the mile.
        waits: whether it starts with the money there is, and the rest waits for more.

    Raises:
        PatternRefused: when it cannot repeat like that.
    """
    today = clock.today()
    wanted.check(today=today)
    begun = wanted.begun(queries.made_until(number_of(person), today=today))
    return requests.send_request(
        actor=actor,
        person=person,
        listing_id=listing_id,
        asked=BookingRequest(
            times=begun.times,
            add_on_ids=add_on_ids,
            pots=pots,
            key=key,
            note=note,
            price_seen=price_seen,
            miles=miles,
            begun=begun,
            waits=waits,
        ),
    )
