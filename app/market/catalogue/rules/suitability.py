"""Whom a listing suits and when it can be had: the words that people choose from, each with a code for addresses."""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum


class TimeOfDay(StrEnum):
    """The parts of a day that support is asked for by."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


TIME_WORDS = {
    TimeOfDay.MORNING: "Morning, until midday",
    TimeOfDay.AFTERNOON: "Afternoon, until 6pm",
    TimeOfDay.EVENING: "Evening, until 10pm",
    TimeOfDay.NIGHT: "Night",
}

DAY_WORDS = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
SATURDAY, SUNDAY = 6, 7


class Age(StrEnum):
    """The ages people shop for."""

    CHILDREN = "children"
    ADULTS = "adults"
    OLDER = "older"


AGE_WORDS = {
    Age.CHILDREN: "Children, under 18",
    Age.ADULTS: "Adults, 18 to 64",
    Age.OLDER: "Older people, 65 and over",
}
_SPAN = {Age.CHILDREN: (0, 17), Age.ADULTS: (18, 64), Age.OLDER: (65, 200)}
_SAID = {"older people": Age.OLDER, "adults under 65": Age.ADULTS, "children": Age.CHILDREN}

NEEDS: Mapping[str, str] = {
    "autism": "Autism",
    "brain-injury": "Brain injury or stroke",
    "carers": "People who care for somebody",
    "dementia": "Dementia",
    "drugs-and-alcohol": "Drugs and alcohol",
    "eating-disorder": "Eating disorder",
    "end-of-life": "End of life",
    "learning-disability": "Learning disability",
    "long-term-illness": "Long-term illness",
    "mental-health": "Mental health",
    "physical-disability": "Physical disability",
    "sensory-impairment": "Sensory impairment",
}
"""Needs that listings cater for. Older people are an age, not a need."""

LANGUAGES: Mapping[str, str] = {
    name.lower().replace(" ", "-"): name
    for name in (
        "English",
        "British Sign Language",
        "Makaton",
        "Albanian",
        "Amharic",
        "Arabic",
        "Bengali",
        "Bulgarian",
        "Cantonese",
        "Czech",
        "Dari",
        "Farsi",
        "French",
        "German",
        "Greek",
        "Gujarati",
        "Hindi",
        "Hungarian",
        "Italian",
        "Kurdish",
        "Latvian",
        "Lithuanian",
        "Malayalam",
        "Mandarin",
        "Nepali",
        "Pashto",
        "Polish",
        "Portuguese",
        "Punjabi",
        "Romanian",
        "Russian",
        "Shona",
        "Slovak",
        "Somali",
        "Spanish",
        "Swahili",
        "Sylheti",
        "Tagalog",
        "Tamil",
        "Telugu",
        "Tigrinya",
        "Turkish",
        "Twi",
        "Ukrainian",
        "Urdu",
        "Vietnamese",
        "Welsh",
        "Yoruba",
    )
}
"""Languages that can be searched by; what else a provider writes is found by its words."""

_NEED_CODES = {words.lower(): code for code, words in NEEDS.items()}
_LANGUAGE_CODES = {words.lower(): code for code, words in LANGUAGES.items()} | {"bsl": "british-sign-language"}


def need_codes(written: Iterable[str]) -> list[str]:
    """The needs known among those written, in order; what is not known is left out."""
    return [_NEED_CODES[words.lower()] for words in written if words.lower() in _NEED_CODES]


def language_codes(written: Iterable[str]) -> list[str]:
    """The languages known among those written, in order; what is not known is left out."""
    return [_LANGUAGE_CODES[words.lower()] for words in written if words.lower() in _LANGUAGE_CODES]


def ages_of(age_from: int | None, age_to: int | None, needs: Collection[str]) -> list[Age]:
    """The ages a listing is for: by its limits; without any, by what it says it suits; else everybody."""
    if age_from is None and age_to is None:
        said = [_SAID[words.lower()] for words in needs if words.lower() in _SAID]
        return said or list(Age)
    youngest, oldest = age_from or 0, 200 if age_to is None else age_to
    return [age for age, (least, most) in _SPAN.items() if youngest <= most and oldest >= least]


_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?"
_RANGE = re.compile(rf"{_CLOCK}\s*(?:-|–|to|until)\s*{_CLOCK}", re.IGNORECASE | re.ASCII)
_PARTS = {TimeOfDay.MORNING: (6, 12), TimeOfDay.AFTERNOON: (12, 18), TimeOfDay.EVENING: (18, 22)}


def times_in(words: str) -> list[TimeOfDay]:
    """The parts of the day that opening times written out cover: ``Tuesday 10am - 1pm`` -> morning and afternoon.

    What cannot be told is left out: a time without am or pm counts only when the other end says which, or by 24 hours.
    """
    found = set()
    for begin, begin_minutes, begin_half, end, end_minutes, end_half in _RANGE.findall(words):
        opens, closes = _hour(begin, begin_minutes, begin_half or end_half), _hour(end, end_minutes, end_half)
        if (
            begin_half == ""
            and end_half.lower() == "pm"
            and opens is not None
            and closes is not None
            and opens > closes
        ):
            opens -= 12  # "10 to 1pm" begins in the morning
        if opens is None or closes is None or not opens < closes <= 24:  # noqa: PLR2004 - hours of a day
            continue
        found |= {part for part, (least, most) in _PARTS.items() if opens < most and closes > least}
    return [part for part in TimeOfDay if part in found]


def _hour(hours: str, minutes: str, half: str) -> float | None:
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return None
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    elif not minutes:
        return None
    return hour + int(minutes or 0) / 60
