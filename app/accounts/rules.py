"""Who a signed-in person may be, and the limits on signing in."""

from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    """What somebody comes to do. One account may hold several, each for one council or provider where that matters."""

    PERSON = "person"
    SUPPORTER = "supporter"
    PROVIDER_STAFF = "provider_staff"
    CARE_MANAGER = "care_manager"
    COMMISSIONER = "commissioner"


COUNCIL_ROLES = frozenset({Role.CARE_MANAGER, Role.COMMISSIONER})
"""Roles that are always held at one council."""


class TokenPurpose(StrEnum):
    """What a link sent by email lets its holder do, once."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose, not a password


TOKEN_LASTS = {TokenPurpose.CONFIRM_EMAIL: timedelta(days=3), TokenPurpose.RESET_PASSWORD: timedelta(hours=1)}

PASSWORD_SHORTEST = 10
PASSWORD_LONGEST = 256
"""Longer than any passphrase people type, short enough that hashing one is no attack."""

ATTEMPTS_PER_ACCOUNT = 10
ATTEMPTS_PER_ADDRESS = 50
ATTEMPTS_WINDOW = timedelta(minutes=15)
"""Failed sign-ins allowed in the window before the door stays shut until it has passed."""
