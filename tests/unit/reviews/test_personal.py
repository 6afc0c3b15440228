"""Names and ways to reach somebody are found in words, and what looks like them is let be."""

import pytest

from app.demo.rules.reviews import ENDINGS, MIDDLES, OPENINGS
from app.platform.danger.rules.hearing import hear
from app.shop.reviews.rules.personal import FIRST_NAMES, personal_in, personal_refusal

NAMES = ("Ada Example", "Bob Staff")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Bob was late.", ["Bob"]),
        ("I asked for ada example by name.", ["ada example"]),
        ("Bob's car broke down.", ["Bob"]),
        ("Mrs Hale and Dr. Okafor came.", ["Hale", "Okafor"]),
        ("Her name is Petra.", ["Petra"]),
        ("The worker, Margaret, was kind.", ["Margaret"]),
        ("Ring 0161 496 0001.", ["0161 496 0001"]),
        ("Ring +44 (0)161 496-0001 now", ["+44 (0)161 496-0001"]),
        ("Write to kind.helper@example.co.uk", ["kind.helper@example.co.uk"]),
        ("See www.helpers.example/me or helpers.co.uk", ["www.helpers.example/me", "helpers.co.uk"]),
        ("Find me as @kindhelper", ["@kindhelper"]),
        ("I live at 12 Acacia Road, QX1 1AA.", ["QX1 1AA", "12 Acacia Road"]),
    ],
)
def test_it_is_found(words: str, found: list[str]) -> None:
    assert sorted(personal_in(words, NAMES, called=("Bright Days",))) == sorted(found)


@pytest.mark.parametrize(
    "words",
    [
        "They came on 22 November 2026 at 10:30, and on 2026-11-23.",
        "I paid 1,200.50 in all, for 52 weeks.",
        "Monday was called off. They called Monday a bank holiday.",
        "Bright Days is a good name.",
        "I will stay. It may rain in May.",
        "The worker will mark it down.",
    ],
)
def test_it_is_let_be(words: str) -> None:
    assert personal_in(words, NAMES, called=("Bright Days", "Company at home")) == []


def test_a_provider_may_be_called_by_a_first_name() -> None:
    assert personal_in("Harriet is a fine firm.", (), called=("Harriet and Daughters",)) == []
    assert personal_in("Harriet is a fine firm.", ("Harriet Staff",), called=("Harriet and Daughters",)) == ["Harriet"]


def test_the_refusal_says_how_to_mend_it() -> None:
    assert personal_refusal(["Bob", "0161 496 0001"]).startswith("Take out “Bob” and “0161 496 0001”.")


def test_no_ordinary_word_is_a_first_name() -> None:
    assert not FIRST_NAMES & {"Will", "May", "Mark", "Rose", "Grace", "June", "April", "Hope", "Joy", "Sue", "Bill"}


def test_what_the_demonstration_says_names_nobody_and_sounds_of_no_danger() -> None:
    said = [one for parts in (OPENINGS, MIDDLES, ENDINGS) for several in parts.values() for one in several]
    assert [one for one in said if personal_in(one) or hear(one)] == []
