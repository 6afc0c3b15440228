"""How somebody comes to a council, the codes in letters, and the columns of a file of people."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

CODE_LASTS = timedelta(days=60)
"""How long a code in a letter works."""
CODE_TRIES = 5
"""Wrong dates of birth after which a code is dead."""
UNDO_WITHIN = timedelta(days=1)
ROWS_MOST = 20_000
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_CODE_LENGTH = 12


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


def new_code() -> str:
    """A code for a letter, as it is printed: ``k7mq-2xw9-3fgh``, about 59 random bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def code_hash(typed: str) -> str:
    """What is kept of a code, the same however it is typed: with spaces, hyphens or capitals."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).lower() if c.isalnum())
    return sha256(f"letter:{plain}".encode()).hexdigest()


def new_sign_in_name() -> str:
    """What somebody without an email address signs in with: ``by-letter-k7mq2xw9``; nothing is ever sent to it."""
    return f"by-letter-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: capitals, accents, hyphens and spaces aside."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


COLUMNS = {
    "reference": "The council's own reference for the person. It names the row: sent again, nothing is made twice",
    "full_name": "Their name",
    "date_of_birth": "Like 1948-05-03 or 03/05/1948",
    "postcode": "Where they live",
    "email": "Empty: they get a letter with a code",
    "year_starts_on": "First day of the budget year. Empty: no first estimate is written",
    "first_estimate": "The year's money in pounds, like 13000 or 13000.50",
    "contribution": "What they are assessed to pay towards it, in pounds",
}
"""The columns of a file of people and budgets, and what each means."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of a file that can be read."""

    line: int
    reference: str
    full_name: str
    born_on: date
    postcode: str
    email: str | None = None
    year_starts_on: date | None = None
    total_pence: int | None = None
    contribution_pence: int = 0
