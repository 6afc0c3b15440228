"""Search results: what was found, beside the filters with their counts; every state of it is a plain address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.base import clock
from app.base.text import clean_line
from app.market.catalogue.rules.kinds import Nature
from app.market.catalogue.rules.rates import Buyer
from app.market.providers.rules import CQC_RATING_WORDS, CqcRating
from app.market.search import queries as search
from app.market.search_index.rules.questions import Found, Hit, SearchQuery, Sort, Understood
from app.people.circles.access import home_shopped_from, shopper_or_none, shopping_for
from app.people.councils import queries as councils
from app.people.councils.access import remember, visitor_council
from app.people.councils.models import Council, Locality
from app.people.councils.rules.geography import MapPlace
from app.platform.danger.rules.hearing import hear
from app.platform.danger.rules.kinds import Heard
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import Page, page_number
from app.shop.storefront.queries.reader import reader_buys_as
from app.shop.storefront.views import places
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.narrowing import chips, filters, unwanted_chips
from app.shop.storefront.views.nothing_found import nothing_found
from app.shop.storefront.views.prices import price_of
from app.shop.storefront.views.question import Question, read_question

RATED = {
    rating.value: f"CQC: {words}" for rating, words in CQC_RATING_WORDS.items() if rating != CqcRating.NOT_YET_RATED
}


@blueprint.get("/search")
@open_to(ANYONE)
def results() -> ResponseReturnValue:
    """One page of results; a page past the end is not found and says the way back."""
    where = _where()
    question = read_question(request.args, where.localities, has_council=where.council is not None, today=clock.today())
    question = replace(question, council=where.council.code if where.council is not None else "")
    heard = hear(f"{question.q}. {question.near}")
    if heard is not None and heard.is_now and not question.anyway:
        return _what_to_do(heard, question, where.council)
    near = (where.near.lon, where.near.lat) if where.near is not None else None
    buyer = _reader()
    home = None if where.near is not None else _home(where.council)
    wanted = replace(
        question.wanted(where.council, where.localities, near), home=(home.lon, home.lat) if home is not None else None
    )
    if wanted.per is not None or wanted.sort is Sort.PRICE:
        wanted = replace(wanted, buyer=buyer())
    try:
        number = page_number()
    except NotFound:
        number = 0
    question, wanted, finding = _found(question, where, replace(wanted, page=max(1, number)))
    page: Page[Hit] = Page(finding.hits, number, wanted.size, finding.total)
    if not 1 <= number <= page.last:
        return render_template("storefront/past_the_end.html", question=question, last=page.last), 404
    named = where.near or finding.understood.place
    place = named.label if named is not None else home and _whose_home()
    question = _placed(question, is_placed=bool(place))
    return render_template(
        "storefront/results.html",
        question=question,
        notices=question.notices,
        remarks=_remarks(where, finding.understood, question),
        chips=[*unwanted_chips(question, finding.understood), *chips(question, where.localities)],
        page=page,
        found=finding,
        place=place,
        council=where.council,
        filters=filters(
            question,
            finding.facets,
            where.council,
            where.localities,
            is_placed=bool(place),
            is_counted=not finding.is_plain,
        ),
        price_of=partial(price_of, days=question.days, times=question.time, buyer=buyer),
        rated=RATED,
        heard=heard,
        nothing=nothing_found(
            wanted,
            question,
            finding,
            near,
            where.near.locality_id if where.near is not None else None,
            is_counted=heard is None,
        )
        if not finding.total
        else None,
    )


_PRICE = ("per", "least", "most")


def _found(question: Question, where: "_Where", wanted: SearchQuery) -> tuple[Question, SearchQuery, Found]:
    """The answer. Where what the words set as filters leaves nothing, without the first of those that brings something.

    Only filters that came from words are let go, and the page says so.
    """
    finding = search.find(wanted)
    if finding.total or not question.said or finding.is_plain:
        return question, wanted, finding
    each = [_PRICE if name in _PRICE else (name,) for name in question.said if name != "sort"]
    for names in dict.fromkeys([*each, tuple(name for one in each for name in one)]):
        freed = replace(question, **{name: type(getattr(question, name))() for name in names})
        asked = freed.wanted(where.council, where.localities, wanted.near)
        less = replace(asked, home=wanted.home, buyer=wanted.buyer, page=wanted.page)
        again = search.find(less)
        if again.total:
            left = {chip.words for chip in chips(freed, where.localities)}
            gone = [chip.words for chip in chips(question, where.localities) if chip.words not in left]
            notice = f"We found nothing with this: {', '.join(gone)}. We left it out."
            return replace(freed, notices=(*freed.notices, notice)), less, again
    return question, wanted, finding


def _home(council: Council | None) -> MapPlace | None:
    """Where whoever is shopped for lives, when that is in the council whose shop this is."""
    postcode = home_shopped_from()
    found = councils.find_place(postcode, council) if postcode and council is not None else None
    return found if found is not None and council is not None and found.council_id == council.id else None


def _whose_home() -> str:
    other = shopping_for()
    return "your home" if other is None else f"the home of {other.full_name}"


def _what_to_do(heard: Heard, question: Question, council: Council | None) -> ResponseReturnValue:
    """Danger comes before results: whom to call now. Nothing is searched for, counted or offered."""
    near = question.near if hear(question.near) is None else ""
    free = Question(nature=(Nature.COMMUNITY.value,), near=near, council=question.council)
    return render_template(
        "storefront/danger.html", heard=heard, question=question, council=council, free=free.address(group="advice")
    )


def _reader() -> Callable[[], Buyer]:
    """As whom the searcher buys: asked once at most, and only by whom it matters to."""

    @cache
    def buyer() -> Buyer:
        looking = shopper_or_none()
        return reader_buys_as(looking.person if looking else None)

    return buyer


def _placed(question: Question, *, is_placed: bool) -> Question:
    """The question without how far away, when nobody knows from where."""
    if is_placed or not question.within:
        return question
    words = "Say where you are to choose how far away things may be."
    return replace(question, within="", notices=(*question.notices, words))


@dataclass(frozen=True)
class _Where:
    """Where the visitor is: the council, its localities, and the place named beside the words."""

    council: Council | None
    localities: tuple[Locality, ...]
    near: MapPlace | None
    unknown: str
    """What was typed as a place, when nobody here knows it."""


def _where() -> _Where:
    council = visitor_council()
    typed = clean_line(request.args.get("near", "").replace("\0", " "))
    near = councils.find_place(typed, council) if typed else None
    if near is not None and council is None:
        council = councils.council_by_id(near.council_id)
        if council is not None:
            remember(council)
    localities = tuple(councils.localities_of(council.id)) if council is not None else ()
    return _Where(council, localities, near, typed[:80] if near is None else "")


def _remarks(where: _Where, understood: Understood, question: Question) -> list[places.PlaceRemark]:
    """What to say of the place in either box."""
    place = where.near or understood.place
    unknown = where.unknown or understood.unknown
    said = places.of_place(place, question, where.council) if place is not None else []
    return said + (places.of_unknown(unknown, question) if unknown else [])
