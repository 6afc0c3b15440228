"""Ending support with notice, from either side, and moving it to another provider in one journey."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.days import day_words
from app.base.db import in_transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.market.catalogue.models import Listing
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.rules import Spender
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import WayToPay
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.access import BUYERS, found_booking, home_first
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.queries import at_desk, beside, notice, offers
from app.support.bookings.rules import notice as notice_rules
from app.support.bookings.rules.notice import VisitToCome
from app.support.changing_provider import actions, queries
from app.support.changing_provider.forms import ChangeProviderForm, EndForm, LastDayForm

blueprint = Blueprint("changing_provider", __name__)


@blueprint.route("/bookings/<public_id>/end", methods=["GET", "POST"])
@open_to(*BUYERS)
def end(public_id: str) -> ResponseReturnValue:
    """Give notice: the last day, what it means for visits and money, then do it; for the buyer's side."""
    found = _mine(public_id)
    return _ending(found, is_desk=False, back=url_for("desk.booking", public_id=public_id))


@blueprint.route("/desk/bookings/<public_id>/end", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_end(public_id: str) -> ResponseReturnValue:
    """The same for the provider's staff."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    return _ending(booking, is_desk=True, back=url_for("desk.desk_booking", public_id=public_id))


@blueprint.get("/bookings/<public_id>/move")
@open_to(*BUYERS)
def move(public_id: str) -> ResponseReturnValue:
    """Who else could take the same visits, at what price, and how much more or less that is."""
    found = _mine(public_id)
    form, last_day = _last_day(found)
    last_day = found.ends_on or last_day
    going = queries.carrying(found, last_day)
    moved = going.visits
    page = page_of(queries.others_for(found), number=page_number())
    return render_template(
        "changing_provider/move.html",
        booking=found,
        form=form,
        last_day=last_day,
        is_agreed=found.status == BookingStatus.ACCEPTED,
        asks_day=_asks_day(found),
        moved=moved,
        now_pence=sum(visit.pence for visit in moved),
        page=page,
        others=queries.priced_others(found, moved, page.items, going.later) if moved else [],
        begun=going.begun,
        notice=_notice(found),
        gone=queries.already_moved(found),
    )


@blueprint.route("/bookings/<public_id>/move/<listing_id>", methods=["GET", "POST"])
@open_to(*BUYERS)
def move_to(public_id: str, listing_id: str) -> ResponseReturnValue:
    """Everything about the move on one page; then the old support ends and the new is asked for, both or neither."""
    found, listing = _mine(public_id), offers.listing_to_book(listing_id)
    if (asked := home_first(found.person, [listing.kind])) is not None:
        return asked
    last_day = found.ends_on or _day_in_address() or _notice(found).earliest_last_day(clock.now())
    going = actions.visits_to_carry(found, last_day)
    moved = going.visits
    other = queries.priced_other(found, going, listing)
    if other.why_not:
        raise Conflict(f"{listing.provider.name} cannot take these visits: {other.why_not}")
    ways = _ways(found, moved, listing, other.pence)
    form = ChangeProviderForm(data={"note": found.note})
    form.pay.choices = [(way.value, way.value) for way in ways]
    if ways and form.validate_on_submit():
        made = _moved(found, listing, last_day, form)
        if made is not None:
            flash("The visits are asked for with the new provider. We told both of them.")
            return redirect(url_for("desk.booked", public_id=made))
    form.price.data = str(other.pence)
    form.key.data = form.key.data or new_key()
    form.pay.data = form.pay.data or (ways[0].value if ways else None)
    return render_template(
        "changing_provider/move_to.html",
        booking=found,
        listing=listing,
        last_day=last_day,
        is_agreed=found.status == BookingStatus.ACCEPTED,
        moved=moved,
        now_pence=sum(visit.pence for visit in moved),
        other=other,
        begun=going.begun,
        ways=ways,
        beside=_beside(found, listing, going),
        form=form,
    )


def _beside(found: Booking, listing: Listing, going: queries.Carrying) -> beside.Beside:
    """What the visits run into with the new provider: others than those that are moved, and the hours it gives."""
    times = [(visit.starts_at, visit.ends_at) for visit in going.visits]
    begun = going.begun
    if begun is not None and begun.next_on is not None:
        times += beside.times_from(begun.slots, begun.next_on)
    return beside.visits_beside(found.person_id, listing, times, but=found.id)


def _asks_day(found: Booking) -> bool:
    """Whether there is still a last day to choose before the visits go to somebody else."""
    return found.status == BookingStatus.ACCEPTED and found.ends_on is None


def _mine(public_id: str) -> Booking:
    """A booking of whoever is signed in, or of somebody they book for."""
    found = found_booking(public_id)
    if not booking_records_permissions.may_book(whose_money.powers_about(actor(), found)):
        raise NotAllowed("You may look at this booking but not end it or move it.")
    return found


def _ending(found: Booking, *, is_desk: bool, back: str) -> ResponseReturnValue:
    notice_rules.must_be_going_on(found.status)
    asked, last_day = _last_day(found)
    over = notice_rules.visits_after(notice.visits_for_notice(found), last_day)
    form, released = EndForm(), sum(visit.pence for visit in over)
    if form.validate_on_submit():
        try:
            in_transaction(
                lambda: actions.end_with_notice(
                    actor=actor(),
                    booking=found,
                    last_day=last_day,
                    reason=form.reason.data or "",
                    released_seen=form.released.number,
                )
            )
        except PriceChanged as refusal:
            form.refuse(
                f"Ending now frees {money(refusal.now_pence)}, not {money(refusal.seen_pence)}: something changed while "
                "you were looking. Nothing was ended. Send it again if you agree."
            )
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            flash(f"Notice is given. The last day is {day_words(last_day)}.")
            return redirect(back)
    form.released.data = str(released)
    return render_template(
        "changing_provider/end.html",
        booking=found,
        asked=asked,
        sending=form,
        form=asked if asked.errors else form,
        last_day=last_day,
        over=over,
        released=released,
        kept=[
            visit
            for visit in notice.visits_for_notice(found)
            if visit.status == VisitStatus.PLANNED and visit.day <= last_day
        ],
        notice=_notice(found),
        is_desk=is_desk,
        back=back,
        here=request.path,
        can_be_ended=not asked.errors,
    )


def _last_day(found: Booking) -> tuple[LastDayForm, date]:
    """The day asked for in the address when it would do, else the first one that does; and the question again."""
    earliest = _notice(found).earliest_last_day(clock.now())
    form = LastDayForm(formdata=request.args if "last-day" in request.args else None, data={"last": earliest})
    said = _day_in_address()
    if said is not None:
        form.last.process(None, said)
    elif "last-day" in request.args:
        form.validate()
        said = form.last.data
    if said is None or found.status != BookingStatus.ACCEPTED:
        return form, earliest
    try:
        notice_rules.check_last_day(said, now=clock.now(), notice=_notice(found), ends_on=found.ends_on)
    except notice_rules.LastDayRefused as refusal:
        form.refuse(str(refusal), "last")
        return form, earliest
    return form, said


def _day_in_address() -> date | None:
    try:
        return date.fromisoformat(request.args["last"]) if "last" in request.args else None
    except ValueError:
        raise BadInput("We cannot read that date. Go back to the booking and choose again.") from None


def _notice(found: Booking) -> notice_rules.NoticeTerms:
    return notice_rules.notice_agreed(found.agreed, [visit.starts_at for visit in found.visits])


def _ways(found: Booking, moved: list[VisitToCome], listing: Listing, price: int) -> list[WayToPay]:
    """The ways to pay, first the one by the money that pays now where that stretches."""
    spender = Spender(actor().id, circles.powers_over(actor(), found.person_id))
    purses = queries.purses_after(found.person, found, moved, listing=listing, spender=spender)
    by_id = {purse.id: purse for purse in purses}
    numbers = queries.money_used(found, {visit.id for visit in moved}) or (found.pattern.pots if found.pattern else [])
    used = [by_id[one] for one in numbers if one in by_id]
    ways = paying.ways_to_pay(price, purses)
    try:
        first = WayToPay(tuple(paying.parts_of(price, used))) if used else None
    except Refusal:
        first = None
    return ways if first is None else [first, *(way for way in ways if way.value != first.value)]


def _moved(found: Booking, listing: Listing, last_day: date, form: ChangeProviderForm) -> str | None:
    """Move it and say the new booking's public id; nothing when it was refused, for the page to say why."""
    numbers = offers.open_pots(found.person)
    choices = paying.choices_in(form.pay.data)
    if not all(choice.public_id in numbers for choice in choices):
        raise BadInput("Choose which of the money pays again.")
    facts: dict[str, Any] = {
        "listing_id": listing.id,
        "last_day": last_day,
        "pots": [numbers[choice.public_id] for choice in choices],
        "key": form.key.data or "",
        "price_seen": form.price.number,
        "note": form.note.data or "",
    }
    with attempt(form):
        return in_transaction(lambda: actions.change_provider(actor=actor(), booking=found, **facts).public_id)
    return None
