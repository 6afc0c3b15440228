"""What a provider says of itself, and how long a mark counts."""

from datetime import date
from enum import StrEnum

CREDENTIALS_MOST = 20
LANGUAGES_MOST = 20


class CredentialKind(StrEnum):
    """A mark somebody gave, or a check that somebody made."""

    ACCREDITATION = "accreditation"
    CHECK = "check"


CREDENTIAL_WORDS = {
    CredentialKind.ACCREDITATION: "An award, a mark or a membership",
    CredentialKind.CHECK: "A check, such as a police check (DBS), references or training",
}

FACTS = {
    "description": "About us",
    "phone": "Telephone",
    "email": "Email",
    "website": "Website",
    "opening_hours": "Opening hours",
    "languages": "Languages",
    "not_done": "What we do not do",
    "credential_added": "Added",
    "credential_taken_away": "Taken away",
    "picture_added": "Picture added",
    "picture_described": "What a picture shows",
    "picture_moved": "A picture one place earlier",
    "picture_taken_away": "Picture taken away",
}
"""What can change, by the name under which its history is kept, and as people read it."""


def counts_on(day: date, until_on: date | None) -> bool:
    """Whether a mark or a check still counts on a day: until its last day, included."""
    return until_on is None or day <= until_on


def languages_in(text: str) -> list[str]:
    """Languages typed with commas between, each once: ``"English, Urdu,english"`` -> ``["English", "Urdu"]``."""
    found: dict[str, str] = {}
    for part in text.split(","):
        words = " ".join(part.split())
        if words:
            found.setdefault(words.casefold(), words)
    return list(found.values())[:LANGUAGES_MOST]
