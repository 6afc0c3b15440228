"""What a search box suggests for the letters typed so far: kinds of support, providers and places."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import bindparam, exists, func, or_, select

from app.base import clock
from app.base.db import db
from app.base.text import clean_line
from app.market.catalogue.models import Listing, ListingArea, ListingStatus
from app.market.catalogue.rules.kinds import KINDS
from app.market.providers.models import Provider
from app.market.providers.queries.suspensions import is_stopped
from app.market.search_index.rules.vocabulary import meanings
from app.market.search_index.rules.words import fold, words_in
from app.people.councils.models import Council, PlaceName
from app.people.councils.rules.geography import words_of

LETTERS_MOST = 40
LETTERS_LEAST = 2
EACH_MOST = 4
"""Suggestions of one sort; a list somebody can take in at a glance, and hear in one breath."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to go to. ``sort`` is ``kind``, ``provider`` or ``place``; ``key`` its code, public id or name."""

    sort: str
    words: str
    key: str
    council: str = ""
    """For a place: the name of its council."""


def suggest(text: str, council_id: int | None) -> list[Suggestion]:
    """At most four kinds of support, four providers that offer something, and four places, in at most two queries.

    Open to everybody, the same for everybody. ``council_id`` leaves providers and places of other councils out, and
    providers that are suspended for its people.
    """
    typed = clean_line(text)[:LETTERS_MOST]
    words = words_in(typed)
    if len("".join(words)) < LETTERS_LEAST:
        return []
    return [*_kinds(words), *_providers(typed, council_id), *_places(typed, council_id)]


def _kinds(words: list[str]) -> list[Suggestion]:
    """Kinds whose name, or what people call them, has words that begin so; those by their own name first."""
    found = []
    for place, (code, own, others) in enumerate(_said_of_kinds()):
        if _begins(own, words):
            found.append((own[: len(words)] != words and not own[0].startswith(words[0]), place, code))
        elif any(_begins(other, words) for other in others):
            found.append((True, place + len(KINDS), code))
    return [Suggestion("kind", KINDS[code].name, code) for *_, code in sorted(found)[:EACH_MOST]]


def _begins(said: list[str], words: list[str]) -> bool:
    """Whether words stand somewhere in a row, the last of them perhaps not yet finished."""
    *whole, last = words
    runs = (said[begin : begin + len(words)] for begin in range(len(said) - len(words) + 1))
    return any(run[:-1] == whole and run[-1].startswith(last) for run in runs)


@cache
def _said_of_kinds() -> tuple[tuple[str, list[str], tuple[list[str], ...]], ...]:
    """Each kind, the words of its name, and the words of everything the vocabulary says for it."""
    return tuple(
        (
            code,
            words_in(kind.name),
            tuple(list(phrase) for meaning in meanings() if code in meaning.kinds for phrase in meaning.phrases),
        )
        for code, kind in KINDS.items()
    )


_SHOWN = exists().where(Listing.provider_id == Provider.id, Listing.status == ListingStatus.PUBLISHED)
_MAY_BE_BOOKED = ~is_stopped(bindparam("council_id"), bindparam("on"))
_NAME = func.lower(Provider.name)
_NAMED = (
    select(Provider.public_id, Provider.name)
    .where(or_(_NAME.like(bindparam("begins"), escape="/"), _NAME.like(bindparam("inside"), escape="/")))
    .order_by(_NAME.like(bindparam("begins"), escape="/").desc(), _NAME, Provider.id)
    .limit(EACH_MOST)
)
_ANYWHERE = _NAMED.where(_SHOWN, _MAY_BE_BOOKED)
_REACHING = _NAMED.where(
    _SHOWN.where(ListingArea.listing_id == Listing.id, ListingArea.council_id == bindparam("council_id")),
    _MAY_BE_BOOKED,
)


def _providers(typed: str, council_id: int | None) -> list[Suggestion]:
    low = _escaped(typed.lower())
    facts = {"begins": f"{low}%", "inside": f"% {low}%", "council_id": council_id, "on": clock.today()}
    rows = db.session.execute(_ANYWHERE if council_id is None else _REACHING, facts)
    return [Suggestion("provider", row.name, row.public_id) for row in rows]


_PLACES = (
    select(PlaceName.name, Council.name.label("council"))
    .join(Council, Council.id == PlaceName.council_id)
    .where(PlaceName.words.like(bindparam("begins"), escape="/"))
    .group_by(PlaceName.name, Council.name)
    .order_by(func.sum(PlaceName.postcodes).desc(), PlaceName.name, Council.name)
    .limit(EACH_MOST)
)
_PLACES_HERE = _PLACES.where(PlaceName.council_id == bindparam("council_id"))


def _places(typed: str, council_id: int | None) -> list[Suggestion]:
    words = words_of(fold(typed))
    if not words:
        return []
    facts = {"begins": f"{_escaped(words)}%"}
    rows = (
        db.session.execute(_PLACES, facts)
        if council_id is None
        else db.session.execute(_PLACES_HERE, {**facts, "council_id": council_id})
    )
    return [Suggestion("place", row.name, row.name, row.council) for row in rows]


def _escaped(text: str) -> str:
    """Letters as letters, for ``LIKE``."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
