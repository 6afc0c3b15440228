"""Booking references: short codes that people can say on the phone, and reading them back."""

import secrets

_SAID_ALOUD = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, 1, I, L, O or U: nothing sounds or looks like something else, and no word comes out by chance."""


def new_reference() -> str:
    """``OW-7K3F-92QM``: random, so that it counts nothing; short enough to read over the phone."""
    letters = "".join(secrets.choice(_SAID_ALOUD) for _ in range(8))
    return f"OW-{letters[:4]}-{letters[4:]}"
