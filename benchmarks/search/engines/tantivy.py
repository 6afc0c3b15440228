"""tantivy, a search library in Rust: one field of words, fast fields for the filters, its own aggregations and snippets."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.search_index.rules.questions import Document, SearchQuery, Sort
from benchmarks.search.engines.answers import (
    FACETS,
    Answer,
    all_words,
    bytes_in,
    filters_of,
    is_framework,
    localities_of,
    own_cpu,
    shown,
    stems_asked,
    words_asked,
)
from benchmarks.search.questions import Asked

KIND_NUMBERS = {code: number for number, code in enumerate(KINDS)}
NATURE_NUMBERS = {nature.value: number for number, nature in enumerate(Nature)}
HEAP = 128_000_000


class Tantivy:
    """In this process, one thread a search."""

    name = "tantivy"

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """One writer thread, one commit, merged."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("listing", stored=True, indexed=True, fast=True)
        builder.add_text_field("words", stored=True, tokenizer_name="en_stem", index_option="position")
        builder.add_text_field("facts", stored=True, tokenizer_name="raw", index_option="basic")
        for name in FACETS:
            builder.add_unsigned_field(name, indexed=True, fast=True)
        for name in ("pence", "rating", "published"):
            builder.add_integer_field(name, fast=True)
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        writer = self.index.writer(HEAP, 1)
        for document in documents:
            writer.add_document(self._written(document))
        writer.commit()
        writer.wait_merging_threads()

    def _written(self, document: Document) -> Any:
        facts = document.facts
        found = tantivy.Document()
        found.add_integer("listing", document.listing_id)
        found.add_text("words", all_words(document))
        found.add_text("facts", shown(document))
        found.add_unsigned("kind", KIND_NUMBERS[facts.kind])
        found.add_unsigned("nature", NATURE_NUMBERS[facts.nature])
        found.add_unsigned("framework", int(is_framework(document)))
        for place in localities_of(document):
            found.add_unsigned("locality", place)
        found.add_integer("pence", 2**31 if document.pence is None else document.pence)
        found.add_integer("rating", round((facts.rating or 0) * 100))
        found.add_integer("published", document.published_on.toordinal())
        return found

    def open(self) -> None:
        """The newest commit."""
        self.index.reload()
        self.searcher = self.index.searcher()

    def ask(self, asked: Asked) -> Answer:
        """One search, an aggregation for every set of facets that share their filters, twenty documents and snippets."""
        wanted = asked.wanted
        text = self._words(asked)
        filters = filters_of(wanted)
        query = self._narrowed(text, filters)
        found = self._search(query, wanted)
        ids, excerpts = [], []
        snippets = None
        if wanted.words:
            snippets = tantivy.SnippetGenerator.create(self.searcher, text, self.schema, "words")
        for _, address in found.hits:
            document = self.searcher.doc(address)
            ids.append(document.get_first("listing"))
            document.get_first("facts").split("\t")
            if snippets is not None:
                excerpts.append(snippets.snippet_from_doc(document).to_html())
        facets = self._facets(text, filters)
        return Answer(found.count, ids, facets, excerpts)

    def _search(self, query: Any, wanted: SearchQuery) -> Any:
        if wanted.sort is Sort.PRICE:
            return self.searcher.search(query, wanted.size, order_by_field="pence", order=tantivy.Order.Asc)
        if wanted.sort in {Sort.RATING, Sort.NEWEST}:
            field = "rating" if wanted.sort is Sort.RATING else "published"
            return self.searcher.search(query, wanted.size, order_by_field=field, order=tantivy.Order.Desc)
        return self.searcher.search(query, wanted.size)

    def _words(self, asked: Asked) -> Any:
        words, stems = words_asked(asked.wanted), stems_asked(asked.wanted)
        query = tantivy.Query
        if not words:
            return query.all_query()
        if asked.kind == "phrase" and len(stems) > 1:
            return query.phrase_query(self.schema, "words", list(stems))
        parts = [query.term_query(self.schema, "words", one) for one in stems]
        if asked.kind == "prefix":
            parts[-1] = query.regex_query(self.schema, "words", f"{words[-1]}.*")
        if asked.kind == "misspelt" and not self.searcher.doc_freq("words", stems[-1]):
            distance = 2 if len(words[-1]) >= 8 else 1
            parts[-1] = query.fuzzy_term_query(self.schema, "words", stems[-1], distance=distance)
        if len(parts) == 1:
            return parts[0]
        return query.boolean_query([(tantivy.Occur.Must, part) for part in parts])

    def _narrowed(self, text: Any, filters: dict[str, object], but: str = "") -> Any:
        set_ones = [
            (tantivy.Occur.Must, tantivy.Query.const_score_query(self._one(name, value), 0.0))
            for name, value in filters.items()
            if name != but
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, text), *set_ones]) if set_ones else text

    def _one(self, name: str, value: object) -> Any:
        if name == "kind":
            value = KIND_NUMBERS[str(value)]
        if name == "nature":
            value = NATURE_NUMBERS[str(value)]
        if name == "framework":
            value = int(bool(value))
        return tantivy.Query.term_query(self.schema, name, value)

    def _facets(self, text: Any, filters: dict[str, object]) -> dict[str, dict[object, int]]:
        together = [name for name in FACETS if name not in filters]
        rounds = [("", together)] if together else []
        rounds += [(name, [name]) for name in filters]
        found: dict[str, dict[object, int]] = {}
        for but, names in rounds:
            wanted = {name: {"terms": {"field": name, "size": 100}} for name in names}
            counted = self.searcher.aggregate(self._narrowed(text, filters, but), wanted)
            for name in names:
                found[name] = {one["key"]: one["doc_count"] for one in counted[name]["buckets"]}
        return found

    def change(self, document: Document) -> None:
        """Delete, add, commit, reload: what a site with tantivy would do."""
        writer = self.index.writer(15_000_000, 1)
        writer.delete_documents("listing", document.listing_id)
        writer.add_document(self._written(document))
        writer.commit()
        writer.wait_merging_threads()
        self.open()

    def cpu(self) -> float:
        """Of this process, the library's threads included."""
        return own_cpu()

    def size(self) -> int:
        """Bytes on the disk."""
        return bytes_in(self.folder)

    def close(self) -> None:
        """Nothing to let go of."""
