"""Which seller offers what: offers handed out in turn until the shop window is full."""

from dataclasses import dataclass

from app.demo.rules.offers import HOW_IT_WORKS, OFFERS, SampleOffer
from app.demo.rules.sellers import SELLERS, Seller

HOW_MANY = 220


@dataclass(frozen=True, slots=True)
class Article:
    """One listing to be written: who sells it, of which kind, and the offer it is made from."""

    seller: Seller
    kind: str
    offer: SampleOffer

    @property
    def description(self) -> str:
        """What happens, how it goes, and who does it; three short paragraphs."""
        return "\n\n".join(part for part in (self.offer.text, HOW_IT_WORKS[self.kind], self.seller.about) if part)


def articles(how_many: int = HOW_MANY, sellers: tuple[Seller, ...] = SELLERS) -> list[Article]:
    """The listings of the demonstration, in a fixed order.

    Every seller's first offer of each kind comes first, then the second offers, and so on up to the seller's spread, so
    that no kind is forgotten however few are asked for. Within a kind, sellers begin at different offers.
    """
    turn: dict[str, int] = dict.fromkeys(OFFERS, 0)
    begins: dict[tuple[str, str], int] = {}
    for seller in sellers:
        for kind in seller.sells:
            begins[seller.name, kind] = turn[kind]
            turn[kind] += 1
    made: list[Article] = []
    for round_number in range(max(seller.spread for seller in sellers)):
        for seller in sellers:
            for kind in seller.sells:
                if round_number < min(seller.spread, len(OFFERS[kind])):
                    # A seller never makes the same offer twice: each round moves on by one from where it began.
                    number = (begins[seller.name, kind] + round_number) % len(OFFERS[kind])
                    made.append(Article(seller, kind, OFFERS[kind][number]))
    return made[:how_many]
