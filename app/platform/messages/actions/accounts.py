"""What is said about accounts. The links open something by themselves, so they go by email only."""

from datetime import datetime

from app.platform.messages.actions.sending import MessageTemplate, tell
from app.platform.messages.rules import YOU_HAVE_AN_ACCOUNT

_FORGOTTEN = "/forgotten-password"


def confirm_your_email(*, to_person_id: int, to_email: str, name: str, path: str, until: datetime) -> None:
    """The link that confirms a new account's address."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Confirm your email address",
        body=(
            f"Hello {name},\n\nSomebody, we hope you, made an account with this email address. "
            "To start using it, open the link below and press Confirm. The link works for three days.\n\n"
            "If it was not you, do nothing: without your confirmation the account stays shut."
        ),
        link=path,
        is_secret=True,
        useful_until=until,
        instead=_too_late(name, "confirm your email address"),
        instead_link="/confirm-email",
    )


def you_have_an_account(*, to_person_id: int, to_email: str, name: str) -> None:
    """Somebody signed up with an address that already has an account."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=YOU_HAVE_AN_ACCOUNT,
        body=(
            f"Hello {name},\n\nSomebody, we hope you, tried to make an account with this email address. "
            "You already have one: sign in, or ask for a new password on the sign-in page.\n\n"
            "If it was not you, you need do nothing."
        ),
        link="/sign-in",
    )


def choose_a_new_password(*, to_person_id: int, to_email: str, name: str, path: str, until: datetime) -> None:
    """The link that lets somebody who forgot their password choose a new one."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Choose a new password",
        body=(
            f"Hello {name},\n\nTo choose a new password, open the link below. It works once, for one hour.\n\n"
            "If you did not ask for it, do nothing: your password stays as it is."
        ),
        link=path,
        is_secret=True,
        useful_until=until,
        instead=_too_late(name, "choose a new password"),
        instead_link=_FORGOTTEN,
    )


def set_your_first_password(*, to_person_id: int, to_email: str, name: str, path: str, until: datetime) -> None:
    """The link for somebody whose account was made for them."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your account is ready",
        body=(
            f"Hello {name},\n\nAn account was made for you. To choose your password, open the link below. "
            "It works once, for seven days."
        ),
        link=path,
        is_secret=True,
        useful_until=until,
        instead=_too_late(name, "choose your first password"),
        instead_link=_FORGOTTEN,
    )


def _too_late(name: str, to_do: str) -> MessageTemplate:
    """What goes in place of a link that has ended before it could be sent."""
    return MessageTemplate(
        "Please ask for a new link",
        f"Hello {name},\n\nWe could not reach you by email for some time. The link to {to_do} has ended meanwhile, so we do "
        "not send it any more. Ask for a new one here.\n\nIf you did not ask for it, do nothing.",
    )


def your_password_changed(*, to_person_id: int, to_email: str, name: str) -> None:
    """So that somebody whose account was taken learns of it."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your password was changed",
        body=(
            f"Hello {name},\n\nYour password was changed, and everybody who was signed in with the old one was "
            "signed out.\n\nIf it was not you, choose a new password at once: press "
            "\u201cForgotten your password?\u201d on the sign-in page."
        ),
        link=_FORGOTTEN,
    )
