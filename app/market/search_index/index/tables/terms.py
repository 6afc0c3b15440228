"""How a document lies in PostgreSQL: its words with their places, its other terms each under its field, its numbers, its facts."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from app.market.search_index.index.fields import BREAK

COUNTED = ("surface", "marks")
"""Fields of which it is kept how many documents have each term: to list them, and to mend spelling."""
NOT_TERMS = frozenset(["words", "numbers", "facts"])
PLACES_MOST = 250
"""PostgreSQL keeps no more places of one word in one document than 255."""
FURTHEST = 16_383


def lexeme(term: str) -> str:
    """A term as it is written in a vector or a question: in quotes."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def field_term(field: str, term: str) -> str:
    """A term under its field: ``title:librari``."""
    return f"{field}:{term}"


def phrase_query(terms: Iterable[str]) -> str:
    """A question for stems that stand one after the other."""
    return " <-> ".join(lexeme(term) for term in terms)


def terms_vector(fields: dict[str, Any]) -> list[str]:
    """Every term of a document but its words, each under its field."""
    return sorted(
        {
            field_term(field, term)
            for field, value in fields.items()
            if field not in NOT_TERMS and isinstance(value, str)
            for term in value.split()
        }
    )


def as_row(fields: dict[str, Any]) -> tuple[str, str, bytes, str]:
    """The words and the terms as vectors, the numbers, the facts."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(fields["words"].split(), start=1):
        if word != BREAK:
            places[word].append(min(place, FURTHEST))
    words = " ".join(
        f"{lexeme(word)}:{','.join(map(str, found[:PLACES_MOST]))}" for word, found in sorted(places.items())
    )
    terms = " ".join(map(lexeme, terms_vector(fields)))
    return words, terms, fields["numbers"], json.dumps(fields["facts"])


def facts_of(kept: list[Any]) -> tuple[Any, ...]:
    """Facts as they were, where JSON knows lists only."""
    return tuple(facts_of(one) if isinstance(one, list) else one for one in kept)
