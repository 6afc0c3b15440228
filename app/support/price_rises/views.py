"""Publishing and withdrawing a rate, and what a rise means to somebody with visits booked.

The first two hang on the catalogue's doors: a rate is the catalogue's, but whoever has visits booked must be told, and
the catalogue may not know of bookings.
"""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import NotAllowed, NotFound
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.actions.rates import RateAlreadyPublished, WrongRate
from app.market.catalogue.forms.rates import RateForm, WithdrawForm
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.dropping import dropped
from app.market.catalogue.rules.minimum_wage import under_minimum_wage
from app.market.catalogue.rules.price_display import in_force, pricing
from app.market.catalogue.rules.rises import Rise
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.circles.rules import Power
from app.platform.web.attempts import attempt
from app.platform.web.filters import plural
from app.platform.web.guards import open_to
from app.support.booking_records import permissions as booking_records_permissions
from app.support.bookings.access import BUYERS, say_looked
from app.support.bookings.queries import averages
from app.support.price_rises import actions, queries

blueprint = Blueprint("price_rises", __name__)

NOT_TYPED = {"csrf_token", "acting_for", "step", "drops"}
"""What every form carries, which button was pressed, and what was agreed to on the page before."""
DROPS = "; "
"""Between the things that a rate leaves out, where they are confirmed: all that was named, or it is asked again."""
TICK = "Tick that you leave out what people have now, or change the rate. Nothing is published yet"


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/rates/new", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def new_rate(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """Write a rate, look at it as customers will, then publish it. Nothing is kept until the last step."""
    provider, listing = _load(provider_id, listing_id)
    form = RateForm()
    form.others = catalogue_queries.days_published(listing.id)
    step = request.form.get("step")
    before = _before(listing, clock.today())
    if request.method == "GET" and before is not None:
        form.fill(before)
    if step in {"look", "publish"} and form.validate_on_submit():
        gone = dropped(_before(listing, form.valid_from.data), form.card())
        if step == "look" or (gone and request.form.get("drops") != DROPS.join(gone)):
            if step == "publish":
                form.refuse(TICK)
            return _as_seen(provider, listing, form, gone)
        with attempt(form, blame={WrongRate: lambda refusal: refusal.field, RateAlreadyPublished: "valid_from"}):
            with transaction():
                _, told = actions.publish_rate_and_tell(actor=actor(), listing=listing, **form.facts())
            flash(
                "Your rate is published."
                + (f" We told {plural(told, 'person', 'people')} what it costs them." if told else "")
            )
            return redirect(_rates_of(provider, listing))
    around = averages.prices_by_place(listing)
    return render_template(
        "catalogue/new_rate.html", provider=provider, listing=listing, form=form, around=around, begins_with=before
    )


def _before(listing: Listing, day: date) -> Card | None:
    """The rate that holds on a day, or today; else the first that will, or the last that did: what a new one begins with."""
    published = cards.cards_of(listing.id)
    coming = [card for card in published if card.valid_from > day][-1:]
    found = in_force(published, day) or in_force(published, clock.today())
    return found or next(iter(coming or published), None)


def _as_seen(provider: Provider, listing: Listing, form: RateForm, gone: list[str]) -> ResponseReturnValue:
    """The rate as its page will tell it, and everything typed, to be sent again to publish or to change.

    ``gone``: what the rate before it has and it no longer has, to be confirmed by whoever publishes.
    """
    card = form.card()
    priced = pricing([card], today=clock.today(), bank_holidays=catalogue_queries.holidays_for(listing.home_council))
    return render_template(
        "catalogue/check_rate.html",
        provider=provider,
        listing=listing,
        card=card,
        pricing=priced,
        price=catalogue_queries.headline_parts(card, listing),
        around=averages.prices_by_place(listing, card),
        dearer_for=sum(rise.is_dearer for rise in queries.rises_on(listing, card).values()),
        form=form,
        gone=gone,
        under_wage=under_minimum_wage(card),
        drops=DROPS.join(gone),
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED],
    )


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/rates/<begins>/withdraw", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def withdraw_rate(provider_id: str, listing_id: str, begins: str) -> ResponseReturnValue:
    """Take back a rate published by mistake, before its first day."""
    provider, listing = _load(provider_id, listing_id)
    coming = [card for card in cards.cards_of(listing.id) if card.valid_from > clock.today()]
    card = next((card for card in coming if card.valid_from.isoformat() == begins), None)
    if card is None:
        raise NotFound("There is no such rate to withdraw. A rate that holds already stays as it is")
    form = WithdrawForm()
    if form.validate_on_submit():
        with attempt(form, "reason"):
            with transaction():
                actions.withdraw_rate_and_tell(
                    actor=actor(), listing=listing, valid_from=card.valid_from, reason=form.reason.data or ""
                )
            flash("The rate is withdrawn. It stays in the list, with your reason.")
            return redirect(_rates_of(provider, listing))
    return render_template("catalogue/withdraw_rate.html", provider=provider, listing=listing, form=form, card=card)


@blueprint.get("/bookings/price-rise/<listing_id>")
@open_to(*BUYERS)
def price_rise(listing_id: str) -> ResponseReturnValue:
    """What a coming price does to the week of whoever is shopped for: in pounds, in weeks of money, and what to do."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}. Only they can let you.")
    listing = catalogue_queries.listing_for_visitor(listing_id)
    kept = catalogue_queries.coming_card(listing.id, clock.today())
    rise = _rise_of(looking.person, listing, cards.card_of(kept)) if kept is not None else None
    say_looked(looking.person)
    return render_template(
        "price_rises/price_rise.html",
        looking=looking,
        listing=listing,
        rise=rise,
        may_see_money=looking.may(Power.SEE_MONEY),
    )


def _rise_of(person: Person, listing: Listing, card: Card) -> Rise | None:
    found = queries.rises_on(listing, card, person_id=person.id).get(person.id)
    return found if found is not None and found.is_dearer else None


def _load(provider_id: str, listing_id: str) -> tuple[Provider, Listing]:
    provider = catalogue_queries.provider_for_staff(actor(), provider_id)
    return provider, catalogue_queries.listing_for_staff(actor(), provider, listing_id)


def _rates_of(provider: Provider, listing: Listing) -> str:
    return url_for("catalogue.listing_rates", provider_id=provider.public_id, listing_id=listing.public_id)
