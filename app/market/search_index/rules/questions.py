"""What can be asked of search, what it answers, and what it knows of each listing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.market.catalogue.rules.rates import Buyer

WORDS_LONGEST = 200
"""Characters of a question that are read; the rest is left out, and the page says so."""
PAGE_SIZE = 20
WHOLE = "whole"
"""Among the counts of localities: how many reach the whole council, and so every locality of it."""


class Sort(StrEnum):
    """The orders results can come in."""

    BEST = "best"
    NEAREST = "nearest"
    PRICE = "price"
    RATING = "rating"
    NEWEST = "newest"


SORT_WORDS = {
    Sort.BEST: "Best match",
    Sort.NEAREST: "Nearest",
    Sort.PRICE: "Lowest price",
    Sort.RATING: "Best rated",
    Sort.NEWEST: "Newest",
}


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One question. An empty one asks for everything.

    Each filter is a field of its own; several values in one field are either of them, several fields all of them.
    ``rules/narrowing.py`` says what each means, in the marks that documents bear; ``near``, ``miles`` and the price are
    numbers. ``near`` is a longitude and latitude; ``framework`` asks for framework providers (or, False, for the others)
    of the council; ``is_exact`` turns the forgiving of spelling off.
    """

    words: str = ""
    council_id: int | None = None
    localities: tuple[int, ...] = ()
    """Ids of localities of the council."""
    kinds: tuple[str, ...] = ()
    framework: bool | None = None
    natures: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    home: tuple[float, float] | None = None
    """Where whoever searches lives: counts as ``near`` while no place is named, in the words or beside them."""
    miles: float | None = None
    """At most so far from ``near`` (or from a place named among the words); without a place it says nothing."""
    per: str | None = None
    """The unit prices are compared in, one of ``Per``; only what is sold by it."""
    least_pence: int | None = None
    most_pence: int | None = None
    """Both ends included, at the rate that applies; they say nothing without ``per``."""
    rated: tuple[str, ...] = ()
    """What people said on average, at least: of ``RATED``. Under three reviews there is no score."""
    regulator: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    """1 Monday to 7 Sunday. They also choose the rate that prices are compared and shown at, as ``times`` do."""
    times: tuple[str, ...] = ()
    buyer: str = Buyer.SELF_FUNDED
    """Whose money pays, of ``Buyer``: the rate that applies is theirs. While nobody knows, it is a self-funder's."""
    ages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_open: bool = False
    """Only what can take new people."""
    costs: tuple[str, ...] = ()
    """``free``, ``paid``."""
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = PAGE_SIZE
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """What a result says of a listing; kept in the index so that a page of results asks the database nothing.

    ``price`` is in words (``£27.50 an hour``); ``review_sum`` adds up two scores of each review.
    """

    public_id: str
    title: str
    kind: str
    nature: str
    provider: str
    summary: str
    description: str
    place: str
    price: str
    is_free: bool
    review_count: int
    review_sum: int
    cqc_rating: str
    is_claimed: bool
    rates: tuple[Any, ...] | None = None
    """What one unit costs with everything compulsory in it, as ``catalogue.rules.applying.Rates`` reads it; nothing when
    it is free or not published. ``price`` is the same for somebody of whom nothing is known."""
    days: tuple[int, ...] = ()
    """The days it can be had on, 1 Monday to 7 Sunday; empty when nobody said."""
    can_take_new_people: bool = True
    picture: str = ""
    """The provider's small picture, as its address names it; empty when it shows none."""

    @property
    def rating(self) -> float | None:
        """The average of what people said, 1 to 5; nothing when nobody has."""
        return self.review_sum / (2 * self.review_count) if self.review_count else None


@dataclass(frozen=True, slots=True)
class Document:
    """A listing as the index takes it in: its facts, what it is found by, and what it is sorted by."""

    listing_id: int
    facts: ResultFacts
    keywords: str
    """Needs, languages and the like, in words."""
    address: str
    """Address, postcode, ward and locality, in words."""
    marks: frozenset[str]
    """What filters look for: ``in:3:12``, ``framework:3``, ``day:6``; all of them are told in ``rules/narrowing.py``."""
    pence: int | None
    """The lowest rate from Monday to Friday for everybody, comparable: half hours are priced by the hour. 0 when free;
    nothing when not published. Marks say by how much other buyers' and other times' rates differ."""
    published_on: date
    longitude: float | None = None
    latitude: float | None = None
    saturday_pence: int | None = None
    sunday_pence: int | None = None
    """The same for the weekend; nothing when it costs what ``pence`` says."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that the words of a question name."""

    label: str
    longitude: float
    latitude: float
    words: str
    """The words that named it."""
    locality_id: int | None = None
    """Empty when it lies in several localities."""
    council_id: int | None = None
    """The council it lies in."""
    unheld: str = ""
    """The whole postcode that was typed, when it is none we hold: then this is the middle of its first half."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was read: the telling words after mending, the mended question when it differs, a place, kinds meant."""

    words: tuple[str, ...] = ()
    corrected: str | None = None
    place: NamedPlace | None = None
    kinds: tuple[str, ...] = ()
    unwanted: tuple[tuple[str, str], ...] = ()
    """What was said not to be wanted and is left out: in what words, and the question without them."""
    lacking: tuple[str, ...] = ()
    """What was asked for that nothing on offer says, in its words: what is shown is only near to it."""
    unknown: str = ""
    """A postcode among the words of which not even the first half is held; it was left out."""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many results each value of a filter would give with all *other* filters as they are; exact.

    ``counts["kinds"]["meals"]``: by the name of the filter's field of :class:`SearchQuery`, then by value as text (a locality
    by its id, ``framework`` by ``yes`` and ``no``, ``is_open`` by ``yes``, ``miles`` by whole miles, ``per`` by unit).
    Values that would give nothing are left out, and filters that cannot be used (``miles`` without a place).
    """

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    prices: tuple[int, int] | None = None
    """The lowest and highest price in pence, by the chosen unit, of what any price would give."""

    def of(self, name: str, value: object) -> int:
        """How many one value of one filter would give."""
        counts = self.counts.get(name, {})
        # A locality nobody names is still reached by what reaches the whole council.
        return counts.get(str(value), counts.get(WHOLE, 0))


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. ``excerpt`` is a piece of its text in parts, each with whether it is a word asked for."""

    listing_id: int
    facts: ResultFacts
    miles: float | None = None
    is_framework: bool | None = None
    excerpt: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: one page of results, how many there are in all, counts for the filters, and how it was read.

    ``is_plain``: the index was away and the database answered, without stemming, spelling or counts for filters.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Facets
    understood: Understood
    is_plain: bool = False
