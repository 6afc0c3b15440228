"""The price on a card, as it applies to who asks, on the days and at the times chosen."""

from collections.abc import Mapping, Sequence

from app.catalogue.rules.applying import ON, Price, price_on
from app.catalogue.rules.cards import Card
from app.catalogue.rules.rates import Buyer, DayKind
from app.money import Money
from app.search.rules.asked import Hit
from app.search.rules.narrowing import applying


def price_of(
    hit: Hit,
    days: Sequence[int],
    times: Sequence[str] = (),
    cards: Mapping[int, Card] | None = None,
    buyer: Buyer | None = None,
) -> Price:
    """``from £27.50 an hour``; on chosen days ``£29.00 an hour on Saturdays``, ``£31.00 on Sundays``.

    ``cards`` are those that differ by the time of day or by the buyer; of all others the index knows enough.
    """
    facts = hit.facts
    card = (cards or {}).get(hit.listing_id)
    if card is not None:
        return price_on(card.for_buyer(buyer), days, times, hit.days)
    amount, _, unit = facts.price.removeprefix("from ").partition(" ")
    if facts.amounts is None or not amount.startswith("£"):
        return Price("", facts.price)
    is_from = facts.price.startswith("from ")
    if not days or not is_from:
        return Price(amount, unit, is_from=is_from)
    (kind, pence), *others = applying(facts.amounts, days, hit.days).items()
    dearer = tuple(f"{Money(other)} on {ON[DayKind(also)]}s" for also, other in others if other != pence)
    return Price(str(Money(pence)), f"{facts.unit} on {ON[DayKind(kind)]}s", dearer)
