"""The listing desk, where a provider's staff write listings and show them; and the answer to a claim.

A rate is published in the room ``price_rises``, because whoever has visits booked must be told. A claim is answered here,
because its answer changes what search shows of listings.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import BadInput, Conflict, Refusal
from app.market.catalogue import permissions, queries
from app.market.catalogue.actions import claims as answers
from app.market.catalogue.actions import listings
from app.market.catalogue.forms.listings import ListingForm, NewListingForm
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.price_display import in_force
from app.market.providers import permissions as asked
from app.market.providers import queries as claims
from app.market.providers.actions import claims as asking
from app.market.providers.forms import DecideClaimForm
from app.market.providers.models import Provider
from app.market.providers.queries import served, suspensions
from app.market.providers.rules.proofs import CODE_WAYS, PROOF_WORDS, ClaimProof
from app.market.providers.rules.removal import removed_words
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS, Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("catalogue", __name__)
# What stands where a moderator removed something, in whatever room that is drawn.
blueprint.add_app_template_global(removed_words, "removed_words")


@blueprint.get("/desk/<provider_id>/listings")
@open_to(Role.PROVIDER_STAFF)
def desk_listings(provider_id: str) -> ResponseReturnValue:
    """A provider's own listings, whatever their status, with today's price of each."""
    provider = queries.provider_for_staff(actor(), provider_id)
    page = page_of(queries.listings_at_desk(provider), number=page_number())
    cards = queries.cards_on([listing.id for listing in page.items], clock.today())
    prices = {listing.id: queries.headline(cards.get(listing.id), listing) for listing in page.items}
    return render_template("catalogue/desk_listings.html", provider=provider, page=page, prices=prices)


@blueprint.route("/desk/<provider_id>/listings/new", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def new_listing(provider_id: str) -> ResponseReturnValue:
    """Write a listing; it is a draft until it is shown."""
    provider = queries.provider_for_staff(actor(), provider_id)
    form = NewListingForm()
    form.offer(queries.places_to_reach())
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                listing = listings.write_listing(
                    actor=actor(),
                    provider=provider,
                    kind=form.kind.data,
                    areas=form.chosen_areas(),
                    **form.words().facts(),
                )
            flash("Your listing is written. Nobody sees it until you put it on show.")
            return redirect(_address(provider, listing))
    return render_template("catalogue/new_listing.html", provider=provider, form=form)


@blueprint.get("/desk/<provider_id>/listings/<listing_id>")
@open_to(Role.PROVIDER_STAFF)
def desk_listing(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """One listing as customers see it or would, with what can be done to it."""
    return _listing_page(*_load(provider_id, listing_id))


def _listing_page(provider: Provider, listing: Listing, refusal: str | None = None) -> ResponseReturnValue:
    priced = queries.pricing_of(listing, listing.home_council)
    return render_template(
        "catalogue/desk_listing.html",
        provider=provider,
        listing=listing,
        pricing=priced,
        price=queries.headline_parts(priced.now or priced.coming, listing),
        refusal=refusal,
        why_not=permissions.why_not_bookable(
            listing,
            has_rates=priced.is_published,
            stopped=suspensions.stopped([provider.id], council_id=None, on=clock.today()).get(provider.id),
        ),
    ), 409 if refusal else 200


@blueprint.post("/desk/<provider_id>/listings/<listing_id>/publish")
@open_to(Role.PROVIDER_STAFF)
def publish_listing(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """Show a listing to everybody."""
    provider, listing = _load(provider_id, listing_id)
    try:
        with transaction():
            listings.publish_listing(actor=actor(), listing=listing)
    except Conflict as refusal:
        return _listing_page(provider, listing, str(refusal))
    flash("Your listing is on show.")
    return redirect(_address(provider, listing))


@blueprint.post("/desk/<provider_id>/listings/<listing_id>/withdraw")
@open_to(Role.PROVIDER_STAFF)
def withdraw_listing(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """Take a listing down."""
    provider, listing = _load(provider_id, listing_id)
    with transaction():
        listings.withdraw_listing(actor=actor(), listing=listing)
    flash("Your listing is taken down. Bookings already made are not affected.")
    return redirect(_address(provider, listing))


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/edit", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def edit_listing(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """Change a listing's words; a save over somebody else's newer one is refused and shows both."""
    provider, listing = _load(provider_id, listing_id)
    form = ListingForm()
    form.offer(queries.places_to_reach())
    has_changed = False
    if not form.is_submitted():
        form.fill_from(listing)
    elif form.validate():
        try:
            with transaction():
                listings.change_listing(
                    actor=actor(),
                    listing=listing,
                    words=form.words(),
                    areas=form.chosen_areas(),
                    seen=form.seen.data or "",
                )
        except listings.ListingChangedMeanwhile as refusal:
            form.refuse(str(refusal))
            form.seen.data = listings.version_of(listing)
            has_changed = True
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            flash("Your listing is saved.")
            return redirect(_address(provider, listing))
    saved = listing if has_changed else None
    return render_template("catalogue/edit_listing.html", provider=provider, listing=listing, form=form, saved=saved)


@blueprint.get("/desk/<provider_id>/listings/<listing_id>/rates")
@open_to(Role.PROVIDER_STAFF)
def listing_rates(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """Every rate ever published for a listing, newest first, and those withdrawn before they held."""
    provider, listing = _load(provider_id, listing_id)
    cards = cards_queries.cards_of(listing.id)
    return render_template(
        "catalogue/listing_rates.html",
        provider=provider,
        listing=listing,
        cards=cards,
        in_force=in_force(cards, clock.today()),
        withdrawn=queries.withdrawn_rates(listing.id),
        today=clock.today(),
    )


@blueprint.route("/claims/<public_id>", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def decide_claim(public_id: str) -> ResponseReturnValue:
    """One claim: who asks, how to check it, and the answer."""
    claim = claims.claim_for(actor(), public_id)
    form = DecideClaimForm()
    if form.validate_on_submit():
        name = claim.provider.name
        approve = form.decision.data == "approve"
        with attempt(form, "checked" if approve else "reason", only=BadInput):
            with transaction():
                decided = answers.decide_claim(
                    actor=actor(),
                    claim=claim,
                    approve=approve,
                    reason=form.reason.data or "",
                    checked=form.checked.data or "",
                )
                words = "now looks after" if asked.is_approved(decided) else "was told no about"
                told = f"{decided.person.full_name} {words} the page of {name}."
                if asked.is_waiting(decided):
                    told = f"{name} does not serve your council now. {decided.council.name} decides, and was sent the claim."
            flash(told)
            return redirect(url_for("providers.claims"))
    return render_template(
        "providers/decide_claim.html",
        form=form,
        claim=claim,
        is_waiting=asked.is_waiting(claim),
        may_decide=asked.may_decide(actor(), claim),
        registrations=claims.registrations_of([claim.provider_id]),
        beside=served.waiting_beside(claim),
        reach=served.registered_reach(claim.provider),
        proof_words=PROOF_WORDS,
    )


@blueprint.post("/claims/<public_id>/code")
@open_to(*RUN_FRAMEWORKS)
def send_claim_code(public_id: str) -> ResponseReturnValue:
    """Make a code for the registered address or telephone; it is shown once, to be printed or read out."""
    claim = claims.claim_for(actor(), public_id)
    way = next((one for one in CODE_WAYS if one == request.form.get("way")), ClaimProof.COUNCIL)
    with transaction():
        code = asking.make_claim_code(actor=actor(), claim=claim, way=way)
    claim = claims.claim_for(actor(), public_id)
    return render_template(
        "providers/claim_code.html", claim=claim, code=code, is_letter=claim.code_way == ClaimProof.LETTER
    )


def _load(provider_id: str, listing_id: str) -> tuple[Provider, Listing]:
    """A provider at whose desk the actor sits, and one of its listings; not found for anybody else."""
    provider = queries.provider_for_staff(actor(), provider_id)
    return provider, queries.listing_for_staff(actor(), provider, listing_id)


def _address(provider: Provider, listing: Listing) -> str:
    return url_for("catalogue.desk_listing", provider_id=provider.public_id, listing_id=listing.public_id)
