"""What is said about a mistake that was put right."""

from app.platform.messages.actions.bookings import ADVOCACY
from app.platform.messages.actions.sending import MessageTemplate

PUT_RIGHT = MessageTemplate(
    "A mistake was put right",
    "Somebody of your council found a mistake about the money it pays for you, and put it right. Open the link to see what "
    "it was, and why." + ADVOCACY,
)
