"""Things put into the basket and taken out of it, by whoever may look for support for a person."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power, Spender
from app.support.basket import permissions
from app.support.basket import rules as lines
from app.support.basket.actions.locking import lock_basket_of, locked_lines, record_line
from app.support.basket.actions.telling import role_of, tell_person
from app.support.basket.models import BasketLine
from app.support.basket.rules import BasketPlan
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import staff
from app.support.booking_records.rules import paying
from app.support.bookings.actions import requests
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import Offer
from app.support.recurrence.rules import times


def put_in_basket(
    *,
    actor: Person,
    person: Person,
    listing_id: int,
    plan: Mapping[str, Any],
    key: str,
    quantity: int = 1,
    pay: str = "",
    note: str = "",
) -> BasketLine:
    """Put something into the basket of a person, with the price it has now; nothing is booked and no money moves.

    By somebody who may not book it with the money it needs, it is a suggestion: set apart until the person takes it.

    Args:
        actor: the person, or somebody who may look for support or book for them.
        person: whose basket.
        listing_id: what.
        plan: when and with which extras, as :class:`app.support.basket.rules.BasketPlan` reads it.
        key: made with the form; the same key again gives the first line.
        quantity: how many, of a thing.
        pay: which money is meant to pay, by public ids in order; may be empty.
        note: what the provider should know.

    Raises:
        NotAllowed: when the actor may not look for support for this person, or works for the provider.
        Conflict: when it cannot be booked, or the basket is full.
        TimesRefused: when the times cannot be booked.
    """
    lock_basket_of(person)
    powers = _may_fill(actor, person)
    staff.must_not_sell_own(actor, number_of(person), listing_id, may_suggest=True)
    first = db.session.scalar(select(BasketLine).where(BasketLine.key == key))
    if first is not None:
        if first.person_id != number_of(person):
            raise Conflict("This form has already been used. Start again from the listing.")
        return first
    if len(note) > requests.NOTE_LONGEST:
        raise BadInput(f"What the provider should know must be {requests.NOTE_LONGEST} characters or fewer")
    _must_have_room(person)
    listing, offer = _offered(person, listing_id, BasketPlan.read(plan), quantity)
    now = clock.now()
    is_suggested = not _may_book_it(Spender(number_of(actor), powers), person, listing, offer, lines.pay_kept(pay))
    if is_suggested:
        tell_person(actor, person, now)
    made = BasketLine(
        key=key,
        person_id=number_of(person),
        added_by_id=number_of(actor),
        added_as=role_of(circles.standing_over(actor, number_of(person))),
        added_at=now,
        suggested_at=now if is_suggested else None,
        listing_id=listing.id,
        title=listing.title,
        plan=dict(plan),
        quantity=quantity,
        pay=lines.pay_kept(pay),
        note=note,
        seen_pence=offer.total_pence,
        seen_lines=[{"words": words, "pence": pence} for visit in offer.visits for words, pence in visit.lines],
    )
    db.session.add(made)
    db.session.flush()
    record_line("suggested" if is_suggested else "put_in_basket", made, actor)
    return made


def _offered(person: Person, listing_id: int, wanted: BasketPlan, quantity: int) -> tuple[Listing, Offer]:
    """What is to be put in, and what it costs now."""
    listing = offers.listing_now(listing_id)
    offers.may_be_booked(listing, person)
    times.check_times(wanted.times, now=clock.now())
    offer = offers.offer(
        listing=listing,
        times=wanted.times,
        add_on_ids=wanted.extras,
        council=offers.home_of(person),
        person=person,
        miles=wanted.miles,
        quantity=quantity,
    )
    return listing, offer


def _may_book_it(spender: Spender, person: Person, listing: Listing, offer: Offer, pay: str) -> bool:
    """Whether this account may book it: with any money, or with what they may spend and it is to pay."""
    if Power.BOOK in spender.powers:
        return True
    if not booking_records_permissions.may_book(spender.powers):
        return False
    purses = offers.purses_of(person, listing=listing, days=offer.days, spender=spender)
    theirs = {purse.public_id for purse in purses}
    is_payable = bool(paying.ways_to_pay(offer.total_pence, purses))
    return is_payable and all(one.public_id in theirs for one in (paying.choices_in(pay) if pay else ()))


def _must_have_room(person: Person) -> None:
    """Let pass when one more thing fits into the basket.

    Raises:
        Conflict: when it is full.
    """
    there = db.session.scalar(
        select(func.count()).where(
            BasketLine.person_id == number_of(person), BasketLine.done_at.is_(None), BasketLine.left_at.is_(None)
        )
    )
    if (there or 0) >= lines.LINES_MOST:
        raise Conflict(f"There are {lines.LINES_MOST} things in the basket. Book or take out some of them first.")


def take_out_of_basket(*, actor: Person, line: BasketLine) -> None:
    """Take something out of the basket; the second click changes nothing.

    Raises:
        NotAllowed: when the actor may not look for support for this person, or it is not theirs to take out.
        Conflict: when it was booked meanwhile.
    """
    person = line.person
    lock_basket_of(person)
    powers = _may_fill(actor, person)
    found = locked_lines(person, [line.public_id])
    if not found:
        return
    if found[0].done_at is not None:
        raise Conflict("This was booked meanwhile. Cancel the booking instead, if you no longer want it.")
    if not permissions.may_take_out(powers, actor, found[0]):
        raise NotAllowed("You did not put this in, or it was taken meanwhile, so it is theirs to take out.")
    record_line("taken_out_of_basket", found[0], actor)
    db.session.delete(found[0])
    db.session.flush()


def _may_fill(actor: Person, person: Person) -> frozenset[Power]:
    """What the actor may do at this moment, when they may fill the basket; the person is locked.

    Raises:
        NotAllowed: when they may not.
    """
    powers = circles.powers_to_act(actor, number_of(person))
    if not booking_records_permissions.may_fill_basket(powers):
        raise NotAllowed("You may not look for support for this person. Only they can let you.")
    return powers
