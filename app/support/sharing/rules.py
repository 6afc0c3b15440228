"""Support that several people share: who pays how much of each visit, to the penny, and what becomes of a plan to share."""

from collections.abc import Collection, Sequence
from datetime import date

from app.base.refusals import BadInput
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.words import Leaving

MOST_SHARING = 4
"""People to one booking: as many as the form asks for, and as share a house."""
MOST_PARTS = 100
MOST_WEEKS = 26
MOST_OPEN = 10
"""Plans one person may have waiting: each sends emails to people in our name."""
MOST_A_DAY = 20
"""Plans asked for one person within a day: one taken back has sent its emails all the same."""


def leaving_stands(
    status: SharePlanStatus, *, is_self: bool, own: ShareStatus | None, last_day: date | None, ends_on: date | None
) -> Leaving | None:
    """What it means to one of those who share, or did, that somebody leaves; nothing where it came to nothing.

    Args:
        status: of the plan that was made of it.
        is_self: whether it is they who leave.
        own: what they have answered, where they were asked.
        last_day: the last day of whoever leaves.
        ends_on: the last day of the support itself, where it ends: its provider may have ended it before.
    """
    if status in {SharePlanStatus.REFUSED, SharePlanStatus.LAPSED}:
        return Leaving.NOT_AGREED if ends_on is not None and ends_on == last_day else None
    is_asked = status == SharePlanStatus.ASKED
    if is_self:
        return Leaving.SELF_ASKED if is_asked else Leaving.SELF_LEFT
    if not is_asked:
        return Leaving.SHARED_ANEW
    return Leaving.ANSWER if own == ShareStatus.ASKED else Leaving.WAITS


def check_parts(parts: Collection[int]) -> None:
    """Let pass how many parts each of them pays.

    Raises:
        BadInput: when there are too few or too many people, or parts that are none.
    """
    if not 2 <= len(parts) <= MOST_SHARING:  # noqa: PLR2004 - sharing takes two
        raise BadInput(f"Between 2 and {MOST_SHARING} people can share support")
    if any(not 1 <= one <= MOST_PARTS for one in parts):
        raise BadInput(f"Each person pays between 1 and {MOST_PARTS} parts")


def split_visits(prices: Sequence[int], parts: Sequence[int]) -> list[list[int]]:
    """Who pays how many pence of each visit: each visit sums exactly, and so does all of it.

    Pence that do not divide go to whoever has paid least of what is theirs so far, so that nobody pays the odd penny
    every time: at every visit each has paid the exact share to less than a penny (with up to four people, by test).

    Args:
        prices: pence of each visit, in the order they happen.
        parts: how many parts each person pays, in one order.

    Returns:
        For each visit the pence of each person, in their order.
    """
    whole = sum(parts)
    owed = [0] * len(parts)
    """What each still owes, in pence times ``whole``: whole numbers, so that nothing is ever rounded away."""
    shares = []
    for price in prices:
        owed = [due + price * part for due, part in zip(owed, parts, strict=True)]
        pays = [max(0, due // whole) for due in owed]
        left = price - sum(pays)
        by_most_owed = sorted(range(len(parts)), key=lambda i: (pays[i] * whole - owed[i], i))
        for place in range(abs(left)):
            who = by_most_owed[place] if left > 0 else [i for i in reversed(by_most_owed) if pays[i]][place]
            pays[who] += 1 if left > 0 else -1
        owed = [due - paid * whole for due, paid in zip(owed, pays, strict=True)]
        shares.append(pays)
    return shares


def amounts(prices: Sequence[int], parts: Sequence[int]) -> list[int]:
    """What each person pays of all the visits together."""
    shares = split_visits(prices, parts)
    return [sum(visit[place] for visit in shares) for place in range(len(parts))]
