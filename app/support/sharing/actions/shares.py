"""The money of a share: which of somebody's money pays it, whether that is enough, and setting it aside."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from app.base import clock
from app.base.refusals import Conflict
from app.funding.budgets.queries.under_lock import lock_to_spend
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards as catalogue
from app.people.accounts.models import Person
from app.people.circles.rules import EVERY_POWER, Spender
from app.platform.audit import actions as audit
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import NotEnoughMoney, Purse
from app.support.bookings.actions import allowing, telling, visit_rows, waiting
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import Offer
from app.support.recurrence.rules import times as times_rules


def priced_share(
    person: Person,
    listing_id: int,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    miles: int | None,
) -> tuple[Listing, Offer]:
    """What is to be shared at its published price.

    Raises:
        Conflict: when it cannot be booked, or charges some buyers another price.
        TimesRefused: when the times cannot be booked.
    """
    listing = offers.listing_now(listing_id)
    offers.may_be_booked(listing, person)
    times_rules.check_times(times, now=clock.now())
    offer = offers.offer(
        listing=listing,
        times=times,
        add_on_ids=add_on_ids,
        council=offers.home_of(person),
        person=person,
        miles=miles,
    )
    if any(card.buyers for card in catalogue.cards_of(listing.id)):
        raise Conflict("This provider charges some people another price, so it cannot be shared here. Ask them.")
    return listing, offer


def enough(
    person: Person,
    listing: Listing,
    days: Collection[date],
    pots: Sequence[int],
    pence: int,
    spender: Spender,
    freed: int = 0,
) -> None:
    """Let pass money that is this person's, may pay for this, and is enough now, under lock.

    Raises:
        NotAllowed: when this account may not spend it for them.
        Conflict: when none was chosen, one is not theirs or may not pay for this.
        NotEnoughMoney: when it does not stretch to the share.
    """
    purses = purses_chosen(person, listing, days, pots, spender)
    has = sum(purse.has_pence for purse in purses) + freed
    if has < pence:
        raise NotEnoughMoney(costs=pence, has=has)


def purses_chosen(
    person: Person, listing: Listing, days: Collection[date], pots: Sequence[int], spender: Spender
) -> list[Purse]:
    """The money chosen for a share, in its order, each part of it lawful for this, locked.

    Raises:
        Conflict: when none was chosen, one is not theirs or may not pay for this.
    """
    if not pots or len(set(pots)) != len(pots):
        raise Conflict("Choose which of the money pays.")
    allowing.must_be_theirs_to_spend(spender, lock_to_spend(person.id, pots))
    mine = {purse.id: purse for purse in offers.purses_of(person, listing=listing, days=set(days), spender=spender)}
    if any(pot not in mine for pot in pots):
        raise Conflict("That money cannot be used for this. Choose which of the money pays again.")
    for pot in pots:
        if mine[pot].closed_because is not None:
            raise Conflict(f"{mine[pot].name} cannot pay for this: {mine[pot].closed_because}")
    return [mine[pot] for pot in pots]


def share_path(plan: SharePlan) -> str:
    """Where each of those who share reads it."""
    return f"/shared/{plan.public_id}"


def record_share_act(action: str, plan: SharePlan, actor: Person | None, person: Person) -> None:
    """Write one act about a plan into the record: who did it, for whom."""
    audit.record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=person.id,
        subject_kind="share_plan",
        subject_id=plan.id,
        council_id=person.council_id,
    )


def set_aside_share(
    sent: telling.Sent,
    listing: Listing,
    share: Share,
    visits: Sequence[int],
    owed: Sequence[int],
    days: Collection[date],
    last: Person | None,
    turn: str = "",
) -> None:
    """Set aside one person's share of each visit from their own money; what another's lacks is not told.

    Raises:
        Conflict: when it is not enough or may no longer pay; of one's own money it is said by how much.
    """
    if share.person is None:
        raise Conflict("Somebody who shares this has no account any more. Nothing was asked for.")
    # What came since the last sweep is for the visits that waited for it: a share gets what they leave.
    waiting.settle_waiting(share.person.id)
    try:
        purses = purses_chosen(share.person, listing, days, share.pots, Spender(share.person.id, EVERY_POWER))
        paid = paying.share_out(owed, [(purse.id, purse.has_pence) for purse in purses])
    except Conflict:
        if last is not None and share.person.id == last.id:
            raise
        raise Conflict(
            "Something about another person's share has changed, so it cannot be paid now. Your answer is not kept and "
            "nothing was asked for. Speak with the others, then try again."
        ) from None
    if sum(owed):
        locked = lock_to_spend(share.person.id, share.pots)
        visit_rows.hold_money_for_visits(
            visit_rows.VisitsOf(sent.id, listing.provider_id, telling.about(sent)),
            visits,
            paid,
            locked,
            key=f"booking:{sent.public_id}:hold:{share.public_id}{turn}",
            actor_id=share.answered_by_id,
        )
