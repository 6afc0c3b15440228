"""What is refused about accounts, in the words people read."""

from app.base.refusals import Conflict, NotAllowed, NotFound, Refusal
from app.people.accounts.rules import ATTEMPTS_WINDOW


class WeakPassword(Conflict):
    """The password is too short, too long, or the first a guesser would try (409)."""


class WrongSignIn(NotAllowed):
    """Email address and password do not belong together (403). Says no more, on purpose."""

    def __init__(self) -> None:
        super().__init__("The email address or the password is not right. Check both and try again")


class NotConfirmed(NotAllowed):
    """The password is right, but the email address was never confirmed (403)."""

    def __init__(self) -> None:
        super().__init__("Confirm your email address first: open the link we sent you, or ask for a new one below")


class TooManyTries(Refusal):
    """Too many failed sign-ins on this account or from this network address (429)."""

    status = 429

    def __init__(self) -> None:
        minutes = int(ATTEMPTS_WINDOW.total_seconds() // 60)
        super().__init__(f"There were too many tries. Wait {minutes} minutes, or choose a new password")


class TooManyAsked(Refusal):
    """Too many links or accounts asked for, for this address or from this network address (429)."""

    status = 429

    def __init__(self) -> None:
        minutes = int(ATTEMPTS_WINDOW.total_seconds() // 60)
        super().__init__(f"You have asked many times. Look among your spam, or wait {minutes} minutes and ask again")


class LinkDoesNotWork(NotFound):
    """A link from an email that was used, has expired, was replaced or never was (404)."""

    def __init__(self) -> None:
        super().__init__("This link does not work, or not any more. Links work once and only for a while.")
