"""Answering a question from a snapshot: what matches, narrowed, counted, put in order, one page of it.

A document is found when it has everything asked for; where few do, also those that have most of it. Within the same
number of things matched, its own name counts most, then where the words stand, then how near and how well spoken of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.catalogue.rules.kinds import KINDS, Nature
from app.search.index.excerpts import excerpt
from app.search.index.layout import KIND_NUMBERS, LEGAL, NAME_LONGEST, NATURE_NUMBERS
from app.search.index.reading import Concept, Reading, concepts_of
from app.search.index.saying import says, take_best
from app.search.index.snapshot import Mask, Scores, Snapshot
from app.search.index.stems import stems_of
from app.search.rules.asked import Facets, Found, Hit, Place, Sort, Understood, Wanted

ENOUGH = 5
"""While fewer match everything, those that match most of it are found too."""
OF_THE_KIND, OFTEN_UNDER, IN_THE_TITLE, OWN_NAME = 4.0, 2.0, 2.0, 1_000.0
IN_THE_PLACE, NEARBY_MILES, NEAR_MILES = 5.0, 1.5, 2.0
INVENTED = 15.0
STEP = 40.0
"""One more thing matched outweighs any difference in how well the others are."""
GOOD_ENOUGH_FOR_ANY = 3.5
"""The rating that those without reviews are taken to have, as if two people had given it."""
SAID_BEFORE = 2

Ids = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Matched:
    """Which documents were found by words, and how well each matches."""

    mask: Mask
    scores: Scores
    asked: frozenset[str]


def answer(snapshot: Snapshot, wanted: Wanted, reading: Reading, place: Place | None) -> Found:
    """One page of what was wanted, counted exactly."""
    concepts = concepts_of(snapshot, reading)
    kinds = tuple(dict.fromkeys(kind for concept in concepts for kind in concept.kinds))
    understood = Understood(reading.question.words, reading.corrected, place, kinds)
    if not snapshot.count:
        return Found((), 0, Facets(), understood)
    near = wanted.near or ((place.longitude, place.latitude) if place is not None else None)
    miles = snapshot.miles(near) if near is not None else None
    scope = _scope(snapshot, wanted)
    matched = _match(snapshot, reading, concepts, place, scope, miles)
    filters = _filters(snapshot, wanted)
    chosen = _narrowed(matched.mask, filters)
    ids = np.flatnonzero(chosen)
    top = _in_order(snapshot, wanted, ids, matched.scores, miles)
    framework = _framework(snapshot, wanted)
    hits = tuple(_hit(snapshot, number, matched.asked, miles, framework) for number in top.tolist())
    return Found(hits, len(ids), _count(snapshot, wanted, matched.mask, filters, framework), understood)


def _scope(snapshot: Snapshot, wanted: Wanted) -> Mask:
    return snapshot.live if wanted.council_id is None else snapshot.mask("marks", f"area:{wanted.council_id}")


def _match(
    snapshot: Snapshot,
    reading: Reading,
    concepts: Sequence[Concept],
    place: Place | None,
    scope: Mask,
    miles: NDArray[np.float64] | None,
) -> _Matched:
    scores = np.zeros(snapshot.size, np.float32)
    if miles is not None:
        scores += 2 * np.exp(-miles / NEAR_MILES).astype(np.float32)
    scores += snapshot.kept("standing", lambda: _standing(snapshot))
    evidence = [_evidence(snapshot, concept) for concept in concepts]
    asked = {stem for concept in concepts for way in concept.ways for stem in way.stems if len(way.stems) == 1}
    asked |= {stem for concept in concepts for stem in concept.ways[0].stems}
    stems = stems_of(place.words.split()) if place is not None else []
    asked |= set(stems)
    if not evidence:
        return _Matched(scope, scores, frozenset(asked))
    had = np.zeros(snapshot.size, np.int8)
    # A word that nothing here has is not held against what has the others.
    evidence = [one for one in evidence if ((one > 0) & scope).any()] or evidence
    for one in evidence:
        had += one > 0
        scores += one
    if place is not None and miles is not None:
        # What is only in the right place has nothing that was asked for.
        scope = scope & (had > 0)
        there = _placed(snapshot, stems, miles)
        evidence.append(there)
        had += there > 0
        scores += there
    own = _own_name(snapshot, reading)
    mask = _have_most(had, scope, len(evidence)) | (own & scope)
    scores += STEP * had + OWN_NAME * own
    return _Matched(mask, scores, frozenset(asked))


def _have_most(had: NDArray[np.int8], scope: Mask, things: int) -> Mask:
    """Those that have everything; while they are few, those that lack one thing too, and so on down to half."""
    least = things
    found: Mask = (had >= least) & scope
    while least > max(1, (things + 1) // 2) and np.count_nonzero(found) < ENOUGH:
        least -= 1
        found = (had >= least) & scope
    return found


def _evidence(snapshot: Snapshot, concept: Concept) -> Scores:
    """How much each document says of one thing asked for; 0 where it says nothing. Kept for the next who asks."""
    return snapshot.kept(concept, lambda: _gather(snapshot, concept))


def _gather(snapshot: Snapshot, concept: Concept) -> Scores:
    best = np.zeros(snapshot.size, np.float32)
    for way in concept.ways:
        take_best(best, *says(snapshot, way))
    said = best > 0
    for kind in concept.often_under:
        best[said & snapshot.mask("marks", f"kind:{kind}")] += OFTEN_UNDER
    for kind in concept.kinds:
        best[snapshot.mask("marks", f"kind:{kind}")] += OF_THE_KIND
    titled = _all_in(snapshot, "title", concept.ways[0].stems)
    best[titled & said] += IN_THE_TITLE
    return best


def _all_in(snapshot: Snapshot, field: str, stems: Sequence[str]) -> Mask:
    found = snapshot.live
    for one in stems:
        found = found & snapshot.mask(field, one)
    return found


def _placed(snapshot: Snapshot, stems: Sequence[str], miles: NDArray[np.float64]) -> Scores:
    """How well each document is in a place named: its address says so, or it is close by."""
    close = np.where(miles <= NEARBY_MILES, IN_THE_PLACE * np.exp(-miles / NEARBY_MILES), 0).astype(np.float32)
    named = _all_in(snapshot, "place", stems) if stems else np.zeros(snapshot.size, np.bool_)
    return np.where(named, IN_THE_PLACE + close, close).astype(np.float32)


def _own_name(snapshot: Snapshot, reading: Reading) -> Mask:
    """Documents whose provider's own name was said. A name of one word must be all that was asked for."""
    words = [word for word in reading.question.words if word not in LEGAL]
    stems = stems_of(words)
    telling = sum(reading.telling)
    found = np.zeros(snapshot.size, np.bool_)
    for begin in range(len(stems)):
        for end in range(begin + 1, min(len(stems), begin + NAME_LONGEST) + 1):
            if end - begin > 1 or telling == 1:
                found |= snapshot.mask("marks", f"own:{'+'.join(stems[begin:end])}")
    return found


def _standing(snapshot: Snapshot) -> Scores:
    """A little for a provider somebody speaks for, a published price, and what people said."""
    said = 0.3 * (_rated(snapshot) - GOOD_ENOUGH_FOR_ANY)
    standing: Scores = (0.3 * snapshot.column("quality") + said).astype(np.float32)
    # Beside a real council, what the demonstration invents stands behind what there is.
    standing[snapshot.mask("marks", "invented")] -= INVENTED
    return standing


def _rated(snapshot: Snapshot) -> NDArray[np.float64]:
    reviews = snapshot.column("reviews").astype(float)
    rating = snapshot.column("rating") / 100
    rated: NDArray[np.float64] = (reviews * rating + SAID_BEFORE * GOOD_ENOUGH_FOR_ANY) / (reviews + SAID_BEFORE)
    return rated


def _filters(snapshot: Snapshot, wanted: Wanted) -> dict[str, Mask]:
    found: dict[str, Mask] = {}
    if wanted.kinds:
        found["kinds"] = np.isin(snapshot.column("kind"), [KIND_NUMBERS.get(kind, 0) for kind in wanted.kinds])
    if wanted.nature is not None:
        found["nature"] = snapshot.column("nature") == NATURE_NUMBERS.get(wanted.nature, 0)
    if wanted.locality_id is not None and wanted.council_id is not None:
        found["locality"] = snapshot.mask("marks", f"whole:{wanted.council_id}") | snapshot.mask(
            "marks", f"in:{wanted.council_id}:{wanted.locality_id}"
        )
    framework = _framework(snapshot, wanted)
    if wanted.framework is not None and framework is not None:
        found["framework"] = framework if wanted.framework else ~framework
    return found


def _framework(snapshot: Snapshot, wanted: Wanted) -> Mask | None:
    """Who is on the council's framework for what they offer; in one locality, when that is chosen."""
    if wanted.council_id is None:
        return None
    if wanted.locality_id is None:
        return snapshot.mask("marks", f"framework:{wanted.council_id}")
    whole = snapshot.mask("marks", f"framework-whole:{wanted.council_id}")
    return whole | snapshot.mask("marks", f"framework-in:{wanted.locality_id}")


def _narrowed(mask: Mask, filters: dict[str, Mask], but: str = "") -> Mask:
    for name, one in filters.items():
        if name != but:
            mask = mask & one
    return mask


def _count(snapshot: Snapshot, wanted: Wanted, mask: Mask, filters: dict[str, Mask], framework: Mask | None) -> Facets:
    """The counts beside the filters: each as if its own filter were not set, and all others were."""
    everything = _narrowed(mask, filters)

    def among(name: str) -> Mask:
        return _narrowed(mask, filters, but=name) if name in filters else everything

    kinds = np.bincount(snapshot.column("kind")[among("kinds")], minlength=len(KINDS) + 1).tolist()
    natures = np.bincount(snapshot.column("nature")[among("nature")], minlength=len(Nature) + 1).tolist()
    told: dict[bool, int] = {}
    localities: dict[int, int] = {}
    everywhere = 0
    if framework is not None:
        either = among("framework")
        yes = int((either & framework).sum())
        told = {True: yes, False: int(either.sum()) - yes}
        reach = among("locality")
        whole = reach & snapshot.mask("marks", f"whole:{wanted.council_id}")
        everywhere = int(whole.sum())
        for mark in snapshot.marks_beginning(f"in:{wanted.council_id}:"):
            also = reach & snapshot.mask("marks", mark) & ~whole
            localities[int(mark.rpartition(":")[2])] = everywhere + int(also.sum())
    return Facets(
        {code: kinds[number] for code, number in KIND_NUMBERS.items() if kinds[number]},
        {code: natures[number] for code, number in NATURE_NUMBERS.items() if natures[number]},
        told,
        localities,
        everywhere,
    )


def _in_order(snapshot: Snapshot, wanted: Wanted, ids: Ids, scores: Scores, miles: NDArray[np.float64] | None) -> Ids:
    """One page of the documents, in the order asked for; ties by how well they match, then by their numbers."""
    best = -scores[ids].astype(float)
    keys: Any = best
    if wanted.sort is Sort.NEAREST and miles is not None:
        keys = miles[ids]
    elif wanted.sort is Sort.PRICE:
        keys = snapshot.column("pence")[ids]
    elif wanted.sort is Sort.RATING:
        keys = np.where(snapshot.column("reviews")[ids] > 0, -_rated(snapshot)[ids], 0.0)
    elif wanted.sort is Sort.NEWEST:
        keys = -snapshot.column("published")[ids]
    begin = (wanted.page - 1) * wanted.size
    end = begin + wanted.size
    if begin >= len(ids):
        return ids[:0]
    if len(ids) > 2 * end:
        may_show = np.flatnonzero(keys <= np.partition(keys, end - 1)[end - 1])
        ids, keys, best = ids[may_show], keys[may_show], best[may_show]
    order = np.lexsort((snapshot.column("listing")[ids], best, keys))
    shown: Ids = ids[order[begin:end]]
    return shown


def _hit(
    snapshot: Snapshot, number: int, asked: frozenset[str], miles: NDArray[np.float64] | None, framework: Mask | None
) -> Hit:
    facts = snapshot.facts(number)
    away = float(miles[number]) if miles is not None and np.isfinite(miles[number]) else None
    return Hit(
        int(snapshot.column("listing")[number]),
        facts,
        away,
        bool(framework[number]) if framework is not None and facts.nature == Nature.SERVICE else None,
        excerpt(facts.summary, facts.description, asked),
    )
