"""What a page of results says when there are none: how the question was read, what to let go, and what there is instead."""

from dataclasses import dataclass, replace

from app.market.catalogue.rules.kinds import KIND_GROUPS, KINDS, Nature
from app.market.search import queries as search
from app.market.search.actions import unmet
from app.market.search_index.rules.questions import Found, Hit, SearchQuery, Sort
from app.shop.storefront.views.narrowing import LET_GO
from app.shop.storefront.views.question import Question

SHOWN = 4
EVERY_FILTER = {name: value for _, changes in LET_GO.values() for name, value in changes.items()}


@dataclass(frozen=True, slots=True)
class LessAsked:
    """Something to let go: its words, the address without it, and how many results that gives."""

    words: str
    address: str
    total: int


@dataclass(frozen=True, slots=True)
class NothingFound:
    """``kinds`` are the names of the kinds of support the words were taken to mean."""

    kinds: tuple[str, ...]
    less: tuple[LessAsked, ...]
    related: tuple[Hit, ...]
    free: tuple[Hit, ...]


def nothing_found(
    wanted: SearchQuery,
    question: Question,
    found: Found,
    near: tuple[float, float] | None,
    locality_id: int | None,
    *,
    is_counted: bool,
) -> NothingFound:
    """Look for what would help, and note (without words or person) that this was not found.

    Args:
        wanted: what was asked for, as search takes it.
        question: the same as it stands in the address.
        found: the empty answer.
        near: where to look first.
        locality_id: the locality of the place asked about, when there is just one.
        is_counted: whether the search may be counted as one that found nothing; words of danger never are.
    """
    meant = wanted.kinds or found.understood.kinds
    place = found.understood.place
    if is_counted and not found.is_plain and (question.q or question.is_narrowed):
        one = wanted.localities[0] if len(wanted.localities) == 1 else locality_id
        unmet.notice(
            council_id=wanted.council_id,
            locality_id=one if one is not None or place is None else place.locality_id,
            kinds=meant,
        )
    if near is None and place is not None:
        near = (place.longitude, place.latitude)
    meant = tuple(dict.fromkeys((*meant, *found.understood.kinds)))
    beside = tuple(
        kind
        for group in KIND_GROUPS.values()
        if set(meant) & set(group.kinds)
        for kind in group.kinds
        if kind not in meant
    )
    nearby = SearchQuery(
        council_id=wanted.council_id, near=near, size=SHOWN, sort=Sort.BEST if near is None else Sort.NEAREST
    )
    bought = replace(nearby, kinds=(*meant, *beside), natures=(Nature.SERVICE, Nature.EQUIPMENT))
    related = search.find(bought).hits if meant else ()
    return NothingFound(
        tuple(KINDS[kind].name for kind in found.understood.kinds if kind in KINDS),
        tuple(_less(wanted, question)),
        related,
        _free(nearby, (*meant, *beside)),
    )


def _free(nearby: SearchQuery, beside: tuple[str, ...]) -> tuple[Hit, ...]:
    """A few things open to everybody: those of a kin to what was wanted first, then any."""
    akin = tuple(kind for kind in beside if KINDS[kind].nature is Nature.COMMUNITY)
    found = search.find(replace(nearby, kinds=akin)).hits if akin else ()
    return found or search.find(replace(nearby, natures=(Nature.COMMUNITY,))).hits


def _less(wanted: SearchQuery, question: Question) -> list[LessAsked]:
    """The fewest things to let go: one filter; failing that all of them; or the words; or being exact about spelling."""
    found = [
        LessAsked(LET_GO[one.filter][0], question.address(**LET_GO[one.filter][1]), one.total)
        for one in search.relax(wanted)
    ]
    tried: list[tuple[str, str, SearchQuery]] = []
    if question.is_narrowed and not found:
        only_words = SearchQuery(wanted.words, wanted.council_id, near=wanted.near, is_exact=wanted.is_exact)
        tried.append(("every filter", question.address(**EVERY_FILTER), only_words))
    if question.exact:
        tried.append(("your own spelling", question.address(exact=""), replace(wanted, is_exact=False)))
    if question.q and question.is_narrowed:
        tried.append(("the words you typed", question.address(q="", exact=""), replace(wanted, words="")))
    counted = [LessAsked(words, address, search.find(replace(less, size=1)).total) for words, address, less in tried]
    return found + [one for one in counted if one.total]
