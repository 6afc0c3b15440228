"""What can be asked of search, what it answers, and what it knows of each listing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

WORDS_LONGEST = 200
"""Characters of a question that are read; the rest is left out, and the page says so."""
PAGE_SIZE = 20


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
class Wanted:
    """One question. An empty one asks for everything.

    ``near`` is a longitude and latitude; ``framework`` asks for framework providers (or, False, for the others) of the
    council; ``is_exact`` turns the forgiving of spelling off.
    """

    words: str = ""
    council_id: int | None = None
    locality_id: int | None = None
    kinds: tuple[str, ...] = ()
    framework: bool | None = None
    nature: str | None = None
    near: tuple[float, float] | None = None
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = PAGE_SIZE
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
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

    @property
    def rating(self) -> float | None:
        """The average of what people said, 1 to 5; nothing when nobody has."""
        return self.review_sum / (2 * self.review_count) if self.review_count else None


@dataclass(frozen=True, slots=True)
class Document:
    """A listing as the index takes it in: its facts, what it is found by, and what it is sorted by."""

    listing_id: int
    facts: Facts
    keywords: str
    """Needs, languages and the like, in words."""
    address: str
    """Address, postcode, ward and locality, in words."""
    marks: frozenset[str]
    """What filters look for: ``in:3:12``, ``framework:3``; see ``index/layout.py``."""
    pence: int | None
    """The weekday rate; 0 when free; nothing when not published."""
    published_on: date
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere named among the words asked for."""

    label: str
    longitude: float
    latitude: float
    words: str
    """The words that named it."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was read: the words after mending, the mended question when it differs, a place, kinds meant."""

    words: tuple[str, ...] = ()
    corrected: str | None = None
    place: Place | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """How many results each value of a filter would give with all other filters as they are."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    natures: Mapping[str, int] = field(default_factory=dict)
    framework: Mapping[bool, int] = field(default_factory=dict)
    localities: Mapping[int, int] = field(default_factory=dict)
    everywhere: int = 0
    """How many reach the whole council, and so every locality of it."""

    def in_locality(self, locality_id: int) -> int:
        """How many reach a locality."""
        return self.localities.get(locality_id, self.everywhere)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. ``excerpt`` is a piece of its text in parts, each with whether it is a word asked for."""

    listing_id: int
    facts: Facts
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
