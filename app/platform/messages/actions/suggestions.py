"""What is said about suggestions in a basket, and the code by which a person says yes to one."""

from datetime import datetime

from app.platform.messages.actions.letters import write_letter
from app.platform.messages.actions.sending import MessageTemplate, Recipient, tell

SUGGESTED = MessageTemplate(
    subject="Somebody suggested something to you",
    body=(
        "{by_name} put something in your basket on Ownway and suggests it to you. Nothing is booked and no money is "
        "set aside. Open the link to see it. You can take it, or say “not now”."
    ),
)
"""Tells a person that somebody beside them suggests something."""

TAKEN = MessageTemplate(
    subject="Something you suggested was taken",
    body="{name} took something you suggested. Act for them on Ownway, then open the link to see what.",
)
"""Tells whoever suggested it that it was taken."""

LEFT = MessageTemplate(
    subject="Something you suggested was left for now",
    body=(
        "{name} said “not now” to something you suggested. Act for them on Ownway, then open the link to see what, and "
        "why if they said so."
    ),
)
"""Tells whoever suggested it that it was left."""

CODE_WAS_USED_TO_ASK = MessageTemplate(
    subject="Your code was used",
    body=(
        "{by_name} typed the code we sent you, so what was in your basket is asked for. It is booked once its provider says "
        "yes, and you hear from us then. Open the link to see it. If you did not tell anybody the code, cancel it there and "
        "tell us at once."
    ),
)
"""Tells a person that somebody typed their code, where not all of it is agreed at once."""

CODE_WAS_USED = MessageTemplate(
    subject="Your code was used",
    body=(
        "{by_name} typed the code we sent you, so what was in your basket is booked. Open the link to see it. If you did "
        "not tell anybody the code, cancel it there and tell us at once."
    ),
)
"""Tells a person that somebody typed their code, and that all of it is agreed."""

CODE_SUBJECT = "Your code from Ownway"
"""Says nothing of care or money."""


def send_code(
    to: Recipient, *, code: str, by_name: str, what: str, total: str, letter_to: str | None, until: datetime
) -> None:
    """Send a code to the person alone: it is in no inbox of the site, and wiped once it has gone or was printed.

    Args:
        to: the person.
        code: six figures.
        by_name: who asked for their yes.
        what: a line for each thing: what, from whom, when, what it costs, which money pays.
        total: of all of it, in words: ``£41.25``.
        letter_to: their postcode, for a code on paper, printed where no council staff read it; nothing for email.
        until: when the code ends.
    """
    lasts = "It works for 14 days" if letter_to else "It works for 30 minutes"
    body = (
        f"Hello {to.full_name},\n\n{by_name} asks for your yes to this:\n\n{what}\n\nAltogether {total}.\n\n"
        f"If you want it, tell {by_name} this code:\n\n{code[:3]} {code[3:]}\n\n{lasts}, once, and only for exactly this. "
        "Nothing is booked and nothing is paid until you tell the code.\n\nIf you do not want it, or do not know "
        f"{by_name}, tell nobody the code. Then nothing happens."
    )
    if letter_to:
        write_letter(to, postcode=letter_to, heading=CODE_SUBJECT, body=body, last_useful_at=until)
    else:
        tell(to_person_id=to.id, to_email=to.email, subject=CODE_SUBJECT, body=body, is_secret=True, useful_until=until)
