"""The price on a card, as it applies to who asks, on the days and at the times chosen."""

from collections.abc import Callable, Sequence

from app.market.catalogue.rules.applicable_rate import Price, Rates, price_on
from app.market.catalogue.rules.rates import Buyer
from app.market.search_index.rules.questions import Hit


def price_of(
    hit: Hit, days: Sequence[int], times: Sequence[str] = (), buyer: Callable[[], Buyer] = lambda: Buyer.SELF_FUNDED
) -> Price:
    """``from £27.50 an hour``; on chosen days ``£29.00 an hour on Saturdays``, ``£31.00 on Sundays``.

    All of it out of the index, so that what is shown is what results are narrowed and put in order by. ``buyer`` says whose
    money pays; it is asked only where that matters.
    """
    facts = hit.facts
    if facts.rates is None:
        return Price("", facts.price)
    rates = Rates(*facts.rates)
    return price_on(rates, days, times, facts.days, buyer() if rates.buyers else Buyer.SELF_FUNDED)
