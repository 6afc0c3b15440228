"""Sealing with a key that only the browser keeps: who reads the table reads nothing."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

PAGES_KEPT_FOR = timedelta(hours=2)
WORDS_KEPT_FOR = timedelta(hours=12)
"""As long as a sign-in lasts: somebody who wrote all morning finds it in the afternoon."""
KEPT_EACH = 20
"""Things kept for one browser; the oldest goes."""
LARGEST = 500_000
"""Bytes of a page or of words that are kept: more is answered as it was."""
NEVER_KEPT = frozenset({"csrf_token", "acting_for", "opened_by", "danger_seen"})
"""What a form says about itself."""
SECRET = "password"  # noqa: S105 - a name, not a password
"""Fields with this in their name, or called ``current``, are never kept."""


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """A page as it was drawn for a form that was refused, with the nonce of its scripts."""

    html: str
    nonce: str
    person: str
    """The public id of whoever was signed in; empty for a visitor."""
    acting_for: str
    status: int = 200
    """What it is shown with again: the number of a refusal that is more than a form to be mended (409)."""


@dataclass(frozen=True, slots=True)
class UnsentWords:
    """The words of a form, by the names of its boxes; where it was to go, and the page that it stood on."""

    words: Mapping[str, list[str]]
    sent_to: str
    person: str
    """Who opened the form, as it says itself; empty for a visitor."""
    acting_for: str = ""
    files: list[str] = field(default_factory=list)
    """The names of files that were chosen: those must be chosen again."""


_KINDS = {"page": RefusedPage, "words": UnsentWords}


def new_seal() -> str:
    """A fresh key."""
    return Fernet.generate_key().decode()


def owner_of(seal: str) -> str:
    """Whose a thing is, without the key."""
    return sha256(seal.encode()).hexdigest()


def sealed(what: RefusedPage | UnsentWords, seal: str) -> bytes:
    """What is written down."""
    kind = next(name for name, known in _KINDS.items() if isinstance(what, known))
    return Fernet(seal).encrypt(zlib.compress(json.dumps([kind, asdict(what)]).encode()))


def opened(token: bytes, seal: str) -> RefusedPage | UnsentWords | None:
    """What was sealed; nothing when it was sealed with another key."""
    try:
        kind, facts = json.loads(zlib.decompress(Fernet(seal).decrypt(token)))
    except (InvalidToken, ValueError):
        return None
    found: RefusedPage | UnsentWords = _KINDS[kind](**facts)
    return found


def is_kept(name: str) -> bool:
    """Whether a box's words may be kept."""
    return name not in NEVER_KEPT and SECRET not in name and name != "current"
