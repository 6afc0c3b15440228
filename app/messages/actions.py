"""Telling people: one function for each message, so that what we ever say can be read here.

To add one, write a function like those below that takes ids, addresses and words (this room knows nothing of the rooms
above it) and calls ``_tell`` once. The subject says nothing about care, health or money; the body says no more than is
needed to know why to follow the link.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import insert

from app import clock
from app.db import add, after_commit, db
from app.messages import gateway, queries
from app.messages.models import Message
from app.messages.rules import SUBJECT_LONGEST

_NEW = "messages_to_send"

_stays_inside: ContextVar[bool] = ContextVar("message_stays_inside", default=False)


@contextmanager
def kept_inside() -> Iterator[None]:
    """Whatever is written inside is kept in the site only and counts as sent: no email leaves. For past times."""
    token = _stays_inside.set(True)
    try:
        yield
    finally:
        _stays_inside.reset(token)


def _tell(
    *,
    to_email: str,
    subject: str,
    body: str,
    to_person_id: int | None = None,
    link: str | None = None,
    is_secret: bool = False,
) -> int:
    """Keep one message in the open transaction and send it by email once that is kept; return its number.

    Args:
        to_email: where the email goes.
        subject: one line, nothing of care, health or money in it.
        body: plain text, paragraphs parted by empty lines.
        to_person_id: whose message it is inside the site; nobody's when they have no account.
        link: a path inside the site, beginning with ``/``.
        is_secret: the link opens something by itself: by email only, and wiped once sent.
    """
    if not subject or len(subject) > SUBJECT_LONGEST or len(subject.splitlines()) != 1:
        msg = f"a subject is one line of at most {SUBJECT_LONGEST} characters"
        raise ValueError(msg)
    if link is not None and not link.startswith("/"):
        msg = "a link is a path inside the site"
        raise ValueError(msg)
    now, stays = clock.now(), _stays_inside.get()
    row = {
        "to_person_id": to_person_id,
        "to_email": to_email,
        "subject": subject,
        "body": body,
        "link": link,
        "is_secret": is_secret,
        "made_at": now,
        "sent_at": now if stays else None,
    }
    number: int = add(_MESSAGE, row).inserted_primary_key[0]  # type: ignore[index] # one row has one
    if not stays:
        db.session.info.setdefault(_NEW, []).append(number)
        after_commit(_send_new)
    return number


_MESSAGE = insert(Message.__table__)  # type: ignore[arg-type] # it is a table


def _send_new() -> None:
    """Send what the transaction that has just been kept wrote; what was undone is not found, and so not sent."""
    new, db.session.info[_NEW] = db.session.info.get(_NEW, []), []
    gateway.hurry(new)


def send_waiting() -> int:
    """Send again whatever could not be sent before; return how many went. Two of these may run at once."""
    return gateway.send(queries.ids_waiting())


def mark_read(*, message: Message) -> None:
    """Note that its reader has read it; the first time counts."""
    message.read_at = message.read_at or clock.now()
    db.session.flush()


def mark_all_read(*, person_id: int) -> int:
    """Note that a person has read everything; return how many were new."""
    unread = db.session.scalars(queries.messages_to(person_id).where(Message.read_at.is_(None))).all()
    for message in unread:
        message.read_at = clock.now()
    db.session.flush()
    return len(unread)


# Accounts.


def confirm_your_email(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """The link that confirms a new account's address."""
    _tell(
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
    )


def you_have_an_account(*, to_person_id: int, to_email: str, name: str) -> None:
    """Somebody signed up with an address that already has an account."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You already have an account",
        body=(
            f"Hello {name},\n\nSomebody, we hope you, tried to make an account with this email address. "
            "You already have one: sign in, or ask for a new password on the sign-in page.\n\n"
            "If it was not you, you need do nothing."
        ),
        link="/sign-in",
    )


def choose_a_new_password(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """The link that lets somebody who forgot their password choose a new one."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Choose a new password",
        body=(
            f"Hello {name},\n\nTo choose a new password, open the link below. It works once, for one hour.\n\n"
            "If you did not ask for it, do nothing: your password stays as it is."
        ),
        link=path,
        is_secret=True,
    )


def set_your_first_password(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """The link for somebody whose account was made for them."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your account is ready",
        body=(
            f"Hello {name},\n\nAn account was made for you. To choose your password, open the link below. "
            "It works once, for seven days."
        ),
        link=path,
        is_secret=True,
    )


def your_password_changed(*, to_person_id: int, to_email: str, name: str) -> None:
    """So that somebody whose account was taken learns of it."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your password was changed",
        body=(
            f"Hello {name},\n\nYour password was changed, and everybody who was signed in with the old one was "
            "signed out.\n\nIf it was not you, choose a new password at once: press "
            "\u201cForgotten your password?\u201d on the sign-in page."
        ),
        link="/forgotten-password",
    )


# Circles.


def you_are_asked_to_help(*, to_person_id: int | None, to_email: str, from_name: str, path: str) -> None:
    """An invitation to stand beside somebody. The link is the invitation, so it goes by email only."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks for your help",
        body=(
            f"Hello,\n\n{from_name} would like you to help with some things on Ownway. Open the link to see what "
            "they ask, and to say yes or no. It works for 14 days.\n\nIf you do not know them, do nothing."
        ),
        link=path,
        is_secret=True,
    )


def somebody_said_yes(*, to_person_id: int, to_email: str, name: str, supporter_name: str) -> None:
    """A supporter has accepted."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody said yes to helping you",
        body=(
            f"Hello {name},\n\n{supporter_name} said yes to helping you. You can see what they may do, change it, "
            "or end it, at any time."
        ),
        link="/people-beside-you",
    )


def somebody_said_no(*, to_person_id: int, to_email: str, name: str, invited_email: str) -> None:
    """An invitation was declined."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody said no to helping you",
        body=f"Hello {name},\n\nThe person at {invited_email} said no to helping you on Ownway.",
        link="/people-beside-you",
    )


def help_has_ended(*, to_person_id: int, to_email: str, name: str, other_name: str) -> None:
    """One of the two has ended the support; the other one learns of it."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something changed about who helps whom",
        body=(
            f"Hello {name},\n\nThe arrangement between you and {other_name} on Ownway has ended. "
            "From now on neither sees nor does anything for the other there."
        ),
        link="/people-beside-you",
    )


def who_may_help_changed(*, to_person_id: int, to_email: str, name: str) -> None:
    """A care manager was put beside a person or taken away, or changed what a supporter may do."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something changed about who is beside you",
        body=(
            f"Hello {name},\n\nYour council changed who is beside you on Ownway, or what they may do for you. "
            "Open the link to see it."
        ),
        link="/people-beside-you",
    )


# Payments.


def your_payment_arrived(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """A receipt for a card payment into somebody's own money."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your receipt",
        body=(
            f"Hello {name},\n\nWe received {amount} by card. It is in your money now and ready to use.\n\n"
            "If you did not expect this, ask whoever helps you, or get in touch with us."
        ),
        link=path,
    )


# Claims of a provider's page.


def claim_to_decide(*, to_person_id: int, to_email: str, name: str, provider_name: str, path: str) -> None:
    """Somebody asks to look after a provider's page, and this commissioner's council decides."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks to look after a provider's page",
        body=(
            f"Hello {name},\n\nSomebody says they work for {provider_name} and asks to look after its page. "
            "Open the link to see who, check it, and say yes or no."
        ),
        link=path,
    )


def your_claim_was_approved(*, to_person_id: int, to_email: str, name: str, provider_name: str) -> None:
    """The council said yes: this person now speaks for the provider."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You can now look after your organisation's page",
        body=(
            f"Hello {name},\n\nThe council agreed that you look after the page of {provider_name}. "
            "You can now say what you offer and publish your prices."
        ),
        link="/desk",
    )


def your_claim_was_refused(
    *, to_person_id: int, to_email: str, name: str, provider_name: str, reason: str, path: str
) -> None:
    """The council said no, and why."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="About the page you asked to look after",
        body=(
            f"Hello {name},\n\nThe council did not agree that you look after the page of {provider_name}. "
            f"The reason given: {reason}\n\nIf you think that is wrong, you can ask again and say more."
        ),
        link=path,
    )


# Bookings. The reference says which; what is booked is read on the site.


def booking_requested(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """Tells a provider's staff that somebody asks for support."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="A new request waits for your answer",
        body=(
            f"Hello {name},\n\nSomebody has sent your organisation a request on Ownway. "
            "Open the link to see it, and to accept or decline it. If nobody answers before it is due, it ends."
        ),
        link=path,
    )


def booked_for_you(*, to_person_id: int, to_email: str, name: str, by_name: str, path: str) -> None:
    """Tells a person that somebody beside them booked with their money."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something was booked for you",
        body=(
            f"Hello {name},\n\n{by_name} made a booking for you on Ownway. Open the link to see what it is, what it "
            "costs and which of your money pays. You can cancel it there."
        ),
        link=path,
    )


def booking_accepted(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells the buyer's side that the provider said yes."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference} was accepted",
        body=f"Hello {name},\n\nYour request {reference} was accepted. Open the link to see when it is.",
        link=path,
    )


def booking_declined(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells the buyer's side that the provider said no."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference} was declined",
        body=(
            f"Hello {name},\n\nYour request {reference} was declined. Nothing is charged, and the money that was set "
            "aside is free again. Open the link to read why."
        ),
        link=path,
    )


def booking_cancelled(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells the other side that a booking was called off."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference} was cancelled",
        body=f"Hello {name},\n\nThe booking {reference} was cancelled. Open the link to see what that means.",
        link=path,
    )


def booking_lapsed(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells both sides that a request ended because nobody answered it."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference} was not answered in time",
        body=(
            f"Hello {name},\n\nThe request {reference} was not answered before it was due, so it has ended. "
            "Nothing is charged, and the money that was set aside is free again."
        ),
        link=path,
    )


def visit_delivered(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells the buyer's side that a visit was recorded as delivered, and so charged."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference}: say how it went",
        body=(
            f"Hello {name},\n\nThe provider of {reference} says that it happened, so it has been paid for. "
            "Open the link to check, and to say how it went. If it did not happen, tell the provider and your council."
        ),
        link=path,
    )


def visit_missed(*, to_person_id: int, to_email: str, name: str, reference: str, path: str) -> None:
    """Tells the buyer's side that a visit was recorded as not having happened."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"{reference} did not happen",
        body=(
            f"Hello {name},\n\nThe provider of {reference} says that it did not happen. Nothing is charged, and the "
            "money that was set aside is free again."
        ),
        link=path,
    )


def price_rises(
    *,
    to_person_id: int,
    to_email: str,
    name: str,
    day: str,
    now: str,
    then: str,
    weeks_now: int | None,
    weeks_then: int | None,
    path: str,
) -> None:
    """Tells somebody with visits booked what a coming price does to their week and to how long their money lasts."""
    lasts = (
        f" What you have left pays for {weeks_now} weeks like this now. At the new price it pays for {weeks_then}."
        if weeks_now is not None and weeks_then is not None
        else ""
    )
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price you pay goes up on {day}",
        body=(
            f"Hello {name},\n\nA provider you have booked puts up its price on {day}. Visits already agreed keep "
            f"their price. From then on the same visits would cost you {then} a week. Now it is {now}.{lasts}\n\n"
            "You can keep it, change it, or look for others. Open the link to see what it means for you."
        ),
        link=path,
    )


def price_rise_withdrawn(*, to_person_id: int, to_email: str, name: str, day: str, path: str) -> None:
    """Tells those who were told of a rise that it does not come."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"The price you pay does not go up on {day}",
        body=(
            f"Hello {name},\n\nWe told you that a price would go up on {day}. The provider took that back. "
            "Your price stays as it is."
        ),
        link=path,
    )


def price_rises_beside(
    *,
    to_person_id: int,
    to_email: str,
    name: str,
    whose: str,
    day: str,
    now: str,
    then: str,
    weeks_now: int | None,
    weeks_then: int | None,
    path: str,
) -> None:
    """Tells a supporter what a coming price does to the week of the person they help; weeks only to who may see money."""
    lasts = (
        f" What they have left pays for {weeks_now} weeks like this now. At the new price it pays for {weeks_then}."
        if weeks_now is not None and weeks_then is not None
        else ""
    )
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price goes up on {day} for somebody you help",
        body=(
            f"Hello {name},\n\nA provider that {whose} has booked puts up its price on {day}. Visits already agreed keep "
            f"their price. From then on the same visits would cost {then} a week. Now it is {now}.{lasts}\n\n"
            f"{whose} has been told too. To look at it together, choose to help {whose}, then open the link."
        ),
        link=path,
    )


def price_rise_withdrawn_beside(
    *, to_person_id: int, to_email: str, name: str, whose: str, day: str, path: str
) -> None:
    """Tells a supporter who was told of a rise that it does not come."""
    _tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price does not go up on {day} for somebody you help",
        body=(
            f"Hello {name},\n\nWe told you of a price that would go up on {day} for {whose}. The provider has taken that "
            "price back. You do not need to do anything."
        ),
        link=path,
    )
