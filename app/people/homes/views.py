"""The door of this room: one page on which the person sees and changes what a visit at home needs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction, number_of, transaction
from app.base.refusals import NotAllowed
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, safe_path
from app.people.circles.access import Shopper, shopper
from app.people.councils import queries as councils
from app.people.homes import actions, queries
from app.people.homes.access import seal_here
from app.people.homes.forms import HomeForm
from app.people.homes.permissions import may_say_home
from app.people.homes.queries import OpenedHome
from app.people.homes.rules import HomeChangedMeanwhile, HomeFacts
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to

blueprint = Blueprint("homes", __name__)


@blueprint.route("/home-visits", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def home_visits() -> ResponseReturnValue:
    """Where to come, how to get in and whom to call: asked when it is first needed (``next=``), and changed here."""
    looking = shopper()
    if not may_say_home(looking.powers):
        raise NotAllowed(
            f"You may not see where {looking.person.full_name} lives: only whoever may book for them does."
        )
    form, now = HomeForm(wanted=request.args.get("next")), None
    if form.validate_on_submit():
        with attempt(form, "postcode", blame={HomeChangedMeanwhile: None}):
            in_transaction(lambda: _saved(looking, form))
            flash("Saved. A provider sees it once you have agreed on a visit at home.")
            return redirect(safe_path(form.wanted.data) or url_for(".home_visits"))
        now = _stands(looking.person)
        # They have been shown what stands now: what they send next is meant.
        form.seen.data = str(now.revision if now else queries.revision_of(number_of(looking.person)))
    stands = now or _stands(looking.person)
    if request.method == "GET":
        form = _filled(looking.person, stands)
    if looking.is_for_other:
        form.write_for_other()
    return render_template(
        "homes/home_visits.html",
        form=form,
        looking=looking,
        stands=stands,
        overtaken=now,
        by=_who(stands),
        place=councils.place_of(looking.person.postcode) if looking.person.postcode else None,
        is_asked=bool(safe_path(form.wanted.data)),
    )


@blueprint.route("/home-visits/take-out", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def take_out() -> ResponseReturnValue:
    """Take it all out again, said before what that means."""
    looking, form = shopper(), PlainForm()
    if not may_say_home(looking.powers):
        raise NotAllowed(f"You may not change where {looking.person.full_name} lives.")
    if form.validate_on_submit():
        with transaction():
            actions.forget_home(actor=looking.actor, person=looking.person)
        flash("It is taken out. It is asked again before the next booking of something that comes to the home.")
        return redirect(url_for(".home_visits"))
    return render_template("homes/take_out.html", form=form, looking=looking)


def _stands(person: Person) -> OpenedHome | None:
    return queries.opened_home(person, seal_here(), with_way_in=True)


def _who(stands: OpenedHome | None) -> str:
    return "" if stands is None else queries.name_of_saver(stands.details)


def _saved(looking: Shopper, form: HomeForm) -> None:
    actions.save_home(
        actor=looking.actor,
        person=looking.person,
        facts=HomeFacts(
            form.address.data,
            form.phone.data,
            form.contact_name.data or "",
            form.contact_phone.data or "",
        ),
        way_in=form.way_in.data or "",
        postcode=form.postcode.data,
        seen=form.seen.number,
        seal=seal_here(),
    )


def _filled(person: Person, stands: OpenedHome | None) -> HomeForm:
    said = {} if stands is None else {**_words(stands.facts), "way_in": stands.way_in}
    # Sealed with a secret that is gone, it is written anew: the form goes on from what lies there.
    revision = stands.revision if stands else queries.revision_of(number_of(person))
    return HomeForm(
        formdata=None,
        data={**said, "postcode": person.postcode or "", "seen": str(revision), "wanted": request.args.get("next")},
    )


def _words(facts: HomeFacts) -> dict[str, str]:
    return {
        "address": facts.address,
        "phone": facts.phone,
        "contact_name": facts.contact_name,
        "contact_phone": facts.contact_phone,
    }
