"""Telling people: one function for each message, so that what we ever say can be read here."""

from app import clock
from app.db import db
from app.messages.models import Message


def _tell(
    *,
    to_email: str,
    subject: str,
    body: str,
    to_person_id: int,
    link: str | None = None,
    is_secret: bool = False,
) -> Message:
    """Keep one message in the open transaction."""
    message = Message(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=subject,
        body=body,
        link=link,
        is_secret=is_secret,
        made_at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    return message


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
