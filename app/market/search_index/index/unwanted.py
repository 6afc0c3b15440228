"""Leaving out what was said not to be wanted, and saying so."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from app.market.search_index.index.facet_counting import Mask
from app.market.search_index.index.names import all_in
from app.market.search_index.index.question_reading import Reading, Unwanted
from app.market.search_index.index.scoring import says
from app.market.search_index.index.snapshot import Snapshot


def without_unwanted(
    snapshot: Snapshot, scope: Mask, unwanted: Sequence[Unwanted], kinds: Collection[str]
) -> tuple[Mask, list[Unwanted]]:
    """The scope without what is not wanted: all of its kinds, or what says it. What would leave nothing at all is let be.

    Of the very ``kinds`` that are wanted only what is titled so goes: *something to do, anything but day centres*.
    """
    refused = []
    for one in unwanted:
        gone = np.zeros(snapshot.size, np.bool_)
        if one.concept.kinds and not (kinds and set(kinds) <= set(one.concept.kinds)):
            for kind in one.concept.kinds:
                gone |= snapshot.mask("marks", f"kind:{kind}")
        elif one.concept.kinds:
            gone |= all_in(snapshot, "title", one.concept.ways[0].stems)
        else:
            gone[says(snapshot, one.concept.ways[0])[0]] = True
        if (scope & ~gone).any():
            scope = scope & ~gone
            refused.append(one)
    return scope, refused


def unwanted_words(reading: Reading, refused: Sequence[Unwanted]) -> tuple[tuple[str, str], ...]:
    """Each thing left out in its words, and the question without them."""
    return tuple(_said_unwanted(reading, one, after) for one, after in pairwise([*refused, None]) if one is not None)


def _said_unwanted(reading: Reading, one: Unwanted, after: Unwanted | None) -> tuple[str, str]:
    """In what words, and the question without them; of ``not this or that`` the ``not`` stays for what follows."""
    words, begin, end = reading.question.words, one.begin, one.end
    if after is not None and after.begin == end:
        begin, end = end - len(one.concept.words), end + 1
    return " ".join(one.concept.words), " ".join([*words[:begin], *words[end:]])
