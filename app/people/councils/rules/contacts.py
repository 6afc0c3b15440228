"""How a council may be reached: what is a telephone number, and what may stand beside it."""

import re
from collections.abc import Mapping

PHONE = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]")
"""Three digits (999) or more, with spaces between as people read them."""
HOURS_LONGEST = 120
EMAIL_LONGEST = 254


def contact_fault(told: Mapping[str, str | None], *, is_reachable: bool) -> str | None:
    """What is wrong with the contacts of a council, in words that say how to mend it; nothing when all is well.

    Args:
        told: ``phone``, ``email``, ``safeguarding_phone`` and ``safeguarding_hours``, those that are to change.
        is_reachable: whether there is a number of the safeguarding team once they have.
    """
    for name in ("phone", "safeguarding_phone"):
        number = told.get(name)
        if number is not None and not PHONE.fullmatch(number):
            return f"{number} is no telephone number. Write it like 0161 496 0000"
    email = told.get("email")
    if email is not None and ("@" not in email.strip("@") or " " in email or len(email) > EMAIL_LONGEST):
        return f"{email} is no email address. Write it like care@example.org"
    hours = told.get("safeguarding_hours")
    if hours is not None and len(hours) > HOURS_LONGEST:
        return f"Say the hours in {HOURS_LONGEST} characters or fewer"
    if hours is not None and not is_reachable:
        return "Give the number of the safeguarding team together with its hours"
    return None
