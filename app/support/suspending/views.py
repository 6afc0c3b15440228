"""The doors for a council's commissioners: who is suspended, suspending after a look at who is touched, and ending it."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import NotFound, Refusal
from app.market.catalogue.actions import places
from app.market.providers.models import Provider, Suspension
from app.market.providers.queries import provider_by_public_id, suspensions
from app.market.providers.rules import SUSPENSION_REASON_WORDS, SuspensionReason
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.circles.access import note_look
from app.people.councils import queries as councils
from app.people.councils.models import Council, Lot
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.suspending import actions, queries
from app.support.suspending.forms import EndSuspensionForm, SuspendForm
from app.support.suspending.queries import Reach

blueprint = Blueprint("suspending", __name__)

CONFIRM, BACK = "confirm", "back"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One thing that can be suspended: a provider for a council's people, whole or of one lot."""

    council: Council
    lot: Lot | None

    @property
    def words(self) -> str:
        if self.lot is None:
            return f"All of it, for people of {self.council.name}"
        return f"Only lot {self.lot.number}, {self.lot.name}, of {self.lot.framework.name}"


def _choices() -> dict[str, _Choice]:
    """What the actor may suspend, by what the form calls it."""
    mine = actor().council_ids_as(*RUN_FRAMEWORKS)
    found: dict[str, _Choice] = {}
    for council in db.session.scalars(select(Council).where(Council.id.in_(mine)).order_by(Council.name)):
        found[council.code] = _Choice(council, None)
        for lot in councils.lots_of(council.id, clock.today()):
            found[f"{council.code}:{lot.id}"] = _Choice(council, lot)
    return found


@blueprint.get("/suspensions")
@open_to(*RUN_FRAMEWORKS)
def suspended() -> ResponseReturnValue:
    """Every suspension of the commissioner's councils and of the operator's, those that stand first."""
    page = page_of(suspensions.suspensions_of_councils(actor()), number=page_number())
    return render_template("suspending/suspended.html", page=page, provider=None, reasons=SUSPENSION_REASON_WORDS)


@blueprint.get("/providers/<public_id>/suspensions")
@open_to(*RUN_FRAMEWORKS)
def provider_suspensions(public_id: str) -> ResponseReturnValue:
    """The same of one provider, with the way to suspend it."""
    provider = provider_by_public_id(public_id)
    page = page_of(suspensions.suspensions_of_provider(actor(), provider), number=page_number())
    return render_template("suspending/suspended.html", page=page, provider=provider, reasons=SUSPENSION_REASON_WORDS)


@blueprint.route("/providers/<public_id>/suspend", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def suspend(public_id: str) -> ResponseReturnValue:
    """Suspend a provider: the form, then who is touched, then for good."""
    provider, choices, form = provider_by_public_id(public_id), _choices(), SuspendForm()
    form.offer({name: one.words for name, one in choices.items()})
    step = request.form.get("step", "")
    if form.validate_on_submit() and step != BACK:
        chosen = choices[form.reach.data]
        if step != CONFIRM:
            return render_template(
                "suspending/check.html",
                provider=provider,
                form=form,
                chosen=chosen,
                touched=queries.touched(Reach.to(provider, chosen.council, chosen.lot)),
                reason=SUSPENSION_REASON_WORDS[SuspensionReason(form.sort.data)],
            )
        made = _suspended(provider, chosen, form)
        if made is not None:
            flash("The provider is suspended. People with agreed visits have been told their choices.")
            return redirect(url_for(".suspension", public_id=made))
    return render_template("suspending/suspend.html", provider=provider, form=form)


def _suspended(provider: Provider, chosen: _Choice, form: SuspendForm) -> str | None:
    """The public id of what was made; nothing when it was refused."""
    try:
        made = in_transaction(
            lambda: _known(
                places.suspend_provider(
                    actor=actor(),
                    provider=provider,
                    council=chosen.council,
                    lot=chosen.lot,
                    from_on=form.from_on.data,
                    reason=SuspensionReason(form.sort.data),
                    words=form.words.data or "",
                    public_words=form.public_words.data or "",
                )
            )
        )
    except Refusal as refusal:
        form.refuse(str(refusal), "from_on" if "later day" in str(refusal) else "reach")
        return None
    in_transaction(partial(actions.tell_of_suspension, suspension_id=made[0]))
    return made[1]


def _known(made: Suspension) -> tuple[int, str]:
    return made.id, made.public_id


@blueprint.get("/suspensions/<public_id>")
@open_to(*RUN_FRAMEWORKS)
def suspension(public_id: str) -> ResponseReturnValue:
    """One suspension: why, by whom, and the people with agreed visits, for the council to decide how to help them."""
    found = suspensions.suspension_for(actor(), public_id)
    page = page_of(queries.people_touched(found), number=page_number())
    if note_look("bookings_in_a_list_looked_at", page.items, subject_kind="provider", subject_id=found.provider_id):
        found = suspensions.suspension_for(actor(), public_id)
        page = page_of(queries.people_touched(found), number=page_number())
    return render_template(
        "suspending/suspension.html",
        suspension=found,
        page=page,
        to_come=queries.visits_to_come_of(found, page.items),
        reason=SUSPENSION_REASON_WORDS[found.reason],
    )


@blueprint.route("/suspensions/<public_id>/end", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def end_suspension(public_id: str) -> ResponseReturnValue:
    """End a suspension, with a reason."""
    found, form = suspensions.suspension_for(actor(), public_id), EndSuspensionForm()
    if not found.is_open and request.method == "GET":
        message = "This suspension has been ended already."
        raise NotFound(message)
    if form.validate_on_submit():
        number = found.id
        try:
            in_transaction(
                lambda: places.end_suspension(actor=actor(), suspension=found, words=form.words.data or "").id
            )
        except Refusal as refusal:
            form.refuse(str(refusal), "words")
        else:
            in_transaction(partial(actions.tell_of_suspension, suspension_id=number))
            flash("The suspension has ended.")
            return redirect(url_for(".suspension", public_id=public_id))
    return render_template("suspending/end.html", suspension=found, form=form)
