"""What one person may be trusted to do for another."""

from enum import StrEnum


class Power(StrEnum):
    """One thing a person (or their council) may grant to somebody beside them."""

    SEE_MONEY = "see_money"
    SHOP = "shop"
    BOOK = "book"


POWER_WORDS = {
    Power.SEE_MONEY: "see my money and what I have spent",
    Power.SHOP: "look for support for me",
    Power.BOOK: "book support and spend my money for me",
}
