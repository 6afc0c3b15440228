"""What every form needs."""

import secrets


def new_key() -> str:
    """A fresh key for one form."""
    return secrets.token_urlsafe(24)
