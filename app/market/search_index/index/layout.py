"""How a document lies in the index: its fields, its row of numbers, and the marks that filters look for.

``words`` is the one field questions are matched against: the title three times, the provider twice, then everything else,
already cut down to stems. ``title``, ``provider`` and ``place`` hold the same stems once more, to tell a match in a name
from one in passing. ``surface`` holds the words as written, for endings not yet typed and for spelling.
"""

import hashlib
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh import fields

from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.search_index.index.fields import BREAK, Bag, Text
from app.market.search_index.index.stems import stem, stems_in
from app.market.search_index.rules.questions import Document, ResultFacts
from app.market.search_index.rules.words import EMPTY, words_in

Numbers = NDArray[np.void]

KIND_NUMBERS = {code: number for number, code in enumerate(KINDS, start=1)}
NATURE_NUMBERS = {nature.value: number for number, nature in enumerate(Nature, start=1)}

ROW = np.dtype(
    [
        ("listing", "<i8"),
        ("pence", "<i4"),
        ("saturday", "<i4"),
        ("sunday", "<i4"),
        ("published", "<i4"),
        ("longitude", "<f4"),
        ("latitude", "<f4"),
        ("reviews", "<u2"),
        ("rating", "<u2"),
        ("length", "<u2"),
        ("kind", "u1"),
        ("nature", "u1"),
        ("quality", "u1"),
        ("checksum", "<u4"),
    ]
)
"""The numbers of one document, as they lie on the disk. ``rating`` is in hundredths; a missing place is not a number;
``checksum`` is over all else that is kept of it, so that a check need not compare every word."""
NO_PRICE = 2**31 - 1
MOST = 2**16 - 1

TITLE_COUNTS, PROVIDER_COUNTS = 3, 2
LEGAL = frozenset(["ltd", "limited", "plc", "llp", "cic", "cio", "inc", "co", "company", "the"])
GENERAL = frozenset(
    ["care", "homecare", "home", "support", "service", "group", "uk", "trust", "charity", "organisation", "association"]
)
"""Words that end so many names of providers that people leave them off (as stems)."""
NAME_LONGEST = 6


def schema() -> Any:
    """The fields, in Whoosh's terms; the numbers lie beside them, a row for each document."""
    return fields.Schema(
        words=Text(),
        title=Bag(),
        provider=Bag(),
        place=Bag(),
        surface=Bag(),
        marks=Bag(),
        facts=fields.STORED,
    )


def own_name_terms(provider: str) -> set[str]:
    """The ways people say a provider's name: ``Helping Hands Care Ltd`` -> ``help+hand+care``, ``help+hand``."""
    said = [stem(word) for word in words_in(provider) if word not in LEGAL and word not in EMPTY]
    found = {"+".join(said)} if said else set()
    while len(said) > 1 and said[-1] in GENERAL:
        said = said[:-1]
        found.add("+".join(said))
    return found


def to_fields(document: Document) -> dict[str, Any]:
    """A document as Whoosh takes it in."""
    facts = document.facts
    title, provider = stems_in(facts.title), stems_in(facts.provider)
    kind = KINDS[facts.kind].name
    place = stems_in(document.address)
    rest = f"{facts.summary} {kind} {document.keywords} {facts.description}"
    parts = [*([title] * TITLE_COUNTS), *([provider] * PROVIDER_COUNTS), place, stems_in(rest)]
    surface = {
        word
        for text in (facts.title, facts.provider, document.address, rest)
        for word in words_in(text)
        if word not in EMPTY
    }
    marks = {
        *document.marks,
        f"kind:{facts.kind}",
        f"nature:{facts.nature}",
        *(f"own:{name}" for name in own_name_terms(facts.provider)),
    }
    terms = {
        "words": f" {BREAK} ".join(" ".join(part) for part in parts),
        "title": " ".join(title),
        "provider": " ".join(provider),
        "place": " ".join(place),
        "surface": " ".join(sorted(surface)),
        "marks": " ".join(sorted(marks)),
        "facts": tuple(getattr(facts, name) for name in ResultFacts.__slots__),
    }
    return {**terms, "numbers": _row(document, sum(map(len, parts)), crc32(repr(terms).encode()))}


def _row(document: Document, length: int, checksum: int) -> bytes:
    facts = document.facts
    row = np.zeros(1, ROW)
    row["listing"] = document.listing_id
    for name, pence in (
        ("pence", document.pence),
        ("saturday", document.saturday_pence),
        ("sunday", document.sunday_pence),
    ):
        known = document.pence if pence is None else pence
        row[name] = NO_PRICE if known is None else min(known, NO_PRICE - 1)
    row["published"] = document.published_on.toordinal()
    row["longitude"] = np.nan if document.longitude is None else document.longitude
    row["latitude"] = np.nan if document.latitude is None else document.latitude
    row["reviews"] = min(facts.review_count, MOST)
    row["rating"] = round((facts.rating or 0) * 100)
    row["length"] = min(length, MOST)
    row["kind"] = KIND_NUMBERS[facts.kind]
    row["nature"] = NATURE_NUMBERS[facts.nature]
    row["quality"] = 2 * facts.is_claimed + (document.pence is not None)
    row["checksum"] = checksum
    return row.tobytes()


def to_facts(stored: dict[str, Any]) -> ResultFacts:
    """The facts of a document as they were stored."""
    return ResultFacts(*stored["facts"])


LAYOUT = hashlib.sha256(
    repr(
        (10, ROW, KIND_NUMBERS, NATURE_NUMBERS, sorted(EMPTY), ResultFacts.__slots__, TITLE_COUNTS, PROVIDER_COUNTS)
    ).encode()
).hexdigest()[:12]
"""Changes when anything above does: an index of another layout is built anew. Raise the number when the code changes."""
