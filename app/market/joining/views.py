"""The doors of joining: the draft and its pages, who is known already, and what a council looks at first."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import BadInput, Conflict
from app.market.catalogue import queries as catalogue
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import UNIT_WORDS
from app.market.joining import permissions, queries
from app.market.joining.actions import drafts, publishing
from app.market.joining.actions.drafts import KnownAlready
from app.market.joining.forms import CheckJoiningForm, OfferForm, PublishForm, RegisterNumbersForm, WhoForm
from app.market.joining.models import Joining
from app.market.joining.rules import (
    MAY_BE_CHARITIES,
    JoiningStatus,
    Task,
    is_checked_first,
    is_ready,
    needs_registration,
    tasks,
)
from app.market.providers.models import Provider
from app.market.providers.rules import PROVIDER_KIND_WORDS, ProviderKind
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils import queries as councils
from app.people.councils.rules.geography import show_postcode
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("joining", __name__)

NEW_FOR = timedelta(days=56)
NEW_SHOWN = 50


@blueprint.route("/join", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def join() -> ResponseReturnValue:
    """Begin, or go on where it was left."""
    form = WhoForm()
    begun = queries.draft_of(actor())
    if begun is not None and request.method == "GET":
        return redirect(_address(begun))
    twin: Provider | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                joining = drafts.begin(actor=actor(), **form.facts())
                following = url_for(".draft", public_id=joining.public_id)
                if joining.offer is None:
                    following = url_for(".offer", public_id=joining.public_id)
            flash("Your draft is saved. You can leave it and come back.")
            return redirect(following)
        except KnownAlready as refusal:
            twin = refusal.provider
            form.refuse(str(refusal), "name")
        except (BadInput, Conflict) as refusal:
            form.refuse(str(refusal))
    return render_template("joining/who.html", form=form, joining=None, twin=twin)


@blueprint.get("/join/known")
@open_to(SIGNED_IN)
def known() -> ResponseReturnValue:
    """Who is here already, by name, number or postcode (``q``): found oneself, one claims the page."""
    words = request.args.get("q", "")[:100]
    return render_template("joining/known.html", words=words, found=queries.known(words))


@blueprint.route("/join/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def draft(public_id: str) -> ResponseReturnValue:
    """What is done and what is left; publishing it; and where it stands afterwards."""
    joining = queries.joining_of(actor(), public_id)
    form = PublishForm()
    twin: Provider | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                publishing.publish_joining(actor=actor(), joining=joining)
            return redirect(_address(joining))
        except KnownAlready as refusal:
            twin = refusal.provider
            form.refuse(str(refusal))
        except (BadInput, Conflict) as refusal:
            form.refuse(str(refusal))
        joining = queries.joining_of(actor(), public_id)
    todo = _todo(joining)
    return render_template(
        "joining/draft.html",
        form=form,
        joining=joining,
        todo=todo,
        is_ready=is_ready(todo),
        is_checked_first=is_checked_first(joining.kind, joining.offer),
        may_change=permissions.may_change_draft(actor(), joining),
        is_waiting=permissions.waits(joining),
        is_assistant=joining.kind == ProviderKind.PERSONAL_ASSISTANT,
        twin=twin,
    )


@blueprint.route("/join/<public_id>/who", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def who(public_id: str) -> ResponseReturnValue:
    """Change who it is."""
    joining = _changeable(public_id)
    form = WhoForm()
    twin: Provider | None = None
    if not form.is_submitted():
        form.fill_from(joining)
    elif form.validate():
        try:
            with transaction():
                drafts.change_who(actor=actor(), joining=joining, **form.facts())
            return redirect(_address(joining))
        except KnownAlready as refusal:
            twin = refusal.provider
            form.refuse(str(refusal), "name")
        except BadInput as refusal:
            form.refuse(str(refusal))
    return render_template("joining/who.html", form=form, joining=joining, twin=twin)


@blueprint.route("/join/<public_id>/offer", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def offer(public_id: str) -> ResponseReturnValue:
    """What is offered first, where, and for how much."""
    joining = _changeable(public_id)
    form = OfferForm()
    form.offer(joining, catalogue.places_to_reach())
    if not form.is_submitted():
        here = councils.place_of(joining.postcode)
        form.fill_from(joining, here.council_id if here else None)
    elif form.validate():
        with attempt(form, only=BadInput):
            with transaction():
                drafts.change_offer(actor=actor(), joining=joining, **form.facts())
            return redirect(_address(joining))
    return render_template(
        "joining/offer.html", form=form, joining=joining, is_assistant=joining.kind == ProviderKind.PERSONAL_ASSISTANT
    )


@blueprint.route("/join/<public_id>/numbers", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def numbers(public_id: str) -> ResponseReturnValue:
    """Its numbers in public registers, where it has any."""
    joining = _changeable(public_id)
    form = RegisterNumbersForm(charity_number=joining.charity_number, cqc_location_id=joining.cqc_location_id)
    form.ask(about_charity=joining.kind in MAY_BE_CHARITIES, about_registration=needs_registration(joining.offer))
    twin: Provider | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                drafts.change_numbers(actor=actor(), joining=joining, **form.facts())
            return redirect(_address(joining))
        except KnownAlready as refusal:
            twin = refusal.provider
            form.refuse(str(refusal))
    return render_template("joining/numbers.html", form=form, joining=joining, twin=twin)


@blueprint.get("/join/<public_id>/preview")
@open_to(SIGNED_IN)
def preview(public_id: str) -> ResponseReturnValue:
    """The page as people will see it."""
    joining = queries.joining_of(actor(), public_id)
    return render_template("joining/preview.html", **_seen(joining))


@blueprint.post("/join/<public_id>/give-up")
@open_to(SIGNED_IN)
def give_up(public_id: str) -> ResponseReturnValue:
    """Take the draft away."""
    joining = queries.joining_of(actor(), public_id)
    with transaction():
        drafts.give_up_draft(actor=actor(), joining=joining)
    flash("Your draft is taken away.")
    return redirect(url_for("accounts.account"))


@blueprint.post("/join/<public_id>/take-back")
@open_to(SIGNED_IN)
def take_back(public_id: str) -> ResponseReturnValue:
    """Make a draft again of what waits for a council."""
    joining = queries.joining_of(actor(), public_id)
    with transaction():
        publishing.take_back(actor=actor(), joining=joining)
    flash("It is a draft again. Change what you like, then send it.")
    return redirect(_address(joining))


@blueprint.get("/joining")
@open_to(Role.COMMISSIONER)
def to_check() -> ResponseReturnValue:
    """Providers a council must look at first, and those that joined lately without."""
    return render_template(
        "joining/to_check.html",
        page=page_of(queries.joinings_to_check(actor()), number=page_number()),
        new=queries.published_since(actor(), clock.now() - NEW_FOR, NEW_SHOWN),
        kinds=PROVIDER_KIND_WORDS,
        offers=KINDS,
    )


@blueprint.route("/joining/<public_id>", methods=["GET", "POST"])
@open_to(Role.COMMISSIONER)
def check(public_id: str) -> ResponseReturnValue:
    """One provider as its page will be, how to check it, and the council's answer."""
    joining = queries.joining_for_council(actor(), public_id)
    form = CheckJoiningForm()
    if form.validate_on_submit():
        name = joining.name
        with attempt(form, "reason", only=BadInput):
            with transaction():
                publishing.answer_joining(
                    actor=actor(),
                    joining=joining,
                    approve=form.decision.data == "approve",
                    reason=form.reason.data or "",
                )
            flash(f"{name} is on show." if form.decision.data == "approve" else f"We told {name} no, and why.")
            return redirect(url_for(".to_check"))
    return render_template(
        "joining/check.html",
        form=form,
        is_waiting=permissions.waits(joining),
        may_decide=permissions.may_answer_joining(actor(), joining),
        is_regulated=needs_registration(joining.offer),
        **_seen(joining),
    )


def _seen(joining: Joining) -> dict[str, object]:
    """What everybody will read of it."""
    return {
        "joining": joining,
        "kind": PROVIDER_KIND_WORDS[joining.kind],
        "offered": KINDS[joining.offer] if joining.offer else None,
        "per": UNIT_WORDS[joining.unit] if joining.unit else "",
        "postcode": show_postcode(joining.postcode),
        "is_assistant": joining.kind == ProviderKind.PERSONAL_ASSISTANT,
    }


def _todo(joining: Joining) -> list[Task]:
    return tasks(
        joining.kind,
        offer=joining.offer,
        has_charity_number=joining.charity_number is not None,
        has_registration=joining.cqc_location_id is not None,
    )


def _changeable(public_id: str) -> Joining:
    """One's own draft.

    Raises:
        Conflict: when it was sent or published.
    """
    joining = queries.joining_of(actor(), public_id)
    if joining.status != JoiningStatus.DRAFT:
        raise Conflict("This was sent or published already, so the draft cannot be changed any more.")
    return joining


def _address(joining: Joining) -> str:
    return url_for(".draft", public_id=joining.public_id)
