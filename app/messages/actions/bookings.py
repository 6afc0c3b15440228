"""What is said about bookings. The reference says which; what is booked is read on the site."""

from app.messages.actions.sending import Notice

BOOKING_REQUESTED = Notice(
    subject="A new request waits for your answer",
    body=(
        "Somebody has sent your organisation a request on Ownway. "
        "Open the link to see it, and to accept or decline it. If nobody answers before it is due, it ends."
    ),
)
"""Tells a provider's staff that somebody asks for support."""

BOOKED_FOR_YOU = Notice(
    subject="Something was booked for you",
    body=(
        "{by_name} made a booking for you on Ownway. Open the link to see what it is, what it "
        "costs and which of your money pays. You can cancel it there."
    ),
)
"""Tells a person that somebody beside them booked with their money."""

BOOKING_ACCEPTED = Notice(
    subject="{reference} was accepted",
    body=("Your request {reference} was accepted. Open the link to see when it is."),
)
"""Tells the buyer's side that the provider said yes."""

BOOKING_DECLINED = Notice(
    subject="{reference} was declined",
    body=(
        "Your request {reference} was declined. Nothing is charged, and the money that was set "
        "aside is free again. Open the link to read why."
    ),
)
"""Tells the buyer's side that the provider said no."""

BOOKING_CANCELLED = Notice(
    subject="{reference} was cancelled",
    body=("The booking {reference} was cancelled. Open the link to see what that means."),
)
"""Tells the other side that a booking was called off."""

BOOKING_LAPSED = Notice(
    subject="{reference} was not answered in time",
    body=(
        "The request {reference} was not answered before it was due, so it has ended. "
        "Nothing is charged, and the money that was set aside is free again."
    ),
)
"""Tells both sides that a request ended because nobody answered it."""

VISIT_DELIVERED = Notice(
    subject="{reference}: say how it went",
    body=(
        "The provider of {reference} says that it happened, so it has been paid for. "
        "Open the link to check, and to say how it went. If it did not happen, tell the provider and your council."
    ),
)
"""Tells the buyer's side that a visit was recorded as delivered, and so charged."""

VISIT_MISSED = Notice(
    subject="{reference} did not happen",
    body=(
        "The provider of {reference} says that it did not happen. Nothing is charged, and the "
        "money that was set aside is free again."
    ),
)
"""Tells the buyer's side that a visit was recorded as not having happened."""

BOOKING_MESSAGE_WAITS = Notice(
    subject="A new message waits for you",
    body="Somebody wrote to you about {reference}. What they wrote is not in this email. Open the link to read it.",
)
"""Tells those on a booking that one of them wrote something; never what."""

BOOKING_ENDS = Notice(
    subject="Notice was given for {reference}",
    body=(
        "Somebody gave notice to end {reference}. Visits up to the last day stay as they are. Nothing is charged for "
        "later ones. Open the link to see the last day."
    ),
)
"""Tells the other side, and whoever else is on it, that support will end."""
