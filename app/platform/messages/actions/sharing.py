"""What is said about sharing support: never what it is, what it costs, or who else shares it."""

from app.platform.messages.actions.sending import MessageTemplate, tell


def asked_to_share(*, to_person_id: int | None, to_email: str, path: str) -> None:
    """Asks somebody, who may have no account yet, to share support; the same words either way."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks you to share something",
        body=(
            "Hello,\n\nSomebody who knows this email address asks you to share something on Ownway with them. Open the "
            "link to see what it is and what your share would be, and to say yes or no. Nothing is paid unless you say "
            "yes.\n\nIf you have no account yet, make one with this email address first. If you do not know who "
            "it could be, do nothing."
        ),
        link=path,
    )


SHARE_ANSWERED = MessageTemplate(
    subject="Somebody answered your plan to share",
    body="Somebody you asked to share has answered. Open the link to see where your plan stands.",
)
"""Tells whoever asked that one of the others has said yes, and more answers are to come."""

SHARE_SENT = MessageTemplate(
    subject="Everybody agreed to share",
    body=(
        "Everybody agreed, so the provider has been asked. Your own share is set aside from your money. Open the link to "
        "see it."
    ),
)
"""Tells everybody who shares that the request went out."""

SHARE_PLAN_ENDED = MessageTemplate(
    subject="A plan to share has ended",
    body="A plan to share that you were asked about has ended. Nothing was asked for and nothing is paid.",
)
"""Tells those asked that a plan was refused, taken back or not answered in time."""

STAYS_AFTER_ALL = MessageTemplate(
    subject="Your share stays as it is",
    body="Somebody you share support with stays after all. Your share is as it was, and you need not answer any more.",
)
"""Tells those who were asked to share anew."""

SOMEBODY_LEAVES = MessageTemplate(
    subject="Your share may change",
    body=(
        "Somebody you share {reference} with gave notice to leave. Your share changes only if you agree. Open the link to "
        "see what it would be. If not everybody agrees in time, it ends on that person's last day."
    ),
)
"""Asks those who stay to share anew."""

SOMEBODY_LEAVES_TELLS_PROVIDER = MessageTemplate(
    subject="Somebody you share with gave notice",
    body=(
        "Somebody who shares {reference} gave notice to leave. The others are asked whether they share what comes "
        "after. We tell you when they have answered. If they do not agree, the later visits are called off."
    ),
)
"""Tells the provider at once, so that the notice is notice for it too."""

SHARED_ENDS = MessageTemplate(
    subject="Shared support ends, as not everybody agreed",
    body=(
        "Somebody who shares {reference} leaves, and not everybody else agreed to share it anew. So it ends on that "
        "person's last day. Visits up to then stay as they are. Nothing is charged for later ones. Open the link to see "
        "the last day."
    ),
)
"""Tells everybody that shared support ends because those who stay did not all agree, or not in time."""

SHARES_CHANGED = MessageTemplate(
    subject="The shares have changed",
    body="Those who stay have agreed to share {reference} anew. Its visits stay as they are. Open the link to see it.",
)
"""Tells everybody that a re-sharing holds."""

SHARE_AMOUNT_CHANGED = MessageTemplate(
    subject="A share you agreed to has changed",
    body="Something changed while people were answering, so your share is another one now. Open the link and look again.",
)
"""Asks everybody again."""
