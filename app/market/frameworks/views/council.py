"""The council writes its frameworks: lots, terms, rounds, whom it asks; and answers from their history."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.market.catalogue.rules.kinds import KINDS
from app.market.frameworks import forms
from app.market.frameworks.actions import setting_up
from app.market.frameworks.queries import applying, reading
from app.market.frameworks.rules.applications import weights_words
from app.market.frameworks.views.blueprints import blueprint, framework_here
from app.market.providers import queries as providers
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils import queries as councils
from app.people.councils.access import council_of_staff
from app.people.councils.actions.councils import add_framework
from app.people.councils.models import Framework
from app.people.councils.rules.admission import ADMISSION_WORDS, Admission
from app.platform.web.attempts import attempt
from app.platform.web.fields import Form, PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

NAMES_OFFERED = 10


@blueprint.get("/council/<code>/frameworks")
@open_to(*RUN_FRAMEWORKS)
def frameworks(code: str) -> ResponseReturnValue:
    """Every framework of the council, those still being written too."""
    council = council_of_staff(code, *RUN_FRAMEWORKS)
    page = page_of(reading.frameworks_of(council.id), number=page_number())
    return render_template("frameworks/frameworks.html", council=council, page=page, today=clock.today())


@blueprint.route("/council/<code>/frameworks/new", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def new_framework(code: str) -> ResponseReturnValue:
    """Write a framework with its first lot. Nobody else reads it before it is published."""
    council = council_of_staff(code, *RUN_FRAMEWORKS)
    localities, form = councils.localities_of(council.id), forms.NewFrameworkForm()
    form.offer(localities)
    form.begin()
    if form.validate_on_submit():
        with attempt(form, lambda refusal: "extend_until" if "extended" in str(refusal) else "ends_on"):
            made = in_transaction(lambda: _made(code, form))
            flash("Saved. Add lots, then publish it: until then only your colleagues can read it.")
            return redirect(url_for(".run_framework", code=code, public_id=made))
    return render_template("frameworks/new.html", council=council, form=form)


def _made(code: str, form: forms.NewFrameworkForm) -> str:
    council = council_of_staff(code, *RUN_FRAMEWORKS)
    localities = councils.localities_of(council.id)
    facts = form.facts()
    made = add_framework(
        actor=actor(),
        council=council,
        name=facts.pop("name"),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        lots=[(form.lot_name.data, [one for one in KINDS if one in (form.kinds.data or [])])],
        is_published=False,
        extend_until=form.extend_until.data,
        admission=Admission(facts.pop("admission")),
        **facts,
    )
    made.lots[0].localities = form.chosen(localities)
    db.session.flush()
    return made.public_id


@blueprint.get("/council/<code>/frameworks/<public_id>")
@open_to(*RUN_FRAMEWORKS)
def run_framework(code: str, public_id: str) -> ResponseReturnValue:
    """One framework, with everything that can be done about it."""
    found, today = framework_here(code, public_id), clock.today()
    return render_template(
        "frameworks/run.html",
        framework=found,
        council=found.council,
        kinds=KINDS,
        page=page_of(reading.places_there_were(found.id), number=page_number()),
        standing={one.place.id: one for one in reading.standings(found, today)},
        admission=ADMISSION_WORDS[found.admission],
        weights=weights_words(found.weights),
        rounds=reading.rounds_of(found.id),
        discounts=reading.discounts_of(found.id),
        waiting=page_of(applying.applications_to({found.council_id}, framework_id=found.id), number=1),
        invited=page_of(reading.invitations_of(found.id), number=1),
        plain=PlainForm(formdata=None),
        is_rounds=found.admission == Admission.ROUNDS,
        today=today,
    )


@blueprint.route("/council/<code>/frameworks/<public_id>/change", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def change_framework(code: str, public_id: str) -> ResponseReturnValue:
    """Change what it says."""
    found, form = framework_here(code, public_id), forms.ChangeFrameworkForm()
    if not form.is_submitted():
        form.fill_from(found)
    if form.validate_on_submit():
        seen, facts = form.version.data or "", form.facts()
        facts["admission"] = Admission(facts["admission"])
        with attempt(form, "name"):
            with transaction():
                setting_up.change_framework(
                    actor=actor(),
                    framework=found,
                    version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 9 else 0,  # noqa: PLR2004
                    **facts,
                )
            return _done("Saved.", code, public_id)
        found = framework_here(code, public_id)
        form.version.data = str(found.version)
    return _page("change.html", found, form)


def _page(template: str, framework: Framework, form: Form, **more: object) -> ResponseReturnValue:
    council = framework.council
    return render_template(f"frameworks/{template}", framework=framework, council=council, form=form, **more)


def _done(words: str, code: str, public_id: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for(".run_framework", code=code, public_id=public_id))


@blueprint.post("/council/<code>/frameworks/<public_id>/publish")
@open_to(*RUN_FRAMEWORKS)
def publish_framework(code: str, public_id: str) -> ResponseReturnValue:
    """Let everybody read it, and providers apply."""
    found = framework_here(code, public_id)
    with transaction():
        setting_up.publish_framework(actor=actor(), framework=found)
    return _done("Published. Everybody can read it, and providers can apply.", code, public_id)


@blueprint.route("/council/<code>/frameworks/<public_id>/extend", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def extend_framework(code: str, public_id: str) -> ResponseReturnValue:
    """Move its end to a later day."""
    found, form = framework_here(code, public_id), forms.ExtendForm()
    if form.validate_on_submit():
        with attempt(form, "ends_on"):
            with transaction():
                setting_up.extend_framework(actor=actor(), framework=found, ends_on=form.ends_on.data)
            return _done("Extended.", code, public_id)
    return _page("extend.html", framework_here(code, public_id), form)


@blueprint.route("/council/<code>/frameworks/<public_id>/lots", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def add_lot(code: str, public_id: str) -> ResponseReturnValue:
    """Add a lot."""
    found, form = framework_here(code, public_id), forms.LotForm()
    localities = councils.localities_of(found.council_id)
    form.offer(localities)
    if form.validate_on_submit():
        with attempt(form, "kinds"):
            with transaction():
                setting_up.add_lot(
                    actor=actor(),
                    framework=found,
                    name=form.lot_name.data,
                    kinds=form.kinds.data or [],
                    localities=form.chosen(localities),
                )
            return _done("The lot is there.", code, public_id)
    return _page("add_lot.html", found, form)


@blueprint.route("/council/<code>/frameworks/<public_id>/discount", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def set_discount(code: str, public_id: str) -> ResponseReturnValue:
    """Set the volume discount from a day on."""
    found, form = framework_here(code, public_id), forms.DiscountForm()
    if form.validate_on_submit():
        with attempt(form, "valid_from"):
            with transaction():
                setting_up.set_discount(
                    actor=actor(),
                    framework=found,
                    valid_from=form.valid_from.data,
                    threshold_pence=form.threshold.data.pence,
                    percent=form.percent.data,
                )
            return _done("The discount holds from that day on.", code, public_id)
    return _page("discount.html", framework_here(code, public_id), form)


@blueprint.route("/council/<code>/frameworks/<public_id>/rounds", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def add_round(code: str, public_id: str) -> ResponseReturnValue:
    """Let providers apply between two days."""
    found, form = framework_here(code, public_id), forms.RoundForm()
    if form.validate_on_submit():
        with attempt(form, "closes_on"):
            with transaction():
                setting_up.add_round(
                    actor=actor(), framework=found, opens_on=form.opens_on.data, closes_on=form.closes_on.data
                )
            return _done("The round is there.", code, public_id)
    return _page("round.html", framework_here(code, public_id), form)


@blueprint.route("/council/<code>/frameworks/<public_id>/invite", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def invite_provider(code: str, public_id: str) -> ResponseReturnValue:
    """Ask a provider to apply: by its name, then seen before it is confirmed."""
    found, form = framework_here(code, public_id), forms.ProviderNamedForm()
    named: list[Provider] = []
    if form.validate_on_submit():
        if form.chosen.data:
            with attempt(form, "provider"):
                with transaction():
                    chosen = providers.provider_by_public_id(form.chosen.data)
                    setting_up.invite_provider(actor=actor(), framework=found, provider=chosen)
                return _done("Asked. Whoever works for them was told.", code, public_id)
        else:
            named = list(reading.claimed_providers_named(form.provider.data, most=NAMES_OFFERED))
            if not named:
                form.refuse(
                    "Nobody has signed in for a provider of that name. Check it, or look at its page", "provider"
                )
    return _page("invite.html", framework_here(code, public_id), form, named=named)


@blueprint.get("/council/<code>/frameworks/<public_id>/history")
@open_to(*RUN_FRAMEWORKS)
def history(code: str, public_id: str) -> ResponseReturnValue:
    """Was this provider on that lot, there, on that day? Answered from what was recorded."""
    found, form = framework_here(code, public_id), forms.HistoryForm(formdata=request.args)
    localities = councils.localities_of(found.council_id)
    known = reading.providers_ever_on(found.id)
    form.offer({one.public_id: one.name for one in known}, found, localities)
    answer = None
    if request.args.get("provider") is not None and form.validate():
        provider = next(one for one in known if one.public_id == form.provider.data)
        lot = next(one for one in found.lots if str(one.number) == form.lot.data)
        where = next((one for one in localities if one.slug == form.locality.data), None)
        standing = reading.standings(found, form.on.data, provider_id=provider.id, lot_id=lot.id, locality=where)
        answer = {"provider": provider, "lot": lot, "where": where, "on": form.on.data, "standing": standing}
    return _page("history.html", found, form, answer=answer)
