"""What may be put right by a care manager: what has no other way back. A visit's charge has disputes, a return refunds."""

from app.platform.ledger.rules import JournalKind

CORRECTABLE = {
    (JournalKind.CHARGE, "outside"): "Money told to be spent outside, which was not, or was another sum",
    (JournalKind.MOVE, "unspent"): "Unspent money that went back to the council and should not have",
    (JournalKind.ALLOCATE, "contingency"): "Money kept back for a bad spell that was released by mistake",
}
"""By the kind of event and what it is about: when it is the right thing to do."""

WHAT_HAPPENS = {
    "outside": "It is then no longer spent, and can be used again.",
    "unspent": "It comes back to the person from the council, and can be used again.",
    "contingency": "It goes back to what is kept back for a bad spell.",
}


def subject_of(kind: JournalKind, about: str | None) -> str | None:
    """What kind of mistake an event would be; nothing for what is put right in another way."""
    subject = (about or "").partition(":")[0]
    return subject if (kind, subject) in CORRECTABLE else None
