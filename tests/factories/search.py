"""Documents and small indexes to test with, without a database."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from pathlib import Path

from app.market.catalogue.rules.kinds import KINDS
from app.market.search_index.index.answering import answer
from app.market.search_index.index.manifest import Manifest
from app.market.search_index.index.question_reading import read
from app.market.search_index.index.snapshot import Snapshot, open_snapshot
from app.market.search_index.index.store import IndexStore
from app.market.search_index.rules.questions import Document, Found, NamedPlace, ResultFacts, SearchQuery


def document(listing_id: int, title: str = "Listing", kind: str = "companionship", **more: object) -> Document:
    """A document of one listing: in council 1, all of it, at no price, unless said otherwise."""
    own = {field.name for field in fields(ResultFacts)}
    facts = {
        "public_id": f"listing{listing_id}",
        "nature": KINDS[kind].nature.value,
        "provider": "Somebody",
        "summary": "",
        "description": "",
        "place": "",
        "price": "Rates not published",
        "is_free": False,
        "review_count": 0,
        "review_sum": 0,
        "cqc_rating": "",
        "is_claimed": False,
        **{name: value for name, value in more.items() if name in own},
    }
    rest = {
        "keywords": "",
        "address": "",
        "marks": frozenset({"area:1", "whole:1"} | {f"cost:{'free' if facts['is_free'] else 'paid'}"}),
        "pence": None,
        "published_on": date(2026, 1, 1),
        **{name: value for name, value in more.items() if name not in own},
    }
    return Document(listing_id, ResultFacts(title=title, kind=kind, **facts), **rest)


def store_of(root: Path, documents: Iterable[Document]) -> tuple[IndexStore, Manifest]:
    """An index of these documents, in use."""
    store = IndexStore(root)
    return store, store.put(Manifest(*store.build(documents), 0, "2026-01-01"))


def snapshot_of(root: Path, documents: Iterable[Document]) -> Snapshot:
    """A snapshot of a new index of these documents."""
    store, manifest = store_of(root, documents)
    return open_snapshot(store.folder_of(manifest), manifest)


def ask(snapshot: Snapshot, words: str = "", place: NamedPlace | None = None, **more: object) -> Found:
    """What a snapshot answers; a place is not looked up but given."""
    wanted = SearchQuery(words=words, **more)
    reading = read(snapshot, words, is_exact=wanted.is_exact)
    if place is not None:
        asked = reading.question.words
        begin = asked.index(place.words.split()[0])
        reading = reading.without(begin, begin + len(place.words.split()))
    return answer(snapshot, wanted, reading, place)


def ids(found: Found) -> list[int]:
    """The listings found, in order."""
    return [hit.listing_id for hit in found.hits]
