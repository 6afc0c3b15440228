"""A question as it stands in an address: read from it, and written back with one thing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.base.money import Money
from app.base.text import clean_code, clean_line
from app.market.catalogue.rules.kinds import KIND_GROUPS, KINDS, Nature
from app.market.catalogue.rules.suitability import DAY_WORDS, LANGUAGES, NEEDS, Age, TimeOfDay
from app.market.search_index.rules.narrowing import FREE, MILES, PAID, RATED, REGULATOR, Per
from app.market.search_index.rules.questions import WORDS_LONGEST, SearchQuery, Sort
from app.people.councils.models import Council, Locality
from app.shop.storefront.rules.said import SaidBeside, said_in

PLACE_LONGEST = 80
MONEY_LONGEST = 12
ANSWERS = {"yes": True, "no": False}

MANY: Mapping[str, tuple[Sequence[str], str]] = {
    "group": (tuple(KIND_GROUPS), "kind of support"),
    "kind": (tuple(KINDS), "kind of support"),
    "locality": ((), "area"),
    "regulator": (REGULATOR, "rating of the regulator"),
    "day": (tuple(str(day) for day in DAY_WORDS), "day"),
    "time": (tuple(time.value for time in TimeOfDay), "time of day"),
    "age": (tuple(age.value for age in Age), "age group"),
    "need": (tuple(NEEDS), "need"),
    "language": (tuple(LANGUAGES), "language"),
    "nature": (tuple(nature.value for nature in Nature), "sort of support"),
    "cost": ((FREE, PAID), "answer about what is free"),
}
"""Parts of which several may be chosen: the values known (localities are the council's own), and what each is called."""
ONE: Mapping[str, tuple[Sequence[str], str]] = {
    "within": (tuple(str(miles) for miles in MILES), "distance"),
    "framework": (tuple(ANSWERS), "answer about the framework"),
    "per": (tuple(per.value for per in Per), "way of paying"),
    "rated": (RATED, "rating"),
    "open": (("yes",), "answer about new people"),
    "sort": (tuple(sort.value for sort in Sort), "order"),
}
"""Parts of which one may be chosen."""
AMOUNTS = ("least", "most")
NARROWING = tuple(name for name in (*MANY, *ONE, *AMOUNTS) if name != "sort")
NAMES = ("q", "near", "council", *MANY, *ONE, *AMOUNTS, "exact", "anyway", "read")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks, each part as it is written there; ``notices`` say what of it was not understood."""

    q: str = ""
    near: str = ""
    group: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    locality: tuple[str, ...] = ()
    regulator: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    nature: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    within: str = ""
    framework: str = ""
    per: str = ""
    rated: str = ""
    open: str = ""
    sort: str = ""
    least: str = ""
    most: str = ""
    exact: str = ""
    anyway: str = ""
    """Whether to search although the words sound of danger: asked for on the page that says what to do now."""
    read: str = ""
    """Whether what the words say of price, days and the like was made filters already: then it is not made so again."""
    words: str = ""
    """What is left of ``q`` to look for."""
    said: tuple[str, ...] = field(default=(), compare=False)
    """The filters that the words set just now."""
    council: str = ""
    """The code of the council whose shop this is, so that an address that is shared finds the same for everybody."""
    notices: tuple[str, ...] = field(default=(), compare=False)

    def address(self, **changed: object) -> str:
        """The address that asks this, with some parts changed; always of the first page unless one is named.

        Other words are read anew.
        """
        if "q" in changed:
            changed = {"read": "", **changed}
        parts = {name: getattr(self, name) for name in NAMES} | changed
        return f"{url_for('storefront.results', council=None)}?" + urlencode(
            {name: value for name, value in parts.items() if value}, doseq=True
        )

    def cleared(self, **changed: object) -> str:
        """The address that asks the same words and place without any filter."""
        return self.address(**{**CLEARED, **changed})

    def without(self, name: str, value: str) -> str:
        """The address that asks the same without one value of one part."""
        held = getattr(self, name)
        left = tuple(one for one in held if one != value) if isinstance(held, tuple) else ""
        return self.address(**{name: left})

    def carried(self) -> list[tuple[str, str]]:
        """Name and value of the parts that are no filters, to carry along in the form of filters."""
        return [
            (name, getattr(self, name))
            for name in ("q", "near", "council", "exact", "anyway", "read")
            if getattr(self, name)
        ]

    def as_mapping(self) -> dict[str, object]:
        """Every part that says something by its name: for the links of the pages of a list."""
        held = {name: getattr(self, name) for name in NAMES}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in held.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def along(self) -> dict[str, str | tuple[str, ...]]:
        """What goes along to the page of a result, as parts of its address: where, which days, what times."""
        return {name: value for name in ("near", "council", "day", "time") if (value := getattr(self, name))}

    @property
    def days(self) -> tuple[int, ...]:
        """The days chosen, as numbers."""
        return tuple(int(day) for day in self.day)

    def wanted(
        self, council: Council | None, localities: Sequence[Locality], near: tuple[float, float] | None
    ) -> SearchQuery:
        """The question as search takes it, first page; ``localities`` are the council's."""
        kinds = (kind for code in self.group for kind in KIND_GROUPS[code].kinds)
        return SearchQuery(
            words=self.words,
            council_id=None if council is None else council.id,
            localities=tuple(one.id for one in localities if one.slug in self.locality),
            kinds=tuple(dict.fromkeys((*kinds, *self.kind))),
            framework=ANSWERS.get(self.framework),
            natures=self.nature,
            near=near,
            miles=float(self.within) if self.within else None,
            per=self.per or None,
            least_pence=_pence(self.least),
            most_pence=_pence(self.most),
            rated=(self.rated,) if self.rated else (),
            regulator=self.regulator,
            days=self.days,
            times=self.time,
            ages=self.age,
            needs=self.need,
            languages=self.language,
            is_open=bool(self.open),
            costs=self.cost,
            sort=Sort(self.sort) if self.sort else Sort.BEST,
            is_exact=bool(self.exact),
        )


CLEARED: Mapping[str, object] = dict.fromkeys((*NARROWING, "exact"), "")


def _pence(pounds: str) -> int | None:
    return Money.parse(pounds).pence if pounds else None


def read_question(
    args: "MultiDict[str, str]", localities: Sequence[Locality], *, has_council: bool, today: date
) -> Question:
    """Read an address. Anything at all can be read: what is too long is cut, what is not known is left out, and said.

    What the words say of price, days and the like becomes filters, unless the address says that it has (``read``): its
    links take them off one by one. A filter that the address sets itself stays as it is.
    """
    parts: dict[str, Any] = {}
    notices: list[str] = []
    typed = clean_line(args.get("q", "").replace("\0", " "))
    if len(typed) > WORDS_LONGEST:
        notices.append(f"We searched for the first {WORDS_LONGEST} characters of what you typed.")
    parts["q"] = typed[:WORDS_LONGEST]
    parts["near"] = clean_line(args.get("near", "").replace("\0", " "))[:PLACE_LONGEST]
    parts["exact"] = "1" if args.get("exact") else ""
    parts["anyway"] = "1" if args.get("anyway") else ""
    for name, (values, called) in MANY.items():
        known = [one.slug for one in localities] if name == "locality" else values
        asked = {one for one in args.getlist(name) if one}
        # In one order, whatever the order in the address: what asks the same has the same address.
        parts[name] = tuple(one for one in known if one in asked)
        if asked - set(known):
            notices.append(f"We do not know that {called}, so we left it out.")
    for name, (values, called) in ONE.items():
        one = args.get(name, "")
        parts[name] = one if one in values else ""
        if one and one not in values:
            notices.append(f"We do not know that {called}, so we left it out.")
    if parts["framework"] and not has_council:
        notices.append("Framework providers differ from council to council: say where you are to choose them.")
        parts["framework"] = ""
    covered = {kind for code in parts["group"] for kind in KIND_GROUPS[code].kinds}
    parts["kind"] = tuple(kind for kind in parts["kind"] if kind not in covered)
    notices += _read_amounts(args, parts)
    notices += _read_said(args, parts, today)
    return Question(**parts, notices=tuple(dict.fromkeys(notices)))


def _read_said(args: "MultiDict[str, str]", parts: dict[str, Any], today: date) -> list[str]:
    """Make what the words say filters in ``parts``; what to say of what cannot be answered."""
    parts["read"] = "1" if args.get("read") else ""
    found = SaidBeside(parts["q"]) if parts["exact"] else said_in(parts["q"], today)
    parts["words"] = found.rest
    if parts["read"] or not (found.parts or found.notices):
        return [] if parts["read"] else found.notices
    priced = bool(parts["per"])
    new = {name: value for name, value in found.parts.items() if not parts[name]}
    new = {name: value for name, value in new.items() if not (priced and name in {"per", *AMOUNTS})}
    parts |= new
    parts["said"] = tuple(new)
    parts["read"] = "1"
    return found.notices


def _read_amounts(args: "MultiDict[str, str]", parts: dict[str, Any]) -> list[str]:
    """Read the prices into ``parts``, the lower one first; what to say of those that are none."""
    notices = []
    for name in AMOUNTS:
        typed = clean_code(args.get(name, "").replace("\0", " "))[:MONEY_LONGEST]
        try:
            parts[name] = (
                str(Money.parse(typed)).removeprefix("£").removesuffix(".00").replace(",", "") if typed else ""
            )
        except ValueError:
            parts[name] = ""
            notices.append("We do not understand that price, so we left it out. Write it like 27 or 27.50.")
    low, high = _pence(parts["least"]), _pence(parts["most"])
    if low is not None and high is not None and low > high:
        parts["least"], parts["most"] = parts["most"], parts["least"]
    if (parts["least"] or parts["most"]) and not parts["per"]:
        parts["per"] = Per.HOUR.value
    return notices
