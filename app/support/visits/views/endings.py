"""What became of a visit, as the buyer's side reads it: the record, the code, saying it was not so, and settling it."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction, number_of
from app.base.refusals import BadInput, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.circles.rules import Spender
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.queries import returns, whose_money
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import CAME, VisitStatus
from app.support.booking_records.rules.words import SAID, Decides, Reader, StateWords
from app.support.bookings.access import BUYERS, said_to, say_looked
from app.support.visits import permissions
from app.support.visits.actions import disputes as disputes_actions
from app.support.visits.actions import recording, settling
from app.support.visits.forms import DecideDisputeForm, DisputeForm, DisputeThingsForm
from app.support.visits.models import Dispute
from app.support.visits.queries import deciding, endings
from app.support.visits.rules import disputes as disputes_rules
from app.support.visits.rules.disputes import CLAIM_WORDS, THING_CLAIM_WORDS
from app.support.visits.rules.endings import NO_TIMES
from app.support.visits.views.blueprints import blueprint


@blueprint.get("/bookings/visits/<public_id>")
@open_to(*BUYERS)
def visit(public_id: str) -> ResponseReturnValue:
    """One visit: when it was to be, when it was, who said so, what it costs and why."""
    found = _found(public_id)
    looking, booking = actor(), found.booking
    beside = endings.standing_about(looking, found)
    powers = whose_money.powers_with(Spender(looking.id, beside.powers), booking, booking.person_id)
    disputes, now = endings.disputes_of(found), clock.now()
    standing = next((one for one in disputes if one.closed_at is None), None)
    why_not = disputes_rules.may_be_disputed(
        found.status, is_agreed=booking_records_permissions.may_be_recorded(booking), ends=found.ends_at, now=now
    )
    is_final = any(one.status in {DisputeStatus.AGREED, DisputeStatus.DECIDED} for one in disputes)
    came_back = booking.is_of_things and bool(returns.returns_of(booking))
    is_theirs = booking_records_permissions.may_see_bookings(powers)
    return render_template(
        "visits/visit.html",
        visit=found,
        booking=booking,
        records=endings.records_of(found),
        disputes=disputes,
        standing=standing,
        spending=endings.spending_on_visit(looking, found),
        code=settling.code_of(booking, found) if is_theirs and _may_clock(found) else None,
        may_dispute=is_theirs and standing is None and not (is_final or came_back) and why_not is None,
        may_confirm=booking_records_permissions.may_book(powers)
        and len(found.payer_ids) == 1
        and standing is None
        and _is_silent(found),
        may_save=booking_records_permissions.may_book(powers)
        and permissions.why_not_saved(booking, found, now=now) is None,
        may_withdraw=standing is not None and permissions.may_withdraw(looking, beside, standing),
        may_decide=standing is not None and _why_not_decide(found, standing) is None,
        **words_of_endings(said_to(booking.person, shared_by=found.payer_ids), disputes),
    )


def words_of_endings(said: StateWords, disputes: Sequence[Dispute]) -> dict[str, object]:
    """The words a page of a visit uses, for whoever reads it."""
    return {
        "said": said,
        "claim_words": CLAIM_WORDS | THING_CLAIM_WORDS,
        "decides": deciding.who_decides(disputes) if disputes else {},
        "operator": Decides.OPERATOR,
    }


@blueprint.route("/bookings/visits/<public_id>/dispute", methods=["GET", "POST"])
@open_to(*BUYERS)
def dispute(public_id: str) -> ResponseReturnValue:
    """Say that it did not happen, or not at those times."""
    found = _found(public_id)
    form: DisputeForm | DisputeThingsForm = DisputeThingsForm() if found.booking.is_of_things else DisputeForm()
    if form.validate_on_submit():
        with attempt(form, "arrived" if found.booking.is_of_things else "came", only=BadInput):
            claim, says, arrived = DisputeClaim(form.claim.data), NO_TIMES, None
            if isinstance(form, DisputeThingsForm):
                arrived = form.arrived.data
            elif claim == DisputeClaim.OTHER_TIMES:
                says = form.stay_near(found)
            in_transaction(
                lambda: disputes_actions.raise_dispute(
                    actor=actor(), visit=found, claim=claim, words=form.words.data, says=says, says_arrived=arrived
                )
            )
            flash("Thank you for saying so. The money waits until this is settled. We have told the provider.")
            return redirect(url_for("visits.visit", public_id=public_id))
    said = said_to(found.booking.person, shared_by=found.payer_ids)
    return render_template(
        "visits/dispute.html",
        form=form,
        visit=found,
        booking=found.booking,
        decider=said.decider(deciding.would_decide(found.booking, number_of(actor()))),
    )


@blueprint.post("/bookings/visits/<public_id>/came")
@open_to(*BUYERS)
def confirm_visit(public_id: str) -> ResponseReturnValue:
    """Say that a visit nobody recorded came as planned."""
    found = _found(public_id)
    in_transaction(lambda: recording.confirm_visit(actor=actor(), visit=found))
    flash("Thank you. The visit is recorded and paid for.")
    return redirect(url_for("visits.visit", public_id=public_id))


@blueprint.post("/bookings/visits/<public_id>/take-back")
@open_to(*BUYERS)
def withdraw_dispute(public_id: str) -> ResponseReturnValue:
    """Take back what was said: what was charged first is paid after all."""
    found = _found(public_id)
    standing = _standing(found)
    in_transaction(lambda: disputes_actions.withdraw_dispute(actor=actor(), dispute=standing))
    flash("You took it back. We have told the provider.")
    return redirect(url_for("visits.visit", public_id=public_id))


@blueprint.route("/bookings/visits/<public_id>/decide", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def decide(public_id: str) -> ResponseReturnValue:
    """Decide, for the council, what became of a visit about which both sides differ."""
    found = _found(public_id)
    standing = _standing(found)
    why_not = _why_not_decide(found, standing)
    form = DecideDisputeForm()
    form.offer(found)
    if why_not is None and form.validate_on_submit():
        of_things = found.booking.is_of_things
        with attempt(form, "arrived" if of_things else "came", only=BadInput):
            ending = VisitStatus(form.ending.data)
            stay = form.stay_near(found) if ending in CAME and not of_things else NO_TIMES
            in_transaction(
                lambda: disputes_actions.decide_dispute(
                    actor=actor(),
                    dispute=standing,
                    ending=ending,
                    words=form.words.data,
                    stay=stay,
                    arrived=form.arrived.data if of_things else None,
                )
            )
            flash("Your decision is recorded. We have told both sides.")
            return redirect(url_for("visits.visit", public_id=public_id))
    return render_template(
        "visits/decide.html",
        form=form,
        visit=found,
        booking=found.booking,
        dispute=standing,
        why_not=why_not,
        records=endings.records_of(found),
        disputes=[standing],
        **words_of_endings(said_to(found.booking.person), [standing]),
    )


@blueprint.get("/bookings/to-settle")
@open_to(*BUYERS)
def to_settle() -> ResponseReturnValue:
    """Visits that wait for somebody to say what became of them: nothing is charged until somebody does."""
    looking = shopper()
    by_caseload = looking.actor.has_role(Role.CARE_MANAGER) and not looking.is_for_other
    if not by_caseload:
        say_looked(looking.person)
    rows = endings.to_settle_by(looking.actor) if by_caseload else endings.to_settle_of(looking.actor, looking.person)
    page = page_of(rows, number=page_number())
    standing = endings.disputes_standing(page.items)
    return render_template(
        "visits/to_settle.html",
        page=page,
        standing=standing,
        decides=deciding.who_decides(list(standing.values())),
        said=SAID[Reader.COUNCIL] if by_caseload else said_to(looking.person),
        shows_person=by_caseload,
        door="visits.visit",
    )


def _found(public_id: str) -> Visit:
    """The visit, once it is on record that somebody else looked at it."""
    found = endings.visit_for(actor(), public_id)
    if say_looked(found.booking.person):
        found = endings.visit_for(actor(), public_id)
    return found


def _standing(found: Visit) -> Dispute:
    standing = next((one for one in endings.disputes_of(found) if one.closed_at is None), None)
    if standing is None:
        raise NotFound("Nothing about this visit waits to be settled.")
    return standing


def _may_clock(found: Visit) -> bool:
    return _may_be_recorded(found) and not found.booking.is_of_things


def _may_be_recorded(found: Visit) -> bool:
    return found.status == VisitStatus.PLANNED and booking_records_permissions.may_be_recorded(found.booking)


def _is_silent(found: Visit) -> bool:
    return _may_be_recorded(found) and found.ends_at <= clock.now()


def _why_not_decide(found: Visit, standing: Dispute) -> str | None:
    looking = actor()
    if looking.id == standing.raised_by_id or booking_records_permissions.is_staff_of(looking, found.booking):
        return "You are one of the two sides. Somebody else must decide this."
    if not deciding.may_decide_for(looking, found.booking.person, but={standing.raised_by_id}):
        return "You may look at this but not decide it."
    return disputes_rules.may_be_decided(standing.status, raised=standing.raised_at, now=clock.now())
