"""Codes that go by letter or are read out on the telephone: how they look, and what is kept of one."""

import secrets
import unicodedata
from hashlib import sha256

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Those nobody takes for another when they are read from paper or over the telephone."""
_LENGTH = 12


def new_code() -> str:
    """A code for a letter, as it is printed: ``k7mq-2xw9-3fgh``, about 59 random bits."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def letter_code_hash(typed: str) -> str:
    """What is kept of a code, the same however it is typed: with spaces, hyphens or capitals."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).lower() if c.isalnum())
    return sha256(f"letter:{plain}".encode()).hexdigest()
