"""The doors of this room: claiming a page, and the claims that wait.

The answer to a claim changes what search shows of listings, so its door is made in the catalogue and hung here.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction, transaction
from app.market.providers import permissions, queries
from app.market.providers.actions import claims as claims_actions
from app.market.providers.forms import ClaimCodeForm, ClaimForm
from app.market.providers.models import Claim
from app.market.providers.queries.served import council_to_decide
from app.market.providers.rules.proofs import PROOF_WORDS
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.access import visitor_council
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("providers", __name__)

DECISIONS_SHOWN = 20


@blueprint.route("/providers/<public_id>/claim", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def claim(public_id: str) -> ResponseReturnValue:
    """Ask to look after a provider's page; a council that the provider serves decides."""
    provider = queries.provider_by_public_id(public_id)
    council = visitor_council()
    if council is None:
        flash("Choose your council first: it decides who looks after the page.")
        return redirect(url_for("councils.councils", next=url_for(".claim", public_id=public_id)))
    decides = council_to_decide(provider, council)
    form = ClaimForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                claims_actions.claim(
                    actor=actor(),
                    provider=provider,
                    council=council,
                    job_title=form.job_title.data or "",
                    evidence=form.evidence.data or "",
                )
            flash(f"{decides.name} will check what you told us, and we will send you their answer.")
            return redirect(url_for("storefront.provider", public_id=provider.public_id))
    return render_template(
        "providers/claim.html",
        form=form,
        provider=provider,
        council=decides,
        may_choose=decides.id == council.id,
        may_claim=permissions.may_claim(provider),
        waiting=queries.waiting_claim(actor(), provider),
        code_form=ClaimCodeForm(formdata=None),
        proof_words=PROOF_WORDS,
    )


@blueprint.post("/providers/<public_id>/claim/code")
@open_to(SIGNED_IN)
def claim_code(public_id: str) -> ResponseReturnValue:
    """Whoever asked types the code that reached the provider."""
    provider = queries.provider_by_public_id(public_id)
    back = redirect(url_for(".claim", public_id=public_id))
    waiting = queries.waiting_claim(actor(), provider)
    if waiting is None:
        flash("You have no claim that waits. Ask for the page first.")
        return back
    form = ClaimCodeForm()
    if not form.validate_on_submit():
        flash("Enter the code from the letter or the call.")
        return back
    number = waiting.id
    is_it = in_transaction(
        lambda: claims_actions.type_claim_code(
            actor=actor(), claim=db.session.get_one(Claim, number), typed=form.code.data or ""
        )
    )
    flash(
        "Thank you. The council sees that the code reached you." if is_it else "That is not the code. Look at it again."
    )
    return back


@blueprint.get("/claims")
@open_to(*RUN_FRAMEWORKS)
def claims() -> ResponseReturnValue:
    """Claims that wait for the commissioner's council, and the latest answers."""
    page = page_of(queries.claims_to_decide(actor()), number=page_number())
    return render_template("providers/claims.html", page=page, decided=queries.claims_decided(actor(), DECISIONS_SHOWN))
