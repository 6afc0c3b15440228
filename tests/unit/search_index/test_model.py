"""The index against a plain reckoning: after any updates, deletions and merges both find, count and order the same."""

import os
import random
from collections import Counter
from datetime import date
from itertools import pairwise
from math import log1p

import pytest
from whoosh import index as whoosh_index
from whoosh import query

from app.market.search_index.index.layout import to_fields
from app.market.search_index.index.snapshot import open_snapshot
from app.market.search_index.rules.questions import Sort
from tests.factories.search import ask, document, ids, store_of

WORDS = ["zorl", "mibbet", "quandle", "frope", "drindle", "plonkus", "vastrel", "hemby"]
KINDS = ("companionship", "meals", "transport", "clubs", "telecare")
ROUNDS, QUESTIONS = int(os.environ.get("ROUNDS", "40")) // 4, 25
"""ROUNDS=1000 is the long run: so many states after changes, deletions and merges, each asked 25 questions."""


def invented(rand, number):
    marks = {"area:1"}
    marks |= {"whole:1"} if rand.random() < 0.4 else {f"in:1:{place}" for place in rand.sample(range(1, 5), 2)}
    if rand.random() < 0.4:
        marks |= {"framework:1", rand.choice(["framework-whole:1", "framework-in:1", "framework-in:3"])}
    return document(
        number,
        title=" ".join(rand.choices(WORDS, k=rand.randint(1, 3))),
        kind=rand.choice(KINDS),
        description=" ".join(rand.choices(WORDS, k=rand.randint(0, 30))),
        provider=f"Nobody{rand.randint(1, 9)}",
        marks=frozenset(marks),
        pence=rand.choice([None, 0, rand.randint(500, 4000)]),
        published_on=date(2026, 1, rand.randint(1, 28)),
        review_count=(count := rand.randint(0, 4)),
        review_sum=count * rand.randint(2, 10),
    )


class Reckoning:
    """What ought to be found, worked out one document at a time."""

    def __init__(self, documents):
        self.documents = documents
        self.texts = {number: f" {to_fields(one)['words']} " for number, one in documents.items()}
        self.words = {number: text.replace("|", "").split() for number, text in self.texts.items()}
        self.counts = {number: Counter(words) for number, words in self.words.items()}
        self.titles = {number: to_fields(one)["title"].split() for number, one in documents.items()}
        self.having = Counter(word for counts in self.counts.values() for word in counts)
        self.average = sum(map(len, self.words.values())) / max(1, len(documents))

    def score(self, number, words):
        """BM25 over the words, two for each in the title, forty for each there at all, sixty when the title is asked for."""
        one = self.documents[number]
        quality = 2 * one.facts.is_claimed + (one.pence is not None)
        total = 0.3 * quality + 0.3 * (self.rated(one) - 3.5)
        if len(words) > 1 and set(words) <= set(self.titles[number]) and f" {' '.join(words)} " in self.texts[number]:
            total += 60
        for word in words:
            often = self.counts[number][word]
            if not often:
                continue
            having = self.having[word]
            rarity = log1p((len(self.documents) - having + 0.5) / (having + 0.5))
            damping = 1.2 * (0.25 + 0.75 * len(self.words[number]) / self.average)
            total += 40 + rarity * often * 2.2 / (often + damping)
            total += 2 * (word in self.titles[number])
        return total

    def rated(self, one):
        count = one.facts.review_count
        return (count * round((one.facts.rating or 0) * 100) / 100 + 2 * 3.5) / (count + 2)

    def by_words(self, words):
        words = [word for word in words if self.having[word]] or words
        had = {number: sum(1 for word in words if counts[word]) for number, counts in self.counts.items()}
        least = len(words)
        while least > 1:
            found = sum(1 for have in had.values() if have >= least)
            if found >= 5 or (found and least <= (len(words) + 1) // 2):
                break
            least -= 1
        return {number for number, have in had.items() if have >= least}

    def passes(self, number, wanted, but=""):
        one = self.documents[number]
        checks = {
            "kinds": not wanted["kinds"] or one.facts.kind in wanted["kinds"],
            "natures": not wanted["natures"] or one.facts.nature in wanted["natures"],
            "localities": not wanted["localities"]
            or bool(one.marks & {"whole:1", *(f"in:1:{place}" for place in wanted["localities"])}),
            "framework": wanted["framework"] is None or self.is_on(one, wanted) is wanted["framework"],
        }
        return all(passed for name, passed in checks.items() if name != but)

    def is_on(self, one, wanted):
        near = {f"framework-in:{place}" for place in wanted["localities"]}
        return bool(one.marks & ({"framework-whole:1", *near} if near else {"framework:1"}))

    def key(self, number, sort, words):
        one = self.documents[number]
        best = -self.score(number, words)
        if sort is Sort.PRICE:
            return (2**31 - 1 if one.pence is None else one.pence, best)
        if sort is Sort.RATING:
            return (-self.rated(one) if one.facts.review_count else 0, best)
        if sort is Sort.NEWEST:
            return (-one.published_on.toordinal(), best)
        return (best, 0)


def check(snapshot, reckoning, rand):
    words = rand.sample(WORDS, rand.randint(0, 4))
    wanted = {
        "council_id": 1,
        "kinds": tuple(rand.sample(KINDS, rand.choice([0, 0, 1, 2]))),
        "natures": rand.choice([(), (), ("service",), ("community", "equipment")]),
        "localities": rand.choice([(), (), (1,), (3, 4)]),
        "framework": rand.choice([None, None, True, False]),
        "sort": rand.choice([Sort.BEST, Sort.BEST, Sort.PRICE, Sort.RATING, Sort.NEWEST]),
    }
    stems = [to_fields(document(1, title=word))["title"] for word in words]
    found = ask(snapshot, " ".join(words), size=1000, **wanted)
    by_words = reckoning.by_words(stems)
    expected = {number for number in by_words if reckoning.passes(number, wanted)}
    assert found.total == len(expected)
    assert set(ids(found)) == expected
    keys = [reckoning.key(number, wanted["sort"], stems) for number in ids(found)]
    for one, other in pairwise(keys):
        assert one[0] <= other[0] + 1e-3
    counts = found.facets.counts
    for name, facet in (("kinds", counts.get("kinds", {})), ("natures", counts.get("natures", {}))):
        others = [reckoning.documents[n].facts for n in by_words if reckoning.passes(n, wanted, but=name)]
        assert facet == Counter(one.kind if name == "kinds" else one.nature for one in others)
    reach = [reckoning.documents[n].marks for n in by_words if reckoning.passes(n, wanted, but="localities")]
    for place in range(1, 5):
        assert found.facets.of("localities", place) == sum(1 for marks in reach if marks & {"whole:1", f"in:1:{place}"})
    either = [reckoning.documents[n] for n in by_words if reckoning.passes(n, wanted, but="framework")]
    yes = sum(1 for one in either if reckoning.is_on(one, wanted))
    assert (found.facets.of("framework", "yes"), found.facets.of("framework", "no")) == (yes, len(either) - yes)
    pages = [
        ids(ask(snapshot, " ".join(words), page=page, size=7, **wanted)) for page in range(1, found.total // 7 + 2)
    ]
    assert [number for page in pages for number in page] == ids(found)


@pytest.mark.parametrize("seed", range(4))
def test_the_index_agrees_with_a_plain_reckoning_after_any_changes(seed, tmp_path):
    rand = random.Random(seed)
    held = {number: invented(rand, number) for number in range(1, 60)}
    store, manifest = store_of(tmp_path, held.values())
    folder = store.folder_of(manifest)
    snapshot = open_snapshot(folder, manifest)
    for _ in range(ROUNDS):
        changed = [invented(rand, number) for number in rand.sample(range(1, 90), rand.choice([1, 3, 20]))]
        gone = set(rand.sample(sorted(held), rand.choice([0, 1, 5]))) - {one.listing_id for one in changed}
        manifest = store.put(store.take_in(manifest, changed, gone))
        if rand.random() < 0.2:
            assert store.tidy(list) is True
            manifest = store.manifest()
            assert len(list(folder.glob("*.flat"))) == 1
        held = {n: one for n, one in held.items() if n not in gone} | {one.listing_id: one for one in changed}
        snapshot = open_snapshot(folder, manifest, snapshot)
        assert snapshot.count == len(held)
        reckoning = Reckoning(held)
        for _ in range(QUESTIONS):
            check(snapshot, reckoning, rand)


def test_whoosh_reads_from_our_files_what_we_read(tmp_path):
    rand = random.Random(7)
    store, manifest = store_of(tmp_path, [invented(rand, number) for number in range(1, 700)])
    manifest = store.put(store.take_in(manifest, [invented(rand, 700)], gone=range(20, 30)))
    snapshot = open_snapshot(store.folder_of(manifest), manifest)
    with whoosh_index.open_dir(str(store.folder_of(manifest))).searcher() as searcher:
        assert searcher.doc_count() == snapshot.count == 690
        reader = searcher.reader()
        for word in ("zorl", "mibbet", "nobody7", "drindl", "nowhere"):
            assert ((("words", word) in reader), reader.doc_frequency("words", word) > 0) == ((word != "nowhere",) * 2)
            found = {hit.docnum for hit in searcher.search(query.Term("words", word), limit=None)}
            assert found == set(snapshot.ids("words", word).tolist())
        together = query.Phrase("words", ["zorl", "mibbet"])
        found = {hit.docnum for hit in searcher.search(together, limit=None)}
        assert found == set(snapshot.ids_together(["zorl", "mibbet"]).tolist())
        assert found
        (whole, _), *_ = reader.leaf_readers()
        numbers, often = next(iter(snapshot.segments.values())).postings("words", "zorl")
        matcher = whole.postings("words", "zorl")
        expected = dict(zip(numbers.tolist(), often.tolist(), strict=True))
        while matcher.is_active():
            assert matcher.weight() == expected[matcher.id()] == len(matcher.value_as("positions"))
            matcher.next()
        assert list(reader.lexicon("title")) == sorted({word.encode() for word in snapshot_words(snapshot)})


def snapshot_words(snapshot):
    return {term.decode() for segment in snapshot.segments.values() for term in segment.flat.terms["title"]}
