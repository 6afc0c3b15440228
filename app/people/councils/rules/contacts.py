"""How a council may be reached: what is a telephone number, and what may stand beside it."""

from collections.abc import Mapping

from app.base.answers import LIKE_A_PHONE, read_phone
from app.base.text import clean_email, clean_line

PHONE_LONGEST = 20
PHONES = ("phone", "safeguarding_phone")
HOURS_LONGEST = 120
EMAIL_LONGEST = 254


def as_kept(name: str, value: str) -> str | None:
    """One contact as it is kept and shown; what cannot be read stays as it is, for :func:`contact_fault` to say so."""
    if name == "email":
        return clean_email(value) or None
    written = clean_line(value)
    if name not in PHONES or not written:
        return written or None
    try:
        return read_phone(written)
    except ValueError:
        return written


def contact_fault(told: Mapping[str, str | None], *, is_reachable: bool) -> str | None:
    """What is wrong with the contacts of a council, in words that say how to mend it; nothing when all is well.

    Args:
        told: ``phone``, ``email``, ``safeguarding_phone`` and ``safeguarding_hours``, those that are to change.
        is_reachable: whether there is a number of the safeguarding team once they have.
    """
    for name in PHONES:
        number = told.get(name)
        try:
            is_too_long = number is not None and len(read_phone(number)) > PHONE_LONGEST
        except ValueError as wrong:
            return str(wrong)
        if is_too_long:
            return f"{number} is too long for a telephone number. {LIKE_A_PHONE}"
    email = told.get("email")
    if email is not None and ("@" not in email.strip("@") or " " in email or len(email) > EMAIL_LONGEST):
        return f"{email} is no email address. Write it like care@example.org"
    hours = told.get("safeguarding_hours")
    if hours is not None and len(hours) > HOURS_LONGEST:
        return f"Say the hours in {HOURS_LONGEST} characters or fewer"
    if hours is not None and not is_reachable:
        return "Give the number of the safeguarding team together with its hours"
    return None
