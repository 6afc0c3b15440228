"""A question as it stands in an address: read from it, and written back with one thing changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app.catalogue.rules.kinds import KINDS, NATURE_WORDS, Nature
from app.councils.models import Council, Locality
from app.search.rules.asked import SORT_WORDS, WORDS_LONGEST, Sort, Wanted

PLACE_LONGEST = 80
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks, each part as it is written there; ``notices`` say what of it was not understood."""

    q: str = ""
    near: str = ""
    kind: tuple[str, ...] = ()
    locality: str = ""
    framework: str = ""
    nature: str = ""
    sort: str = ""
    exact: str = ""
    notices: tuple[str, ...] = field(default=(), compare=False)

    def address(self, **changed: object) -> str:
        """The address that asks this, with some parts changed; always of the first page unless one is named."""
        parts = {name: getattr(self, name) for name in NAMES} | changed
        return "/search?" + urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def parts(self, **changed: object) -> list[tuple[str, str]]:
        """Name and value of every part that says something, to carry along in a form."""
        parts = {name: getattr(self, name) for name in NAMES} | changed
        return [
            (name, str(one))
            for name, value in parts.items()
            for one in (value if isinstance(value, tuple) else (value,))
            if one
        ]

    def as_mapping(self) -> dict[str, object]:
        """Every part by its name: for the links of the pages of a list."""
        return {name: list(value) if isinstance(value := getattr(self, name), tuple) else value for name in NAMES}

    def without_kind(self, code: str) -> str:
        """The address that asks the same without one kind of support."""
        return self.address(kind=tuple(one for one in self.kind if one != code))

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.kind or self.locality or self.framework or self.nature)

    def wanted(self, council: Council | None, locality: Locality | None, near: tuple[float, float] | None) -> Wanted:
        """The question as search takes it, first page."""
        return Wanted(
            words=self.q,
            council_id=None if council is None else council.id,
            locality_id=None if locality is None else locality.id,
            kinds=self.kind,
            framework=ANSWERS.get(self.framework),
            nature=self.nature or None,
            near=near,
            sort=Sort(self.sort) if self.sort else Sort.BEST,
            is_exact=bool(self.exact),
        )


NAMES = ("q", "near", "kind", "locality", "framework", "nature", "sort", "exact")


def read_question(args: "MultiDict[str, str]", localities: Sequence[Locality], *, has_council: bool) -> Question:
    """Read an address. Anything at all can be read: what is too long is cut, what is not known is left out, and said."""
    notices: list[str] = []

    def one_of(name: str, known: Sequence[str], words: str) -> str:
        asked = args.get(name, "")
        if not asked or asked in known:
            return asked
        notices.append(f"We do not know that {words}, so we left it out.")
        return ""

    typed = " ".join(args.get("q", "").replace("\0", " ").split())
    if len(typed) > WORDS_LONGEST:
        notices.append(f"We searched for the first {WORDS_LONGEST} characters of what you typed.")
    near = " ".join(args.get("near", "").replace("\0", " ").split())[:PLACE_LONGEST]
    kinds = tuple(dict.fromkeys(args.getlist("kind")))
    known_kinds = tuple(code for code in kinds if code in KINDS)
    if any(code and code not in KINDS for code in kinds):
        notices.append("We do not know that kind of support, so we left it out.")
    framework = one_of("framework", tuple(ANSWERS), "answer about the framework")
    if framework and not has_council:
        notices.append("Framework providers differ from council to council: say where you are to choose them.")
        framework = ""
    return Question(
        q=typed[:WORDS_LONGEST],
        near=near,
        kind=known_kinds,
        locality=one_of("locality", [locality.slug for locality in localities], "area"),
        framework=framework,
        nature=one_of("nature", [nature.value for nature in Nature], "sort of support"),
        sort=one_of("sort", [sort.value for sort in Sort], "order"),
        exact="1" if args.get("exact") else "",
        notices=tuple(notices),
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its words, and the address without it."""

    words: str
    address: str


def chips(question: Question, locality: Locality | None) -> list[Chip]:
    """Every filter that is set, each with the way to let it go."""
    found = [Chip(KINDS[code].name, question.without_kind(code)) for code in question.kind]
    if locality is not None:
        found.append(Chip(locality.name, question.address(locality="")))
    if question.framework:
        words = "On the framework" if ANSWERS[question.framework] else "Not on the framework"
        found.append(Chip(words, question.address(framework="")))
    if question.nature:
        found.append(Chip(NATURE_WORDS[Nature(question.nature)], question.address(nature="")))
    return found


def sorts(*, is_placed: bool) -> list[tuple[str, str]]:
    """The orders to choose from; nearest only when there is a place to be near to."""
    return [(sort.value, words) for sort, words in SORT_WORDS.items() if is_placed or sort is not Sort.NEAREST]


LET_GO: dict[str, tuple[str, dict[str, object]]] = {
    "kinds": ("the kind of support", {"kind": ()}),
    "locality": ("the area", {"locality": ""}),
    "framework": ("the choice about the framework", {"framework": ""}),
    "nature": ("services, equipment or community", {"nature": ""}),
}
"""For each filter that search may say to relax: its words, and what changes in the address."""
