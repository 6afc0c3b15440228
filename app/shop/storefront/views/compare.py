"""Compare: up to four listings side by side, for the week one has in mind. Every state of it is a plain address."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.text import clean_line
from app.market.catalogue.rules.rates import DayKind
from app.market.providers.rules import CQC_RATING_WORDS
from app.people.circles.access import home_shopped_from, shopper_or_none
from app.people.councils import queries as councils
from app.people.councils.access import visitor_council
from app.people.councils.models import Council
from app.platform.web.guards import ANYONE, open_to
from app.shop.storefront.forms import PatternForm
from app.shop.storefront.queries.compare import RATES, SIDE_BY_SIDE_MOST, compare, others_like
from app.shop.storefront.queries.reader import reader_buys_as
from app.shop.storefront.rules.week import WeekLine, read_week, write_week
from app.shop.storefront.views.blueprints import blueprint
from app.support.bookings.queries import offers as bookings


@blueprint.get("/compare")
@open_to(ANYONE)
def compare_listings() -> ResponseReturnValue:
    """The comparison asked for by ``listing=`` (up to four), ``week=`` and ``near=``."""
    asked = [one for one in dict.fromkeys(request.args.getlist("listing")) if one.isascii() and one.isalnum()]
    listings = [one[:20] for one in asked[:SIDE_BY_SIDE_MOST]]
    near = clean_line(request.args.get("near", ""))[:80]
    form = PatternForm(request.args)
    if form.is_sent and (line := form.line) is not None:
        return redirect(address(listings, write_week([line]), near))
    week = _week()
    if week and not form.is_sent:
        form = PatternForm.of(week[0])
    looking = shopper_or_none()
    council = (bookings.council_of(looking.person) if looking else None) or visitor_council()
    found = compare(
        listings,
        week=week,
        council=council,
        near=_near(near or home_shopped_from(), council),
        buyer=reader_buys_as(looking.person if looking else None),
    )
    return render_template(
        "storefront/compare.html",
        form=form,
        found=found,
        rates=RATES,
        holiday=DayKind.BANK_HOLIDAY,
        listings=[column.listing.public_id for column in found.columns],
        week=week,
        code=write_week(week),
        near=near,
        address=address,
        council=council,
        ratings=CQC_RATING_WORDS,
        others=others_like(found.columns[0].listing, listings, council)
        if found.columns and len(found.columns) < SIDE_BY_SIDE_MOST
        else [],
        is_full=len(asked) > SIDE_BY_SIDE_MOST,
    )


def address(listings: list[str], week: str = "", near: str = "") -> str:
    """The address of a comparison."""
    parts = [*(("listing", one) for one in listings), *((("week", week),) if week else ())]
    if near:
        parts.append(("near", near))
    if request.method == "GET" and (council := visitor_council()) is not None:
        parts.append(("council", council.code))
    path = url_for(".compare_listings", council=None)
    return f"{path}?{urlencode(parts)}" if parts else path


def _week() -> list[WeekLine]:
    """The pattern in the address; what cannot be read is no pattern."""
    try:
        return read_week(request.args.get("week", ""))
    except ValueError:
        return []


def _near(typed: str, council: Council | None) -> tuple[float, float] | None:
    place = councils.find_place(typed, council) if typed else None
    return None if place is None else (place.lon, place.lat)
