"""What people and spreadsheets mean by a cell: days, times, telephone numbers, web addresses.

What people write is read as in every form (``app.base.answers``); here is only what spreadsheets do to it. Each gives the value
and, where it had to be guessed or could not be read, a remark: nothing becomes empty without a word.
"""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.base.answers import LIKE_A_DATE, LIKE_A_TIME, read_date, read_phone, read_time

_DAY_ZERO = date(1899, 12, 30)
"""Spreadsheets number days from here."""
_DAY_NUMBERS = range(20_000, 80_000)
"""1954 to 2119: numbers that may be days when a spreadsheet shows them bare."""


class Meant(NamedTuple):
    """A day, and what to say about how it was read; mostly nothing."""

    value: date
    remark: str = ""


class MeantTime(NamedTuple):
    """The same for a time of day."""

    value: time
    remark: str = ""


def day_in(text: str) -> Meant:
    """``25/11/26`` ``2026-11-25 00:00:00`` ``Wed 25 Nov 2026`` ``31/05/2023 - 10:30`` ``46351`` -> a day.

    Raises:
        ValueError: with what was understood, when it is no day.
    """
    plain = re.sub(
        r"(?<=\d)[\sT,-]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?|z|[+-]\d\d:?\d\d)?$",
        "",
        text.strip(),
        flags=re.IGNORECASE,
    )
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", plain) and int(plain[:5]) in _DAY_NUMBERS:
        found = _DAY_ZERO + timedelta(days=int(plain[:5]))
        return Meant(found, f"{plain} is a spreadsheet’s number of a day and was read as {found.day} {found:%B %Y}")
    try:
        return Meant(read_date(plain))
    except ValueError as wrong:
        raise ValueError(_why(wrong, LIKE_A_DATE) or "That is no day") from None


def _why(wrong: ValueError, example: str) -> str:
    """What a refusal understood, without its example: the caller has one of its own."""
    return str(wrong).removesuffix(example).strip().removesuffix(".")


def time_in(text: str) -> MeantTime:
    """``08:31`` ``8.31`` ``08:31 AM`` ``half past nine`` ``2026-11-25 08:31:00`` ``0.354861111`` -> a time, to the minute.

    Raises:
        ValueError: with what was understood, when it is none.
    """
    plain = re.sub(r"^\d{4}-\d\d-\d\d[T ]+(?=\d)", "", text.strip())
    if re.fullmatch(r"0?\.[0-9]{4,}", plain):
        return _part_of_day(plain)
    plain = re.sub(r"^(\d{1,2}[:.]\d{2})[:.]\d{2}(\.\d+)?(?!\d)", r"\1", plain)
    remark = ""
    if re.fullmatch(r"[0-9]{1,2}\.[0-9]", plain):
        remark = f"{plain} was read as {plain.replace('.', ':')}0, because a spreadsheet drops the last 0"
        plain += "0"
    try:
        return MeantTime(read_time(plain), remark)
    except ValueError as wrong:
        raise ValueError(_why(wrong, LIKE_A_TIME) or "That is no time of day") from None


def _part_of_day(text: str) -> MeantTime:
    minutes = int((Decimal(text) * 24 * 60).to_integral_value())
    if minutes >= 24 * 60:
        raise ValueError("That is no time of day")
    found = time(minutes // 60, minutes % 60)
    return MeantTime(found, f"{text} is a spreadsheet’s part of a day and was read as {found:%H:%M}")


_POWER = re.compile(r"([0-9])[.,]?([0-9]*)e\+?([0-9]{1,2})", re.IGNORECASE)
KEPT_LONGEST = 30


def phone_in(text: str) -> tuple[str | None, str]:
    """A telephone number as people dial it, and a remark when it was spoilt and left out.

    ``1617486414`` (a spreadsheet ate the 0) -> ``0161 748 6414``; what is no number is kept as it is, for somebody wrote it.
    ``1.61749E+09`` has lost its last digits and is nobody's number; ``1.617486414E+09`` has all of them.
    """
    plain = text.strip()
    spoilt = _POWER.fullmatch(plain)
    if spoilt is not None:
        whole, power = spoilt[1] + spoilt[2], int(spoilt[3])
        if len(whole) < power + 1:
            return None, (
                f"the telephone number {plain} lost its last digits in a spreadsheet and was left out: "
                "write it as text and send it again"
            )
        plain = whole[: power + 1]
    if re.fullmatch(r"[1-9][0-9]{8,9}", plain):
        plain = f"0{plain}"
    try:
        return read_phone(plain)[:KEPT_LONGEST], ""
    except ValueError:
        return plain[:KEPT_LONGEST], ""


def website_in(text: str) -> str | None:
    """An address a browser opens: ``www.example.org`` -> ``https://www.example.org``; nothing when it is not one."""
    found = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if re.search(r"\s", found) or not re.match(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?$", found, re.IGNORECASE):
        return None
    return found[:300]
