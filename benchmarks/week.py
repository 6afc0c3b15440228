"""Cost my week: a year of 20 visits a week over six providers, priced in process. ``python -m benchmarks.week``."""

import statistics
import time
from datetime import date
from datetime import time as clock_face

from app.catalogue.queries import bank_holidays
from app.catalogue.rules.cards import Amounts, Band, Card, Extra
from app.catalogue.rules.rates import AddOnBasis, BandName, Unit
from app.storefront.rules.cost import Offer, Pricer, cost_of
from app.storefront.rules.week import Line

ROUNDS = 50
TARGET_MS = 50.0


def _offer(number: int) -> Offer:
    extra = Extra(f"e{number}", "Second worker", AddOnBasis.PER_HOUR, 2000)
    night = Band(BandName.NIGHT, 22 * 60, 6 * 60, Amounts(3300, 3400, 3500, 6000))
    facts = (Unit.HOUR, 2750 + number, 2900, 3000, 5000, 30, 2000, 15, (extra,))
    return Offer((Card(date(2026, 10, 1), *facts, bands=(night,)), Card(date(2026, 1, 1), *facts)))


def main() -> None:
    """Print the median and the worst CPU time of a year, and the visits priced in a second."""
    offers = {f"l{number}": _offer(number) for number in range(6)}
    names = {key: name for offer in offers.values() for key, name in offer.names.items()}
    lines = [
        Line(str(n), (1 + n % 7,), clock_face(6 + n % 17, 15), 45 + n * 5, listing=f"l{n % 6}", extras=("e0",))
        for n in range(20)
    ]
    taken, visits = [], 0
    for _ in range(ROUNDS):
        began = time.process_time()
        pricer = Pricer(bank_holidays("england-and-wales"))
        found = cost_of(
            lines, offers, names=names, starts_on=date(2026, 4, 6), week_of=date(2026, 11, 23), pricer=pricer
        )
        taken.append(1000 * (time.process_time() - began))
        visits = sum(1 for line in found.lines for pence in line.days if pence)
    median = statistics.median(taken)
    print(f"| visits priced | median CPU | worst of {ROUNDS} | target | visits a second |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| {visits:,} | {median:.1f} ms | {max(taken):.1f} ms | {TARGET_MS:.0f} ms | {visits / median * 1000:,.0f} |"
    )


if __name__ == "__main__":
    main()
