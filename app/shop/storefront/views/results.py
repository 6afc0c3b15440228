"""Search results: what was found, beside the filters with their counts; every state of it is a plain address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.market.catalogue.rules.kinds import Nature
from app.market.catalogue.rules.rates import Buyer
from app.market.providers.rules import CQC_RATING_WORDS, CqcRating
from app.market.search import queries as search
from app.market.search_index.rules.questions import Hit, Sort
from app.people.circles.access import shopper_or_none
from app.people.councils import queries as councils
from app.people.councils.access import remember, visitor_council
from app.people.councils.models import Council, Locality
from app.people.councils.rules.geography import MapPlace
from app.platform.danger.rules.hearing import hear
from app.platform.danger.rules.kinds import Heard
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import Page, page_number
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.narrowing import chips, filters
from app.shop.storefront.views.nothing_found import nothing_found
from app.shop.storefront.views.prices import price_of
from app.shop.storefront.views.question import Question, read_question
from app.support.bookings.queries import offers as bookings

RATED = {
    rating.value: f"CQC: {words}" for rating, words in CQC_RATING_WORDS.items() if rating != CqcRating.NOT_YET_RATED
}


@blueprint.get("/search")
@open_to(ANYONE)
def results() -> ResponseReturnValue:
    """One page of results; a page past the end is not found and says the way back."""
    where = _where()
    question = read_question(request.args, where.localities, has_council=where.council is not None)
    heard = hear(f"{question.q}. {question.near}")
    if heard is not None and heard.is_now and not question.anyway:
        return _what_to_do(heard, question, where.council)
    near = (where.near.lon, where.near.lat) if where.near is not None else None
    buyer = _reader()
    wanted = question.wanted(where.council, where.localities, near)
    if wanted.per is not None or wanted.sort is Sort.PRICE:
        wanted = replace(wanted, buyer=buyer())
    try:
        number = page_number()
    except NotFound:
        number = 0
    finding = search.find(replace(wanted, page=max(1, number)))
    page: Page[Hit] = Page(finding.hits, number, wanted.size, finding.total)
    if not 1 <= number <= page.last:
        return render_template("storefront/past_the_end.html", question=question, last=page.last), 404
    place = where.near.label if where.near is not None else finding.understood.place and finding.understood.place.label
    question = _placed(question, is_placed=bool(place))
    return render_template(
        "storefront/results.html",
        question=question,
        notices=[*where.notices, *question.notices],
        chips=chips(question, where.localities),
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


def _what_to_do(heard: Heard, question: Question, council: Council | None) -> ResponseReturnValue:
    """Danger comes before results: whom to call now. Nothing is searched for, counted or offered."""
    free = Question(nature=(Nature.COMMUNITY.value,), near=question.near if hear(question.near) is None else "")
    return render_template(
        "storefront/danger.html", heard=heard, question=question, council=council, free=free.address(group="advice")
    )


def _reader() -> Callable[[], Buyer | None]:
    """As whom the searcher buys: asked once at most, and only by whom it matters to."""

    @cache
    def buyer() -> Buyer | None:
        looking = shopper_or_none()
        return None if looking is None else bookings.buyer_of(looking.person)

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
    notices: tuple[str, ...]


def _where() -> _Where:
    council = visitor_council()
    typed = request.args.get("near", "").replace("\0", " ").strip()
    near = councils.find_place(typed, council) if typed else None
    notices = () if near is not None or not typed else (f"We do not know the place “{typed[:80]}”. Try a postcode.",)
    if near is not None and council is None:
        council = councils.council_by_id(near.council_id)
        if council is not None:
            remember(council)
    localities = tuple(councils.localities_of(council.id)) if council is not None else ()
    return _Where(council, localities, near, notices)
