"""How somebody comes to a council, the codes in letters."""

import secrets
import unicodedata
from datetime import timedelta
from enum import StrEnum

from app.people.accounts.rules.letter_codes import LETTERS

CODE_LASTS = timedelta(days=60)
"""How long a code in a letter works."""
CODE_TRIES = 5
"""Wrong dates of birth after which a code is dead."""


class TakingOn(StrEnum):
    """Where it stands between a person and a council."""

    ASKED = "asked"
    MOVING = "moving"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


OPEN = frozenset({TakingOn.ASKED, TakingOn.MOVING, TakingOn.CONFIRMED})
"""Of these there is one at a time between a person and a council."""

TAKING_ON_WORDS = {
    TakingOn.ASKED: "Waits for the person",
    TakingOn.MOVING: "The person said yes; waits for the council that pays now",
    TakingOn.CONFIRMED: "With this council",
    TakingOn.DECLINED: "The person said no",
    TakingOn.WITHDRAWN: "Taken back",
    TakingOn.ENDED: "No longer with this council",
}


def new_sign_in_name() -> str:
    """What somebody without an email address signs in with: ``by-letter-k7mq2xw9``; nothing is ever sent to it."""
    return f"by-letter-{''.join(secrets.choice(LETTERS) for _ in range(8))}"


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: capitals, accents, hyphens and spaces aside."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())
