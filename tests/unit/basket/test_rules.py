"""What a code is for, what it says, and who may say yes."""

from datetime import UTC, date, datetime, time

import pytest

from app.people.accounts.models import Person
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power
from app.support.basket import permissions
from app.support.basket.models import BasketLine
from app.support.basket.rules import (
    BasketPlan,
    TypedCode,
    booking_key,
    changed_words,
    code_hash,
    content_hash,
    is_code,
    line_words,
    pay_kept,
    typed_words,
)

PLAN = BasketPlan(date(2026, 11, 24), time(9), time(10, 30), ends_next_day=False, extras=(), miles=None, which=None)


def test_a_code_is_for_one_asking_and_one_site() -> None:
    kept = code_hash("secret", "asked1", "123456")
    assert is_code("secret", "asked1", "123456", kept)
    assert is_code("secret", "asked1", " 123 456 ", kept)
    for secret, asked, typed in (
        ("secret", "asked2", "123456"),
        ("other", "asked1", "123456"),
        ("secret", "asked1", "123457"),
        ("secret", "asked1", ""),
        ("secret", "asked1", "١٢٣٤٥٦"),
    ):
        assert not is_code(secret, asked, typed, kept)
    assert "123456" not in kept
    assert len(kept) == 64


def test_whatever_changes_in_a_basket_is_another_content() -> None:
    one = ("provider", "line", "listing", {"on": "2026-11-24", "from": "09:00"}, 1, "note", 4125, "pot", False)
    same = (*one[:3], {"from": "09:00", "on": "2026-11-24"}, *one[4:])
    assert content_hash([one]) == content_hash([same])
    others = [(*one[:at], "else", *one[at + 1 :]) for at in range(len(one))]
    hashes = {content_hash([other]) for other in others}
    assert len(hashes) == len(one)
    assert content_hash([one]) not in hashes
    assert len({content_hash(rows) for rows in ([], [one], [one, one])}) == 3


def test_a_line_of_the_letter_names_what_from_whom_when_and_what_pays() -> None:
    said = line_words(title="A walk", provider="Bright", plan=PLAN, quantity=1, price="£41.25", pays="Own money")
    assert said == "A walk, from Bright\nTuesday 24 November 2026, 09:00 to 10:30\n£41.25, paid from: Own money"
    many = line_words(title="Rail", provider="Aid", plan=PLAN, quantity=3, price="£9", pays="Own money")
    assert many.startswith("Rail (3 of them), from Aid\n")


@pytest.mark.parametrize(
    ("became", "left", "said"),
    [
        (TypedCode.WRONG, 4, "You can try 4 times more."),
        (TypedCode.WRONG, 1, "You can try once more."),
        (TypedCode.WRONG, 0, "it was tried too often"),
        (TypedCode.CHANGED, 0, "Something in the basket changed"),
        (TypedCode.NONE, 0, "No code that you asked for waits"),
    ],
)
def test_what_is_said_of_a_code_that_booked_nothing_says_how_to_go_on(became: TypedCode, left: int, said: str) -> None:
    words = typed_words(became, left)
    assert said in words
    assert left or "sk for a new code" in words


def test_prices_money_and_keys_as_lines_keep_them() -> None:
    assert changed_words(None, 5) == changed_words(5, 5) == ""
    assert changed_words(4125, 4475) == "£3.50 more than when it was put in the basket: it was £41.25 then"
    assert changed_words(4475, 4125).startswith("£3.50 less")
    assert (pay_kept("a" * 400), pay_kept("a" * 401)) == ("a" * 400, "")
    assert booking_key("k" * 50, "line") == f"{'k' * 40}-line"


def test_who_says_yes_takes_out_and_asks_for_a_code() -> None:
    person, manager = Person(id=1), Person(id=2)
    hers, its = BasketLine(added_by_id=1), BasketLine(added_by_id=2)
    suggests = frozenset({Power.SUGGEST})
    for powers in (suggests, COUNCIL_STAFF_POWERS, EVERY_POWER - {Power.BOOK}):
        assert not permissions.may_say_yes(powers)
        assert permissions.may_take_out(powers, manager, its)
        assert not permissions.may_take_out(powers, manager, hers)
        assert permissions.may_ask_for_code(powers, manager, person)
    assert permissions.may_say_yes(EVERY_POWER)
    assert permissions.may_take_out(EVERY_POWER, person, its)
    # Who may say yes needs no code; and nobody asks themselves.
    assert not permissions.may_ask_for_code(EVERY_POWER, manager, person)
    assert not permissions.may_ask_for_code(suggests, person, person)
    assert not permissions.may_ask_for_code(frozenset({Power.SEE_PLAN, Power.SEE_MONEY}), manager, person)


def test_what_was_suggested_waits_until_it_is_taken_or_left() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert not BasketLine().is_waiting
    assert BasketLine(suggested_at=now).is_waiting
    assert not BasketLine(suggested_at=now, taken_at=now).is_waiting
    assert not BasketLine(suggested_at=now, left_at=now).is_waiting
