"""What is found, and in what order: meaning before letters, names before passing words, near before far."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.market.search_index.index.manifest import Damaged
from app.market.search_index.index.snapshot import open_snapshot
from app.market.search_index.rules.questions import NamedPlace, Sort
from tests.factories.search import ask, document, ids, snapshot_of, store_of

OFFERS = (
    document(1, "Care at home in the mornings", "care-at-home", provider="Willow Bank Care Ltd", pence=2700),
    document(
        2, "Hot dinners to your door", "meals", provider="Kettle & Crumb", pence=850, address="High St, Millbrook"
    ),
    document(3, "Millbrook Library", "libraries", is_free=True, pence=0, address="1 Mill Lane, Millbrook"),
    document(
        4,
        "Fernley Library",
        "libraries",
        is_free=True,
        pence=0,
        address="2 Low Rd, Fernley",
        longitude=-2.4,
        latitude=53.35,
    ),
    document(
        5,
        "A friendly chat",
        description="We also take you to the library and for meals.",
        review_count=9,
        review_sum=90,
    ),
    document(6, "Badminton on Tuesdays", "sport", address="Sports hall, Fernley", longitude=-2.401, latitude=53.351),
    document(7, "Badminton for all", "sport", address="Millbrook", longitude=-2.3, latitude=53.41),
    document(8, "Taxi with a helping hand", "transport", provider="Helping Hands Group", pence=1200, is_claimed=True),
    document(9, "Help with washing", "personal-assistant", provider="Jo Marsh", description="Café owner once"),
    document(10, "Rides to hospital", "transport", provider="Go Together", marks=frozenset({"area:2", "whole:2"})),
)
FERNLEY = NamedPlace("Fernley", -2.4, 53.35, "fernley")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return snapshot_of(tmp_path_factory.mktemp("shop"), OFFERS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("library", {3, 4}),
        ("libraries", {3, 4}),
        ("libary", {3, 4}),
        ("meals on wheels", {2}),
        ("domiciliary", {1}),
        ("home carer", {1}),
        ("help mum wash", {1, 9}),
        ("CAFE", {9}),
        ("cab driver taxi", {8}),
        ("befriending", {5}),
        ("someone to talk to", {5}),
        ("badmin", {6, 7}),
        ("helping hands", {8}),
        ("willow bank", {1}),
        ("kettle crumb", {2}),
        ('"friendly chat"', {5}),
    ],
)
def test_everyday_words_care_words_and_misspelt_ones_arrive(shop, words, first):
    found = ask(shop, words)
    assert set(ids(found)[: len(first)]) == first


def test_a_phrase_in_quotation_marks_must_stand_together(shop):
    assert ids(ask(shop, '"hand helping"')) == []
    assert ids(ask(shop, '"helping hand"')) == [8]


def test_a_mended_word_is_said_and_can_be_taken_back(shop):
    assert ask(shop, "libary").understood.corrected == "library"
    assert ask(shop, "library").understood.corrected is None
    exact = ask(shop, "libary", is_exact=True)
    assert (exact.total, exact.understood.corrected) == (0, None)


@pytest.mark.parametrize(
    "words",
    [
        "vomiting",
        "rash",
        "gamblers",
        "nowt",
        "owt",
        "mardy",
        "bairns",
        "nesh",
        "strimmer",
        "tattoo",
        "vertigo",
        "bunions",
        "leccy",
        "boccia",
    ],
)
def test_a_right_word_stays_as_it_was_typed(shop, words):
    assert ask(shop, words).understood.corrected is None
    assert ask(shop, f"{words} help").understood.corrected is None


def test_a_place_named_comes_first_and_what_is_only_in_the_place_does_not_come_at_all(shop):
    found = ask(shop, "badminton fernley", place=FERNLEY)
    assert ids(found) == [6, 7]
    assert found.hits[0].miles == pytest.approx(0.08, abs=0.02)
    assert ids(ask(shop, "fernley", place=FERNLEY, size=3))[:2] == [4, 6]


def test_a_place_named_means_its_council_where_none_was_chosen(shop):
    there, nowhere = (replace(FERNLEY, council_id=number) for number in (2, 3))
    assert ids(ask(shop, "rides to hospital fernley", place=there, council_id=None)) == [10]
    assert 10 not in ids(ask(shop, "rides fernley", place=replace(FERNLEY, council_id=1), council_id=None))
    # A council that has nothing says nothing about where to look.
    assert ids(ask(shop, "badminton fernley", place=nowhere, council_id=None)) == [6, 7]


def test_everything_asked_for_comes_before_most_of_it(shop):
    assert ids(ask(shop, "library meals"))[0] == 5


def test_nothing_asked_finds_everything_in_the_council(shop):
    assert ask(shop).total == 10
    assert ask(shop, council_id=1).total == 9
    assert ask(shop, council_id=2).total == 1
    assert ask(shop, council_id=3).total == 0


def test_orders(shop):
    priced = ids(ask(shop, sort=Sort.PRICE, council_id=1))
    assert sorted(priced[:2]) == [3, 4]
    assert priced[2:5] == [2, 8, 1]
    assert ids(ask(shop, sort=Sort.RATING))[0] == 5
    assert ids(ask(shop, sort=Sort.NEAREST, near=(-2.3, 53.41)))[:3] == [7, 6, 4]


def test_words_asked_for_are_marked(shop):
    (hit,) = [hit for hit in ask(shop, "library").hits if hit.listing_id == 5]
    assert ("library", True) in hit.excerpt


def test_words_nobody_knows_find_nothing_and_say_how_they_were_read(shop):
    found = ask(shop, "xyzzyplugh")
    assert (found.total, found.hits, found.understood.words) == (0, (), ("xyzzyplugh",))


def test_an_empty_index_answers(tmp_path):
    found = ask(snapshot_of(tmp_path, []), "library")
    assert (found.total, found.hits) == (0, ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=500, max_examples=150)
@given(words=st.text(max_size=200), page=st.integers(1, 3), sort=st.sampled_from(list(Sort)))
def test_any_words_at_all_are_answered(shop, words, page, sort):
    found = ask(shop, words, page=page, sort=sort, size=4)
    assert len(found.hits) == max(0, min(4, found.total - 4 * (page - 1)))


@pytest.mark.parametrize(
    "hostile", ["*", "???", '"""', "a:b AND (c OR NOT d)", "[1 TO 2]", "'; DROP", "\x00\x1b", "🙂" * 60, "%" * 200]
)
def test_operators_and_wildcards_are_only_letters(shop, hostile):
    assert ask(shop, hostile).total >= 0


@pytest.mark.parametrize("part", ["toc", "flat"])
def test_a_cut_file_is_noticed_when_the_index_is_opened(tmp_path, part):
    store, manifest = store_of(tmp_path, OFFERS)
    folder = store.folder_of(manifest)
    (file,) = [file for file in folder.iterdir() if file.name.endswith(part)]
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(Damaged):
        open_snapshot(folder, manifest)


def test_a_manifest_of_another_layout_is_no_index(tmp_path):
    store, manifest = store_of(tmp_path, OFFERS)
    text = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text.replace(manifest.layout, "another"))
    assert store.manifest() is None


def test_one_writer_at_a_time(tmp_path):
    store, _ = store_of(tmp_path, OFFERS)
    with store.held("writer") as first, store.held("writer") as second:
        assert (first, second) == (True, False)
    with store.held("writer") as again:
        assert again is True
