"""The plainer search that the database answers while there is no index: words as they stand, no counts for filters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, ListingArea, ListingStatus
from app.market.catalogue.rules.kinds import Nature
from app.market.providers import queries as providers
from app.market.providers.models import Provider
from app.market.providers.queries.suspensions import is_stopped
from app.market.search.queries.documents import documents_of
from app.market.search_index.rules.narrowing import FREE
from app.market.search_index.rules.questions import Facets, Found, Hit, SearchQuery, Sort, Understood
from app.market.search_index.rules.sentences import age_group
from app.market.search_index.rules.words import read_question, worth_asking

WORDS_MOST = 6


def find_in_database(wanted: SearchQuery) -> Found:
    """One page of the listings that have every word in their title, summary or provider's name, by title."""
    question = read_question(wanted.words)
    # A number is part of a name (*Library 3*), unless it tells how old somebody is.
    is_age = bool(age_group(question.words))
    telling = [
        word
        for word, tells in zip(question.words, worth_asking(question.words), strict=True)
        if tells or (word.isdigit() and not is_age)
    ]
    rows = select(Listing.id).join(Listing.provider).where(Listing.status == ListingStatus.PUBLISHED)
    rows = rows.where(*(_has(word) for word in telling[:WORDS_MOST]), *_narrowing(wanted))
    rows = rows.where(~is_stopped(wanted.council_id, clock.today()))
    total = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    order: Any = Listing.published_at.desc() if wanted.sort is Sort.NEWEST else func.lower(Listing.title)
    page = rows.order_by(order, Listing.id).limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    ids = db.session.scalars(page).all()
    by_id = {document.listing_id: document for document in documents_of(ids)}
    hits = tuple(
        Hit(number, by_id[number].facts, excerpt=((by_id[number].facts.summary, False),))
        for number in ids
        if number in by_id
    )
    return Found(hits, total, Facets(), Understood(question.words), is_plain=True)


def _has(word: str) -> ColumnElement[bool]:
    texts = (Listing.title, Listing.summary, Provider.name)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))


def _narrowing(wanted: SearchQuery) -> list[ColumnElement[bool]]:
    narrowing: list[ColumnElement[bool]] = []
    if wanted.council_id is not None:
        reach = [ListingArea.listing_id == Listing.id, ListingArea.council_id == wanted.council_id]
        if wanted.localities:
            reach.append(or_(ListingArea.locality_id.is_(None), ListingArea.locality_id.in_(wanted.localities)))
        narrowing.append(exists().where(*reach))
        if wanted.framework is not None:
            on = _on_framework(wanted.council_id, wanted.localities)
            narrowing.append(on if wanted.framework else ~on)
    if wanted.kinds:
        narrowing.append(Listing.kind.in_(wanted.kinds))
    if wanted.natures:
        narrowing.append(Listing.nature.in_([Nature(nature) for nature in wanted.natures]))
    if wanted.is_open:
        narrowing.append(Listing.can_take_new_people.is_(True))
    if wanted.costs:
        narrowing.append(Listing.is_free.in_([cost == FREE for cost in wanted.costs]))
    return narrowing


def _on_framework(council_id: int, localities: Sequence[int]) -> ColumnElement[bool]:
    today = clock.today()
    ids = [provider.id for provider in providers.providers_on_framework(council_id, today)]
    places = [
        place
        for place in providers.places_on_frameworks(ids, today)
        if place.lot.framework.council_id == council_id and (not localities or place.locality_id in {None, *localities})
    ]
    each = [and_(Listing.provider_id == place.provider_id, Listing.kind.in_(place.lot.kinds)) for place in places]
    return or_(false(), *each)
