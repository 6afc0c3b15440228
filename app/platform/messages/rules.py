"""How long a sender may keep a message in hand, and when one is given up."""

from datetime import timedelta

TOGETHER = 5
"""How many messages a sender takes in hand at once: a transaction for each was most of what sending cost."""

IN_HAND = timedelta(minutes=10)
"""Longer than the slowest mail server is waited for with so many; after that the sender must have died."""

GATHER_SECONDS = 0.1
"""How long a sender that was woken waits for more to send together with it."""

MOST_ATTEMPTS = 20
"""After so many failures only a person can find out why; the message is still there inside the site."""

FIRST_TRY_AGAIN = timedelta(minutes=1)
LONGEST_BETWEEN_TRIES = timedelta(hours=6)


def pause_before(attempts: int) -> timedelta:
    """How long after it was written a letter that failed so often is tried again.

    Each pause is twice the one before, up to six hours: after 1, 3, 7, 15 minutes; all twenty tries take three days, so
    that a mail server may be away for a weekend.
    """
    waited = timedelta()
    for number in range(attempts):
        waited += min(FIRST_TRY_AGAIN * 2**number, LONGEST_BETWEEN_TRIES)
    return waited


SUBJECT_LONGEST = 150
YOU_HAVE_AN_ACCOUNT = "You already have an account"
"""A subject by which it is counted how often somebody was told."""
EMAILS_SHOWN = 20
"""How many of the last emails the demonstration's letter box shows."""

AT_A_TIME = 50
"""How many messages a sender takes from the outbox at one look."""

AT_ONCE_SECONDS = 1.0
"""How long the demonstration's letter box waits for what is being sent at this moment."""
