"""The doors for a council's administrators: its staff, how they sign in, and the record of what they did."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.people.accounts.access import actor
from app.people.accounts.rules import ROLE_CAN, ROLE_WORDS, Role
from app.people.councils.access import council_of_staff
from app.people.councils.models import Council
from app.people.staff import actions, queries
from app.people.staff.forms import CouncilRecordForm, InviteOfficerForm, RolesForm
from app.people.staff.queries import Asked
from app.people.staff.rules import council_act_words, roles_from, roles_words
from app.platform.audit.queries import names_of
from app.platform.web.attempts import attempt
from app.platform.web.downloads import csv_file
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("staff", __name__)

MOST_IN_A_FILE = 50_000


def _mine(code: str) -> Council:
    return council_of_staff(code, Role.ADMINISTRATOR)


@blueprint.get("/council/<code>/staff")
@open_to(Role.ADMINISTRATOR)
def staff(code: str) -> ResponseReturnValue:
    """Everybody who works at a council, what they do there, and how they sign in."""
    council = _mine(code)
    page = page_of(queries.staff_at(council.id), number=page_number())
    return render_template(
        "staff/staff.html",
        council=council,
        page=page,
        roles={one.id: roles_words(queries.roles_at(one, council.id)) for one in page.items},
        sign_ins=queries.sign_ins_of(page.items),
    )


@blueprint.route("/council/<code>/staff/invite", methods=["GET", "POST"])
@open_to(Role.ADMINISTRATOR)
def invite(code: str) -> ResponseReturnValue:
    """Let somebody work for the council."""
    council, form = _mine(code), InviteOfficerForm()
    if form.validate_on_submit():
        with attempt(form, "email"):
            with transaction():
                made = actions.invite_officer(
                    actor=actor(),
                    council=council,
                    email=form.email.data,
                    full_name=form.full_name.data,
                    roles=roles_from(form.roles.data or []),
                )
                name = made.full_name
            flash(f"{name} works for {council.name} from now on, and was written to.")
            return redirect(url_for(".staff", code=code))
    return render_template("staff/invite.html", council=council, form=form)


@blueprint.route("/council/<code>/staff/<public_id>", methods=["GET", "POST"])
@open_to(Role.ADMINISTRATOR)
def member(code: str, public_id: str) -> ResponseReturnValue:
    """One of the staff: what they do, and changing it."""
    council = _mine(code)
    person = queries.staff_member(council.id, public_id)
    held = sorted(role.value for role in queries.roles_at(person, council.id))
    form = RolesForm(roles=held, seen=",".join(held))
    if form.validate_on_submit():
        with attempt(form, "roles"):
            with transaction():
                actions.change_roles(
                    actor=actor(),
                    council=council,
                    person=person,
                    roles=roles_from(form.roles.data or []),
                    seen=roles_from((form.seen.data or "").split(",")),
                )
                name = person.full_name
            flash(f"What {name} can do is changed, and they were told.")
            return redirect(url_for(".staff", code=code))
        person = queries.staff_member(council.id, public_id)
        form.seen.data = ",".join(sorted(role.value for role in queries.roles_at(person, council.id)))
    return render_template(
        "staff/member.html",
        council=council,
        person=person,
        form=form,
        link=PlainForm(formdata=None),
        sign_in=queries.sign_ins_of([person])[person.id],
        role_words=ROLE_WORDS,
        role_can=ROLE_CAN,
    )


@blueprint.post("/council/<code>/staff/<public_id>/link")
@open_to(Role.ADMINISTRATOR)
def send_link(code: str, public_id: str) -> ResponseReturnValue:
    """Send another link to somebody who has not chosen a password yet."""
    council = _mine(code)
    person = queries.staff_member(council.id, public_id)
    try:
        with transaction():
            actions.send_link_again(actor=actor(), council=council, person=person)
    except Conflict as refusal:
        flash(f"{refusal}.")
    else:
        flash("The link is on its way. At most three are sent in an hour.")
    return redirect(url_for(".member", code=code, public_id=public_id))


@blueprint.route("/council/<code>/staff/<public_id>/remove", methods=["GET", "POST"])
@open_to(Role.ADMINISTRATOR)
def remove(code: str, public_id: str) -> ResponseReturnValue:
    """Take all of somebody's roles away, after asking once."""
    council = _mine(code)
    person, form = queries.staff_member(council.id, public_id), PlainForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                actions.remove_officer(actor=actor(), council=council, person=person)
            flash("They no longer work for the council, and were told.")
            # Whoever removed themselves may not see the list any more.
            is_still = council.id in actor().council_ids_as(Role.ADMINISTRATOR)
            return redirect(url_for(".staff", code=code) if is_still else url_for("accounts.account"))
    return render_template("staff/remove.html", council=council, person=person, form=form)


@blueprint.get("/council/<code>/record")
@open_to(Role.ADMINISTRATOR)
def council_record(code: str) -> ResponseReturnValue:
    """What was done to run the council: by whom, what and when, with filters."""
    council = _mine(code)
    form, asked = _asked(council)
    page = page_of(queries.acts_at(council.id, asked), number=page_number())
    return render_template(
        "staff/record.html",
        council=council,
        form=form,
        page=page,
        names=names_of(page.items),
        about=queries.names_of_subjects(page.items),
        kept={name: request.args[name] for name in form.names_sent() if request.args.get(name)},
        act_words=council_act_words,
    )


@blueprint.get("/council/<code>/record.csv")
@open_to(Role.ADMINISTRATOR)
def record_file(code: str) -> ResponseReturnValue:
    """The same as a file."""
    council = _mine(code)
    _, asked = _asked(council)
    events = db.session.scalars(queries.acts_at(council.id, asked).limit(MOST_IN_A_FILE)).all()
    names, about = names_of(events), queries.names_of_subjects(events)
    columns = ("when_london", "who", "what", "about", "details")
    rows = (
        (
            f"{clock.london(event.at):%Y-%m-%d %H:%M:%S}",
            "Ownway" if event.actor_id is None else names.get(event.actor_id, ""),
            event.action,
            about[event.id],
            "; ".join(f"{name}: {value}" for name, value in sorted(event.details.items()) if value is not None),
        )
        for event in events
    )
    return csv_file(f"record-{council.code}.csv", columns, rows)


def _asked(council: Council) -> tuple[CouncilRecordForm, Asked]:
    """The filters as they were sent, and what they ask for. A day that cannot be read says so and asks nothing."""
    acted = queries.staff_who_acted(council.id)
    form = CouncilRecordForm(formdata=request.args)
    form.offer(
        {public_id: name for public_id, (_, name) in acted.items()},
        {action: council_act_words(action) for action in queries.acts_known(council.id)},
    )
    form.validate()
    who = acted.get(form.who.data or "")
    return form, Asked(who[0] if who else None, form.what.data or None, form.from_on.data, form.until_on.data)
