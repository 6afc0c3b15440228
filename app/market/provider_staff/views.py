"""The doors of a provider's staff: who works here, inviting, changing and removing; and a council's help."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import Conflict
from app.market.provider_staff import actions, queries
from app.market.provider_staff.forms import DutiesForm, InviteColleagueForm, InviteManagerForm
from app.people.accounts.access import actor
from app.people.accounts.rules import STAFF_DUTY_WORDS, Role, StaffDuty
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("provider_staff", __name__)

SHORT = {duty.value: words.split(":")[0] for duty, words in STAFF_DUTY_WORDS.items()}


@blueprint.get("/desk/<provider_id>/staff")
@open_to(Role.PROVIDER_STAFF)
def staff(provider_id: str) -> ResponseReturnValue:
    """Who works here, and who is asked to."""
    provider = queries.provider_managed(actor(), provider_id)
    return render_template(
        "provider_staff/staff.html",
        provider=provider,
        page=page_of(queries.grants_at(provider.id), number=page_number()),
        asked=queries.open_invitations(provider.id),
        words=SHORT,
        me=actor(),
    )


@blueprint.route("/desk/<provider_id>/staff/invite", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def invite_staff(provider_id: str) -> ResponseReturnValue:
    """Ask somebody by email to work here."""
    provider = queries.provider_managed(actor(), provider_id)
    form = InviteColleagueForm()
    if form.validate_on_submit():
        with attempt(form, "email", only=Conflict):
            with transaction():
                actions.invite_colleague(actor=actor(), provider=provider, email=form.email.data, duties=form.chosen())
            flash("An email with a link is on its way to them. They work here once they have said yes.")
            return redirect(url_for(".staff", provider_id=provider_id))
    return render_template("provider_staff/invite.html", provider=provider, form=form)


@blueprint.post("/desk/<provider_id>/staff/invitations/<public_id>/take-back")
@open_to(Role.PROVIDER_STAFF)
def take_back_invitation(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    provider = queries.provider_managed(actor(), provider_id)
    invitation = queries.invitation_from(provider.id, public_id)
    with transaction():
        actions.take_back_invitation(actor=actor(), provider=provider, invitation=invitation)
    flash("The invitation is taken back.")
    return redirect(url_for(".staff", provider_id=provider_id))


@blueprint.route("/desk/<provider_id>/staff/<person_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def duties(provider_id: str, person_id: str) -> ResponseReturnValue:
    """What one of the staff may do."""
    provider = queries.provider_managed(actor(), provider_id)
    grant = queries.grant_at(provider.id, person_id)
    form = DutiesForm(duties=list(grant.duties or ()))
    if form.validate_on_submit():
        with attempt(form, "duties", only=Conflict):
            with transaction():
                actions.change_duties(actor=actor(), provider=provider, grant=grant, duties=form.chosen())
            flash("Saved. It counts from now on.")
            still = StaffDuty.MANAGE in form.chosen() or grant.person_id != actor().id
            return redirect(url_for(".staff", provider_id=provider_id) if still else url_for("desk.desk"))
    return render_template("provider_staff/duties.html", provider=provider, grant=grant, form=form, me=actor())


@blueprint.post("/desk/<provider_id>/staff/<person_id>/remove")
@open_to(Role.PROVIDER_STAFF)
def remove_staff(provider_id: str, person_id: str) -> ResponseReturnValue:
    """Remove one of the staff, at once."""
    provider = queries.provider_managed(actor(), provider_id)
    grant = queries.grant_at(provider.id, person_id)
    is_me = grant.person_id == actor().id
    name = grant.person.full_name
    form = DutiesForm(duties=list(grant.duties or ()))
    with attempt(form, "duties", only=Conflict):
        with transaction():
            actions.remove_colleague(actor=actor(), provider=provider, grant=grant)
        flash(f"{name} does not work here any more.")
        return redirect(url_for("accounts.account") if is_me else url_for(".staff", provider_id=provider_id))
    page = render_template("provider_staff/duties.html", provider=provider, grant=grant, form=form, me=actor())
    return page, Conflict.status


@blueprint.route("/staff-invitation/<token>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def answer_invitation(token: str) -> ResponseReturnValue:
    """Say yes to an invitation to work for a provider."""
    asked = queries.staff_invitation(token)
    form = PlainForm()
    if form.validate_on_submit():
        name = asked.provider.name
        with transaction():
            actions.join_staff(actor=actor(), token=token)
        flash(f"You work for {name} here now.")
        return redirect(url_for("desk.desk", provider=asked.provider.public_id))
    return render_template(
        "provider_staff/answer.html",
        asked=asked,
        form=form,
        words=STAFF_DUTY_WORDS,
        is_mine=actor().email == asked.email,
    )


@blueprint.route("/providers/<public_id>/manager", methods=["GET", "POST"])
@open_to(Role.COMMISSIONER)
def help_left_alone(public_id: str) -> ResponseReturnValue:
    """A council's help for a provider that nobody manages any more."""
    provider = queries.left_alone(actor(), public_id)
    form = InviteManagerForm()
    if form.validate_on_submit():
        with attempt(form, "email", only=Conflict):
            with transaction():
                actions.invite_manager(actor=actor(), provider=provider, email=form.email.data)
            flash(
                f"An email with a link is on its way to them. They manage the page of {provider.name} once they have said yes."
            )
            return redirect(url_for("storefront.provider", public_id=public_id))
    return render_template(
        "provider_staff/left_alone.html",
        provider=provider,
        form=form,
        is_left_alone=not queries.managers_at(provider.id),
        asked=queries.open_invitations(provider.id),
    )
