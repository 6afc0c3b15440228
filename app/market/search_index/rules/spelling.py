"""Forgiving spelling: a table of every known word with letters left out, so that a near miss meets its word at once."""

from collections.abc import Iterable, Mapping

SHORTEST = 4
"""Shorter words are left as typed: too many others are one letter away."""
LONG = 8
"""From this length two letters may be wrong."""
COMPARED = 7
"""How many letters at the start are left out of, to keep the table small."""


class Spelling:
    """Known words and how often each is used; finds the nearest to a word that is not known."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._table: dict[str, list[str]] = {}
        for word in known:
            if len(word) >= SHORTEST - 1 and not word.isdigit():
                for less in without(word[:COMPARED], 2 if len(word) >= LONG - 1 else 1):
                    self._table.setdefault(less, []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def nearest(self, word: str, *, but: str = "") -> str | None:
        """The known word the fewest letters away, the more used of two; nothing when none is near enough.

        ``but`` is a word that will not do.
        """
        if len(word) < SHORTEST or any(c.isdigit() for c in word):
            return None
        most = 2 if len(word) >= LONG else 1
        found = []
        for other in self.near(word, most) - {but}:
            away = distance(word, other, most)
            if away <= most:
                # People seldom get the first letter wrong.
                found.append((away, word[0] != other[0], -self.often(other), other))
        return min(found)[3] if found else None

    def near(self, word: str, most: int) -> set[str]:
        """Known words that may be near enough; those that are not are found out by their distance."""
        near: set[str] = set()
        for less in without(word[:COMPARED], most):
            near.update(self._table.get(less, ()))
        return near

    def often(self, word: str) -> int:
        """How often a known word is used."""
        return self._known[word]


def without(word: str, letters: int) -> Iterable[str]:
    """A word with none, one, and so on up to so many of its letters left out."""
    found = {word}
    newest = {word}
    for _ in range(letters):
        newest = {one[:i] + one[i + 1 :] for one in newest if len(one) > 1 for i in range(len(one))}
        found |= newest
    return found


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, left out or swapped with a neighbour; ``most + 1`` when more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    one, other = _middles(one, other)
    far = most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, before, row = before, row, [far] * (len(other) + 1)
        if i <= most:
            row[0] = i
        nearest = row[0]
        # Further from the diagonal than ``most`` nothing can come back.
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            theirs = other[j - 1]
            cost = before[j - 1] + (letter != theirs)
            if before[j] < cost:
                cost = before[j] + 1
            if row[j - 1] < cost:
                cost = row[j - 1] + 1
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs and above[j - 2] < cost:
                cost = above[j - 2] + 1
            row[j] = cost
            nearest = min(nearest, cost)
        if nearest > most:
            return far
    return min(row[-1], far)


def _middles(one: str, other: str) -> tuple[str, str]:
    """Two words without what both begin and end with: that costs nothing."""
    begin = 0
    for letter, theirs in zip(one, other, strict=False):
        if letter != theirs:
            break
        begin += 1
    one, other = one[begin:], other[begin:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other
