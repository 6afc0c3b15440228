"""Flat files say what Whoosh says, and are done without when they are not whole; words are marked wherever they stand."""

import random

import pytest

from app.search.index.excerpts import marked, start_of
from app.search.index.keeping import Kept
from app.search.index.snapshot import open_snapshot
from app.search.index.stems import stem
from app.search.rules.asked import Sort
from app.search.rules.vocabulary import meanings
from app.search.rules.words import fold, spans_in
from tests.factories.search import ask, ids, shelf_of
from tests.unit.search.test_model import WORDS, invented

QUESTIONS = [*WORDS[:4], "zorl frope", '"zorl frope"', "quand", "mibbte", "nobody3", ""]


@pytest.mark.parametrize("spoil", [None, b"", b"ownway-flat-1\n", b"something else altogether"])
def test_without_a_whole_flat_file_the_same_is_read_through_whoosh(tmp_path, spoil):
    rand = random.Random(3)
    shelf, manifest = shelf_of(tmp_path, [invented(rand, number) for number in range(1, 300)])
    folder = shelf.folder_of(manifest)
    with_flat = open_snapshot(folder, manifest)
    (flat,) = folder.glob("*.flat")
    # Never in place: what another process has mapped would vanish under it.
    flat.unlink()
    if spoil is not None:
        flat.write_bytes(spoil)
    kept = {name: size for name, size in manifest.files.items() if name != flat.name}
    without = open_snapshot(folder, type(manifest)(**{**_told(manifest), "files": kept}))
    assert [segment.flat is None for segment in without.segments.values()] == [True]
    assert [segment.flat is None for segment in with_flat.segments.values()] == [False]
    for words in QUESTIONS:
        for sort in (Sort.BEST, Sort.PRICE):
            one, other = (ask(held, words, sort=sort, council_id=1, size=50) for held in (with_flat, without))
            assert (ids(one), one.total, one.facets, one.understood) == (
                ids(other),
                other.total,
                other.facets,
                other.understood,
            )


def _told(manifest):
    return {name: getattr(manifest, name) for name in manifest.__slots__}


def test_every_word_of_a_stem_begins_as_the_stem_is_looked_for():
    said = {word for meaning in meanings() for phrase in meaning.phrases for word in phrase}
    said |= {"dying", "lying", "tying", "skies", "libraries", "capabilities", "hoping", "relational", "happiness"}
    assert [word for word in said if not word.startswith(start_of(stem(word)))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Care, carer's care; O’Care care-home 'care' scare caring’s",
        "Café care – £5 «care» naïve caring",
        "UNDER_care care_under İstanbul care",
        "''care''s ca're c'are careʼs",
    ],
)
def test_words_are_marked_just_where_reading_every_word_would_mark_them(text):
    asked = frozenset([stem("care"), stem("ocare"), stem("cafe"), stem("caring")])
    every = [(begin, end) for begin, end in spans_in(text) if stem(fold(text[begin:end])) in asked]
    assert marked(text, asked) == every
    assert every


def test_what_was_not_asked_for_longest_is_forgotten_first():
    kept, made = Kept(10, len), []

    def make(text):
        made.append(text)
        return text

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        kept.get(text, lambda text=text: make(text))
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert kept.bytes == 8
