"""What a new rate leaves out that the one before it has: named before it is published, so that nothing is lost unseen."""

from app.base.money import Money
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.rates import BASIS_WORDS, BUYER_WORDS


def dropped(old: Card | None, new: Card) -> list[str]:
    """What the old rate has and the new one no longer has, in words, one for each.

    Another amount, time or number is a change and no loss. Extras are the same by their name, however it is written.

    Args:
        old: the rate that holds when the new one begins; nothing when there is none.
        new: the rate that is about to be published.
    """
    if old is None:
        return []
    kept = {extra.name.casefold() for extra in new.add_ons}
    words = [
        f"The extra “{extra.name}”, {Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"
        for extra in old.add_ons
        if extra.name.casefold() not in kept
    ]
    if old.minimum_minutes and not new.minimum_minutes:
        words.append(f"The shortest visit charged for, {old.minimum_minutes} minutes")
    if old.minimum_charge_pence and not new.minimum_charge_pence:
        words.append(f"The minimum charge of {Money(old.minimum_charge_pence)}")
    if old.is_timed and old.billing_step_minutes > 1 and new.billing_step_minutes == 1:
        words.append(f"The steps of {old.billing_step_minutes} minutes in which time is charged")
    bands = {band.name for band in new.bands}
    words += [f"The prices for the {band.name}" for band in old.bands if band.name not in bands]
    if old.length_bands and not new.length_bands:
        words.append("The dearer price for short visits")
    buyers = {buyer for buyer, _ in new.buyers}
    words += [
        f"Another price for who buys: {BUYER_WORDS[buyer].lower()}" for buyer, _ in old.buyers if buyer not in buyers
    ]
    return words
