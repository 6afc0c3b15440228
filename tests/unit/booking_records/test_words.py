"""The one table of words: every state has words for every reader, no two alike, and the documents print the same table."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from app.support.booking_records.rules.changes import ChangeStatus
from app.support.booking_records.rules.disputes import DisputeStatus
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import BookingStatus, How, VisitStatus
from app.support.booking_records.rules.words import (
    ASKED_FOR,
    BEING_CHECKED,
    BOOKINGS,
    CHANGES,
    DISPUTES,
    HOW_KNOWN,
    LEAVING,
    NOT_CHARGED,
    NOT_CONFIRMED,
    OWN_SHARE_WAITS,
    PLANS,
    RETURNS,
    SAID,
    SHARES,
    THINGS,
    VISITS,
    WAITS_FOR_MONEY,
    Back,
    Decides,
    Leaving,
    Reader,
    VisitWords,
    WordsFor,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "bookings.md"
OF_THINGS_ONLY = {VisitStatus.DAMAGED}


def _of(state: VisitWords) -> WordsFor:
    return WordsFor(*(f"{words}, {state.money}" if state.money else words for words in state.what))


def rows() -> Iterator[tuple[str, str, WordsFor]]:
    """Every row of the table: of what, in which state, and its words."""
    yield from (("a booking", status.value, words) for status, words in BOOKINGS.items())
    yield "a visit", "planned, asked for", ASKED_FOR
    yield "a visit", "not made yet", NOT_CONFIRMED
    yield "a visit", "planned, its money to come", WAITS_FOR_MONEY
    yield from (("a visit", one.value, _of(state)) for one, state in VISITS.items() if one not in OF_THINGS_ONLY)
    yield from (
        ("things", one.value, _of(state))
        for one, state in THINGS.items()
        if one in OF_THINGS_ONLY or state != VISITS[one]
    )
    yield from (("things sent back", one.value, words) for one, words in RETURNS.items())
    yield from (("a change", one.value, words) for one, words in CHANGES.items())
    for status, by in DISPUTES.items():
        yield "a dispute", status.value, by[Decides.COUNCIL]
        if by[Decides.OPERATOR] != by[Decides.COUNCIL]:
            yield "a dispute", f"{status.value}, by the operator", by[Decides.OPERATOR]
    yield from (("a plan to share", one.value, words) for one, words in PLANS.items())
    yield "one's own share", "asked", OWN_SHARE_WAITS
    yield from (("another's share", one.value, words) for one, words in SHARES.items())
    yield from (("leaving", one.value, words) for one, words in LEAVING.items())


def table() -> list[str]:
    """The same as the documents print it."""
    lines = [
        "| of | state | the person | a helper | the provider | the council |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for what, state, words in rows():
        said = [words.person, *("the same" if one == words.person else one for one in words[1:])]
        lines.append(f"| {what} | {state.replace('_', ' ')} | {' | '.join(said)} |")
    return lines


def test_the_documents_print_the_table_as_it_is() -> None:
    printed = DOCUMENT.read_text()
    assert "\n".join(table()) in printed


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (BookingStatus, BOOKINGS),
        (VisitStatus, VISITS),
        (VisitStatus, THINGS),
        (DisputeStatus, DISPUTES),
        (SharePlanStatus, PLANS),
        (ShareStatus, SHARES),
        (ChangeStatus, CHANGES),
        (Back, RETURNS),
        (Leaving, LEAVING),
        (How, HOW_KNOWN),
    ],
)
def test_every_state_has_its_words(states: type[StrEnum], words: Mapping[StrEnum, object]) -> None:
    assert set(words) == set(states)


@pytest.mark.parametrize("reader", Reader)
def test_no_two_states_of_one_thing_are_called_alike(reader: Reader) -> None:
    seen: dict[tuple[str, str], str] = {}
    for what, state, words in rows():
        said = words.to(reader)
        # To whom leaving is not their own question, who still has to answer is all one.
        if what == "leaving" and reader is Reader.PROVIDER:
            continue
        assert said
        assert seen.setdefault((what, said), state) == state
    assert len({said for _, said in seen}) > len(BookingStatus)


def test_nothing_is_called_charged_while_somebody_says_it_was_not_so() -> None:
    for said in SAID.values():
        for status in VisitStatus:
            words = said.visit(status, disputed=True)
            assert words.endswith(BEING_CHECKED)
            assert "charged" not in words
            hidden = said.visit(status, with_money=False)
            assert "charged" not in hidden.replace(NOT_CHARGED, "")
