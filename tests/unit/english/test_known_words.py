"""What is a word of British English: the list of the package, the everyday words beside it, and nothing that is a slip."""

import pytest

from app.platform.english.rules.known_words import everyday, is_word, packaged


@pytest.mark.parametrize(
    "word",
    [
        "vomiting",
        "rash",
        "gamblers",
        "colour",
        "neighbours",
        "kerb",
        "nowt",
        "owt",
        "summat",
        "mardy",
        "nesh",
        "ginnel",
        "bairn",
        "scran",
        "leccy",
        "nana",
        "nans",
        "mums",
        "dont",
        "crochet",
        "diecast",
        "stairlift",
        "zumba",
        "boccia",
        "gurdwara",
        "sylheti",
        "dementia",
        "parkinsons",
        "toenails",
        "puppies",
        "wheelchairs",
    ],
)
def test_right_words_are_known(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize(
    "word",
    [
        "stealling",
        "carrer",
        "pencion",
        "choakin",
        "suiciddal",
        "demetia",
        "wheelchiar",
        "hopital",
        "becuase",
        "tommorow",
        "dress-up",
        "x1",
        "q",
    ],
)
def test_slips_are_not(word: str) -> None:
    assert not is_word(word)


def test_the_everyday_words_hold_only_what_the_package_does_not_and_none_twice() -> None:
    theirs, ours = set(packaged()), everyday()
    assert len(theirs) > 82_000
    assert [word for word in ours if word in theirs] == []
    assert len(ours) == len(set(ours))
    assert all(word.isascii() and word.islower() for word in ours)
