"""Sealing with a key made from the site's secret: whoever reads a table, or a copy of it, reads nothing."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Seals for one purpose with the newest secret; opens what an older secret sealed for it, too."""

    def __init__(self, purpose: str, secret: str, older: Sequence[str] = ()) -> None:
        """A key of its own for each purpose: from it nobody gets at the secret, or at what else is made from that."""
        self._keys = MultiFernet([_key_of(purpose, one) for one in (secret, *older)])

    def seal(self, words: bytes) -> bytes:
        """Seal it."""
        return self._keys.encrypt(words)

    def opened(self, token: bytes) -> bytes | None:
        """What was sealed; nothing where it was sealed with a secret nobody has any more, or for another purpose."""
        try:
            return self._keys.decrypt(token)
        except InvalidToken:
            return None


def _key_of(purpose: str, secret: str) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ownway: {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(made.derive(secret.encode())))
