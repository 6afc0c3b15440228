"""What is said about visits that wait for what is to pay for them."""

from app.platform.messages.actions.bookings import ADVOCACY
from app.platform.messages.actions.sending import MessageTemplate

VISIT_CONFIRMED = MessageTemplate(
    subject="A visit that waited is confirmed",
    body=(
        "A visit of {reference} waited for money that was still to come. It has come and is set aside for it, so the visit "
        "waits no longer. Open the link to see it."
    ),
)
"""Tells the buyer's side that a visit waits no longer."""

VISIT_CONFIRMED_AT_PROVIDER = MessageTemplate(
    subject="A visit that waited is confirmed",
    body="A visit of {reference} that was not confirmed yet is confirmed now. Open the link to see which.",
)
"""Tells the provider the same, with nothing about anybody's money."""

VISIT_STILL_WAITS = MessageTemplate(
    subject="A visit is not confirmed yet",
    body=(
        "The money for a visit of {reference} should have come, and what is there does not stretch to it. Open the link to "
        "see until when it waits. You can add your own money, or cancel something you need less. If it is not there in time, "
        "the visit is called off and nothing is charged." + ADVOCACY
    ),
)
"""Tells the buyer's side that the money that came is not enough."""

VISIT_CALLED_OFF = MessageTemplate(
    subject="A visit was called off",
    body=(
        "The money that a visit of {reference} waited for did not come in time, so the visit was called off. Nothing is "
        "charged. Open the link to see it, and ask again if you still need it." + ADVOCACY
    ),
)
"""Tells the buyer's side that a visit was called off for want of money."""

VISIT_CALLED_OFF_AT_PROVIDER = MessageTemplate(
    subject="A visit was called off",
    body=(
        "What was to pay for a visit of {reference} did not come in time, so the visit was called off while it could still "
        "be cancelled without paying. Please do not send anybody. Open the link to see which."
    ),
)
"""Tells the provider the same, with nothing about anybody's money."""
