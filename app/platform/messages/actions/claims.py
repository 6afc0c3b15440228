"""What is said about claims of a provider's page."""

from app.platform.messages.actions.sending import tell

DESK = "/desk"


def claim_to_decide(*, to_person_id: int, to_email: str, name: str, provider_name: str, path: str) -> None:
    """Somebody asks to look after a provider's page, and this commissioner's council decides."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks to look after a provider's page",
        body=(
            f"Hello {name},\n\nSomebody says they work for {provider_name} and asks to look after its page. "
            "Open the link to see who, check it, and say yes or no."
        ),
        link=path,
    )


def claim_decided_elsewhere(
    *, to_person_id: int, to_email: str, name: str, provider_name: str, council_name: str, path: str
) -> None:
    """Somebody asks to look after the page of a provider that serves this commissioner's council too; another decides."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks to look after a provider's page",
        body=(
            f"Hello {name},\n\nSomebody says they work for {provider_name}, which serves your council too, and asks to look "
            f"after its page. {council_name} decides. If you know something about it, tell them."
        ),
        link=path,
    )


def your_claim_was_approved(*, to_person_id: int, to_email: str, name: str, provider_name: str) -> None:
    """The council said yes: this person now speaks for the provider."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You can now look after your organisation's page",
        body=(
            f"Hello {name},\n\nThe council agreed that you look after the page of {provider_name}. "
            "You can now say what you offer and publish your prices."
        ),
        link=DESK,
    )


def your_claim_was_refused(
    *, to_person_id: int, to_email: str, name: str, provider_name: str, reason: str, path: str
) -> None:
    """The council said no, and why."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="About the page you asked to look after",
        body=(
            f"Hello {name},\n\nThe council did not agree that you look after the page of {provider_name}. "
            f"The reason given: {reason}\n\nIf you think that is wrong, you can ask again and say more."
        ),
        link=path,
    )
