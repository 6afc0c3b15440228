"""What a question says beside the thing itself: price, days, distance, language, age, free, rated. Each is a filter.

Plain patterns over the words as typed. What is said so is taken out of what is looked for; days and times stay in, for
they may be part of what is wanted (*night sitter on sundays*). Nothing is read inside a question with quotation marks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.market.catalogue.rules.suitability import DAY_WORDS, LANGUAGES, Age, TimeOfDay
from app.market.search_index.rules.narrowing import FREE, MILES, Per
from app.market.search_index.rules.questions import Sort

CHILD_TO, ADULT_TO, OLDEST = 17, 64, 115
NOT_SAID_WHO = "Providers do not say here whether a woman or a man comes. Ask the provider before you book."
NOT_SAID_WHERE = "We do not know what is near a stop or a station. Type a postcode or an area instead."

_UNITS: Mapping[str, Per] = {
    "hour": Per.HOUR,
    "hr": Per.HOUR,
    "visit": Per.VISIT,
    "session": Per.VISIT,
    "night": Per.NIGHT,
    "day": Per.DAY,
    "week": Per.WEEK,
    "meal": Per.ITEM,
    "each": Per.ITEM,
}
_SOLD_BY = (
    (
        re.compile(
            r"\b(?:meals?|dinners?|lunch|lunches|food|ramp|stool|chair|wheelchair|scooter|walker|aids?)\b",
            re.IGNORECASE,
        ),
        Per.ITEM,
    ),
    (re.compile(r"\b(?:class|classes|session|visit|visits|taxi|lift|club|swim|swimming)\b", re.IGNORECASE), Per.VISIT),
    (re.compile(r"\b(?:sleep ?-?in|waking night|night sitter)\b", re.IGNORECASE), Per.NIGHT),
    (re.compile(r"\b(?:day centre|day service)\b", re.IGNORECASE), Per.DAY),
    (re.compile(r"\b(?:care home|nursing home|live ?-?in|respite)\b", re.IGNORECASE), Per.WEEK),
)
_NUMBER = r"(?P<pounds>\d{1,4}(?:\.\d\d)?)"
_UNIT = r"(?:\s*(?:an?|per|/|for an?)?\s*(?P<unit>hour|hr|visit|session|night|day|week|meal|each)\b)"
_UNDER = r"(?P<way>under|below|less than|up to|no more than|not more than|at most|max(?:imum)?|cheaper than)"
_OVER = r"(?P<way>over|above|more than|at least|from)"
_SIGNED = (
    rf"(?:£\s*{_NUMBER}(?:\s*(?:pounds|quid))?|{_NUMBER.replace('pounds', 'pounds2', 1)}\s*(?:pounds|quid)\b){_UNIT}?"
)
_UNSIGNED = rf"{_NUMBER}\s*(?:an|a|per|/)\s*(?P<unit>hour|hr|visit|session|night|week|meal)\b"
_DAY = "|".join(name.lower() for name in DAY_WORDS.values())
_TIME = "|".join(time.value for time in TimeOfDay)
_LANGUAGE = "|".join(re.escape(name.lower()) for name in sorted(LANGUAGES.values(), key=len, reverse=True))
_WORKER = r"(?:carer|helper|pa|worker|nurse|assistant|support worker|personal assistant|care worker|staff)s?"


@dataclass(slots=True)
class SaidBeside:
    """What was said: the parts of the address it stands for, what is left to look for, and what cannot be answered."""

    rest: str
    parts: dict[str, tuple[str, ...] | str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def add(self, name: str, *values: str) -> None:
        """One more value of a part of which several may be chosen."""
        held = self.parts.get(name, ())
        self.parts[name] = tuple(dict.fromkeys((*held, *values)))


def said_in(text: str, today: date) -> SaidBeside:
    """Read a question; ``today`` gives *tomorrow* its day."""
    said = SaidBeside(text)
    if '"' in text or "“" in text:
        return said
    for pattern, read, stays in _READ:
        found = pattern.search(said.rest)
        if found is not None and read(said, found, today) is not False and not stays:
            said.rest = " ".join((said.rest[: found.start()] + " " + said.rest[found.end() :]).split())
    _read_days(said, today)
    return said


def _read_days(said: SaidBeside, today: date) -> None:
    text = said.rest.lower()
    before = r"(?<!last )(?<!since )(?<!until )(?<!good )"
    for number, name in DAY_WORDS.items():
        if re.search(rf"\b{before}{name.lower()}s?\b", text):
            said.add("day", str(number))
    if re.search(r"\bweek ?days?\b", text):
        said.add("day", "1", "2", "3", "4", "5")
    if re.search(r"\b(?:at|on|over|this|every) (?:the )?weekends?\b|\bweekends\b", text):
        said.add("day", "6", "7")
    if re.search(r"\btomorrow\b", text):
        said.add("day", str(today.isoweekday() % 7 + 1))
    if re.search(r"\b(?:today|tonight)\b", text):
        said.add("day", str(today.isoweekday()))
    timed = rf"\b(?:(?:{_DAY})s?|week ?days?|weekends?|tomorrow|today|this|every)\s+(?:in the )?({_TIME})s?\b"
    for found in re.finditer(rf"{timed}|\bin the (morning|afternoon|evening)s?\b", text):
        said.add("time", found.group(1) or found.group(2))
    if re.search(r"\btonight\b", text):
        said.add("time", TimeOfDay.NIGHT.value)


def _price(said: SaidBeside, found: "re.Match[str]", _: date) -> None:
    facts = found.groupdict()
    pounds = facts.get("pounds") or facts.get("pounds2") or facts.get("pounds3") or ""
    unit = facts.get("unit") or facts.get("unit3")
    is_least = re.fullmatch(_OVER, facts.get("way") or "", re.IGNORECASE) is not None
    said.parts["least" if is_least else "most"] = pounds.removesuffix(".00")
    said.parts["per"] = (_UNITS[unit.lower()] if unit else _usual_unit(said.rest)).value


def _usual_unit(text: str) -> Per:
    """What such things are mostly sold by, when a price names no unit."""
    return next((per for pattern, per in _SOLD_BY if pattern.search(text)), Per.HOUR)


def _cheapest(said: SaidBeside, _found: "re.Match[str]", _: date) -> None:
    said.parts["sort"] = Sort.PRICE.value


def _distance(said: SaidBeside, found: "re.Match[str]", _: date) -> None:
    asked = float(found["miles"]) if found["miles"] not in {"a", "one"} else 1.0
    said.parts["within"] = str(next((miles for miles in MILES if miles >= asked), MILES[-1]))


def _language(said: SaidBeside, found: "re.Match[str]", _: date) -> None:
    name = next(one for one in found.groups() if one).lower()
    said.add("language", "british-sign-language" if name == "bsl" else name.replace(" ", "-"))


def _age(said: SaidBeside, found: "re.Match[str]", _: date) -> bool | None:
    age = int(next(one for one in found.groups() if one))
    if age > OLDEST:
        return False
    said.add("age", (Age.CHILDREN if age <= CHILD_TO else Age.ADULTS if age <= ADULT_TO else Age.OLDER).value)
    return None


def _sets(name: str, *values: str) -> "Callable[[SaidBeside, re.Match[str], date], None]":
    def read(said: SaidBeside, _found: "re.Match[str]", _: date) -> None:
        said.add(name, *values)

    return read


def _chooses(name: str, value: str) -> "Callable[[SaidBeside, re.Match[str], date], None]":
    def read(said: SaidBeside, _found: "re.Match[str]", _: date) -> None:
        said.parts[name] = value

    return read


def _open_now(said: SaidBeside, _found: "re.Match[str]", today: date) -> None:
    said.add("day", str(today.isoweekday()))


def _tells(notice: str) -> "Callable[[SaidBeside, re.Match[str], date], None]":
    def read(said: SaidBeside, _found: "re.Match[str]", _: date) -> None:
        said.notices.append(notice)

    return read


def _pattern(text: str) -> "re.Pattern[str]":
    return re.compile(text, re.IGNORECASE)


_START = r"can start (?:this week|next week|today|tomorrow|now|straight ?away|immediately|soon)"
_ROOM = r"taking (?:on )?new (?:people|clients|customers)|with (?:a )?(?:vacancy|vacancies|space)|has (?:space|room|vacancies)"
_STARS = (
    r"(?:with )?(?:good|great|excellent|the best) reviews|well reviewed|highly rated|top rated|(?:4|four|5|five) stars?"
)
_READ: "tuple[tuple[re.Pattern[str], Callable[[SaidBeside, re.Match[str], date], bool | None], bool], ...]" = (
    (_pattern(rf"\b(?:for )?{_UNDER}\s+(?:{_SIGNED}|{_UNSIGNED.replace('pounds', 'pounds3').replace('unit', 'unit3')})"), _price, False),
    (_pattern(rf"\b(?:for )?{_OVER}\s+{_SIGNED}"), _price, False),
    (_pattern(rf"(?:\b(?:for|at|around|about) )?£\s*{_NUMBER}{_UNIT}"), _price, False),
    (_pattern(r"\b(?:the )?(?:cheapest|lowest price[ds]?)\b"), _cheapest, False),
    (_pattern(r"\b(?:with)?in (?P<miles>\d{1,2}|a|one) miles?\b(?: (?:of|from))?"), _distance, False),
    (_pattern(rf"\b(?:who |that |can )*(?:speaks?|speaking|talks?)\s+({_LANGUAGE}|bsl)\b"), _language, False),
    (_pattern(rf"\b({_LANGUAGE})[ -]speak(?:ing|er|ers)\b"), _language, False),
    (_pattern(r"\b(?:(?:s?he|mum|dad|nan|my \w+) is |(?:he|she)['’]?s |i['’]?m |i am )(?:only |nearly |now )?(\d{1,3})(?: years? old)?\b(?! ?(?:miles|hours|minutes|days|weeks))|\b(\d{1,3})[ -](?:year|yr)s?[ -]olds?\b"), _age, True),
    (_pattern(r"\b(?:rated |cqc |cqc rated )outstanding\b|\boutstanding (?:cqc|rating|rated)\b"), _sets("regulator", "outstanding"), False),
    (_pattern(r"\b(?:rated |cqc |cqc rated )good\b"), _sets("regulator", "outstanding", "good"), False),
    (_pattern(rf"\b(?:{_STARS})\b"), _chooses("rated", "4"), False),
    (_pattern(rf"\b(?:who |that )?(?:{_START}|{_ROOM}|available (?:now|immediately|straight ?away))\b"), _chooses("open", "yes"), False),
    (_pattern(r"\bopen (?:right )?now\b"), _open_now, False),
    (_pattern(r"\b(?:for free|free of charge|at no cost|no charge)\b"), _sets("cost", FREE), False),
    (_pattern(r"(?<![\w-])(?<!gluten )(?<!dairy )(?<!sugar )(?<!smoke )(?<!wheat )(?<!drug )(?<!dust )(?<!hands )(?<!stress )(?<!nut )free\b(?![ -](?:time|school|up|spirit|range|style|church|from|hand|food|meal|meals|milk|parking|bus))"), _sets("cost", FREE), False),
    (_pattern(rf"\b(?:fe)?male (?={_WORKER}\b)|\b(?:lady|woman|women|man|men) (?={_WORKER}\b)"), _tells(NOT_SAID_WHO), False),
    (_pattern(r"\bnear (?:to )?(?:the |a )?(?:tram|bus|train|metro|tube|railway)(?: (?:stop|station|line)| stops| stations)?\b"), _tells(NOT_SAID_WHERE), False),
)  # fmt: skip
"""Patterns, what each means, and whether its words stay in what is looked for; the first that stands is taken."""
