"""Names among the words of a question: of providers, of listings, and of places, and which documents bear them or are there."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.index.facet_counting import Mask
from app.market.search_index.index.layout import LEGAL, NAME_LONGEST
from app.market.search_index.index.question_reading import Concept, Reading
from app.market.search_index.index.snapshot import Scores, Snapshot
from app.market.search_index.index.stems import stem, stems_of
from app.market.search_index.rules.questions import NamedPlace, SearchQuery
from app.market.search_index.rules.words import EMPTY

IN_THE_PLACE, NEARBY_MILES = 5.0, 1.5
COMING = (
    *("care-at-home", "personal-assistant", "live-in-care", "night-support", "companionship", "home-help", "gardening"),
    *("meals", "transport", "advocacy", "support-planning", "payroll", "telecare", "daily-living", "mobility"),
)
"""Kinds of support that come to people, or are sent to them."""


def own_name(snapshot: Snapshot, reading: Reading) -> Mask:
    """Documents whose provider's own name was said. A name of one word must be all that was asked for."""
    found = np.zeros(snapshot.size, np.bool_)
    for name in own_name_runs(reading):
        found[snapshot.ids("marks", f"own:{name}")] = True
    return found


def own_title(snapshot: Snapshot, reading: Reading, concepts: Sequence[Concept]) -> Mask:
    """Documents whose title has the question of several words, places too, as it stands: it may be the thing's name.

    Not when the question is just the name of a kind: then one of that kind need not be called so.
    """
    stems = stems_of(reading.question.words)
    if len(stems) < 2 or (len(concepts) == 1 and concepts[0].kinds):  # noqa: PLR2004 - several
        return np.zeros(snapshot.size, np.bool_)
    found = all_in(snapshot, "title", stems)
    return found & snapshot.together(stems) if found.any() else found


def own_name_runs(reading: Reading) -> list[str]:
    """The runs of words that may be a provider's own name; in a short question also with two of them run together."""
    heard = [
        (stem(word), word, tells)
        for word, tells in zip(reading.question.words, reading.telling, strict=True)
        if word not in LEGAL and word not in EMPTY
    ]
    stems = [one for one, _, _ in heard]
    is_all = sum(reading.telling) <= 1
    found = [
        "+".join(stems[begin:end])
        for begin in range(len(stems))
        for end in range(begin + 1, min(len(stems), begin + NAME_LONGEST) + 1)
        if end - begin > 1 or (is_all and (heard[begin][2] or len(stems) == 1))
    ]
    if len(stems) <= NAME_LONGEST:
        for at in range(len(heard) - 1):
            one = stem(heard[at][1] + heard[at + 1][1])
            rest = stems[at + 2 :]
            found += [
                "+".join([*stems[begin:at], one, *rest[:more]])
                for begin in range(at + 1)
                for more in range(len(rest) + 1)
            ]
    return found


def placed(snapshot: Snapshot, stems: Sequence[str], miles: NDArray[np.float64]) -> Scores:
    """How well each document is in a place named: its address says so, or it is close by."""
    close = np.where(miles <= NEARBY_MILES, IN_THE_PLACE * np.exp(-miles / NEARBY_MILES), 0).astype(np.float32)
    named = all_in(snapshot, "place", stems) if stems else np.zeros(snapshot.size, np.bool_)
    return np.where(named, IN_THE_PLACE + close, close).astype(np.float32)


def reaching(snapshot: Snapshot, wanted: SearchQuery, place: NamedPlace | None) -> Mask | None:
    """What comes to people and reaches the locality of a place named: it is there, wherever its office is."""
    if place is None or place.locality_id is None or wanted.council_id is None:
        return None
    reaches = snapshot.mask("marks", f"whole:{wanted.council_id}")
    reaches = reaches | snapshot.mask("marks", f"in:{wanted.council_id}:{place.locality_id}")
    comes = np.zeros(snapshot.size, np.bool_)
    for kind in COMING:
        comes |= snapshot.mask("marks", f"kind:{kind}")
    return reaches & comes


def all_in(snapshot: Snapshot, field: str, stems: Sequence[str]) -> Mask:
    """The documents whose field has all of these stems."""
    found = snapshot.live
    for one in stems:
        found = found & snapshot.mask(field, one)
    return found
