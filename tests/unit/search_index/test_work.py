"""No question, whatever is in it, makes search do more than so much work: counted, not timed."""

import os
from collections import Counter
from time import process_time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.market.search_index.index.cache import BoundedCache
from app.market.search_index.index.corrections import MENDED_MOST
from app.market.search_index.index.question_reading import (
    CONCEPTS_MOST,
    STARTS_MOST,
    concepts_of,
    read,
    runs_naming_places,
)
from app.market.search_index.index.snapshot import KEPT_BYTES, Snapshot, _bytes_of
from app.market.search_index.rules.questions import WORDS_LONGEST
from app.market.search_index.rules.spelling import Spelling
from app.market.search_index.rules.vocabulary import meanings
from tests.factories.search import ask, document, snapshot_of

EXAMPLES = int(os.environ.get("ROUNDS", "120"))
TERMS_MOST = 1_200
"""Terms whose postings one question may read: eight things asked for, each in every way of the longest groups."""
SECONDS_MOST = 0.5
"""Far more than any question takes; only what grows without end is caught by it."""

SAID = sorted({" ".join(phrase) for meaning in meanings() for phrase in meaning.phrases})
HOSTILE = st.sampled_from(
    ['"', '""', "*", "?", "~2", "AND", "OR NOT", "(", ")", ":", "[a TO b]", "\x00", "\ud800", "🙂", "%", "_", "'", "\\"]
)
PIECES = st.one_of(st.sampled_from(SAID), HOSTILE, st.text(max_size=12), st.sampled_from(["m33", "m33 2rp", "sale"]))
QUESTIONS = st.lists(PIECES, max_size=40).map(" ".join)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    offers = [
        document(number, f"{phrase} number {number}", description=" ".join(SAID[number : number + 40]), address="Sale")
        for number, phrase in enumerate(SAID[:300], start=1)
    ]
    return snapshot_of(tmp_path_factory.mktemp("shop"), offers)


@pytest.fixture
def work(monkeypatch):
    """How often each costly thing is done."""
    done: Counter[str] = Counter()

    def counted(owner, name):
        before = getattr(owner, name)

        def instead(self, *args, **kwargs):
            done[name] += 1
            return before(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, instead)

    for name in ("impact", "ids_together", "beginning"):
        counted(Snapshot, name)
    counted(Spelling, "nearest")
    return done


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=EXAMPLES)
@given(words=QUESTIONS)
@example(words=" ".join(SAID)[:WORDS_LONGEST])
@example(words="cat " * 50)
@example(words=" ".join(f"wrongg{number}lyx" for number in range(40)))
@example(words=" ".join(f"qwertz{chr(97 + number)}" for number in range(25)))
@example(words='"' * 200)
@example(words="* " * 100)
@example(words="a " * 100)
def test_no_question_costs_more_than_so_much(shop, work, words):
    work.clear()
    shop._kept = BoundedCache(KEPT_BYTES, _bytes_of)
    words = words[:WORDS_LONGEST]
    begun = process_time()
    found = ask(shop, words)
    runs = runs_naming_places(shop, read(shop, words, is_exact=False))
    took = process_time() - begun
    assert found.total >= 0
    assert work["impact"] <= TERMS_MOST, work
    assert work["ids_together"] <= TERMS_MOST, work
    # Each word may also be held against the vocabulary, to see whether whoever wrote a listing slipped.
    assert work["nearest"] <= 2 * (MENDED_MOST + 24), work
    assert work["beginning"] <= 4, work
    assert len(runs) <= 3 * 24 + 8
    assert took < SECONDS_MOST


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=EXAMPLES)
@given(words=QUESTIONS)
def test_no_question_asks_for_more_than_eight_things(shop, words):
    concepts, unwanted = concepts_of(shop, read(shop, words, is_exact=False))
    assert len(concepts) + len(unwanted) <= CONCEPTS_MOST
    longest = max(len(meaning.phrases) for meaning in meanings())
    assert all(len(concept.ways) <= 4 * longest + STARTS_MOST for concept in concepts)
