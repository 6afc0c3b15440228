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


def your_account_was_given(*, to_person_id: int, to_email: str, name: str, masked: str) -> None:
    """A bank account was given for somebody's own money to go back to."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="An account was given for you",
        body=(
            f"Hello {name},\n\nA bank account was given for your own money to go back to: {masked}.\n\n"
            "If that was not you, or somebody who acts for you by law, get in touch with us at once."
        ),
        link="/money/pay-back",
    )


def your_money_goes_back(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """Own money was asked back."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something is on its way back to you",
        body=(
            f"Hello {name},\n\n{amount} of your own money is on its way back to you. A card shows it within ten days. "
            "Open the link to see where it goes.\n\n"
            "If that was not you, or somebody who acts for you by law, get in touch with us at once."
        ),
        link=path,
    )


def your_money_came_back(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """Own money could not be paid back."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something could not be sent back to you",
        body=(
            f"Hello {name},\n\n{amount} of your own money could not be paid back. It is in your money here again, and "
            "nothing is lost. Open the link to see why, and ask for it again."
        ),
        link=path,
    )


def your_card_company_claims(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """The card company asks for a payment back."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your card company told us something",
        body=(
            f"Hello {name},\n\nThe card company asks for {amount} back that was added to your own money by card. What of it "
            "is still here is kept aside. What was spent already is owed. Open the link to see what this means for you."
        ),
        link=path,
    )


def your_card_company_decided(*, to_person_id: int, to_email: str, name: str, amount: str, path: str) -> None:
    """The card company decided."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your card company has decided",
        body=(
            f"Hello {name},\n\nThe card company has decided about {amount} that was added to your own money by card. "
            "Open the link to see what it decided."
        ),
        link=path,
    )
