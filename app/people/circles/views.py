"""The doors of this room: people beside you, invitations, a care manager's caseload, and acting for somebody."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import BadInput, NotFound
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_public_id
from app.people.accounts.rules import Role, safe_path
from app.people.circles import access, actions, forms, queries
from app.people.circles.rules import HISTORY_KINDS, POWER_WORDS, history_words, powers_from
from app.platform.audit.queries import history_about, names_of
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor

blueprint = Blueprint("circles", __name__)
blueprint.add_app_template_global(access.shopping_for, "shopping_for")


def _whose() -> Person:
    """Whose circle the page is about: one's own, or that of the person a care manager acts for."""
    shopper = access.shopper()
    return shopper.person if shopper.is_for_other and shopper.is_care_manager else actor()


# People beside you.


@blueprint.get("/people-beside-you")
@open_to(SIGNED_IN)
def beside_you() -> ResponseReturnValue:
    """Who stands beside a person and may do what; and whom this account helps."""
    person = _whose()
    return render_template(
        "circles/beside_you.html",
        whose=person,
        is_own=person.id == actor().id,
        supporters=queries.supporters_of(person.id),
        care_managers=queries.care_managers_of(person),
        helped=queries.people_helped_by(actor()),
        power_words=POWER_WORDS,
    )


@blueprint.get("/people-beside-you/history")
@open_to(SIGNED_IN)
def history() -> ResponseReturnValue:
    """Every change to who stands beside a person."""
    person = _whose()
    page = page_of(history_about(person.id, HISTORY_KINDS), number=page_number())
    return render_template(
        "circles/history.html",
        whose=person,
        is_own=person.id == actor().id,
        page=page,
        names=names_of(page.items),
        history_words=history_words,
    )


@blueprint.route("/people-beside-you/invite", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def invite() -> ResponseReturnValue:
    """Ask somebody to stand beside a person."""
    person = _whose()
    form = forms.InviteForm()
    if form.validate_on_submit():
        with attempt(form, "email", blame={actions.CannotGrant: "powers"}):
            with transaction():
                actions.invite_supporter(
                    actor=actor(),
                    person=person,
                    email=form.email.data,
                    relation=form.relation.data,
                    powers=powers_from(form.powers.data or []),
                )
            flash("We sent them a link. You will hear from us when they answer.")
            return redirect(url_for(".beside_you"))
    return render_template("circles/invite.html", form=form, whose=person, is_own=person.id == actor().id)


@blueprint.route("/people-beside-you/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def change(public_id: str) -> ResponseReturnValue:
    """Change what a supporter may do."""
    support, standing = queries.support_for(actor(), public_id)
    if not (standing.is_oneself or standing.is_care_manager):
        raise NotFound("Only the person you help can change what you may do.")
    form = forms.PowersForm(powers=[power.value for power in support.granted])
    if form.validate_on_submit():
        with attempt(form, "powers"):
            with transaction():
                actions.change_powers(actor=actor(), support=support, powers=powers_from(form.powers.data or []))
            flash("Changed. It counts from now on.")
            return redirect(url_for(".beside_you"))
    return render_template("circles/change.html", form=form, support=support)


@blueprint.route("/people-beside-you/<public_id>/end", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def end(public_id: str) -> ResponseReturnValue:
    """End a supporter's part, or one's own, after asking once."""
    support, _ = queries.support_for(actor(), public_id)
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            actions.end_support(actor=actor(), support=support)
        flash("Ended. It counts from now on.")
        return redirect(url_for(".beside_you"))
    return render_template("circles/end.html", form=form, support=support, is_helper=support.supporter_id == actor().id)


# Invitations.


@blueprint.route("/supporting/<token>", methods=["GET", "POST"])
@open_to(ANYONE)
def answer(token: str) -> ResponseReturnValue:
    """See who asks for help with what, and say yes (signed in) or no."""
    form = PlainForm()
    support = queries.invitation(token)
    if form.validate_on_submit():
        if "no" in request.form:
            with transaction():
                actions.decline_invitation(actor=visitor(), token=token)
            flash("You said no. We told them.")
            return redirect(url_for("pages.home"))
        if visitor() is None:
            raise BadInput("Sign in or create an account first, then open the link again to say yes.")
        with transaction():
            actions.accept_invitation(actor=actor(), token=token)
        flash("Thank you. You can start helping now.")
        return redirect(url_for(".beside_you"))
    return render_template("circles/answer.html", form=form, support=support, power_words=POWER_WORDS, token=token)


# Caseloads.


@blueprint.get("/caseload")
@open_to(Role.CARE_MANAGER)
def caseload() -> ResponseReturnValue:
    """The people on this care manager's caseload."""
    page = page_of(queries.caseload_of(actor()), number=page_number())
    return render_template("circles/caseload.html", page=page, power_words=POWER_WORDS)


@blueprint.route("/caseload/add", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def add_to_caseload() -> ResponseReturnValue:
    """Put a person who lives in the council's area on one's own caseload. They are told, and it is on the record."""
    form = forms.CaseloadForm()
    if form.validate_on_submit():
        with attempt(form, "email"):
            with transaction():
                me = actor()
                person = queries.resident(form.email.data, me.council_ids_as(Role.CARE_MANAGER))
                actions.put_on_caseload(
                    actor=me,
                    care_manager=me,
                    person=person,
                    council=queries.council_where_living(person),
                    powers=powers_from(form.powers.data or []),
                )
            flash("They are on your caseload, and were told.")
            return redirect(url_for(".caseload"))
    return render_template("circles/add_to_caseload.html", form=form)


@blueprint.route("/caseload/<public_id>/end", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def take_off_caseload(public_id: str) -> ResponseReturnValue:
    """Take a person off one's caseload, after asking once."""
    entry = queries.caseload_entry_for(actor(), public_id)
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            actions.take_off_caseload(actor=actor(), entry=entry)
        flash("They are no longer on your caseload, and were told.")
        return redirect(url_for(".caseload"))
    return render_template("circles/take_off_caseload.html", form=form, entry=entry)


# Acting for somebody.


@blueprint.post("/shop-for")
@open_to(SIGNED_IN)
def shop_for() -> ResponseReturnValue:
    """Start to act for a person (``person``: their public id), or for oneself again (``action=stop``)."""
    wanted = safe_path(request.form.get("next"))
    if request.form.get("action") == "stop":
        access.stop()
        flash("You are shopping for yourself again.")
        return redirect(wanted or url_for(".beside_you"))
    with transaction():
        person = person_by_public_id(request.form.get("person", ""))
        actions.open_view(actor=actor(), person=person)
        name = person.full_name
    access.start_acting_for(person)
    flash(f"You are shopping for {name} now. Everything you do says so.")
    return redirect(wanted or url_for("storefront.results"))
