"""What is said about card payments."""

from app.platform.messages.actions.sending import tell


def your_payment_arrived(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """A receipt for a card payment into somebody's own money."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your receipt",
        body=(
            f"Hello {name},\n\nWe received {amount} by card. It is in your money now and ready to use.\n\n"
            "If you did not expect this, ask whoever helps you, or get in touch with us."
        ),
        link=path,
    )


def your_payment_was_looked_at(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """What became of a card payment that needed a look."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="We looked at your payment",
        body=(
            f"Hello {name},\n\nOne of your card payments was not as we had asked the card company. Somebody looked at it "
            "and settled it. Open the link to see what became of it.\n\n"
            "If you think it is not right, get in touch with us."
        ),
        link=path,
    )
