"""Seeded listings to search in: the same for everybody, as many as asked for, the fewer a prefix of the more.

Words come from a list of care words with a Zipf head (*care* is in nearly every listing), phrases, and 40,000 invented
names as the long tail; one word in two hundred is misspelt, as in life.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from app.market.catalogue.rules.applicable_rate import rates_of
from app.market.catalogue.rules.cards import Amounts, Band, Card
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import BandName, Buyer, Unit
from app.market.catalogue.rules.suitability import DAY_WORDS, Age, TimeOfDay
from app.market.search_index.rules.narrowing import compared, marks_of
from app.market.search_index.rules.questions import Document, ResultFacts

SEED = 20261122
COUNCIL = 1
TOWN = "Northgate Eastfield Southbank Westmoor Harbour Riverside Castle Moorside Kingsway Abbey Lakeside Valley"
LOCALITIES = dict(enumerate(TOWN.split(), start=1))
LANGUAGES = [
    "Polish",
    "Urdu",
    "Punjabi",
    "Bengali",
    "Gujarati",
    "Arabic",
    "French",
    "Spanish",
    "Somali",
    "Tamil",
    "Welsh",
]
NEEDS = [
    "older people",
    "dementia",
    "learning disability",
    "autism",
    "physical disability",
    "mental health",
    "children",
]
RATINGS = ["outstanding", "good", "requires_improvement", "inadequate", ""]
STOPS = [
    "the",
    "a",
    "and",
    "of",
    "to",
    "in",
    "for",
    "with",
    "our",
    "we",
    "your",
    "you",
    "is",
    "are",
    "at",
    "on",
    "by",
    "or",
    "that",
    "this",
    "can",
    "as",
    "be",
    "from",
    "their",
    "who",
    "will",
]
MANNERS = [
    "Friendly",
    "Specialist",
    "Local",
    "Trusted",
    "Overnight",
    "Weekend",
    "Experienced",
    "Flexible",
    "Family run",
]
TRADES = [
    "Homecare",
    "Care Services",
    "Care Group",
    "Support",
    "Healthcare",
    "Living",
    "Community Care",
    "Nursing",
    "Trust",
]
ENDINGS = ["Ltd", "Limited", "CIC", "LLP", "", "", ""]
HEAD = 70


@dataclass(frozen=True)
class Words:
    """What texts are made of: each list with the running total of its weights."""

    core: Sequence[str]
    phrases: Sequence[str]
    names: Sequence[str]
    providers: Sequence[str]


def zipf(count: int, slope: float) -> list[float]:
    """Running totals of weights that fall off as in any language."""
    return list(accumulate(1 / (place + 2.7) ** slope for place in range(count)))


@cache
def words() -> Words:
    """The lists, made once."""
    rand = random.Random(SEED)
    above, _, below = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").partition("\n\n")
    core = [word for line in above.splitlines() if not line.startswith("#") for word in line.split()]
    rest = core[HEAD:]
    rand.shuffle(rest)
    names = list(dict.fromkeys(_name(rand) for _ in range(45_000)))
    owners = rand.sample(names, 12_000)
    providers = [f"{name.title()} {rand.choice(TRADES)} {rand.choice(ENDINGS)}".strip() for name in owners]
    return Words(core[:HEAD] + rest, below.split("\n")[:-1], names, providers)


def _name(rand: random.Random) -> str:
    begins = [
        "b",
        "br",
        "c",
        "ch",
        "cl",
        "cr",
        "d",
        "dr",
        "f",
        "fl",
        "g",
        "gr",
        "h",
        "j",
        "k",
        "l",
        "m",
        "n",
        "p",
        "pr",
        "r",
        "s",
        "sh",
        "st",
        "t",
        "th",
        "tr",
        "w",
        "wh",
    ]
    middles = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "oa", "ou"]
    ends = [
        "b",
        "ck",
        "d",
        "ft",
        "g",
        "ld",
        "ll",
        "m",
        "mp",
        "n",
        "nd",
        "ng",
        "nt",
        "p",
        "r",
        "rd",
        "rk",
        "rn",
        "s",
        "sh",
        "st",
        "t",
        "th",
        "tt",
        "x",
    ]
    places = [
        "ton",
        "ham",
        "ley",
        "ford",
        "wick",
        "worth",
        "field",
        "by",
        "thorpe",
        "wood",
        "brook",
        "bury",
        "dale",
        "den",
        "gate",
    ]
    said = "".join(
        rand.choice(begins) + rand.choice(middles) + (rand.choice(ends) if rand.random() < 0.6 else "")
        for _ in range(rand.choice([1, 1, 2]))
    )
    return said + (rand.choice(places) if rand.random() < 0.6 else rand.choice(["er", "son", "man", "s", "kin", "low"]))


class Catalogue:
    """Makes listings one after another."""

    def __init__(self, seed: int = SEED) -> None:
        self.rand = random.Random(seed)
        self.words = words()
        self.weights = {
            "core": zipf(len(self.words.core), 0.95),
            "phrases": zipf(len(self.words.phrases), 0.7),
            "names": zipf(len(self.words.names), 0.75),
            "providers": zipf(len(self.words.providers), 0.55),
            "kinds": zipf(len(KINDS), 0.5),
            "localities": zipf(len(LOCALITIES), 0.35),
        }

    def some(self, name: str, count: int = 1) -> list[Any]:
        """So many of a list, the common ones most often."""
        lists: dict[str, Sequence[Any]] = {"kinds": list(KINDS), "localities": list(LOCALITIES)}
        members = lists.get(name) or getattr(self.words, name)
        return self.rand.choices(members, cum_weights=self.weights[name], k=count)

    def text(self, least: int, most: int, kind: str) -> str:
        """Sentences of so many words about one kind of support."""
        rand = self.rand
        wanted = rand.randint(least, most)
        draws = rand.choices(
            ["stop", "core", "phrase", "kind", "name", "slip"], cum_weights=[36, 86, 94, 98, 99.5, 100], k=wanted
        )
        stops, core, names = rand.choices(STOPS, k=wanted), self.some("core", wanted), self.some("names", wanted)
        said = KINDS[kind].name.lower().split()
        found: list[str] = []
        for place, draw in enumerate(draws):
            if draw == "stop":
                found.append(stops[place])
            elif draw == "phrase":
                found += self.some("phrases")[0].split()
            elif draw == "kind":
                found.append(rand.choice(said))
            elif draw == "name":
                found.append(names[place].title())
            else:
                found.append(misspelt(core[place], rand) if draw == "slip" else core[place])
        found = found[:wanted]
        sentences = []
        while found:
            count = rand.randint(7, 18)
            sentences.append(" ".join(found[:count]))
            found = found[count:]
        return " ".join(f"{one[:1].upper()}{one[1:]}." for one in sentences)

    def document(self, number: int) -> Document:
        """The listing of a number: call in order, from 1."""
        rand = self.rand
        (kind,) = self.some("kinds")
        (provider,) = self.some("providers")
        reach = sorted(set(self.some("localities", rand.choice([1, 1, 1, 2, 2, 3, 4]))))
        is_whole, is_framework = rand.random() < 0.15, rand.random() < 0.42
        first = LOCALITIES[reach[0]]
        name = KINDS[kind].name
        title = rand.choice(
            [
                f"{rand.choice(MANNERS)} {name.lower()} in {first}",
                f"{name} by {provider.split()[0]}",
                f"{name}: {' and '.join(self.some('core', 2))} {first}",
                f"{rand.choice(MANNERS)} {self.some('phrases')[0]} {first}",
            ]
        )
        reviews = min(int(rand.paretovariate(0.9)) - 1, 900)
        pence = int(min(9500, max(900, rand.gauss(2450, 650))) // 5 * 5) if rand.random() < 0.8 else None
        facts = ResultFacts(
            public_id=f"bench{number:07d}",
            title=title,
            kind=kind,
            nature=KINDS[kind].nature.value,
            provider=provider,
            summary=self.text(10, 22, kind),
            description=self.text(40, 120, kind),
            place="Across the council" if is_whole else ", ".join(LOCALITIES[place] for place in reach),
            price="Rates not published" if pence is None else f"£{pence / 100:.2f} an hour",
            is_free=False,
            review_count=reviews,
            review_sum=round(reviews * 2 * min(5.0, max(1.0, rand.gauss(4.2, 0.6)))),
            cqc_rating=rand.choices(RATINGS, weights=[6, 72, 12, 1, 9])[0],
            is_claimed=rand.random() < 0.6,
            rates=None if pence is None else tuple(rates_of(card_of(number, pence))),
        )
        marks = {f"area:{COUNCIL}"}
        marks |= {f"whole:{COUNCIL}"} if is_whole else {f"in:{COUNCIL}:{place}" for place in reach}
        if is_framework:
            marks |= {f"framework:{COUNCIL}", f"framework-whole:{COUNCIL}"}
        needs, languages = rand.sample(NEEDS, rand.randint(1, 3)), rand.sample(LANGUAGES, rand.choice([0, 0, 1, 2]))
        marks |= marks_of(
            kind=kind,
            nature=facts.nature,
            unit=None if pence is None else Unit.HOUR,
            is_free=False,
            can_take_new_people=rand.random() < 0.7,
            rating=facts.rating,
            review_count=reviews,
            cqc_rating=facts.cqc_rating,
            suits={
                "days": rand.sample(list(DAY_WORDS), rand.choice([0, 5, 5, 6, 7, 7])),
                "times": rand.sample(list(TimeOfDay), rand.choice([0, 1, 2, 3, 4])),
                "ages": rand.sample(list(Age), rand.randint(1, 3)),
                "needs": [need.lower().replace(" ", "-") for need in needs],
                "languages": [language.lower() for language in languages],
            },
        )
        by_day: tuple[int | None, ...] = (None, None, None)
        if pence is not None:
            by_day, apart = compared(rates_of(card_of(number, pence)))
            marks |= apart
        return Document(
            listing_id=number,
            facts=facts,
            keywords=", ".join([*needs, *languages]),
            address=f"{rand.randint(1, 99)} High Street, {first}",
            marks=frozenset(marks),
            pence=by_day[0],
            saturday_pence=by_day[1],
            sunday_pence=by_day[2],
            published_on=date(2026, 1, 1) + timedelta(days=rand.randint(0, 300)),
            longitude=-2.4 + rand.random() / 5,
            latitude=53.3 + rand.random() / 5,
        )


def card_of(number: int, pence: int) -> Card:
    """The rates of a listing: of three in ten with evenings and nights, of one in five with prices for some buyers."""
    rand = random.Random(number)
    weekend = pence + rand.choice([0, 0, 150, 300])
    amounts = Amounts(pence, weekend, weekend, 2 * pence)
    bands = (
        Band(name, starts, ends, Amounts(*(one + rand.choice([100, 200, 350]) for one in amounts.each)))
        for name, starts, ends in ((BandName.EVENING, 18 * 60, 22 * 60), (BandName.NIGHT, 22 * 60, 6 * 60))
    )
    buyers = ((buyer, Amounts(*(one + rand.choice([-200, -50, 100]) for one in amounts.each))) for buyer in Buyer)
    return Card(
        date(2026, 1, 1),
        Unit.HOUR,
        *amounts.each,
        bands=tuple(bands) if rand.random() < 0.3 else (),
        buyers=tuple(buyers) if rand.random() < 0.2 else (),
    )


def documents(count: int) -> Iterator[Document]:
    """The first so many listings."""
    catalogue = Catalogue()
    for number in range(1, count + 1):
        yield catalogue.document(number)


def misspelt(word: str, rand: random.Random) -> str:
    """A word with one letter left out, swapped, wrong or too many; never the first."""
    if len(word) < 4:
        return word
    place = rand.randrange(1, len(word) - 1)
    how = rand.random()
    if how < 0.35:
        return word[:place] + word[place + 1 :]
    if how < 0.6:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    letter = rand.choice("aeioustrn")
    return word[:place] + letter + word[place + (how < 0.8) :]
