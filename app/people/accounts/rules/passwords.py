"""Passwords: what is accepted, and how one is kept so that nobody who steals the table can read it."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_SHORTEST = 10
PASSWORD_LONGEST = 256
"""Longer than any passphrase people type, short enough that hashing one is no attack."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The OWASP profile: 19 MiB, two passes, one lane; about 20 ms of one core."""

VERY_COMMON = frozenset(
    """
    1234567890 0123456789 12345678910 123456789a a123456789 123456789q 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5
    q1w2e3r4t5y6 zaq12wsxcde3 qwertyuiop qwertyuiop123 qwerty12345 qwerty123456 qwerty1234 asdfghjkl1 asdfghjkl123
    zxcvbnm123 password12 password123 password1234 password12345 password2024 password2025 password2026 password2027
    passw0rd123 p@ssword123 p@ssw0rd123 passwordpassword mypassword mypassword1 newpassword newpassword1 changeme123
    letmein123 letmeinnow welcome123 welcome1234 iloveyou123 iloveyou12 ilovemydog iloveyou1234 sunshine123
    princess123 football123 football1234 liverpool1 liverpool12 liverpool123 manchester manchester1 manunited1
    chelsea123 arsenal123 tottenham1 everton1878 superman123 spiderman1 batman1234 starwars123 pokemon123 minecraft1
    minecraft123 dragon1234 monkey1234 michael123 charlie123 charlie1234 jessica123 jordan1234 ashley1234 daniel1234
    thomas1234 abcdefghij abcdefghijk abcdefghijkl abcd123456 abc1234567 abc123456789 abcdef123456 aa12345678
    aaaaaaaaaa 1111111111 0000000000 9999999999 1212121212 1231231231 123123123123 123321123321 1122334455
    9876543210 0987654321 987654321a 11223344556 adminadmin admin12345 administrator administrator1 trustno123
    supporter1 personalbudget directpayment
    """.split()  # noqa: SIM905 - a list this long is read as words
)
"""Passwords of ten characters and more that guessers try first; the many shorter ones are refused by their length."""


def _same_written(password: str) -> str:
    """One form of letters that keyboards write in several."""
    return unicodedata.normalize("NFKC", password)


def objection(password: str, *, email: str) -> str | None:
    """Why this password may not be chosen, as an error that says how to mend it; nothing when it may.

    Any characters are welcome: long and unguessable is what counts.
    """
    written = _same_written(password)
    if len(written) < PASSWORD_SHORTEST:
        return f"Password must be {PASSWORD_SHORTEST} characters or more"
    if len(password) > PASSWORD_LONGEST:
        return f"Password must be {PASSWORD_LONGEST} characters or fewer"
    low = written.casefold().strip()
    if low in VERY_COMMON or len(set(low)) <= 2:  # noqa: PLR2004 - one character over and over, or two in turn
        return "Choose a password that is harder to guess, like three random words"
    if email and low in {email.casefold(), email.casefold().partition("@")[0]}:
        return "Choose a password that is not your email address"
    return None


def hash_password(password: str) -> str:
    """The text to keep in place of a password. Slow on purpose."""
    return _HASHER.hash(_same_written(password))


@cache
def _of_nobody() -> str:
    return _HASHER.hash("nobody has this password")


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; takes as long when nothing was, so that time tells nothing."""
    if len(password) > PASSWORD_LONGEST:
        return False
    try:
        _HASHER.verify(kept or _of_nobody(), _same_written(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_out_of_date(kept: str) -> bool:
    """Whether it was hashed with other settings than today's, and should be hashed anew at the next sign-in."""
    return _HASHER.check_needs_rehash(kept)
