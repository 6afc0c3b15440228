"""The filters as a page shows them: each with its words, its values and how many each would give; and those that are set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.base.money import Money
from app.market.catalogue.rules.kinds import KIND_GROUPS, KINDS, NATURE_WORDS, Nature
from app.market.catalogue.rules.suitability import AGE_WORDS, DAY_WORDS, LANGUAGES, NEEDS, TIME_WORDS
from app.market.providers.rules import CQC_RATING_WORDS, CqcRating
from app.market.search_index.rules.narrowing import FREE, MILES, PAID, RATED, REGULATOR, Per
from app.market.search_index.rules.questions import SORT_WORDS, Facets, Sort, Understood
from app.people.councils.models import Council, Locality
from app.shop.storefront.views.question import ANSWERS, Question

PER_WORDS = {
    Per.HOUR: "an hour",
    Per.VISIT: "a visit or session",
    Per.NIGHT: "a night",
    Per.DAY: "a day",
    Per.WEEK: "a week",
    Per.ITEM: "for each",
}
PRICED_WORDS = {
    Per.HOUR.value: "By the hour",
    Per.VISIT.value: "By the visit or session",
    Per.NIGHT.value: "By the night",
    Per.DAY.value: "By the day",
    Per.WEEK.value: "By the week",
    Per.ITEM.value: "By the piece",
}
RATED_WORDS = {least: f"{least} out of 5 or more" for least in RATED}
REGULATOR_WORDS = {rating: CQC_RATING_WORDS[CqcRating(rating)] for rating in REGULATOR}
COST_WORDS = {FREE: "Free", PAID: "Paid for"}
FRAMEWORK_WORDS = {"yes": "On the framework", "no": "Not on the framework"}


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One value of a filter: what it is in the address, in words, how many it would give, whether it is chosen."""

    value: str
    words: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: ``name`` in the address, of which one may be chosen or (``is_many``) several."""

    name: str
    words: str
    choices: tuple[FilterChoice, ...]
    is_many: bool = True
    is_open: bool = False
    any_words: str = ""
    """What choosing nothing is called, where one is chosen."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of kinds of support: the whole group to choose, and its kinds."""

    whole: FilterChoice
    kinds: tuple[FilterChoice, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything of it is chosen."""
        return self.whole.is_chosen or any(kind.is_chosen for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Filters:
    """All of a page's filters. Counts are nothing while the index is away."""

    tree: tuple[Branch, ...]
    rest: tuple[Filter, ...]
    sorts: tuple[tuple[str, str], ...]
    prices: tuple[str, str] | None
    """The lowest and highest price of what any price would give, in the unit chosen."""


def filters(
    question: Question,
    facets: Facets,
    council: Council | None,
    localities: Sequence[Locality],
    *,
    is_placed: bool,
    is_counted: bool,
) -> Filters:
    """What there is to choose from, beside what was found."""

    def choices(
        name: str, of: str, words: Mapping[str, str], *, ids: Mapping[str, object] | None = None, least: int = 0
    ) -> tuple[FilterChoice, ...]:
        """The values of one part of the address, counted by a field of the question; few enough are left out."""
        held = getattr(question, name)
        chosen = held if isinstance(held, tuple) else (held,)
        counts = {value: facets.of(of, ids[value] if ids else value) for value in words}
        return tuple(
            FilterChoice(value, said, counts[value] if is_counted else None, value in chosen)
            for value, said in words.items()
            if value in chosen or not is_counted or counts[value] >= least
        )

    def many(name: str, of: str, words: Mapping[str, str], called: str, *, least: int = 0) -> Filter:
        found = choices(name, of, words, least=least)
        return Filter(name, called, found, is_open=any(choice.is_chosen for choice in found))

    def one(name: str, of: str, words: Mapping[str, str], called: str, any_words: str) -> Filter:
        return replace(many(name, of, words, called), is_many=False, any_words=any_words)

    shown: list[Filter] = []
    if localities:
        ids = {place.slug: place.id for place in localities}
        found = choices("locality", "localities", {place.slug: place.name for place in localities}, ids=ids)
        shown.append(Filter("locality", "Area", found, is_open=True))
    if is_placed:
        miles = {str(far): f"Within {far} {'mile' if far == 1 else 'miles'}" for far in MILES}
        shown.append(replace(one("within", "miles", miles, "Distance", "Any distance"), is_open=True))
    if council is not None:
        checked = one("framework", "framework", FRAMEWORK_WORDS, f"Checked by {council.name}", "All")
        shown.append(replace(checked, is_open=True))
    shown += [
        one("per", "per", PRICED_WORDS, "Price", "Any price"),
        many("cost", "costs", COST_WORDS, "Free or paid for"),
        many("open", "is_open", {"yes": "Can take new people now"}, "New people"),
        many("day", "days", {str(day): words for day, words in DAY_WORDS.items()}, "Days"),
        many("time", "times", {time.value: words for time, words in TIME_WORDS.items()}, "Times of day"),
        many("need", "needs", NEEDS, "Needs catered for", least=1),
        many("age", "ages", {age.value: words for age, words in AGE_WORDS.items()}, "Age group"),
        many("language", "languages", LANGUAGES, "Languages spoken", least=1),
        one("rated", "rated", RATED_WORDS, "What people say", "Any rating"),
        many("regulator", "regulator", REGULATOR_WORDS, "Rated by the regulator (CQC)"),
        many("nature", "natures", {kind.value: words for kind, words in NATURE_WORDS.items()}, "What it is"),
    ]
    prices = None if facets.prices is None else (str(Money(facets.prices[0])), str(Money(facets.prices[1])))
    offered = tuple(filter_ for filter_ in shown if filter_.choices)
    return Filters(_tree(question, facets, is_counted=is_counted), offered, _sorts(is_placed=is_placed), prices)


def _tree(question: Question, facets: Facets, *, is_counted: bool) -> tuple[Branch, ...]:
    """Groups of kinds, each with the kinds that would give something or are chosen."""
    found = []
    for group in KIND_GROUPS.values():
        kinds = [
            FilterChoice(
                code, KINDS[code].name, facets.of("kinds", code) if is_counted else None, code in question.kind
            )
            for code in group.kinds
        ]
        total = sum(kind.count or 0 for kind in kinds)
        is_chosen = group.code in question.group
        shown = tuple(kind for kind in kinds if kind.count or kind.is_chosen or not is_counted)
        if shown or is_chosen:
            whole = FilterChoice(group.code, group.name, total if is_counted else None, is_chosen)
            found.append(Branch(whole, shown))
    return tuple(found)


def _sorts(*, is_placed: bool) -> tuple[tuple[str, str], ...]:
    """The orders to choose from; nearest only when there is a place to be near to."""
    return tuple((sort.value, words) for sort, words in SORT_WORDS.items() if is_placed or sort is not Sort.NEAREST)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its words, and the address without it."""

    words: str
    address: str


def unwanted_chips(question: Question, understood: Understood) -> list[Chip]:
    """What was said not to be wanted, each with the way to have it after all: the words without it."""
    return [Chip(f"Not {words}", question.address(q=without)) for words, without in understood.unwanted]


def chips(question: Question, localities: Iterable[Locality]) -> list[Chip]:
    """Every filter that is set, each with the way to let it go."""
    words: dict[str, Mapping[str, str]] = {
        "group": {code: group.name for code, group in KIND_GROUPS.items()},
        "kind": {code: kind.name for code, kind in KINDS.items()},
        "locality": {one.slug: one.name for one in localities},
        "regulator": {rating: f"CQC: {said}" for rating, said in REGULATOR_WORDS.items()},
        "day": {str(day): f"On {said}" for day, said in DAY_WORDS.items()},
        "time": {time.value: time.value.capitalize() for time in TIME_WORDS},
        "age": {age.value: said for age, said in AGE_WORDS.items()},
        "need": NEEDS,
        "language": LANGUAGES,
        "nature": {nature.value: NATURE_WORDS[nature] for nature in Nature},
        "cost": COST_WORDS,
    }
    found = [
        Chip(said[value], question.without(name, value))
        for name, said in words.items()
        for value in getattr(question, name)
    ]
    if question.within:
        far = f"Within {question.within} {'mile' if question.within == '1' else 'miles'}"
        found.append(Chip(far, question.address(within="")))
    if question.framework in ANSWERS:
        found.append(Chip(FRAMEWORK_WORDS[question.framework], question.address(framework="")))
    if question.per:
        found.append(Chip(_price_words(question), question.address(per="", least="", most="")))
    if question.rated:
        found.append(Chip(RATED_WORDS[question.rated], question.address(rated="")))
    if question.open:
        found.append(Chip("Can take new people now", question.address(open="")))
    return found


def _price_words(question: Question) -> str:
    """``£10 to £20 an hour``, ``Up to £20 an hour``, ``From £10 an hour``, ``Priced by the hour``."""
    unit = PER_WORDS[Per(question.per)]
    if question.least and question.most:
        return f"£{question.least} to £{question.most} {unit}"
    if question.most:
        return f"Up to £{question.most} {unit}"
    if question.least:
        return f"From £{question.least} {unit}"
    return f"Priced {PRICED_WORDS[question.per].lower()}"


LET_GO: dict[str, tuple[str, dict[str, object]]] = {
    "kinds": ("the kind of support", {"group": (), "kind": ()}),
    "localities": ("the area", {"locality": ()}),
    "framework": ("the choice about the framework", {"framework": ""}),
    "natures": ("services, equipment or community", {"nature": ()}),
    "miles": ("how far away", {"within": ""}),
    "per": ("the price", {"per": "", "least": "", "most": ""}),
    "rated": ("what people say", {"rated": ""}),
    "regulator": ("the regulator’s rating", {"regulator": ()}),
    "days": ("the days", {"day": ()}),
    "times": ("the times of day", {"time": ()}),
    "ages": ("the age group", {"age": ()}),
    "needs": ("the needs", {"need": ()}),
    "languages": ("the language", {"language": ()}),
    "is_open": ("whether they can take new people", {"open": ""}),
    "costs": ("free or paid for", {"cost": ()}),
}
"""For each filter that search may say to relax: its words, and what changes in the address."""
