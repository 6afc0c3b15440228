"""Flat files merge without loss, and are noticed when they are not whole; words are marked wherever they stand."""

import random
from dataclasses import replace

import pytest

from app.market.search_index.index.cache import BoundedCache
from app.market.search_index.index.codec import to_merge
from app.market.search_index.index.excerpts import marked, start_of
from app.market.search_index.index.layout import LAYOUT, to_fields
from app.market.search_index.index.manifest import Damaged
from app.market.search_index.index.segment_file import Flat
from app.market.search_index.index.segment_writer import Draft, lay_together
from app.market.search_index.index.snapshot import open_snapshot
from app.market.search_index.index.stems import stem
from app.market.search_index.rules.vocabulary import meanings
from app.market.search_index.rules.words import fold, spans_in
from tests.factories.search import document, store_of
from tests.unit.search_index.test_model import invented


@pytest.mark.parametrize("spoil", [b"", b"ownway-flat-2\n", b"something else altogether", "cut", "of another layout"])
def test_a_flat_file_that_is_not_whole_is_noticed(tmp_path, spoil):
    rand = random.Random(3)
    store, manifest = store_of(tmp_path, [invented(rand, number) for number in range(1, 30)])
    (flat,) = store.folder_of(manifest).glob("*.flat")
    whole = flat.read_bytes()
    # Never in place: what another process has mapped would vanish under it.
    flat.unlink()
    if isinstance(spoil, bytes):
        flat.write_bytes(spoil)
    else:
        flat.write_bytes(whole[:-1] if spoil == "cut" else whole.replace(LAYOUT.encode(), b"0" * len(LAYOUT)))
    with pytest.raises(ValueError, match="flat"):
        Flat(flat)
    with pytest.raises(Damaged):
        open_snapshot(store.folder_of(manifest), replace(manifest, files={}))


def test_files_laid_together_are_as_if_all_documents_had_come_at_once(tmp_path):
    rand = random.Random(5)
    held = [invented(rand, number) for number in range(1, 61)]
    parts = []
    for place, some in enumerate((held[:20], held[20:21], held[21:60])):
        draft = Draft()
        for one in some:
            draft.add(to_fields(one))
        draft.write(tmp_path / f"{place}.flat")
        parts.append(Flat(tmp_path / f"{place}.flat"))
    now = lay_together(tmp_path / "merged.flat", [(parts[0], {3, 19}), (parts[1], {0}), (parts[2], ())])
    assert [places.tolist() for places in now] == [
        [0, 1, 2, -1, *range(3, 18), -1],
        [-1],
        list(range(18, 57)),
    ]
    draft = Draft()
    for one in (*held[:3], *held[4:19], *held[21:60]):
        draft.add(to_fields(one))
    draft.write(tmp_path / "whole.flat")
    assert (tmp_path / "merged.flat").read_bytes() == (tmp_path / "whole.flat").read_bytes()


def listings(store):
    snapshot = open_snapshot(store.folder_of(store.manifest()), store.manifest())
    return {listing: snapshot.facts(place).title for listing, place in snapshot.contents().items()}


def test_what_is_changed_while_segments_are_merged_stays_changed(tmp_path):
    store, manifest = store_of(tmp_path, [document(number, "Old") for number in range(1, 10)])
    manifest = store.put(store.take_in(manifest, [document(10, "Old"), document(11, "Old")], gone=[1]))

    def changing(segments):
        store.put(store.take_in(manifest, [document(2, "New"), document(10, "New")], gone=[3]))
        return segments

    assert store.tidy(changing) is True
    expected = {**dict.fromkeys(range(4, 12), "Old"), 2: "New", 10: "New"}
    assert listings(store) == expected
    assert store.manifest().documents == len(expected)
    folder = store.folder_of(store.manifest())
    assert {file.name for file in folder.iterdir() if not file.name.endswith("LOCK")} == set(store.manifest().files)
    assert len(list(folder.glob("*.flat"))) == 2
    assert (store.faults(), store.tidy()) == ([], False)


@pytest.mark.parametrize("at_once", [False, True], ids=["their files too", "their files not yet"])
def test_segments_that_went_while_they_were_merged_are_left_alone(at_once, tmp_path):
    store, manifest = store_of(tmp_path, [document(number, "Old") for number in range(1, 4)])

    def replacing(segments):
        store.put(store.take_in(manifest, [document(number, "New") for number in range(1, 4)]), at_once=at_once)
        return segments

    assert store.tidy(replacing) is False
    assert listings(store) == dict.fromkeys(range(1, 4), "New")
    assert [file.name for file in store.folder_of(manifest).glob("*.draft")] == []


def test_a_segment_that_is_mostly_deleted_is_written_anew(tmp_path):
    store, manifest = store_of(tmp_path, [document(number, "Old") for number in range(1, 131)])
    store.put(store.take_in(manifest, [], gone=range(1, 66)))
    assert store.tidy() is False
    store.put(store.take_in(store.manifest(), [], gone=[66]))
    assert store.tidy() is True
    assert listings(store) == dict.fromkeys(range(67, 131), "Old")
    assert store.tidy() is False


@pytest.mark.parametrize(
    ("sizes", "most", "expected"),
    [
        ([10_000, 1, 1, 1], 256, []),
        ([10_000, 1, 2, 3, 1], 256, [1, 2, 3, 4]),
        ([4, 1, 7, 1, 15, 1, 1, 5000], 256, [1, 3, 5, 6, 0, 2, 4]),
        ([100, 100, 100, 100], 256, []),
        ([100, 100, 100, 100], 5000, [0, 1, 2, 3]),
        ([1, 1, 1, 1, 90, 90, 90], 256, [0, 1, 2, 3]),
        ([0, 1, 1, 1], 256, [0, 1, 2, 3]),
    ],
)
def test_segments_of_about_one_size_are_merged_four_at_a_time(sizes, most, expected):
    assert to_merge(sizes, most) == expected


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
    kept, made = BoundedCache(10, len), []

    def make(text):
        made.append(text)
        return text

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        kept.get(text, lambda text=text: make(text))
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert kept.bytes == 8
