"""What of a request is paid with money that is there, and what waits for money still to come. The person is locked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from app.base import clock
from app.people.accounts.models import Person
from app.support.booking_records.rules import paying as paying_rules
from app.support.booking_records.rules.paying import NotEnoughMoney, Part, Purse, fitting
from app.support.bookings.actions import waiting
from app.support.bookings.actions.visit_rows import Wait
from app.support.bookings.queries.offers import Offer
from app.support.recurrence.rules.patterns import Begun, Deviation, ExceptionKind

Shares = list[list[tuple[int, int]]]
"""For each visit the number of the pot and the pence that pay for it; nothing for one that waits."""


class Paid(NamedTuple):
    """The visits that are written, which money is set aside for each, and which of them wait."""

    offer: Offer
    begun: Begun | None
    shares: Shares
    waits: list[Wait | None]

    @property
    def now_pence(self) -> int:
        """What is set aside at once."""
        return sum(pence for parts in self.shares for _, pence in parts)

    @property
    def now_visits(self) -> int:
        """The visits that are confirmed at once."""
        return self.waits.count(None)

    @property
    def waits_pence(self) -> int:
        """What is set aside when the money has come."""
        return self.offer.total_pence - self.now_pence

    @property
    def comes_on(self) -> date | None:
        """The day on which the money comes that some of it waits for."""
        return next((one.comes_on for one in self.waits if one is not None), None)

    def parts(self, purses: Sequence[Purse]) -> list[Part]:
        """What each of these pays at once."""
        sums: dict[int, int] = {}
        for number, pence in (one for parts in self.shares for one in parts):
            sums[number] = sums.get(number, 0) + pence
        return [Part(purse, sums[purse.id]) for purse in purses if purse.id in sums]


def paid_now(offer: Offer, begun: Begun | None, purses: Sequence[Purse]) -> Paid:
    """All of it with the money that is there.

    Raises:
        NotEnoughMoney: when it does not stretch to all of it.
        Conflict: when some of it may not pay, or not so much.
    """
    paying_rules.parts_of(offer.total_pence, purses)
    shares = paying_rules.share_out(
        [visit.pence for visit in offer.visits], [(purse.id, purse.may_pay_pence) for purse in purses]
    )
    return Paid(offer, begun, shares, [None] * len(offer.visits))


def paid_or_waiting(person: Person, offer: Offer, begun: Begun | None, purses: Sequence[Purse]) -> Paid:
    """With the money that is there, as far as it goes; the rest waits for money that comes.

    One visit waits whole. Of what repeats the visits of the first day are made in any case, and wait when they must; of
    the others those are made that fit, in their order, and the days of the others wait as they do at every sweep.

    Args:
        person: whose money, locked.
        offer: what was asked for, with its prices.
        begun: how it repeats, when it does.
        purses: the money chosen, in its order.

    Raises:
        Conflict: when no money comes before the first day.
        NotEnoughMoney: when what comes does not stretch to the first day beside everything that waits already.
    """
    try:
        return paid_now(offer, begun, purses)
    except NotEnoughMoney:
        pass
    left = {purse.id: purse.may_pay_pence for purse in purses}
    prices, order = [visit.pence for visit in offer.visits], [purse.id for purse in purses]
    shares = [None] if begun is None else fitting(prices, [order] * len(prices), left)
    days = [clock.london(visit.starts).date() for visit in offer.visits]
    first = days[0] if begun is None else begun.made[0].day
    is_first = [begun is None or one.day == first for one in (begun.made if begun else offer.visits)]  # type: ignore[union-attr]
    unpaid = sum(price for price, parts, mine in zip(prices, shares, is_first, strict=True) if mine and parts is None)
    wait = waiting.promise(person, purses, unpaid, days[0]) if unpaid else None
    kept = [parts is not None or mine for parts, mine in zip(shares, is_first, strict=True)]
    waits = [wait if parts is None else None for parts, stays in zip(shares, kept, strict=True) if stays]
    made = replace(offer, visits=tuple(visit for visit, stays in zip(offer.visits, kept, strict=True) if stays))
    if begun is not None:
        later = [
            Deviation(one.slot.id, one.day, ExceptionKind.NO_MONEY)
            for one, stays in zip(begun.made, kept, strict=True)
            if not stays
        ]
        stay = tuple(one for one, stays in zip(begun.made, kept, strict=True) if stays)
        begun = replace(begun, made=stay, differs=(*begun.differs, *later))
    return Paid(made, begun, [parts or [] for parts, stays in zip(shares, kept, strict=True) if stays], waits)
