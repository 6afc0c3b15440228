"""What a line of a statement says, in plain words, and where more can be read."""

from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR
from app.platform.ledger.rules import JournalKind

HAPPENED = {
    JournalKind.ALLOCATE: "Money from the council",
    JournalKind.TOP_UP: "Money added by card",
    JournalKind.HOLD: "Set aside for {whom}",
    JournalKind.CHARGE: "Paid to {whom}",
    JournalKind.RELEASE: "No longer set aside for {whom}",
    JournalKind.REFUND: "Paid back by {whom}",
    JournalKind.MOVE: "Moved from one part of the money to another",
    JournalKind.CORRECT: "Corrected",
    JournalKind.EXPIRE: "No longer set aside for {whom}: nobody answered in time",
    JournalKind.CARRY_OVER: "Carried over",
    JournalKind.GIVE_BACK: "Given back to the council",
    JournalKind.PAY_OUT: "Paid out",
}
"""What a line of a statement says, in plain words."""

ABOUT = {
    (JournalKind.ALLOCATE, "period"): "Money from the council, period {name} of 13",
    (JournalKind.ALLOCATE, "forward"): "Money brought forward from later in the year",
    (JournalKind.ALLOCATE, "contingency"): "Money kept back for a bad spell, now released",
    (JournalKind.MOVE, "unspent"): "Unspent money that went back to the council after period {name} of 13",
    (JournalKind.MOVE, "ended"): "Money that went back to the council when the budget ended",
    (JournalKind.CHARGE, "outside"): "Paid outside Ownway",
    (JournalKind.CORRECT, "outside"): "Put right: a payment outside Ownway that was recorded by mistake",
    (JournalKind.CORRECT, "unspent"): "Put right: money that had gone back to the council, period {name} of 13",
    (JournalKind.CORRECT, "contingency"): "Put right: money kept back for a bad spell, released by mistake",
    (JournalKind.HOLD, "pay_back"): "On its way back to a card or a bank account",
    (JournalKind.PAY_OUT, "pay_back"): "Paid back to a card or a bank account",
    (JournalKind.RELEASE, "pay_back"): "Could not be paid back: it is here again",
    (JournalKind.MOVE, "pay_back"): "Came back: the card or the bank account did not take it",
    (JournalKind.HOLD, "claim"): "Frozen: the card company asks for it back",
    (JournalKind.PAY_OUT, "claim"): "Taken back by the card company",
    (JournalKind.RELEASE, "claim"): "No longer frozen: the card company asks for it no more",
    (JournalKind.MOVE, "claim"): "Given back by the card company",
    (JournalKind.MOVE, "owed"): "Paid towards what was owed to the card company",
    (JournalKind.REFUND, "outside"): "Taken back: a payment outside Ownway that was recorded by mistake",
}
"""Where what a line concerns says more than its kind."""

PAGES = {"booking": "/bookings/", "outside": "/money/outside/", "pay_back": "/money/pay-back/"}


def happened(kind: JournalKind, whom: str | None, about: str | None) -> str:
    """``Set aside for Sunrise Care``; ``Money from the council, period 3 of 13``."""
    subject, _, name = (about or "").partition(":")
    words = ABOUT.get((kind, subject), HAPPENED[kind])
    return words.format(whom=whom or "support", name=name, of=PERIODS_IN_A_YEAR)


def leads_to(about: str | None) -> str | None:
    """The address of what a line is about, where there is a page for it: ``booking:7h2k`` is at ``/bookings/7h2k``."""
    subject, _, name = (about or "").partition(":")
    return f"{PAGES[subject]}{name}" if subject in PAGES and name.isalnum() else None
