"""One-off agreements: signed after a look at all of it, looked at again each quarter, ended."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.days import day_words
from app.base.db import db, in_transaction
from app.base.refusals import BadInput
from app.funding.agreeing.actions import looking_again
from app.funding.agreeing.forms import AgreementForm, LookAgainForm
from app.funding.agreeing.queries import looks_at
from app.funding.agreeing.views.blueprints import blueprint
from app.funding.agreeing.views.checking import Lines, check_page, is_sent, once_seen
from app.funding.budgets.access import person_on_caseload
from app.funding.budgets.actions import agreements
from app.funding.budgets.queries import paying
from app.funding.budgets.queries.paying import NoSuchProvider
from app.funding.budgets.rules.kinds import POT_WORDS, PotKind
from app.market.catalogue.rules.kinds import KINDS
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to


@blueprint.route("/caseload/<public_id>/agreements/new", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def sign_agreement(public_id: str) -> ResponseReturnValue:
    """Sign that a person's money may pay a provider it could otherwise not pay; it counts with the person's yes."""
    person = person_on_caseload(public_id)
    council = db.session.get_one(Council, person.council_id)
    form = AgreementForm()
    with attempt(form, blame={NoSuchProvider: "provider"}):
        provider = _meant(form, council)
    if is_sent(form) and provider is not None:
        with attempt(form, "money", blame={BadInput: "until_on"}):
            unseen = once_seen(form, lambda: _sign(form, provider, person, council))
            if unseen is not None:
                title = f"Check the agreement for {person.full_name}"
                return check_page(unseen, title=title, button="Sign this agreement", whose=person)
            flash(f"Signed. It counts once {person.full_name} says yes. We asked them.")
            return redirect(url_for(".budget", public_id=person.public_id))
    return render_template("agreeing/sign_agreement.html", form=form, whose=person, council=council)


def _meant(form: AgreementForm, council: Council) -> Provider | None:
    """The provider that is meant, where that is clear; else the form asks which of those its name matches.

    Raises:
        NoSuchProvider: when the name matches none.
    """
    name = form.provider.data or ""
    try:
        found = paying.providers_meant(name, council.id) if name else ()
    except NoSuchProvider:
        del form.which
        raise
    form.which.choices = [(one.public_id, ", ".join(filter(None, (one.name, one.postcode)))) for one in found]
    chosen = paying.provider_chosen(found, name, form.which.data or "")
    if not found or (chosen is not None and chosen.public_id != form.which.data):
        del form.which
    return chosen


def _sign(form: AgreementForm, provider: Provider, person: Person, council: Council) -> Lines:
    made = agreements.sign_agreement(
        actor=actor(),
        person=person,
        council=council,
        provider=provider,
        money=PotKind(form.money.data),
        kind=form.kind.data or None,
        from_on=form.from_on.data,
        until_on=form.until_on.data,
        reason=form.reason.data,
        outcomes=form.outcomes.data,
    )
    return [
        ("For", person.full_name),
        ("May be paid", ", ".join(filter(None, (provider.name, provider.address, provider.postcode)))),
        ("From the money of", council.name),
        ("Which money", POT_WORDS[made.money]),
        ("Kind of support", KINDS[made.kind].name if made.kind else "Any kind of support"),
        ("From", day_words(made.from_on)),
        ("Until", day_words(made.until_on)),
        ("What it is for", made.outcomes),
        ("Why", made.reason),
        ("When it counts", f"Once {person.full_name}, or a supporter they let decide, says yes"),
    ]


@blueprint.route("/caseload/<public_id>/agreements/<agreement_id>/look-again", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def look_again(public_id: str, agreement_id: str) -> ResponseReturnValue:
    """Look at an agreement again, as each quarter: it goes on, or it ends."""
    person = person_on_caseload(public_id)
    agreement = paying.agreement_for(person.id, agreement_id)
    form = LookAgainForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            goes_on = form.goes_on.data == "yes"
            in_transaction(
                lambda: looking_again.look_again(
                    actor=actor(), agreement=agreement, goes_on=goes_on, words=form.words.data or ""
                )
            )
            flash("Noted. It goes on." if goes_on else "Noted, and ended. What is booked stays booked.")
            return redirect(url_for(".budget", public_id=person.public_id))
    looks = looks_at(agreement.id)
    return render_template("agreeing/look_again.html", form=form, whose=person, agreement=agreement, looks=looks)


@blueprint.route("/caseload/<public_id>/agreements/<agreement_id>/end", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def end_agreement(public_id: str, agreement_id: str) -> ResponseReturnValue:
    """End an agreement, after asking once."""
    person = person_on_caseload(public_id)
    agreement = paying.agreement_for(person.id, agreement_id)
    form = PlainForm()
    if form.validate_on_submit():
        in_transaction(lambda: agreements.end_agreement(actor=actor(), agreement=agreement))
        flash("Ended. What is booked stays booked.")
        return redirect(url_for(".budget", public_id=person.public_id))
    return render_template("agreeing/end_agreement.html", form=form, whose=person, agreement=agreement)
