"""Sharing support: planned by one, agreed by each, and only then asked of the provider; the money of all, or of nobody."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.circles import queries as circles
from app.people.circles.rules import Spender
from app.platform.messages.actions import bookings, sending, sharing
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.queries import shares as shares_queries
from app.support.booking_records.rules import references
from app.support.booking_records.rules import shares as shares_rules
from app.support.booking_records.rules.shares import NAME_LONGEST, SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import allowing, telling, visit_rows
from app.support.bookings.actions.requests import PriceChanged, agreed_words, check_note, written
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import Offer
from app.support.sharing import rules
from app.support.sharing.actions import leaving
from app.support.sharing.actions.shares import enough, priced_share, record_share_act, set_aside_share, share_path


class Sharer(NamedTuple):
    """Somebody to share with: where to ask them, what the others call them, and how many parts they pay."""

    email: str
    name: str
    parts: int


def propose_shares(
    *,
    actor: Person,
    person: Person,
    listing_id: int,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Sequence[str],
    mine: Sharer,
    others: Sequence[Sharer],
    pots: Sequence[int],
    amount_seen: int,
    key: str,
    note: str = "",
    miles: int | None = None,
) -> SharePlan:
    """Plan to share support and ask the others; nothing is set aside and no provider is asked until all have agreed.

    Args:
        actor: the person, or somebody with the power to book for them.
        person: the first of those who share; has agreed by asking.
        listing_id: what is shared.
        times: start and end of each visit, aware.
        add_on_ids: public ids of the extras chosen.
        mine: the name the others see of the person, and their parts.
        others: whom to ask.
        pots: which of the person's money pays their share, in order.
        amount_seen: the pence the page said the person's share comes to.
        key: made with the form; the same key again gives the first plan.
        note: what the provider should know.
        miles: whole miles of each visit.

    Raises:
        NotAllowed: when the actor may not book for this person.
        BadInput: when names, addresses or parts are wrong.
        PriceChanged: when the share is not what was seen.
        Conflict: when it cannot be booked, the money may not pay, or is not enough.
    """
    shares_queries.lock_people([person.id])
    spender = _may_share(actor, person, listing_id)
    first = shares_queries.plan_with_key(key)
    if first is not None:
        if (first.person_id, first.asked_by_id, first.listing_id) != (person.id, actor.id, listing_id):
            raise Conflict("This form has already been used. Start again from the listing.")
        return first
    everybody = [mine._replace(email=person.email), *others]
    _check_people(everybody)
    _must_not_be_many(person)
    listing, offer = _priced_to_come(person, listing_id, times, add_on_ids, miles)
    check_note(note)
    owed = _owed(offer, everybody, amount_seen)
    enough(person, listing, offer.days, pots, owed[0], spender)
    plan = SharePlan(
        public_id=new_public_id(),
        key=key,
        listing_id=listing.id,
        person_id=person.id,
        asked_by_id=actor.id,
        status=SharePlanStatus.ASKED,
        times=[[visit.starts.isoformat(), visit.ends.isoformat()] for visit in offer.visits],
        extras=list(add_on_ids),
        miles=miles,
        note=note,
        total_pence=offer.total_pence,
        made_at=clock.now(),
    )
    db.session.add(plan)
    _ask_each(plan, person, list(zip(everybody, owed, strict=True)), pots)
    db.session.flush()
    record_share_act("share_asked", plan, actor, person)
    return plan


def _priced_to_come(
    person: Person,
    listing_id: int,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    miles: int | None,
) -> tuple[Listing, Offer]:
    """What is to be shared at its price, where it is known where to come."""
    listing, offer = priced_share(person, listing_id, times, add_on_ids, miles)
    allowing.must_be_able_to_come(person, listing)
    return listing, offer


def _may_share(actor: Person, person: Person, listing_id: int | None = None) -> Spender:
    """What the actor may spend for a person who is still there; the person is locked."""
    allowing.must_still_go_on(number_of(person))
    return allowing.may_book_for(actor, person, listing_id)


def _must_not_be_many(person: Person) -> None:
    """Let pass when few plans wait for answers, and few were made within a day.

    Raises:
        Conflict: when there are too many.
    """
    if shares_queries.plans_waiting_for(person) >= rules.MOST_OPEN:
        raise Conflict(f"{rules.MOST_OPEN} plans to share wait for answers already. Take one back first.")
    if shares_queries.plans_made_for(person, clock.now() - timedelta(days=1)) >= rules.MOST_A_DAY:
        raise Conflict(f"{rules.MOST_A_DAY} plans to share were made within a day. Make more tomorrow.")


def _owed(offer: Offer, everybody: Sequence[Sharer], amount_seen: int) -> list[int]:
    """The pence each of them owes, in their order.

    Raises:
        PriceChanged: when the first one's is not what was seen.
    """
    owed = rules.amounts([visit.pence for visit in offer.visits], [one.parts for one in everybody])
    if owed[0] != amount_seen:
        raise PriceChanged(seen=amount_seen, now=owed[0])
    return owed


def _ask_each(plan: SharePlan, person: Person, everybody: Sequence[tuple[Sharer, int]], pots: Sequence[int]) -> None:
    """Give each a share with the pence they owe: the first has agreed by asking, the others are asked."""
    for place, (one, pence) in enumerate(everybody):
        known = person if place == 0 else _known(one.email)
        plan.shares.append(
            Share(
                person_id=None if known is None else known.id,
                email=one.email,
                name=one.name,
                parts=one.parts,
                amount_pence=pence,
                status=ShareStatus.AGREED if place == 0 else ShareStatus.ASKED,
                pots=list(pots) if place == 0 else [],
                answered_by_id=plan.asked_by_id if place == 0 else None,
                answered_at=plan.made_at if place == 0 else None,
            )
        )
        if place:
            sharing.asked_to_share(
                to_person_id=None if known is None else known.id, to_email=one.email, path=share_path(plan)
            )


def agree_to_share(
    *, actor: Person, person: Person, share: Share, name: str, pots: Sequence[int], amount_seen: int
) -> SharePlan:
    """Say yes to a share, for oneself or for somebody one may book for; the last yes sends or changes the booking.

    Args:
        actor: whoever presses the button.
        person: whose share it is, and whose money pays.
        share: which.
        name: the name the others will see.
        pots: which of the person's money pays, in the order in which each is emptied.
        amount_seen: the pence the page said the share comes to.

    Raises:
        NotFound: when it is not this person's share.
        NotAllowed: when the actor may not book for them.
        PriceChanged: when the share is not what was seen.
        NotEnoughMoney: when this person's money does not stretch to it.
        Conflict: when the plan is over, or cannot be sent; nothing has changed then.
    """
    plan, mine = _answering(actor, person, share)
    if mine.status == ShareStatus.AGREED:
        return plan
    shares_rules.plan_must_become(plan.status, SharePlanStatus.SENT)
    name = name.strip()
    if not 1 <= len(name) <= NAME_LONGEST:
        raise BadInput("Enter the name the others should see")
    if mine.amount_pence != amount_seen:
        raise PriceChanged(seen=amount_seen, now=mine.amount_pence)
    listing, days = offers.listing_now(plan.listing_id), leaving.plan_days(plan)
    if plan.last_day is None:
        offers.may_be_booked(listing, person, under_lock=True)
    freed = leaving.freed(plan)
    spender = _may_share(actor, person)
    enough(person, listing, days, pots, mine.amount_pence, spender, freed=sum(freed.get(pot, 0) for pot in pots))
    mine.person, mine.name, mine.pots = person, name, list(pots)
    db.session.flush()
    _answered(mine, ShareStatus.AGREED, actor)
    record_share_act("share_agreed", plan, actor, person)
    if all(one.status == ShareStatus.AGREED for one in plan.shares):
        if plan.last_day is None:
            _send(plan, person)
        else:
            leaving.share_anew(plan, actor)
    else:
        _tell_asker(plan, actor)
    db.session.flush()
    return plan


def refuse_to_share(*, actor: Person, person: Person, share: Share) -> SharePlan:
    """Say no to a share. A new booking is not asked for; of one that somebody leaves, later visits are called off.

    Raises:
        NotFound: when it is not this person's share.
        NotAllowed: when the actor may not book for them.
        Conflict: when the plan is over.
    """
    plan, mine = _answering(actor, person, share)
    if mine.status == ShareStatus.REFUSED:
        return plan
    shares_rules.plan_must_become(plan.status, SharePlanStatus.REFUSED)
    mine.person = person
    _answered(mine, ShareStatus.REFUSED, actor)
    record_share_act("share_refused", plan, actor, person)
    leaving.close(plan, SharePlanStatus.REFUSED, actor)
    return plan


def withdraw_plan(*, actor: Person, person: Person, share: Share) -> SharePlan:
    """Take back a plan for something new, before everybody has agreed; whoever it was asked for, or who books for them.

    Raises:
        NotAllowed: when it was asked for somebody else.
        Conflict: when it is over, or somebody is leaving: that cannot be taken back here.
    """
    plan, _ = _answering(actor, person, share)
    if plan.person_id != person.id or plan.last_day is not None:
        raise NotAllowed("Only whoever asked can take a plan back. You can say no.")
    if plan.status == SharePlanStatus.WITHDRAWN:
        return plan
    shares_rules.plan_must_become(plan.status, SharePlanStatus.WITHDRAWN)
    record_share_act("share_withdrawn", plan, actor, person)
    leaving.close(plan, SharePlanStatus.WITHDRAWN, actor)
    return plan


def _check_people(everybody: Sequence[Sharer]) -> None:
    rules.check_parts([one.parts for one in everybody])
    if any(not one.email or not 1 <= len(one.name) <= NAME_LONGEST for one in everybody):
        raise BadInput("Enter an email address and a name for each person")
    if len({one.email for one in everybody}) != len(everybody):
        raise BadInput("Enter a different email address for each person. You are one of them already")


def _known(email: str) -> Person | None:
    """Whoever has this confirmed address; the page says the same whether there is somebody or not."""
    person = person_by_email(email)
    return person if person is not None and person.closed_at is None and person.email_confirmed_at is not None else None


def _answering(actor: Person, person: Person, share: Share) -> tuple[SharePlan, Share]:
    shares_queries.share_for(person, share.plan.public_id)
    number = share.id
    plan = shares_queries.locked_plan(share.plan_id)
    # Everybody in it, for the last yes sets aside the money of each: two who answer two plans never wait for one another.
    shares_queries.lock_people([person.id, *(one.person_id for one in plan.shares if one.person_id is not None)])
    if not booking_records_permissions.may_book(circles.powers_to_act(actor, person.id)):
        raise NotAllowed("You may look at this but not answer it. Only they can let you.")
    return plan, next(one for one in plan.shares if one.id == number)


def _answered(share: Share, status: ShareStatus, actor: Person) -> None:
    share.status, share.answered_by_id, share.answered_at = status, actor.id, clock.now()


def _tell_asker(plan: SharePlan, actor: Person) -> None:
    if plan.person.id != actor.id:
        sending.send_notice(sharing.SHARE_ANSWERED, plan.person, link=share_path(plan))


def _send(plan: SharePlan, last: Person) -> None:
    """Everybody has agreed: set aside each share from its own money and ask the provider, all of it or nothing."""
    listing, offer = priced_share(plan.person, plan.listing_id, plan.spans, plan.extras, plan.miles)
    shares = sorted(plan.shares, key=lambda one: one.id)
    split = rules.split_visits([visit.pence for visit in offer.visits], [one.parts for one in shares])
    if offer.total_pence != plan.total_pence or [sum(own) for own in zip(*split, strict=True)] != [
        one.amount_pence for one in shares
    ]:
        raise Conflict(
            "The price has changed since this plan was made, so your answer is not kept and nothing was asked for. "
            "Whoever made the plan can take it back and make a new one."
        )
    home, now = offers.home_of(plan.person), clock.now()
    sent = written(
        public_id=new_public_id(),
        reference=references.new_reference(),
        key=f"share:{plan.public_id}",
        digest="0" * 64,
        person_id=plan.person_id,
        booked_by_id=plan.asked_by_id,
        listing_id=listing.id,
        provider_id=listing.provider_id,
        council_id=None if home is None else home.council_id,
        locality_id=None if home is None else home.locality_id,
        kind=listing.kind,
        is_framework=offers.is_framework_for(home, listing, on=clock.today()),
        status=BookingStatus.REQUESTED,
        agreed=agreed_words(listing, offer, plan.miles),
        total_pence=offer.total_pence,
        note=plan.note,
        requested_at=now,
        is_shared=True,
    )
    visits = visit_rows.write_visits(sent.id, offer.visits)
    for place, share in sorted(enumerate(shares), key=lambda one: one[1].person_id or 0):
        set_aside_share(sent, listing, share, visits, [own[place] for own in split], offer.days, last)
    plan.status, plan.booking_id, plan.ended_at = SharePlanStatus.SENT, sent.id, now
    db.session.flush()
    booking = db.session.get_one(Booking, sent.id)
    telling.record_booking_act("booking_requested", booking, None, total_pence=offer.total_pence, visits=len(visits))
    telling.tell_buyers(booking, sharing.SHARE_SENT)
    telling.tell_provider(booking, bookings.BOOKING_REQUESTED)
