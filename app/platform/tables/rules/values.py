"""What people and spreadsheets mean by a cell: days, times, telephone numbers, web addresses.

Each gives the value and, where it had to be guessed or could not be read, a remark: nothing becomes empty without a word.
"""

import re
from datetime import date, time, timedelta
from typing import NamedTuple

YEARS = range(1900, 2200)
"""A year of any other is a typing error, and at the ends of the calendar there is no day before or after."""
_DAY_ZERO = date(1899, 12, 30)
"""Spreadsheets number days from here."""
_DAY_NUMBERS = range(20_000, 80_000)
"""1954 to 2119: numbers that may be days when a spreadsheet shows them bare."""


class Meant(NamedTuple):
    """A moment of the calendar or the clock, and what to say about how it was read; mostly nothing."""

    value: date
    remark: str = ""


class MeantTime(NamedTuple):
    """The same for a time of day."""

    value: time
    remark: str = ""


def day_in(text: str) -> Meant:
    """``25/11/26`` ``2026-11-25 00:00:00`` ``25 Nov 2026`` ``31/05/2023 - 10:30`` ``46351`` -> a day.

    Days come before months, as in Britain; two digits of a year are of this century.

    Raises:
        ValueError: with what was understood, when it is no day.
    """
    plain = _without_time(text)
    if re.fullmatch(r"\d{5}(\.\d+)?", plain) and int(plain[:5]) in _DAY_NUMBERS:
        found = _DAY_ZERO + timedelta(days=int(plain[:5]))
        return Meant(found, f"{plain} is a spreadsheet’s number of a day and was read as {_words(found)}")
    numbers = re.fullmatch(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})", plain)
    if numbers is not None:
        first, month, last = numbers.groups()
        if len(first) == 4:  # noqa: PLR2004 - year first
            return Meant(_day(int(first), int(month), int(last)))
        return Meant(_day(_year(last), int(month), int(first)))
    return Meant(_in_words(plain))


def _without_time(text: str) -> str:
    """``2026-11-25T00:00:00Z``, ``31/05/2023 - 10:30`` and ``Wed 25th Nov`` without what is not the day itself."""
    plain = re.sub(
        r"[\sT,-]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?|z|[+-]\d\d:?\d\d)?$",
        "",
        text.strip(),
        flags=re.IGNORECASE,
    )
    plain = re.sub(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+", "", plain, flags=re.IGNORECASE)
    return re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", plain, flags=re.IGNORECASE).strip()


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)",
    re.IGNORECASE,
)


def _in_words(plain: str) -> date:
    words = re.split(r"[\s,/.-]+", plain)
    # "Nov 25, 2026" puts the month first; the day is a number either way.
    if len(words) == 3 and words[0].isalpha():  # noqa: PLR2004 - a day, a month and a year
        words = [words[1], words[0], words[2]]
    is_day = len(words) == 3 and words[0].isdigit() and words[2].isdigit() and _MONTH.fullmatch(words[1])  # noqa: PLR2004
    if not is_day:
        raise ValueError("that is no day")
    return _day(_year(words[2]), MONTHS.index(words[1][:3].casefold()) + 1, int(words[0][:3]))


def _year(digits: str) -> int:
    if len(digits) == 2:  # noqa: PLR2004 - 26 is 2026
        return 2000 + int(digits)
    if len(digits) != 4:  # noqa: PLR2004 - a whole year
        raise ValueError("that is no year")
    return int(digits)


def _day(year: int, month: int, day: int) -> date:
    if month > 12 and day <= 12:  # noqa: PLR2004 - months of a year
        raise ValueError(f"the day comes first, and there is no month {month}")
    if year not in YEARS:
        msg = f"the year {year} cannot be meant"
        raise ValueError(msg)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("there is no such day") from None


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def time_in(text: str) -> MeantTime:
    """``08:31`` ``8.31`` ``08:31 AM`` ``0831`` ``2026-11-25 08:31:00`` ``0.354861111`` -> a time of day, to the minute.

    Raises:
        ValueError: with what was understood, when it is none.
    """
    plain = text.strip().casefold().replace(" ", "")
    plain = re.sub(r"^\d{4}-\d\d-\d\dt?(?=\d)", "", plain)
    half = re.search(r"([ap])\.?m\.?$", plain)
    bare = plain[: half.start()] if half else plain
    if re.fullmatch(r"0?\.\d{4,}", bare) and not half:
        return _part_of_day(bare)
    remark = ""
    if re.fullmatch(r"\d{1,2}\.\d", bare):
        remark = f"{text.strip()} was read as {bare.replace('.', ':')}0, because a spreadsheet drops the last 0"
        bare += "0"
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?)?", bare) or re.fullmatch(
        r"(\d{1,2})(\d{2})", bare
    )
    if found is None or (found[2] is None and not half):
        raise ValueError("that is no time of day")
    hour, minute = int(found[1]), int(found[2] or 0)
    if half and not (13 <= hour <= 23 and half[1] == "p"):  # noqa: PLR2004 - "14:30 PM" can only mean one thing
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            raise ValueError("that is no time of day")
        hour = hour % 12 + (12 if half[1] == "p" else 0)
    try:
        return MeantTime(time(hour, minute), remark)
    except ValueError:
        raise ValueError("that is no time of day") from None


def _part_of_day(text: str) -> MeantTime:
    minutes = round(float(text) * 24 * 60)
    if minutes >= 24 * 60:
        raise ValueError("that is no time of day")
    found = time(minutes // 60, minutes % 60)
    return MeantTime(found, f"{text} is a spreadsheet’s part of a day and was read as {found:%H:%M}")


def phone_in(text: str) -> tuple[str | None, str]:
    """A telephone number as people dial it, and a remark when it was spoilt and left out.

    ``1617486414`` (a spreadsheet ate the 0) -> ``0161 748 6414``; ``+44 161...`` likewise; what is already spaced stays.
    ``1.61749E+09`` has lost its last digits and is nobody's number; ``1.617486414E+09`` has all of them.
    """
    spoilt = re.fullmatch(r"\s*(\d)[.,]?(\d*)[eE]\+?(\d{1,2})\s*", text)
    if spoilt is not None:
        whole, power = spoilt[1] + spoilt[2], int(spoilt[3])
        if len(whole) < power + 1:
            return None, (
                f"the telephone number {text.strip()} lost its last digits in a spreadsheet and was left out: "
                "write it as text and send it again"
            )
        text = whole[: power + 1]
    digits = re.sub(r"\D", "", text)
    if digits.startswith("44") and len(digits) == 12:  # noqa: PLR2004 - country code and ten digits
        digits = "0" + digits[2:]
    elif len(digits) in {9, 10} and not digits.startswith("0"):
        digits = "0" + digits
    elif len(digits) not in {10, 11} or " " in text.strip():
        return text[:30], ""
    return _spaced(digits), ""


def _spaced(digits: str) -> str:
    if len(digits) == 11 and digits.startswith("07"):  # noqa: PLR2004 - a mobile
        return f"{digits[:5]} {digits[5:]}"
    if len(digits) == 11 and (digits.startswith("02")):  # noqa: PLR2004 - London and the newer codes
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if len(digits) == 11 and (digits[1] in "38" or digits[:4] == "0161" or digits[2] == "1" or digits[3] == "1"):  # noqa: PLR2004
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:5]} {digits[5:]}"


def website_in(text: str) -> str | None:
    """An address a browser opens: ``www.example.org`` -> ``https://www.example.org``; nothing when it is not one."""
    found = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if re.search(r"\s", found) or not re.match(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?$", found, re.IGNORECASE):
        return None
    return found[:300]
