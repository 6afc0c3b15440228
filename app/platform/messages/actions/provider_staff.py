"""What is said about who works for a provider."""

from app.platform.messages.actions.sending import tell


def you_are_asked_to_work(*, to_person_id: int | None, to_email: str, provider_name: str, path: str) -> None:
    """An invitation to a provider's desk. The link is the invitation, so it goes by email only."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You are invited to a provider's desk",
        body=(
            f"Hello,\n\nYou are invited to work for {provider_name} on Ownway. Open the link to see what you may do there, "
            "and to say yes. It works for 14 days.\n\nIf you do not know them, do nothing."
        ),
        link=path,
        is_secret=True,
    )


def you_do_not_work_there(*, to_person_id: int, to_email: str, name: str, provider_name: str) -> None:
    """Somebody was removed from a provider's staff."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You were removed from a provider's desk",
        body=(
            f"Hello {name},\n\nYou do not work for {provider_name} on Ownway any more, so its desk is closed to you. "
            "If that is a mistake, speak with whoever manages its page."
        ),
    )
