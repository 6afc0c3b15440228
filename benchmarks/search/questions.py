"""The mix of questions: a fixed 216 to warm up with and to tell apart by kind, and as many others as asked for."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.market.catalogue.rules.kinds import KINDS
from app.market.search_index.rules.questions import SearchQuery, Sort
from benchmarks.search import corpus

MIX = {
    "one word": 40,
    "two words": 40,
    "phrase": 18,
    "prefix": 28,
    "misspelt": 26,
    "filtered": 32,
    "browse": 20,
    "sorted": 12,
}
PLAIN = re.compile(r"[a-z]{4,}")
HEAD, MIDDLE_NAMES = 60, 3000


@dataclass(frozen=True)
class Asked:
    """One question and its kind. Other engines are told which are prefixes and which misspelt; ours finds out."""

    kind: str
    wanted: SearchQuery


class Mix:
    """Makes questions; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.rand = random.Random(seed)
        self.catalogue = corpus.Catalogue(seed)
        found = corpus.words()
        plain = [word for word in found.core if PLAIN.fullmatch(word)]
        self.head, self.middle, self.names = plain[:HEAD], plain[HEAD:], found.names[:MIDDLE_NAMES]
        self.phrases = [one for one in found.phrases if " " in one and not re.search(r"\d", one)]
        self.makers: dict[str, Callable[[int], SearchQuery]] = {
            "one word": self._one,
            "two words": self._two,
            "phrase": lambda _: SearchQuery(f'"{self.rand.choice(self.phrases)}"'),
            "prefix": self._prefix,
            "misspelt": self._misspelt,
            "filtered": lambda i: self._narrowed(SearchQuery(self._word(i))),
            "browse": lambda _: self._narrowed(
                SearchQuery(sort=self.rand.choice([Sort.PRICE, Sort.RATING, Sort.NEWEST]))
            ),
            "sorted": lambda i: SearchQuery(self._word(i), sort=Sort.PRICE if i % 2 else Sort.RATING),
        }

    def questions(self) -> list[Asked]:
        """One round of the mix, shuffled. All are asked within the council."""
        found = [
            Asked(kind, replace(self.makers[kind](number), council_id=corpus.COUNCIL))
            for kind, count in MIX.items()
            for number in range(count)
        ]
        self.rand.shuffle(found)
        return found

    def _word(self, number: int) -> str:
        return self.rand.choice(self.head if number % 2 else self.middle)

    def _one(self, number: int) -> SearchQuery:
        pools = [self.head, self.middle, self.names + self.middle]
        return SearchQuery(self.rand.choice(pools[number % 3]))

    def _two(self, number: int) -> SearchQuery:
        first = self.rand.choice(self.head)
        return SearchQuery(f"{first} {self.rand.choice(self.middle if number % 2 else self.head)}")

    def _prefix(self, number: int) -> SearchQuery:
        pool = (self.middle if number % 2 else self.head) if number % 4 else self.names
        word = self.rand.choice([one for one in pool if len(one) > 5])
        start = word[: self.rand.randint(3, min(5, len(word) - 1))]
        return SearchQuery(start if number % 3 else f"{self.rand.choice(self.head)} {start}")

    def _misspelt(self, number: int) -> SearchQuery:
        word = self.rand.choice([one for one in self.head + self.middle if len(one) >= 6])
        wrong = corpus.misspelt(word, self.rand)
        return SearchQuery(wrong if number % 2 else f"{self.rand.choice(self.head)} {wrong}")

    def _narrowed(self, wanted: SearchQuery) -> SearchQuery:
        """With one to three filters."""
        rand = self.rand
        (kind,), (locality,) = self.catalogue.some("kinds"), self.catalogue.some("localities")
        found = wanted
        while found == wanted:
            if rand.random() < 0.6:
                found = replace(found, kinds=(kind,))
            if rand.random() < 0.5:
                found = replace(found, localities=(locality,))
            if rand.random() < 0.5:
                found = replace(found, framework=rand.random() < 0.8)
            if rand.random() < 0.2:
                found = replace(found, natures=(KINDS[kind].nature.value,))
        return found


def standard() -> list[Asked]:
    """The fixed mix."""
    return Mix(corpus.SEED).questions()


def unseen(count: int) -> list[Asked]:
    """Others, none of them in the fixed mix or twice among themselves."""
    known = {asked.wanted for asked in standard()}
    found: list[Asked] = []
    seed = 1000
    while len(found) < count:
        for asked in Mix(seed).questions():
            if asked.wanted not in known:
                known.add(asked.wanted)
                found.append(asked)
        seed += 1
    return found[:count]
