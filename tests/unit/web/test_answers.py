"""Answers as people write them, row by row of the table in the documents, and with whatever a clipboard adds to them."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.answers import read_date, read_day, read_money, read_number, read_phone, read_time
from app.base.money import Money
from app.base.text import clean_code, clean_email, clean_line, clean_text, is_blank
from app.people.councils.rules.geography import compact_postcode, show_postcode

ROOT = Path(__file__).parents[3]

READ: dict[str, Callable[[str], str]] = {
    "Dates": lambda typed: read_date(typed).isoformat(),
    "Times": lambda typed: f"{read_time(typed):%H:%M}",
    "Money": lambda typed: str(read_money(typed)),
    "Whole numbers": lambda typed: str(read_number(typed)),
    "Telephone numbers": read_phone,
    "Postcodes": lambda typed: show_postcode(compact_postcode(typed)),
}
"""How each kind of the table is read, as it is written there."""


def _table() -> list[tuple[str, str, str]]:
    rows, kind = [], ""
    for line in (ROOT / "docs" / "answers.md").read_text().splitlines():
        kind = line.removeprefix("## ") if line.startswith("## ") else kind
        found = re.fullmatch(r"\| (?!written|---)(.+?) \| (.+?) \|", line)
        if found:
            rows.append((kind, found[1], found[2]))
    return rows


TABLE = _table()
ACCEPTED = [row for row in TABLE if not row[2].startswith("refused")]


def test_the_table_has_every_kind() -> None:
    assert {kind for kind, _, _ in TABLE} == set(READ)
    assert {kind for kind, _, _ in ACCEPTED} == set(READ)


@pytest.mark.parametrize(("kind", "typed", "means"), TABLE)
def test_every_row_of_the_table_is_read_as_it_says(kind: str, typed: str, means: str) -> None:
    if not means.startswith("refused"):
        assert READ[kind](typed) == means
        return
    with pytest.raises(ValueError, match=r"\w") as refused:
        READ[kind](typed)
    assert str(refused.value).startswith(means.removeprefix("refused").removeprefix(": "))


EXAMPLE = re.compile(r"like \S+|not a whole number")


@pytest.mark.parametrize(("kind", "typed", "means"), [row for row in TABLE if row not in ACCEPTED])
def test_whatever_is_refused_gives_an_example(kind: str, typed: str, means: str) -> None:
    with pytest.raises(ValueError, match=EXAMPLE):
        READ[kind](typed)


UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u061c\u180e\u034f\u3164\ufe0f\U000e0020"
)
BLANKS = "\u00a0\u2002\u2009\u202f\u3000"
sprinkled = st.text(alphabet=UNSEEN, max_size=3)


@given(st.sampled_from(ACCEPTED), st.data())
def test_what_a_clipboard_adds_changes_no_answer(row: tuple[str, str, str], data: st.DataObject) -> None:
    kind, typed, means = row
    pasted = data.draw(st.text(alphabet=UNSEEN + BLANKS, max_size=3))
    for one in typed:
        pasted += (data.draw(st.sampled_from(BLANKS)) if one == " " else one) + data.draw(sprinkled)
    assert READ[kind](pasted) == means
    assert READ[kind](typed.upper()) == means


full_width = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(ord("!"), ord("~") + 1)})


@pytest.mark.parametrize(
    ("kind", "typed", "means"), [row for row in ACCEPTED if row[0] != "Dates" or "," not in row[1]]
)
def test_letters_as_wide_as_their_line_mean_the_same(kind: str, typed: str, means: str) -> None:
    assert READ[kind](typed.translate(full_width)) == means


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_read_in_every_spelling_of_it(day: date) -> None:
    for written in (
        f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", f"{day.day} {day:%B} {day.year}", f"{day:%a %d %b %Y}", f"{day:%B} {day.day}, {day.year}",
        day.isoformat(), f"{day.isoformat()}T00:00:00", f"{day.day} {day.month} {day.year}",
    ):  # fmt: skip
        assert read_date(written) == day
    for month in (str(day.month), f"{day:%m}", f"{day:%B}", f"{day:%b}.", f"{day:%B}".upper()):
        for year in (f"{day:%Y}", f"{day:%y}"):
            assert read_day({"day": str(day.day), "month": month, "year": year}) == day
    assert read_day({"day": f"{day:%d/%m/%Y}", "month": "", "year": ""}) == day


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_is_read_in_every_spelling_of_it(at: time) -> None:
    half = "am" if at.hour < 12 else "pm"
    face = at.hour % 12 or 12
    for written in (
        f"{at:%H:%M}", f"{at:%H.%M}", f"{at:%H%M}", f"{at:%H:%M:%S}", f"{face}:{at:%M}{half}", f"{face}.{at:%M} {half.upper()}",
        f"{face}.{at:%M} {half[0]}.m.",
    ):  # fmt: skip
        assert read_time(written) == at


@given(st.text(max_size=20) | st.text(alphabet="0123456789:.,-/ £ampJanhlfotqe", max_size=20))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str) -> None:
    for kind, read in READ.items():
        try:
            meant = read(typed)
        except ValueError as wrong:
            assert re.search(EXAMPLE, str(wrong)), (kind, typed)
        else:
            assert meant


@given(st.integers(min_value=0, max_value=10**11 - 1))
def test_an_amount_never_loses_a_penny(pence: int) -> None:
    for written in (
        str(Money(pence)),
        f"{pence // 100}.{pence % 100:02d}",
        f"{pence // 100} pounds {pence % 100:02d}p",
    ):
        assert read_money(written) == Money(pence)


NOTHING_SEEN = ["\u200b", "\u2060\u2060", "\ufeff", "\u00a0\u3000", "\u202e\u202c", "\u3164", "\u115f\u1160", "\u2800", "\u00ad", "\u034f", "\ufe0f", "\ufffc", "\U000e0020", "\u200d\u200d", "\n\u2028\u2029", "\u180e", "\u0301", ""]  # fmt: skip


@pytest.mark.parametrize("typed", NOTHING_SEEN)
def test_what_shows_nothing_is_empty(typed: str) -> None:
    assert is_blank(typed)
    assert (clean_line(typed), clean_text(typed)) == ("", "")
    assert clean_line(f"{typed}Ada{typed}" if typed != "\u0301" else "Ada") == "Ada"


@pytest.mark.parametrize(
    "shown",
    [
        "Ada Lovelace",
        "O’Neil-Ñuñez",
        "李小龍",
        "👍",
        "👩‍👩‍👧",
        "❤️",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "👍🏽",
        "می‌خواهم",
        "ශ්‍රී",
        "مرحبا",
        "Zoë",
        "½ & ¾",
    ],
)
def test_what_is_seen_stays(shown: str) -> None:
    assert clean_line(shown) == unicodedata.normalize("NFC", shown)
    assert (
        clean_text(f"{shown}\r\n{shown}")
        == f"{unicodedata.normalize('NFC', shown)}\n{unicodedata.normalize('NFC', shown)}"
    )


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_unseen(typed: str) -> None:
    for clean in (clean_line, clean_text, clean_code, clean_email):
        once = clean(typed)
        assert clean(once) == once
        assert not any(unicodedata.category(c) == "Cf" for c in once if c not in "\u200c\u200d" and ord(c) < 0xE0020)


@pytest.mark.parametrize(
    "pasted",
    [
        "ada@example.org\u200b",
        "\u202aAda@Example.ORG\u202c",
        "ada\u00ad@example.org",
        " ada @ example.org ",
        "ａｄａ＠example.org",
    ],
)
def test_an_address_is_the_same_however_it_was_pasted(pasted: str) -> None:
    assert clean_email(pasted) == "ada@example.org"


def test_forms_of_one_letter_are_one() -> None:
    typed: Any = ("Zoe\u0308", "Zo\u00eb")
    assert len({clean_line(one) for one in typed}) == 1
