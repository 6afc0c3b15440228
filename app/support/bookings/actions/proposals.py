"""Other times than those asked for: a provider proposes them, the person agrees to them or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict
from app.funding.budgets.queries.under_lock import lock_to_spend
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.circles.rules import Spender
from app.platform.messages.actions import agreements as notices
from app.support.availability import actions as availability_actions
from app.support.availability.actions import VisitToPlace
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import paying as paying_rules
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import (
    agreements,
    allowing,
    locking,
    requests,
    telling,
    visit_endings,
    visit_rows,
    waiting,
)
from app.support.bookings.models import Proposal
from app.support.bookings.queries import offers, proposals
from app.support.bookings.queries.offers import Offer
from app.support.bookings.rules import agreements as terms
from app.support.recurrence.rules import times as times_rules

_LOCK_PERSON = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


def propose(
    *,
    actor: Person,
    booking: Booking,
    times: Sequence[tuple[datetime, datetime]],
    words: str,
) -> Proposal:
    """Propose other times than those asked for, for the provider: the person agrees to them or not.

    The price is that of the times proposed, by the rates published for their days. The money asked for stays set aside
    until the person answers. A newer proposal takes the place of one before.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: without a word on why.
        TimesRefused: when the times cannot be booked.
        Conflict: when the request is answered already, or the provider is suspended.
    """
    booking = locking.locked_for_staff(actor, booking)
    states.must_become(booking.status, BookingStatus.PROPOSED)
    locking.provider_must_not_be_stopped(booking)
    if booking.is_shared:
        raise Conflict(
            "Several people share this, so other times cannot be proposed for it. Accept it, or decline and say why."
        )
    if booking.pattern is not None:
        raise Conflict(
            "These visits repeat, so other times cannot be proposed for them. Accept them, or decline and say why."
        )
    if any(visit.waits_on is not None for visit in booking.visits):
        raise Conflict(
            "This visit is not confirmed yet, so other times cannot be proposed for it. Accept it, or decline and say why."
        )
    words = telling.booking_reason(words, needed=True)
    times = sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in times)
    times_rules.check_times(times, now=clock.now())
    if len(times) != sum(visit.status == VisitStatus.PLANNED for visit in booking.visits):
        raise Conflict("Propose a time for each visit that was asked for.")
    priced = offers.offer_instead(booking, times)
    made = Proposal(
        booking_id=booking.id,
        visits=terms.visits_kept((one.starts, one.ends, one.pence, one.lines) for one in priced.visits),
        total_pence=priced.total_pence,
        words=words,
        made_at=clock.now(),
        made_by_id=actor.id,
        answer_by=terms.answer_by(times[0][0], now=clock.now()),
    )
    db.session.add(made)
    booking.status = BookingStatus.PROPOSED
    db.session.flush()
    telling.record_booking_act("times_proposed", booking, actor, total_pence=made.total_pence, visits=len(times))
    telling.tell_buyers(booking, notices.TIMES_PROPOSED, link=telling.other_times_path_of(booking))
    db.session.flush()
    return made


def agree_to_proposal(
    *,
    actor: Person,
    booking: Booking,
    proposal_id: str,
    pots: Sequence[int],
    price_seen: int,
    amounts: Mapping[int, int] | None = None,
) -> Booking:
    """Say yes to the times a provider proposed, for the person: then it is agreed, and the money set aside is theirs.

    What was set aside for the times asked for goes back, and the price of the new times is set aside: all or nothing.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: which.
        proposal_id: public id of the proposal that was shown; a newer one is asked about again.
        pots: ids of the money that pays, in the order in which each is emptied.
        price_seen: the pence the person saw; a different price is asked about again.
        amounts: how many pence of some of the money pay at most, where somebody said so.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not book.
        Conflict: when it is over or was changed, the time to answer has passed, the money may not pay or is not enough.
        PriceChanged: when it is not the price proposed.
    """
    fetch_rows(_LOCK_PERSON, {"person_id": booking.person_id})
    allowing.must_still_go_on(booking.person_id)
    waiting.settle_waiting(booking.person_id)
    booking = locking.locked(booking)
    spender = whose_money.must_be_let(actor, booking, to="agree to it")
    proposal = proposals.newest_proposal(booking.id)
    if booking.status == BookingStatus.ACCEPTED and proposal is not None and proposal.public_id == proposal_id:
        return booking  # the second click of the one who agreed
    proposal = _standing(booking, proposal, proposal_id)
    listing = offers.listing_now(booking.listing_id)
    locking.provider_must_not_be_stopped(booking)
    times = terms.times_kept(proposal.visits)
    if proposal.total_pence != price_seen:
        raise requests.PriceChanged(seen=price_seen, now=proposal.total_pence)
    priced = _as_proposed(offers.offer_instead(booking, times), proposal)
    seats = availability_actions.seats_within(booking.listing_id, times)
    lock_to_spend(booking.person_id, sorted({*pots, *(part.pot_id for v in booking.visits for part in v.payments)}))
    asked_for = [visit.id for visit in booking.visits if visit.status == VisitStatus.PLANNED]
    # What was asked for ends uncharged, and its money is there again for what is agreed instead.
    visit_endings.end_visits(booking, dict.fromkeys(asked_for, VisitStatus.DECLINED), actor, is_replaced=True)
    visits = _set_aside_anew(booking, listing, priced, proposal, pots, amounts or {}, spender)
    availability_actions.take(
        booking.listing_id,
        person_id=booking.person_id,
        actor_id=actor.id,
        seats=seats,
        sittings=[VisitToPlace(visit, starts, ends) for visit, (starts, ends) in zip(visits, times, strict=True)],
    )
    booking.total_pence = priced.total_pence
    # Until now it was a request: these are the words of the day on which both sides agree.
    booking.agreed = requests.agreed_words(
        listing, priced, booking.agreed.get("miles"), booking.agreed.get("quantity", 1)
    )
    booking.status = BookingStatus.ACCEPTED
    booking.decided_at, booking.decided_by_id = clock.now(), actor.id
    db.session.flush()
    db.session.expire(booking, ["visits"])
    agreements.freeze_booking(booking, actor_id=actor.id)
    telling.record_booking_act("proposal_agreed", booking, actor, total_pence=booking.total_pence)
    telling.tell_provider(booking, notices.PROPOSAL_AGREED)
    db.session.flush()
    return booking


def _standing(booking: Booking, proposal: Proposal | None, proposal_id: str) -> Proposal:
    """The proposal, when it is the one that was shown and can still be agreed to.

    Raises:
        Conflict: when it cannot; nothing has changed then.
    """
    states.must_become(booking.status, BookingStatus.ACCEPTED)
    if proposal is None or proposal.public_id != proposal_id:
        raise Conflict("The provider has proposed other times since. Nothing was agreed: look at them again.")
    if proposal.answer_by <= clock.now():
        raise Conflict(
            "The time to answer has passed, so this can no longer be agreed. Ask again if you still want it."
        )
    return proposal


def _set_aside_anew(
    booking: Booking,
    listing: Listing,
    priced: Offer,
    proposal: Proposal,
    pots: Sequence[int],
    amounts: Mapping[int, int],
    spender: Spender,
) -> list[int]:
    """Write the visits proposed and set their money aside; their numbers."""
    paying, locked = requests.chosen_money(booking.person, listing, priced, pots, amounts, spender)
    paying_rules.parts_of(priced.total_pence, paying)
    shares = paying_rules.share_out(
        [visit.pence for visit in priced.visits], [(purse.id, purse.may_pay_pence) for purse in paying]
    )
    visits = visit_rows.write_visits(booking.id, priced.visits)
    visit_rows.hold_money_for_visits(
        visit_rows.VisitsOf(booking.id, booking.provider_id, telling.about(booking)),
        visits,
        shares,
        locked,
        key=f"booking:{booking.public_id}:hold:{proposal.public_id}",
        actor_id=spender.account_id,
    )
    return visits


def _as_proposed(priced: Offer, proposal: Proposal) -> Offer:
    """The times at the price they were proposed at: a rate published meanwhile does not change what was offered."""
    return replace(
        priced,
        visits=tuple(
            replace(now, pence=then["pence"], lines=tuple((line["words"], line["pence"]) for line in then["lines"]))
            for now, then in zip(priced.visits, proposal.visits, strict=True)
        ),
    )
