"""The doors of a provider's own page: its words, its marks and checks, and their history."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import BadInput, Conflict
from app.market.presenting import actions, queries
from app.market.presenting.actions import PageChangedMeanwhile
from app.market.presenting.forms import CredentialForm, WhoWeAreForm
from app.market.presenting.rules import FACTS, counts_on
from app.market.provider_staff.queries import provider_managed
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("presenting", __name__)


@blueprint.route("/desk/<provider_id>/who-we-are", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def who_we_are(provider_id: str) -> ResponseReturnValue:
    """What a provider says of itself; a save over somebody else's newer one is refused and shows theirs."""
    provider = provider_managed(actor(), provider_id)
    form = WhoWeAreForm()
    saved: Provider | None = None
    if not form.is_submitted():
        form.fill_from(provider)
    elif form.validate():
        try:
            with transaction():
                changed = actions.say_who_we_are(
                    actor=actor(), provider=provider, said=form.said(), seen=form.seen.data or ""
                )
            flash("Your page is saved." if changed else "Nothing was changed.")
            return redirect(url_for(".who_we_are", provider_id=provider_id))
        except PageChangedMeanwhile as refusal:
            form.refuse(str(refusal))
            form.seen.data = actions.version_of_page(provider)
            saved = provider
        except BadInput as refusal:
            form.refuse(str(refusal), "phone")
    today = clock.today()
    stated = [(one, counts_on(today, one.until_on)) for one in queries.credentials_stated(provider.id)]
    return render_template("presenting/who_we_are.html", provider=provider, form=form, saved=saved, stated=stated)


@blueprint.route("/desk/<provider_id>/marks/new", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def state_credential(provider_id: str) -> ResponseReturnValue:
    """State a mark or a check."""
    provider = provider_managed(actor(), provider_id)
    form = CredentialForm()
    if form.validate_on_submit():
        with attempt(form, only=(BadInput, Conflict)):
            with transaction():
                actions.state_credential(actor=actor(), provider=provider, **form.facts())
            flash("It is on your page, as stated by you.")
            return redirect(url_for(".who_we_are", provider_id=provider_id))
    return render_template("presenting/credential.html", provider=provider, form=form)


@blueprint.post("/desk/<provider_id>/marks/<public_id>/take-away")
@open_to(Role.PROVIDER_STAFF)
def take_away_credential(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Show a mark or a check no more."""
    provider = provider_managed(actor(), provider_id)
    credential = queries.credential_of(provider.id, public_id)
    with transaction():
        actions.take_away_credential(actor=actor(), provider=provider, credential=credential)
    flash("It is taken away from your page.")
    return redirect(url_for(".who_we_are", provider_id=provider_id))


@blueprint.get("/desk/<provider_id>/who-we-are/history")
@open_to(Role.PROVIDER_STAFF)
def page_history(provider_id: str) -> ResponseReturnValue:
    """Every change of a provider's own page, who made it and when."""
    provider = provider_managed(actor(), provider_id)
    page = page_of(queries.changes_of(provider.id), number=page_number())
    return render_template("presenting/page_history.html", provider=provider, page=page, facts=FACTS)
