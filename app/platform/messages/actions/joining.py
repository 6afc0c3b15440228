"""What is said about providers that join."""

from app.platform.messages.actions.claims import DESK
from app.platform.messages.actions.sending import tell


def provider_to_check(*, to_person_id: int, to_email: str, name: str, provider_name: str, path: str) -> None:
    """A provider wants to join that this commissioner's council must look at first."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="A provider asks to join",
        body=(
            f"Hello {name},\n\n{provider_name} asks to join, and your council must look at it before anybody sees it. "
            "Open the link to see what it says of itself, check it, and say yes or no."
        ),
        link=path,
    )


def your_provider_was_published(*, to_person_id: int, to_email: str, name: str, provider_name: str) -> None:
    """The council said yes."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your page is on show",
        body=f"Hello {name},\n\nThe council has checked {provider_name}, and its page is on show now.",
        link=DESK,
    )


def your_provider_was_refused(
    *, to_person_id: int, to_email: str, name: str, provider_name: str, reason: str, path: str
) -> None:
    """The council said no, and why; what was written is still there."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="About the page you want to put on show",
        body=(
            f"Hello {name},\n\nThe council did not agree that {provider_name} is put on show. The reason given: {reason}\n\n"
            "Everything you wrote is kept. You can change it and send it again."
        ),
        link=path,
    )
