"""What a dearer card means to one person: the same four weeks of visits at today's price and at the coming one."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.base.refusals import BadInput
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.days import LONDON
from app.market.catalogue.rules.quote import tariff_of

WEEKS = 4
SPAN = timedelta(weeks=WEEKS)
"""Four weeks of visits stand for what somebody usually has."""


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit somebody has booked, and the names of its extras."""

    starts: datetime
    ends: datetime
    extras: tuple[str, ...] = ()
    miles: int | None = None
    """The miles agreed, where something is charged by the mile; nothing when they were not kept."""


@dataclass(frozen=True, slots=True)
class Rise:
    """One person's visits of four weeks, in pence, now and then; what else they have booked, and what they have left.

    ``is_weekly``: whether each of the four weeks has the same visits and costs the same, so that one week's price is true.
    """

    valid_from: date
    visits: int
    now_pence: int
    then_pence: int
    other_pence: int
    left_pence: int
    is_weekly: bool

    @property
    def is_dearer(self) -> bool:
        """Whether the coming card costs this person more."""
        return self.then_pence > self.now_pence

    @property
    def said_now_pence(self) -> int:
        """What is told at today's price: one week of these visits where each is the same, else all of them."""
        return self.now_pence // WEEKS if self.is_weekly else self.now_pence

    @property
    def said_then_pence(self) -> int:
        """The same at the coming price."""
        return self.then_pence // WEEKS if self.is_weekly else self.then_pence

    @property
    def more_pence(self) -> int:
        """How much dearer that is."""
        return self.said_then_pence - self.said_now_pence

    @property
    def weeks_now(self) -> int | None:
        """How many whole weeks of everything booked the money left pays for, where these visits come every week.

        Nothing when they do not: "weeks like this" would be weeks that nobody has. Nothing either when nothing costs
        anything.
        """
        return self._weeks(self.now_pence)

    @property
    def weeks_then(self) -> int | None:
        """The same at the coming price."""
        return self._weeks(self.then_pence)

    def _weeks(self, pence: int) -> int | None:
        spent = pence + self.other_pence if self.is_weekly else 0
        return max(self.left_pence, 0) * WEEKS // spent if spent else None


def four_weeks_of(stays: Iterable[BookedVisit]) -> list[BookedVisit]:
    """The visits of the four weeks that begin with the first of them."""
    ordered = sorted(stays, key=lambda stay: stay.starts)
    return [stay for stay in ordered if stay.starts < ordered[0].starts + SPAN]


def rise(
    *,
    now: Card,
    then: Card,
    stays: Sequence[BookedVisit],
    other_pence: int,
    left_pence: int,
    bank_holidays: AbstractSet[date],
) -> Rise:
    """What the coming card does to somebody with these visits: all of them priced by each card, whatever their days."""
    before, after = _priced(now, stays, bank_holidays), _priced(then, stays, bank_holidays)
    return Rise(
        then.valid_from,
        len(stays),
        sum(before),
        sum(after),
        other_pence,
        left_pence,
        is_weekly=_is_weekly(stays, list(zip(before, after, strict=True))),
    )


def _is_weekly(stays: Sequence[BookedVisit], prices: Sequence[tuple[int, int]]) -> bool:
    """Whether each of the four weeks has visits at the same times of the same days, and at the same prices."""
    weeks: list[list[object]] = [[] for _ in range(WEEKS)]
    ordered = sorted(zip(stays, prices, strict=True), key=lambda one: (one[0].starts, one[0].ends))
    for stay, priced in ordered:
        starts, ends = stay.starts.astimezone(LONDON), stay.ends.astimezone(LONDON)
        days = (starts.date() - ordered[0][0].starts.astimezone(LONDON).date()).days
        if days // 7 < WEEKS:
            weeks[days // 7].append((days % 7, starts.time(), ends.time(), priced))
    return bool(weeks[0]) and all(week == weeks[0] for week in weeks)


def _priced(card: Card, stays: Sequence[BookedVisit], bank_holidays: AbstractSet[date]) -> list[int]:
    """The pence of each visit at one card's prices, with the miles agreed for each; none where nobody knows them."""
    tariff = tariff_of(replace(card, valid_from=date.min, valid_until=None))
    ids = {extra.name: extra.id for extra in card.add_ons}
    pence = []
    for stay in stays:
        chosen = [ids[name] for name in stay.extras if name in ids]
        try:
            priced = tariff.price(
                stay.starts,
                stay.ends,
                add_ons=chosen,
                bank_holidays=bank_holidays,
                is_first_visit=False,
                miles=stay.miles or 0,
            )
        except BadInput:
            # An extra lost the one it went with, or the unit no longer fits so long a visit: what is left is compared.
            pence.append(0)
        else:
            pence.append(priced.pence)
    return pence
