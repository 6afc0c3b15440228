"""Answering a question from a snapshot: what matches, narrowed, counted, put in order, one page of it.

A document is found when it has everything asked for; where few do, also those that have most of it. Within the same
number of things matched, its own name counts most, then where the words stand, then how near and how well spoken of.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.market.catalogue.rules.kinds import Nature
from app.market.search_index.index.excerpts import excerpt
from app.market.search_index.index.facet_counting import Mask
from app.market.search_index.index.layout import NO_PRICE
from app.market.search_index.index.names import all_in, own_name, own_name_runs, own_title, placed, reaching
from app.market.search_index.index.prices import bearing, pence_of
from app.market.search_index.index.question_reading import Concept, Reading, concepts_of, phrase_words_apart
from app.market.search_index.index.scoring import says, take_best
from app.market.search_index.index.snapshot import Scores, Snapshot
from app.market.search_index.index.stems import stems_of
from app.market.search_index.index.unwanted import unwanted_words, without_unwanted
from app.market.search_index.rules.narrowing import MILES, meant, narrowing, offered
from app.market.search_index.rules.questions import Facets, Found, Hit, NamedPlace, SearchQuery, Sort, Understood
from app.market.search_index.rules.words import ASKING, EMPTY

ENOUGH = 10
"""While fewer match everything, those that match most of it are found too: a first screen of results."""
FEW_ENOUGH = 40
"""While fewer than enough match at all, so many more are shown after them: what is listed where such things often are."""
OF_THE_KIND, OFTEN_UNDER, IN_THE_TITLE, OWN_NAME = 10.0, 3.0, 2.0, 1_000.0
NEAR_MILES = 2.0
INVENTED = 15.0
JUST_SO = 2.0
"""It is said in the very words of the question."""
OTHERWISE_TITLED = 1.5
"""The title says it in other words."""
STEP = 40.0
"""One more thing matched outweighs any difference in how well the others are."""
IN_PASSING, OF_ANOTHER_KIND, STRONG = 0.65, 0.65, OF_THE_KIND
"""What is only mentioned counts as so much of a thing matched; it counts whole from so much evidence on, or as so much
where the thing names a kind and this is of another."""
THERE = 0.4
"""Being where it was asked for counts as so much of a thing matched: less than being the thing."""
TITLED = 60.0
"""Every word of the question stands in the title: more than a place found among the words."""
BESIDE = 3.0
"""One more word matched beside things that the vocabulary knows."""
GOOD_ENOUGH_FOR_ANY = 3.5
"""The rating that those without reviews are taken to have, as if two people had given it."""
SAID_BEFORE = 2
MANY = 50_000

Ids = NDArray[np.intp]
Miles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Matched:
    """Which documents were found by words, and how well each matches."""

    mask: Mask
    scores: Scores
    asked: frozenset[str]
    lacking: tuple[str, ...] = ()
    """What was asked for that nothing here says."""


def answer(
    snapshot: Snapshot, wanted: SearchQuery, reading: Reading, place: NamedPlace | None, stopped: Collection[int] = ()
) -> Found:
    """One page of what was wanted, counted exactly; the listings in ``stopped`` are as if they were not there."""
    concepts, unwanted = concepts_of(snapshot, reading)
    kinds = tuple(dict.fromkeys(kind for concept in concepts for kind in concept.kinds))
    told = tuple(word for word, tells in zip(reading.question.words, reading.telling, strict=True) if tells)
    understood = Understood(told, reading.corrected, place, kinds)
    if not snapshot.count:
        return Found((), 0, Facets(), understood)
    snapshot.foresee(terms_needed(wanted, reading, [*concepts, *(one.concept for one in unwanted)]))
    near = wanted.near or ((place.longitude, place.latitude) if place is not None else None)
    miles = snapshot.miles(near) if near is not None else None
    scope = _scope(snapshot, wanted, place)
    if stopped:
        # Everything found and counted lies within the scope.
        scope = scope & ~np.isin(snapshot.column("listing"), list(stopped))
    scope, refused = without_unwanted(snapshot, scope, unwanted, kinds)
    understood = replace(understood, unwanted=unwanted_words(reading, refused))
    matched = _match(snapshot, reading, concepts, place, scope, miles, reaching(snapshot, wanted, place))
    understood = replace(understood, lacking=matched.lacking)
    filters = _filters(snapshot, wanted, miles)
    chosen = _narrowed(matched.mask, filters)
    ids = np.flatnonzero(chosen)
    top = _in_order(snapshot, wanted, ids, matched.scores, miles)
    framework = _framework(snapshot, wanted)
    snapshot.foresee(numbers=top.tolist())
    hits = tuple(_hit(snapshot, number, matched.asked, miles, framework) for number in top.tolist())
    counts = _count(snapshot, wanted, matched.mask, chosen, filters, miles, framework)
    return Found(hits, len(ids), counts, understood)


def terms_needed(wanted: SearchQuery, reading: Reading, concepts: Sequence[Concept]) -> Iterator[tuple[str, str]]:
    """Every term that an answer looks at, so that an engine may look them all up at once."""
    for concept in concepts:
        yield from (("words", stem) for way in concept.ways for stem in way.stems)
        yield from (("title", stem) for way in concept.ways for stem in way.stems)
        yield from (("marks", f"kind:{kind}") for kind in (*concept.kinds, *concept.often_under))
    yield from (("title", stem) for stem in stems_of(reading.question.words))
    yield from (("marks", f"own:{name}") for name in own_name_runs(reading))
    yield "marks", "invented"
    if wanted.council_id is not None:
        fields = ("area", "whole", "framework", "framework-whole")
        yield from (("marks", f"{field}:{wanted.council_id}") for field in fields)


def _scope(snapshot: Snapshot, wanted: SearchQuery, place: NamedPlace | None) -> Mask:
    """What the council chosen has; where none is, that of the place named, when it has anything: the rest is far away."""
    if wanted.council_id is not None:
        return snapshot.mask("marks", f"area:{wanted.council_id}")
    if place is None or place.council_id is None:
        return snapshot.live
    theirs = snapshot.mask("marks", f"area:{place.council_id}")
    return theirs if theirs.any() else snapshot.live


def _match(
    snapshot: Snapshot,
    reading: Reading,
    concepts: Sequence[Concept],
    place: NamedPlace | None,
    scope: Mask,
    miles: Miles | None,
    here: Mask | None,
) -> _Matched:
    scores = np.zeros(snapshot.size, np.float32)
    if miles is not None:
        scores += 2 * np.exp(-miles / NEAR_MILES).astype(np.float32)
    scores += snapshot.kept("standing", lambda: _standing(snapshot))
    asked = {stem for concept in concepts for way in concept.ways for stem in way.stems if len(way.stems) == 1}
    asked |= {stem for concept in concepts for stem in concept.ways[0].stems}
    stems = stems_of(place.words.split()) if place is not None else []
    asked |= set(stems)
    if not concepts:
        return _Matched(scope, scores, frozenset(asked))
    evidence, beside, lacking = _weighed(snapshot, concepts, scope)
    for one in beside:
        scores += one - np.float32(STEP - BESIDE) * (one > 0)
    had = np.zeros(snapshot.size, np.int8)
    for one in evidence:
        had += one > 0
        scores += one
    own, titled = own_name(snapshot, reading), own_title(snapshot, reading, concepts)
    mask = _have_most(had, scope, len(evidence))
    if np.count_nonzero(mask) < ENOUGH:
        mask = mask | _listed_there(snapshot, concepts, scope)
    mask = mask | ((own | titled) & scope)
    if place is not None and miles is not None:
        there = placed(snapshot, stems, miles)
        is_there = there > 0 if here is None else (there > 0) | here
        scores += there + np.float32(THERE * STEP) * is_there
    scores[own] += OWN_NAME
    scores[titled] += TITLED
    # What is called so, or belongs to whom the words name, is offered after all.
    is_named = bool(((own | titled) & scope).any())
    return _Matched(mask, scores, frozenset(asked), () if is_named else lacking)


def _listed_there(snapshot: Snapshot, concepts: Sequence[Concept], scope: Mask) -> Mask:
    """Everything of the kinds where what was asked for is often listed, as long as that is not too much to look through."""
    found = np.zeros(snapshot.size, np.bool_)
    for kind in {kind for concept in concepts for kind in (*concept.kinds, *concept.often_under)}:
        listed = snapshot.mask("marks", f"kind:{kind}") & scope
        if np.count_nonzero(listed) <= FEW_ENOUGH:
            found |= listed
    return found


def _weighed(
    snapshot: Snapshot, concepts: Sequence[Concept], scope: Mask
) -> tuple[list[Scores], list[Scores], tuple[str, ...]]:
    """How much each document says of what must be there, and of the words that only help to put results in order.

    A word that nothing here has is not held against what has the others; all such are told.
    """
    found: list[tuple[Concept, Scores]] = []
    lacking: list[Concept] = []
    for concept in concepts:
        said = _evidence(snapshot, concept)
        if _is_among(said, scope):
            found.append((concept, said))
        else:
            lacking.append(concept)
            found += _instead(snapshot, concept, scope)
    known = [one for concept, one in found if concept.is_meant]
    others = [one for concept, one in found if not concept.is_meant]
    # Words that are only beside things that are known and there (*my posh aunt*) are not what is wanted.
    told = tuple(" ".join(one.words) for one in lacking if (one.is_meant or not known) and _is_telling(one))
    if not found:
        return [np.zeros(snapshot.size, np.float32)], [], told
    return (known, others, told) if known else (others, [], told)


def _is_telling(concept: Concept) -> bool:
    return any(not (word in EMPTY or word in ASKING or word.isdigit()) for word in concept.words)


def _instead(snapshot: Snapshot, concept: Concept, scope: Mask) -> list[tuple[Concept, Scores]]:
    """For what nobody says: everything of the kinds where it is often listed; failing that, its words one by one."""
    if not concept.is_meant or (concept.ways[0].is_phrase and not concept.kinds and len(concept.ways) == 1):
        return []
    under = replace(concept, kinds=(*concept.kinds, *concept.often_under), often_under=())
    instead = [under] if concept.often_under else []
    found = [(one, _evidence(snapshot, one)) for one in instead]
    if not any(_is_among(said, scope) for _, said in found):
        found = [
            (one, _evidence(snapshot, one)) for one in (phrase_words_apart(concept) if len(concept.words) > 1 else [])
        ]
    return [(one, said) for one, said in found if _is_among(said, scope)]


def _is_among(said: Scores, scope: Mask) -> bool:
    return bool(((said > 0) & scope).any())


def _have_most(had: NDArray[np.int8], scope: Mask, things: int) -> Mask:
    """Those that have everything; while they are few, those that lack one thing too, and so on down to any one."""
    least = things
    found: Mask = (had >= least) & scope
    while least > 1 and np.count_nonzero(found) < ENOUGH:
        least -= 1
        found = (had >= least) & scope
    return found


def _evidence(snapshot: Snapshot, concept: Concept) -> Scores:
    """How much each document says of one thing asked for; 0 where it says nothing. Kept for the next who asks."""
    if snapshot.size < MANY:
        return snapshot.kept(concept, lambda: _gather(snapshot, concept))
    ids, scores = snapshot.kept(concept, lambda: _those_that_say(_gather(snapshot, concept)))
    found = np.zeros(snapshot.size, np.float32)
    found[ids] = scores
    return found


def _those_that_say(evidence: Scores) -> tuple[NDArray[np.int32], Scores]:
    """Kept so, the evidence of a large catalogue takes a third of the room."""
    ids = np.flatnonzero(evidence)
    return ids.astype(np.int32), evidence[ids]


def _gather(snapshot: Snapshot, concept: Concept) -> Scores:
    best = np.zeros(snapshot.size, np.float32)
    kinds = np.zeros(snapshot.size, np.bool_)
    for kind in concept.kinds:
        kinds |= snapshot.mask("marks", f"kind:{kind}")
    for way in concept.ways:
        ids, scores = says(snapshot, way)
        if way.is_within_kinds:
            within = kinds[ids]
            ids, scores = ids[within], scores[within]
        take_best(best, ids, scores + np.float32(JUST_SO) if way is concept.ways[0] else scores)
    said = best > 0
    for kind in concept.often_under:
        np.add(best, OFTEN_UNDER, out=best, where=said & snapshot.mask("marks", f"kind:{kind}"))
    np.add(best, OF_THE_KIND, out=best, where=kinds)
    titled = all_in(snapshot, "title", concept.ways[0].stems)
    otherwise = np.zeros(snapshot.size, np.bool_)
    for way in concept.ways[1:]:
        if len(way.stems) == 1:
            otherwise[snapshot.ids("title", way.stems[0])] = True
        else:
            otherwise |= all_in(snapshot, "title", way.stems)
    np.add(best, IN_THE_TITLE, out=best, where=titled & said)
    np.add(best, OTHERWISE_TITLED, out=best, where=otherwise & said & ~titled)
    return best + _steps(concept, best, kinds)


def _steps(concept: Concept, best: Scores, kinds: Mask) -> Scores:
    """How much of one thing matched it is to say so much of it. What names a kind is wholly matched only by that kind."""
    if not concept.is_meant:
        return np.where(best > 0, np.float32(STEP), np.float32(0))
    most = OF_ANOTHER_KIND if concept.kinds else 1
    said = np.float32(STEP) * (IN_PASSING + (most - IN_PASSING) * np.minimum(best / STRONG, 1).astype(np.float32))
    steps: Scores = np.where(kinds, np.float32(STEP), np.where(best > 0, said, np.float32(0)))
    return steps


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


def _filters(snapshot: Snapshot, wanted: SearchQuery, miles: Miles | None) -> dict[str, Mask]:
    """What each filter that is set lets through, by its name; the price counts as one filter, ``per``."""
    filters = {name: bearing(snapshot, marks) for name, marks in narrowing(wanted).items()}
    if "per" in filters:
        filters["per"] = filters["per"] & _in_range(snapshot, wanted)
    if wanted.miles is not None and miles is not None:
        filters["miles"] = miles <= wanted.miles
    return filters


def _in_range(snapshot: Snapshot, wanted: SearchQuery) -> Mask:
    pence = pence_of(snapshot, wanted)
    found = pence < NO_PRICE
    if wanted.least_pence is not None:
        found &= pence >= wanted.least_pence
    if wanted.most_pence is not None:
        found &= pence <= wanted.most_pence
    return found


def _framework(snapshot: Snapshot, wanted: SearchQuery) -> Mask | None:
    """Who is on the council's framework for what they offer; in some localities, when those are chosen."""
    return None if wanted.council_id is None else bearing(snapshot, meant("framework", "yes", wanted))


def _narrowed(mask: Mask, filters: dict[str, Mask], but: str = "") -> Mask:
    for name, one in filters.items():
        if name != but:
            mask = mask & one
    return mask


def _count(
    snapshot: Snapshot,
    wanted: SearchQuery,
    mask: Mask,
    chosen: Mask,
    filters: dict[str, Mask],
    miles: Miles | None,
    framework: Mask | None,
) -> Facets:
    """The counts beside the filters: each as if its own filter were not set, and all others were."""
    begin = f"in:{wanted.council_id}:"
    localities = tuple(mark.removeprefix(begin) for mark in snapshot.marks_beginning(begin))

    def values(part: Snapshot) -> list[tuple[str, str, Mask]]:
        return [(name, value, bearing(part, marks)) for name, value, marks in offered(wanted, localities)]

    without = {name: _narrowed(mask, filters, but=name) for name in filters}
    counts = snapshot.counted((wanted.council_id, localities), values, chosen, without)
    if framework is not None:
        # What this means hangs on the chosen areas: not worth a table for each.
        among = without.get("framework", chosen)
        yes = int((among & framework).sum())
        told = {"yes": yes, "no": int(among.sum()) - yes}
        counts["framework"] = {value: count for value, count in told.items() if count}
    if miles is not None:
        away = miles[without.get("miles", chosen)]
        counts["miles"] = {str(most): count for most in MILES if (count := int((away <= most).sum()))}
    prices = None
    if wanted.per is not None:
        pence = pence_of(snapshot, wanted)[without["per"] & snapshot.mask("marks", f"per:{wanted.per}")]
        pence = pence[pence < NO_PRICE]
        prices = (int(pence.min()), int(pence.max())) if len(pence) else None
    return Facets(counts, prices)


def _in_order(snapshot: Snapshot, wanted: SearchQuery, ids: Ids, scores: Scores, miles: Miles | None) -> Ids:
    """One page of the documents, in the order asked for; ties by how well they match, then by their numbers."""
    best = -scores[ids]
    keys: Any = best
    if wanted.sort is Sort.NEAREST and miles is not None:
        keys = miles[ids]
    elif wanted.sort is Sort.PRICE:
        keys = pence_of(snapshot, wanted)[ids]
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
    snapshot: Snapshot,
    number: int,
    asked: frozenset[str],
    miles: Miles | None,
    framework: Mask | None,
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
