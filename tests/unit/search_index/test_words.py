"""Words are read as people write them."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.market.catalogue.rules.kinds import KINDS
from app.market.search_index.index.excerpts import excerpt
from app.market.search_index.index.stems import stems_in
from app.market.search_index.rules.spelling import Spelling, distance
from app.market.search_index.rules.vocabulary import meanings, read_meanings
from app.market.search_index.rules.words import fold, read_question, words_in, worth_asking


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Café O’Brien's", ["cafe", "obriens"]),
        ("MUM’S home-help", ["mums", "home", "help"]),
        ("a_b\x00c\tд", ["a", "b", "c", "д"]),
        ("*** ??? ~~", []),
        ("🙂", []),
    ],
)
def test_case_accents_and_apostrophes_fold_away(typed, read):
    assert words_in(typed) == read


def test_folding_plain_text_and_accented_text_agree():
    assert fold("Résumé") == fold("RESUME") == "resume"


def test_plurals_and_endings_meet_at_their_stem():
    assert stems_in("cleaning cleaner's cleaners") == ["clean", "cleaner", "cleaner"]
    assert stems_in("library") == stems_in("the libraries")


def test_quotation_marks_keep_words_together():
    question = read_question('big “day centre” now "one" "open')
    assert question.words == ("big", "day", "centre", "now", "one", "open")
    assert question.together == ((1, 3),)


def test_words_people_ask_with_are_left_out_while_others_remain():
    assert worth_asking(("please", "find", "me", "a", "taxi")) == [False, False, False, False, True]
    assert worth_asking(("help", "for", "me")) == [True, False, False]
    assert worth_asking(("to", "be")) == [True, True]


def test_a_question_has_an_end():
    assert len(read_question("word " * 500).words) == 24


@given(st.text(max_size=300))
def test_anything_can_be_read(text):
    question = read_question(text)
    assert len(question.words) <= 24
    assert len(worth_asking(question.words)) == len(question.words)
    assert all(begin < end <= len(question.words) + 24 for begin, end in question.together)


def test_the_vocabulary_names_kinds_that_exist_and_every_kind_people_have_words_for():
    named = {kind for meaning in meanings() for kind in (*meaning.kinds, *meaning.often_under)}
    assert named <= set(KINDS)
    assert named == set(KINDS)


def test_the_vocabulary_has_the_words_of_the_papers():
    assert len(meanings()) >= 150
    said = {" ".join(phrase) for meaning in meanings() for phrase in meaning.phrases}
    assert said >= {
        *("home help", "domiciliary", "personal care", "respite", "a break for carers", "day centre", "pa"),
        *("individual service fund", "brokerage", "advocacy", "shared lives", "waking night", "reablement", "telecare"),
    }


def test_a_group_says_nothing_twice():
    for meaning in meanings():
        assert len(set(meaning.phrases)) == len(meaning.phrases), meaning.phrases


def test_the_vocabulary_is_read_a_group_a_line():
    (meaning,) = read_meanings(["# remark", "", "meals, ~clubs: meals on wheels; hot meals # both"])
    assert meaning.kinds == ("meals",)
    assert meaning.often_under == ("clubs",)
    assert meaning.phrases == (("meals", "on", "wheels"), ("hot", "meals"))


def test_a_line_of_the_vocabulary_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="line 2 of the vocabulary"):
        read_meanings(["", "meals on wheels"])


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("library", "libary", 1),
        ("befriending", "befreinding", 1),
        ("a", "b", 1),
        ("care", "cart", 1),
        ("abc", "xyz", 3),
    ],
)
def test_distance_counts_letters_changed_added_left_out_or_swapped(one, other, away):
    assert distance(one, other, 2) == distance(other, one, 2) == away


def plain_distance(one, other):
    rows = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, j in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        same = one[i - 1] == other[j - 1]
        rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (not same))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_distance_is_that_of_the_whole_table():
    rand = random.Random(11)
    for _ in range(2_000):
        one, other = ("".join(rand.choices("abc", k=rand.randint(0, 8))) for _ in range(2))
        for most in (1, 2):
            assert distance(one, other, most) == min(plain_distance(one, other), most + 1)


def test_distance_gives_up_early():
    assert distance("abcdefgh", "x", 2) == 3
    assert distance("abcdefgh", "ijklmnop", 2) == 3


def test_a_near_miss_meets_its_word_and_a_far_one_does_not():
    known = Spelling({"library": 5, "librarian": 1, "befriending": 2, "care": 9, "core": 1})
    assert known.nearest("libary") == "library"
    assert known.nearest("befreindng") == "befriending"
    assert known.nearest("cqre") == "care"
    assert known.nearest("lbrry") is None
    assert known.nearest("car") is None
    assert known.nearest("car3") is None


@given(st.text("abcde", min_size=5, max_size=12), st.integers(0, 11))
def test_a_letter_left_out_is_always_forgiven(word, place):
    typed = word[:place] + word[place + 1 :]
    found = Spelling({word: 1}).nearest(typed)
    assert found == (word if len(typed) >= 4 else None)


def test_an_excerpt_marks_the_words_asked_for_where_they_stand():
    assert excerpt("Cleaners you'll like", "", frozenset({"cleaner"})) == (("Cleaners", True), (" you'll like", False))
    long = "word " * 100 + "a hot meal " + "word " * 100
    parts = excerpt("Nothing here", long, frozenset({"meal"}))
    assert parts[0] == ("… ", False)
    assert ("meal", True) in parts
    assert parts[-1] == (" …", False)
    assert sum(len(words) for words, _ in parts) < 240


def test_an_excerpt_without_a_match_is_the_summary():
    assert excerpt("A summary", "A description", frozenset()) == (("A summary", False),)
    assert excerpt("", "A description", frozenset({"x"})) == (("A description", False),)
    assert excerpt("", "", frozenset({"x"})) == ()


@given(st.text(max_size=600), st.text(max_size=600))
def test_an_excerpt_can_be_made_of_anything(summary, description):
    parts = excerpt(summary, description, frozenset(stems_in(description)[:3]))
    assert sum(len(words) for words, _ in parts) <= 244
