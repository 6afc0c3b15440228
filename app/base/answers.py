"""Dates, times, numbers and telephone numbers as people write them. ``docs/answers.md`` has the table of what is read.

Every refusal is a :class:`ValueError` in words for the person: what was understood, if anything was, and an example.
"""

import re
from collections.abc import Mapping
from datetime import date, time

from app.base.days import MONTHS
from app.base.money import Money
from app.base.text import clean_code

DAY_PARTS = ("day", "month", "year")
"""The boxes of a day, in their order."""
YEARS = range(1900, 2200)
"""What a date may be of: sums with days and weeks never leave the calendar from here."""
CENTURY = 2000
"""``27`` is how people write 2027: nothing here asks for a day of the last century."""

LIKE_A_DATE = "The date must be a real date, like 27 3 2027"
LIKE_A_TIME = "Enter a time, like 9am or 5:30pm"
LIKE_MONEY = "Enter an amount in pounds, like 27 or 27.50"
LIKE_A_PHONE = "Enter a telephone number, like 0161 496 0001"
SHOWN_LONGEST = 30


def shown(typed: str) -> str:
    """What somebody typed, as a refusal says it back."""
    return f"‘{typed if len(typed) <= SHOWN_LONGEST else typed[:SHOWN_LONGEST] + '…'}’"


# Dates

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_WEEKDAYS = r"(?P<weekday>mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_FULL = {
    name[:3].lower(): name for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
}
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})(?:[t ]0?0:00(?::00(?:\.0+)?)?z?)?"),
    re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"),
    re.compile(
        r"(?P<day>\d{1,2})\s?[-/. ]\s?(?P<month>\d{1,2})\s?[-/. ]\s?(?P<year>\d{4}|\d{2})(?:[t ]0?0:00(?::00)?)?"
    ),
    re.compile(
        rf"(?:{_WEEKDAYS}[ ,]+)?(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)(?:[-/. ]| of )?(?P<month>[a-z]+)\.?[-/. ,]*(?P<year>\d{{4}}|\d{{2}})"
    ),
    re.compile(
        rf"(?:{_WEEKDAYS}[ ,]+)?(?P<month>[a-z]+)\.?[-/. ](?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)[-/. ,]+(?P<year>\d{{4}}|\d{{2}})"
    ),
)


def read_date(typed: str) -> date:
    """A whole date in one box: ``27 March 2027``, ``Fri 27th Mar 27``, ``27/3/2027``, ``2027-03-27``.

    Day before month, as here; the year may have two digits.

    Raises:
        ValueError: saying what was understood and how to mend it.
    """
    plain = clean_code(typed).rstrip(".,")
    for shape in _DATES:
        found = shape.fullmatch(plain.lower())
        if found is not None:
            read = _date(found["day"], found["month"], found["year"])
            return _on_its_weekday(read, found.groupdict().get("weekday") or "")
    if any(shape.fullmatch(f"{plain.lower()} 2000") for shape in _DATES):
        msg = f"We read {shown(plain)}, but the date must include a year. {LIKE_A_DATE}"
        raise ValueError(msg)
    raise ValueError(LIKE_A_DATE)


def _on_its_weekday(read: date, weekday: str) -> date:
    """The date, where the weekday written with it is its own: one of the two is a slip, and nobody knows which."""
    if weekday and weekday[:3] != f"{read:%a}".lower():
        msg = f"{read.day} {MONTHS[read.month]} {read.year} is a {read:%A}, not a {_FULL[weekday[:3]]}. {LIKE_A_DATE}"
        raise ValueError(msg)
    return read


def read_day(typed: Mapping[str, str]) -> date:
    """Day, month and year as typed into three boxes, by those names -> a date.

    The month may be a word, the year two digits; a whole date pasted into one of the boxes is a date, too.

    Raises:
        ValueError: saying what was understood and how to mend it.
    """
    boxes = {part: clean_code(typed[part]) for part in DAY_PARTS}
    missing = [part for part in DAY_PARTS if not boxes[part]]
    if len(missing) == len(DAY_PARTS) - 1:
        try:
            return read_date("".join(boxes.values()))
        except ValueError:
            pass
    if missing:
        msg = f"The date must include a {' and a '.join(missing)}"
        raise ValueError(msg)
    return _date(boxes["day"], boxes["month"], boxes["year"])


def _date(day_typed: str, month_typed: str, year_typed: str) -> date:
    day, month, year = _day_number(day_typed), _month_number(month_typed), _year_number(year_typed)
    unread = [
        f"the {part} {shown(typed)}"
        for part, typed, number in (("day", day_typed, day), ("month", month_typed, month), ("year", year_typed, year))
        if number is None
    ]
    if day is None or month is None or year is None:
        msg = f"We could not read {' and '.join(unread)}. {LIKE_A_DATE}"
        raise ValueError(msg)
    try:
        return date(year, month, day)
    except ValueError:
        msg = f"There is no {day} {MONTHS[month]} {year}. {LIKE_A_DATE}"
        raise ValueError(msg) from None


def _day_number(typed: str) -> int | None:
    found = _ORDINAL.fullmatch(typed.lower()) if typed.isascii() else None
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None  # noqa: PLR2004 - the longest months


def _month_number(typed: str) -> int | None:
    plain = typed.lower().rstrip(".")
    if plain.isascii() and plain.isdigit() and len(plain) <= 2:  # noqa: PLR2004
        return int(plain) if 1 <= int(plain) <= 12 else None  # noqa: PLR2004
    named = [number for number, name in enumerate(MONTHS) if number and _is_short_for(plain, name.lower())]
    return named[0] if len(named) == 1 else None


def _is_short_for(typed: str, name: str) -> bool:
    return len(typed) >= 3 and name.startswith(typed)  # noqa: PLR2004 - "mar" and "may" differ in the third


def _year_number(typed: str) -> int | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) in {2, 4}):
        return None
    year = int(typed) + (CENTURY if len(typed) == 2 else 0)  # noqa: PLR2004
    return year if year in YEARS else None


# Times

_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_NAMED = {"midday": 12, "noon": 12, "12 noon": 12, "12 midday": 12, "midnight": 0, "12 midnight": 0, "24:00": 0}
_HOURS = {"midday": 12, "noon": 12, "midnight": 24}
_NIGHT_ENDS = 5
"""``2 at night`` is in the early hours, ``9 at night`` in the evening."""
_HALVES = (
    (re.compile(r" ?(?:a\.? ?m\.?|in the morning|this morning)$"), "am"),
    (re.compile(r" ?(?:p\.? ?m\.?|(?:in the|this) (?:afternoon|evening))$"), "pm"),
    (re.compile(r" ?(?:at night|tonight)$"), "night"),
)
_DIGITS = re.compile(r"(\d{1,2})(?:\s?[:.,h ]\s?(\d{2}))?(?:[:.]00(?:\.0+)?)?h?")
_RUN_TOGETHER = re.compile(r"(\d{1,2})(\d{2})")
_BESIDE = re.compile(r"(half|quarter|[a-z\d -]+?)(?: minutes?| mins?)? ?(past|to) ([a-z\d]+)")


def read_time(typed: str) -> time:
    """A time of day: ``9am`` ``9:30`` ``17.45`` ``0930`` ``5:30 p.m.`` ``half past nine`` ``ten to 6 in the evening``.

    Without a word for the half of the day it is read by the clock of 24 hours: ``half past nine`` is 9:30 in the morning.

    Raises:
        ValueError: saying what was understood and how to mend it.
    """
    plain = clean_code(typed)
    words = plain.lower().replace("’", "'").replace("-", " ").removeprefix("at ")
    if words in _NAMED:
        return time(_NAMED[words])
    half = ""
    for shape, name in _HALVES:
        found = shape.search(words)
        if found is not None:
            words, half = words[: found.start()].strip(), name
            break
    words = re.sub(r"(?: ?o'? ?clock| ?hrs?| hours?)$", "", words)
    read = _face(words)
    if read is None:
        raise ValueError(LIKE_A_TIME)
    hour, minute = read
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
        msg = f"We read {shown(plain)}, but the hours before am and pm go from 1 to 12. {LIKE_A_TIME}"
        raise ValueError(msg)
    if half:
        is_late = half == "pm" or (half == "night" and _NIGHT_ENDS <= hour < 12)  # noqa: PLR2004
        hour = hour % 12 + (12 if is_late else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the last minute of a day
        msg = f"There is no {hour}:{minute:02d} in a day. {LIKE_A_TIME}"
        raise ValueError(msg)
    return time(hour, minute)


def _face(words: str) -> tuple[int, int] | None:
    """Hour and minute as they were said, not yet held to a clock."""
    if not words.isascii():
        return None
    found = _DIGITS.fullmatch(words) or _RUN_TOGETHER.fullmatch(words)
    if found is not None:
        return int(found[1]), int(found[2] or 0)
    return _beside_the_hour(words) or _in_words(words)


def _beside_the_hour(words: str) -> tuple[int, int] | None:
    """``half past nine``, ``quarter to 10``, ``twenty five minutes past noon``, and ``half nine`` as it is said here."""
    found = _BESIDE.fullmatch(words) or re.fullmatch(r"(half)( )([a-z\d]+)", words)
    if found is None:
        return None
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(found[1]) or _small(found[1])
    hour = _HOURS.get(found[3], _small(found[3]))
    if minutes is None or hour is None or not (1 <= minutes <= 30 and hour <= 24):  # noqa: PLR2004 - half an hour, a day
        return None
    if found[2] != "to":
        return hour % 24, minutes
    return (hour - 1 if hour > 1 else 12 if hour else 23), 60 - minutes


def _in_words(words: str) -> tuple[int, int] | None:
    """``nine``, ``nine thirty``, ``seven fifteen``, ``nine oh five``; never ``twenty five``."""
    hour, _, rest = words.partition(" ")
    said_nought = re.fullmatch(r"(?:oh?|nought) ([a-z]+|\d)", rest)
    if said_nought is not None and hour not in _TENS and (minute := _small(said_nought[1])) and minute < 10:  # noqa: PLR2004
        read_hour = _small(hour)
        return None if read_hour is None else (read_hour, minute)
    read = _small(hour), _small(rest) if rest else 0
    if read[0] is None or read[1] is None or (rest and (hour in _TENS or 0 < read[1] < 10)):  # noqa: PLR2004 - "nine five"
        return None
    return read[0], read[1]


def _small(words: str) -> int | None:
    """A number from 0 to 59 in digits or words: ``10``, ``twenty five``."""
    if words.isascii() and words.isdigit() and len(words) <= 2:  # noqa: PLR2004
        return int(words)
    if words in _NUMBERS:
        return _NUMBERS.index(words)
    tens, _, ones = words.partition(" ")
    if tens not in _TENS or (ones and ones not in _NUMBERS[1:10]):
        return None
    return _TENS[tens] + (_NUMBERS.index(ones) if ones else 0)


# Numbers

_WHOLE = re.compile(r"\+?(\d{1,9}|\d{1,3}(?:[ ,]\d{3}){1,2})(?:\.0*)?")


def read_number(typed: str) -> int:
    """A whole number, nothing or more: ``3``, ``1,200``, ``three``, ``3.0``.

    Raises:
        ValueError: when it is none; whoever asks for it knows between what bounds.
    """
    plain = clean_code(typed)
    found = _WHOLE.fullmatch(plain) if plain.isascii() else None
    if found is not None:
        return int(re.sub("[ ,]", "", found[1]))
    small = _small(plain.lower().replace("-", " "))
    if small is None:
        msg = "not a whole number"
        raise ValueError(msg)
    return small


# Money

_BEGUN = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?!\d|,\d{3}\b)(.+)", re.ASCII)


def read_money(typed: str) -> Money:
    """An amount in pounds, with all of its pence or none: see :meth:`Money.parse`.

    Raises:
        ValueError: saying what was understood and how to mend it.
    """
    plain = clean_code(typed)
    # ``5£`` and ``£12.50p`` leave no doubt.
    said = re.sub(r"^(\d[\d,.]*) ?£$|^(£?\d[\d,]*\.\d{2}) ?p$", r"\1\2", plain, flags=re.ASCII)
    try:
        return Money.parse(said)
    except ValueError:
        begun = _BEGUN.fullmatch(plain)
        read = f"We read £{begun[1]}, but not {shown(begun[2])}. " if begun else ""
        msg = f"{read}{LIKE_MONEY}"
        raise ValueError(msg) from None


# Telephone numbers

_ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_EXTENSION = re.compile(r"(.*?\d)[ ,;]*(?:x|ext?\.?|extension)[ .:]*(\d{1,6})", re.IGNORECASE)
_SHORT_NUMBERS = re.compile(r"999|1\d\d|11[68] ?\d{3}|0800 ?1111|0845 ?46 ?4[67]")
"""999, 101, 111, 119 and the like; helplines such as 116 123, and Childline, which is older than long numbers."""
_IN_THIS_COUNTRY = re.compile(r"0[12378]\d{9}|01\d{8}|0(?:800|500)\d{6}")
"""Eleven digits with the 0; ten only where an old area or freephone number has them: a mobile with ten lacks one."""
_ABROAD = range(8, 16)
_HOME = "44"


def read_phone(typed: str) -> str:
    """A telephone number as people dial it: ``+44 (0)161-496 0001`` -> ``0161 496 0001``.

    Raises:
        ValueError: saying what was understood and how to mend it.
    """
    plain = clean_code(typed)
    if _ROUNDED.fullmatch(plain):
        msg = f"A spreadsheet has rounded this number to {shown(plain)}, and its last digits are lost. {LIKE_A_PHONE}"
        raise ValueError(msg)
    number = re.sub(r"(?i)^(?:tel(?:ephone)?|mob(?:ile)?|phone|home|work|landline)[:. ]+", "", plain)
    number = re.sub(r"^\(\+?44\)", "+44 ", number)
    if re.fullmatch(r"[+(]?[\dOo][\dOo ()./-]{8,}", number):
        number = re.sub("[Oo]", "0", number)
    extended = _EXTENSION.fullmatch(number)
    if extended is not None:
        number = extended[1]
    if not re.fullmatch(r"\+?[\d ()./-]+", number):
        raise ValueError(LIKE_A_PHONE)
    return _dialled(number, plain) + (f" ext {extended[2]}" if extended else "")


def _dialled(number: str, plain: str) -> str:
    is_full = number.startswith(("+", "00"))
    digits = re.sub(r"\D", "", number.replace("(0)", "") if is_full else number)
    digits = digits.removeprefix("00") if is_full else digits
    if is_full and digits.startswith(f"{_HOME}0"):
        digits = _HOME + digits[3:]
    if digits.startswith(_HOME) and len(digits) == 12:  # noqa: PLR2004 - country code and ten digits
        is_full, digits = False, "0" + digits[2:]
    if is_full:
        if not digits.startswith(_HOME) and len(digits) in _ABROAD:
            return "+" + " ".join(re.sub(r"[^\d ]", " ", number.removeprefix("00")).split())
    elif _SHORT_NUMBERS.fullmatch(number.strip()):
        return " ".join(number.split())
    elif digits.startswith(("1", "2", "3", "7", "8")) and len(digits) == 10:  # noqa: PLR2004 - a spreadsheet ate the 0
        return spaced_phone("0" + digits)
    elif _IN_THIS_COUNTRY.fullmatch(digits):
        return spaced_phone(digits)
    msg = f"We read {len(digits)} digits in {shown(plain)}, and that is no telephone number we know. {LIKE_A_PHONE}"
    raise ValueError(msg)


def spaced_phone(digits: str) -> str:
    """Eleven digits as people read them out: ``01614960001`` -> ``0161 496 0001``."""
    if len(digits) == 10 and digits[1] in "58":  # noqa: PLR2004 - an old freephone number
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    if len(digits) == 11 and digits.startswith("07"):  # noqa: PLR2004 - a mobile
        return f"{digits[:5]} {digits[5:]}"
    if len(digits) == 11 and (digits.startswith("02")):  # noqa: PLR2004 - London and the newer codes
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if len(digits) == 11 and (digits[1] in "38" or digits[2] == "1" or digits[3] == "1"):  # noqa: PLR2004
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:5]} {digits[5:]}"
