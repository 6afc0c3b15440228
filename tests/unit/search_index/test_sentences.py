"""Whole sentences are read as people mean them."""

import pytest

from app.market.search_index.index.phrases import bare, phrase_at
from app.market.search_index.rules.sentences import CHILD, OLD, YOUNG, age_group, denied_from
from app.market.search_index.rules.sounds import Sounds, sound
from app.market.search_index.rules.vocabulary import meanings, read_meanings
from app.market.search_index.rules.words import words_in
from tests.factories.search import ask, document, ids, snapshot_of

OFFERS = (
    document(1, "Help to get up, washed and dressed", "care-at-home", provider="Nightowl Care"),
    document(2, "Hot dinners", "meals"),
    document(3, "Dementia short stays", "respite", keywords="Dementia"),
    document(4, "A home for people with dementia", "care-home", keywords="Dementia"),
    document(5, "Food bank", "food-banks"),
    document(6, "Rollator with seat", "mobility"),
    document(7, "A friendly visit", "companionship", keywords="Older people"),
    document(8, "A friendly visit for anybody", "companionship"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return snapshot_of(tmp_path_factory.mktemp("shop"), OFFERS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("looking for someone who can help my dad get out of bed please", 1),
        ("nobody to put my nan to bed", 1),
        ("dementia respite but not in a care home", 3),
        ("I dont want a care home but respite for dementia", 3),
        ("foot bank", 5),
        ("foodbank voucher", 5),
        ("walking fram", 6),
        ("dimensha respight", 3),
        ("night owl care", 1),
        ("a visit for my mum who is 85", 7),
    ],
)
def test_what_was_meant_comes_first(shop, words, first):
    assert ids(ask(shop, words))[0] == first


@pytest.mark.parametrize(
    ("words", "gone", "said"),
    [
        ("not a care home", {4}, [("care home", "")]),
        ("dementia but not residential", {4}, [("residential", "dementia")]),
        ("a visit but not an agency", {1}, [("agency", "a visit")]),
        ("anything except hot dinners", {2}, [("hot dinners", "anything")]),
        ("a visit not residential or respite", {3, 4}, [("residential", "a visit not respite"), ("respite", "a visit not residential")]),
        ("washed no dogs", set(), [("dogs", "washed")]),
        ("no food", set(), []),
    ],
)  # fmt: skip
def test_not_means_not_and_says_so(shop, words, gone, said):
    found = ask(shop, words)
    assert found.total
    assert gone.isdisjoint(ids(found))
    assert list(found.understood.unwanted) == said


def test_what_would_leave_nothing_at_all_is_let_be(tmp_path):
    only = snapshot_of(tmp_path, [document(4, "A home for people with dementia", "care-home")])
    found = ask(only, "not a care home")
    assert (ids(found), found.understood.unwanted) == ([4], ())


def test_of_the_very_kind_that_is_wanted_only_what_is_called_so_goes(tmp_path):
    two = snapshot_of(
        tmp_path,
        [document(1, "Day centre for older people", "day-activities"), document(2, "Farm days", "day-activities")],
    )
    assert ids(ask(two, "something to do anything but day centres")) == [2]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("respite not in a care home", {4}),
        ("meals instead of cooking", {3}),
        ("i dont want to go into a home", {7}),
        ("no food", set()),
        ("not", {1}),
    ],
)
def test_what_is_not_wanted_begins_after_the_words_that_say_so(words, places):
    assert set(denied_from(words.split())) == places


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("my mum is 85", OLD),
        ("19 year old son", YOUNG),
        ("aged 9", CHILD),
        ("he is 40", ()),
        ("24 7 care", ()),
        ("m33 2rp is 999", ()),
    ],
)
def test_an_age_says_whom_it_is_for(words, group):
    assert age_group(words.split()) == group


def test_light_words_may_stand_inside_a_phrase_of_the_vocabulary():
    words = ["put", "my", "mum", "to", "bed", "now"]
    end, meant = phrase_at(words, range(len(words)))
    assert end == 5
    assert ("put", "to", "bed") in meant[0].heard


def test_endings_are_left_off_roughly():
    assert [bare(word) for word in ("swimming", "parties", "dishes", "care", "bus", "class")] == [
        *("swim", "party", "dish", "care", "bus", "class")
    ]


def test_words_that_sound_alike_meet():
    known = Sounds(["advocate", "bereavement", "wheelchair", "pill"])
    assert known.nearest("advercate") == ("advocate", 2)
    assert known.nearest("bereevment") == ("bereavement", 2)
    assert known.nearest("weelchare") == ("wheelchair", 3)
    assert known.nearest("peel") is None
    assert sound("night") == sound("nite")
    assert sound("") == ""


def test_phrases_only_asked_lead_to_a_group_and_are_never_looked_for():
    (meaning,) = read_meanings(["gardening: gardening; lawns | cut my grass; leaves"])
    assert meaning.phrases == (("gardening",), ("lawns",))
    assert meaning.asked == (("cut", "my", "grass"), ("leaves",))
    assert meaning.heard == meaning.phrases + meaning.asked


def test_the_vocabulary_is_written_as_it_is_folded():
    for meaning in meanings():
        for phrase in meaning.heard:
            assert words_in(" ".join(phrase)) == list(phrase)
        assert len(set(meaning.heard)) == len(meaning.heard), meaning.phrases
