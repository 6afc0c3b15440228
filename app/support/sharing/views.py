"""Sharing support: planning it, answering it, seeing one's own share, and leaving it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction, number_of
from app.base.refusals import BadInput, Conflict, NotFound, Refusal
from app.people.circles.access import Shopper
from app.platform.web.attempts import attempt
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_journey.forms import JourneyPlan
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.queries import shares as shares_queries
from app.support.booking_records.queries.shares import OwnSum, OwnVisit
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import WayToPay
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.bookings.access import BUYERS, home_first, may_buy, said_to, say_looked
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.queries import beside, offers
from app.support.bookings.queries.persons import SharedInstead
from app.support.bookings.rules import notice as notice_rules
from app.support.changing_provider.forms import LastDayForm
from app.support.recurrence.rules import times as times_rules
from app.support.sharing import queries, rules
from app.support.sharing.actions import leaving, plans
from app.support.sharing.actions.leaving import purses_to_show
from app.support.sharing.actions.shares import priced_share
from app.support.sharing.forms import AgreeShareForm, LeaveForm, ShareForm
from app.support.sharing.rules import MOST_SHARING
from app.support.visits.queries import endings

blueprint = Blueprint("sharing", __name__)


@blueprint.app_errorhandler(SharedInstead)
def _to_the_share(instead: SharedInstead) -> ResponseReturnValue:
    """Whatever was asked about a shared booking, each person sees their own share of it and nothing more."""
    return redirect(url_for("sharing.own_share", public_id=instead.booking.public_id))


@blueprint.get("/shared")
@open_to(*BUYERS)
def shares() -> ResponseReturnValue:
    """What whoever is shopped for shares, or is asked to."""
    looking = _looking()
    page = page_of(shares_queries.shares_of(looking.person), number=page_number())
    booked = [one.plan.booking for one in page.items if one.plan.booking is not None]
    numbers = [one.id for one in booked]
    leaving_plans, said = shares_queries.leaving_of(numbers), said_to(looking.person)
    return render_template(
        "sharing/shares.html",
        looking=looking,
        page=page,
        said=said,
        sums=shares_queries.own_sums(numbers, looking.person, disputed=endings.disputed_of_bookings(numbers)),
        leaving={one.id: queries.end_words(said, one, leaving_plans.get(one.id), looking.person) for one in booked},
    )


@blueprint.route("/listings/<public_id>/share", methods=["GET", "POST"])
@open_to(*BUYERS)
def share_with(public_id: str) -> ResponseReturnValue:
    """With whom, in which parts, for how many weeks: worked out first, then asked of the others."""
    looking, plan = _looking(), JourneyPlan.read(request.args)
    listing_id = offers.number_on_show(public_id)
    listing, _ = priced_share(looking.person, listing_id, plan.times, plan.extras, plan.miles)
    if (asked := home_first(looking.person, [listing.kind])) is not None:
        return asked
    form = ShareForm(data={"parts": 1, "parts_1": 1, "weeks": 1, "name": looking.person.full_name.split()[0]})
    owed, ways, runs_into = [], [], None
    if form.validate_on_submit():
        try:
            times = _every_week(plan, form.weeks.data)
            _, offer = priced_share(looking.person, listing_id, times, plan.extras, plan.miles)
            parts = [form.parts.data, *(one.parts for one in form.others)]
            rules.check_parts(parts)
            owed = rules.amounts([visit.pence for visit in offer.visits], parts)
            purses = offers.purses_of(looking.person, listing=listing, days=offer.days, spender=looking.spender)
            ways = paying.ways_to_pay(owed[0], purses)
            runs_into = beside.visits_beside(looking.person.id, listing, times)
            if request.form.get("step") == "ask" and form.pay.data:
                made = in_transaction(
                    lambda: (
                        plans.propose_shares(
                            actor=looking.actor,
                            person=looking.person,
                            listing_id=listing_id,
                            times=times,
                            add_on_ids=plan.extras,
                            mine=form.mine,
                            others=form.others,
                            pots=_numbers(looking, form.pay.data),
                            amount_seen=form.amount.number,
                            key=form.key.data or "",
                            note=form.note.data or "",
                            miles=plan.miles,
                        ).public_id
                    )
                )
                flash("The others are asked. Nothing is booked until everybody has agreed.")
                return redirect(url_for("sharing.share", plan_id=made))
        except PriceChanged as refusal:
            form.refuse(f"Your share is {money(refusal.now_pence)} now. Look at it and ask again if you agree.")
        except Refusal as refusal:
            form.refuse(str(refusal))
    form.amount.data = str(owed[0]) if owed else ""
    return render_template(
        "sharing/share_with.html",
        form=form,
        listing=listing,
        looking=looking,
        plan=plan,
        owed=owed,
        ways=ways,
        beside=runs_into,
        others=MOST_SHARING - 1,
    )


@blueprint.get("/shared/<plan_id>")
@open_to(*BUYERS)
def share(plan_id: str) -> ResponseReturnValue:
    """One's own share of a plan: what, when, how much, who else by name, and the answer to give."""
    looking = _looking()
    found = shares_queries.share_for(looking.person, plan_id)
    return _share_page(looking, found, AgreeShareForm(formdata=None, data={"name": found.name}))


@blueprint.post("/shared/<plan_id>/agree")
@open_to(*BUYERS)
def agree(plan_id: str) -> ResponseReturnValue:
    """Say yes, with the money that pays."""
    looking = _looking()
    found = shares_queries.share_for(looking.person, plan_id)
    form = AgreeShareForm()
    form.pay.choices = [(way.value, way.value) for way in _ways(looking, found)]
    if not form.pay.choices:
        raise Conflict(
            "No money that you may use here is enough to pay this share. Ask the person to answer it themselves."
        )
    if form.validate_on_submit():
        try:
            pots = _numbers(looking, form.pay.data)
            is_booked = in_transaction(
                lambda: (
                    plans.agree_to_share(
                        actor=looking.actor,
                        person=looking.person,
                        share=found,
                        name=form.name.data or "",
                        pots=pots,
                        amount_seen=form.amount.number,
                    ).status
                    == SharePlanStatus.SENT
                )
            )
        except PriceChanged as refusal:
            form.refuse(f"Your share is {money(refusal.now_pence)} now. Look at it and agree again if you do.")
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            flash("Everybody agreed. Your share is set aside." if is_booked else "You agreed. We wait for the others.")
            return redirect(url_for("sharing.share", plan_id=plan_id))
    return _share_page(looking, shares_queries.share_for(looking.person, plan_id), form)


@blueprint.post("/shared/<plan_id>/refuse")
@open_to(*BUYERS)
def refuse(plan_id: str) -> ResponseReturnValue:
    """Say no."""
    looking = _looking()
    found = shares_queries.share_for(looking.person, plan_id)
    in_transaction(lambda: plans.refuse_to_share(actor=looking.actor, person=looking.person, share=found))
    flash("You said no. Nothing is paid by you.")
    return redirect(url_for("sharing.share", plan_id=plan_id))


@blueprint.post("/shared/<plan_id>/withdraw")
@open_to(*BUYERS)
def withdraw(plan_id: str) -> ResponseReturnValue:
    """Take one's own plan back."""
    looking = _looking()
    found = shares_queries.share_for(looking.person, plan_id)
    in_transaction(lambda: plans.withdraw_plan(actor=looking.actor, person=looking.person, share=found))
    flash("Your plan is taken back.")
    return redirect(url_for("sharing.share", plan_id=plan_id))


@blueprint.get("/bookings/<public_id>/share")
@open_to(*BUYERS)
def own_share(public_id: str) -> ResponseReturnValue:
    """From a shared booking to one's own share of it."""
    plan = shares_queries.plan_of_shared(public_id)
    return redirect(
        url_for("sharing.share", plan_id=shares_queries.share_for(_looking().person, plan.public_id).plan.public_id)
    )


@blueprint.route("/shared/<plan_id>/leave", methods=["GET", "POST"])
@open_to(*BUYERS)
def leave(plan_id: str) -> ResponseReturnValue:
    """Leave shared support: the last day, what happens then, and giving notice."""
    looking = _looking()
    found = shares_queries.share_for(looking.person, plan_id)
    booking = found.plan.booking
    if booking is None or looking.person.id not in shares_queries.now_sharing(booking.id):
        raise NotFound("There is nothing to leave here.")
    is_agreed = booking.status == BookingStatus.ACCEPTED
    asked, last_day = _last_day([visit.starts_at for visit in booking.visits], booking.agreed)
    form = LeaveForm()
    if form.validate_on_submit():
        with attempt(form):
            in_transaction(
                lambda: leaving.leave_shared(
                    actor=looking.actor,
                    person=looking.person,
                    booking=booking,
                    last_day=last_day,
                    key=form.key.data or "",
                )
            )
            flash("Your notice is given. The others are asked." if is_agreed else "The request is taken back for all.")
            return redirect(url_for("sharing.share", plan_id=plan_id))
    own = shares_queries.own_visits(booking.id, looking.person)
    return render_template(
        "sharing/leave.html",
        share=found,
        booking=booking,
        asked=asked,
        sending=form,
        form=asked if asked.errors else form,
        last_day=last_day,
        is_agreed=is_agreed,
        freed=sum(visit.pence for visit in own if clock.london(visit.starts_at).date() > last_day and visit.is_planned),
        names=[one for one in shares_queries.names_sharing(booking) if one != found.name],
        here=request.path,
    )


def _looking() -> Shopper:
    looking = may_buy()
    say_looked(looking.person)
    return looking


def _every_week(plan: JourneyPlan, weeks: int) -> list[tuple[datetime, datetime]]:
    """The same day and London time every week, so that 8am stays 8am when clocks change.

    Of a time that clocks show twice in a later week it is the first, as of everything that repeats.
    """
    return [
        times_rules.visit_times(
            plan.on + timedelta(weeks=week),
            plan.start,
            plan.end,
            ends_next_day=plan.ends_next_day,
            which=plan.which or (times_rules.FIRST if week else None),
        )
        for week in range(weeks)
    ]


def _numbers(looking: Shopper, chosen: str | None) -> list[int]:
    numbers = offers.open_pots(looking.person)
    choices = paying.choices_in(chosen or "")
    if not all(choice.public_id in numbers for choice in choices):
        raise BadInput("Choose which of the money pays again.")
    return [numbers[choice.public_id] for choice in choices]


def _ways(looking: Shopper, found: Share) -> Sequence[WayToPay]:
    return paying.ways_to_pay(found.amount_pence, purses_to_show(found.plan, looking.person, looking.spender))


def _last_day(starts: list[datetime], agreed: dict[str, object]) -> tuple[LastDayForm, date]:
    notice = notice_rules.notice_agreed(agreed, starts)
    earliest = notice.earliest_last_day(clock.now())
    form = LastDayForm(formdata=request.args if "last-day" in request.args else None, data={"last": earliest})
    said = earliest
    if "last" in request.args:
        try:
            said = date.fromisoformat(request.args["last"])
        except ValueError:
            raise BadInput("We cannot read that date. Choose again.") from None
    elif "last-day" in request.args and form.validate() and form.last.data:
        said = form.last.data
    try:
        notice_rules.check_last_day(said, now=clock.now(), notice=notice, ends_on=None)
    except notice_rules.LastDayRefused as refusal:
        form.refuse(str(refusal), "last")
        return form, earliest
    return form, said


def _share_page(looking: Shopper, found: Share, form: AgreeShareForm) -> ResponseReturnValue:
    plan: SharePlan = found.plan
    waits = plan.status == SharePlanStatus.ASKED and found.status == ShareStatus.ASKED
    ways = _ways(looking, found) if waits else []
    form.pay.choices = [(way.value, way.value) for way in ways]
    form.pay.data = form.pay.data or (ways[0].value if ways else None)
    form.amount.data = str(found.amount_pence)
    booking = plan.booking
    is_support = booking is not None and plan.last_day is None
    own = shares_queries.own_visits(booking.id, looking.person) if booking is not None and is_support else []
    somebody = shares_queries.leaving_of([booking.id]).get(booking.id) if booking is not None and is_support else None
    disputed, said = endings.disputes_about([visit.id for visit in own]), said_to(looking.person)
    return render_template(
        "sharing/share.html",
        looking=looking,
        share=found,
        plan=plan,
        booking=booking,
        form=form,
        ways=ways,
        beside=beside.visits_beside(looking.person.id, plan.listing, plan.spans)
        if waits and plan.booking_id is None
        else None,
        waits=waits,
        is_own_plan=plan.person_id == looking.person.id and plan.last_day is None,
        may_leave=booking is not None and is_support and _may_leave(looking, booking, own),
        own=own,
        own_sum=_own_sum(looking, plan, disputed),
        whole_pence=_whole_pence(plan, disputed),
        leaving=queries.end_words(said, booking, somebody, looking.person)
        if booking is not None and is_support
        else None,
        asks=somebody if somebody is not None and somebody.status == SharePlanStatus.ASKED else None,
        said=said,
        disputed=disputed,
        title=shares_queries.title_of(plan),
        provider=shares_queries.provider_of(plan),
        days=sorted(leaving.plan_days(plan)),
    )


def _may_leave(looking: Shopper, booking: Booking, own: Sequence[OwnVisit]) -> bool:
    """Whether there is something to leave: a request to take back, or visits after the first day that can be the last."""
    if booking.status not in OPEN or number_of(looking.person) not in shares_queries.now_sharing(booking.id):
        return False
    if booking.status != BookingStatus.ACCEPTED:
        return True
    notice = notice_rules.notice_agreed(booking.agreed, [visit.starts_at for visit in booking.visits])
    earliest = notice.earliest_last_day(clock.now())
    return any(one.is_planned and clock.london(one.starts_at).date() > earliest for one in own)


def _own_sum(looking: Shopper, plan: SharePlan, disputed: Mapping[int, object]) -> OwnSum | None:
    """What the reader's money has to do with what is booked; nothing while nothing is, or of a question about later visits."""
    if plan.booking_id is None or plan.last_day is not None:
        return None
    return shares_queries.own_sums([plan.booking_id], looking.person, disputed=disputed)[plan.booking_id]


def _whole_pence(plan: SharePlan, disputed: Mapping[int, object]) -> int:
    """What all of those who share pay together: of what is booked as it is now, else as it was planned."""
    if plan.booking is None or plan.last_day is not None:
        return plan.total_pence
    return sum(
        visit.price_pence if visit.status == VisitStatus.PLANNED or visit.id in disputed else visit.paid_pence
        for visit in plan.booking.visits
    )
