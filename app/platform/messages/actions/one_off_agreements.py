"""What is said about one-off agreements. Subjects name nobody's money."""

from app.platform.messages.actions.bookings import ADVOCACY
from app.platform.messages.actions.sending import MessageTemplate

SAY_YES = MessageTemplate(
    "Somebody asks for your yes",
    "Your council would like to let its money pay one more provider for you. It counts only if you say yes. Open the link to "
    "read what it is for, and to say yes or no." + ADVOCACY,
)
SAY_YES_FOR = MessageTemplate(
    "Somebody asks for a yes that you may say",
    "A council would like to let its money pay one more provider for somebody who lets you decide. It counts only with a "
    "yes. Open the link, choose for whom you act, and say yes or no." + ADVOCACY,
)
ANSWERED = MessageTemplate(
    "An answer to an agreement",
    "Somebody you work with has said yes or no to an agreement that you signed. Open the link to see it.",
)
LOOKED_AGAIN = MessageTemplate(
    "Your council looked at an agreement again",
    "Your council looked again at an agreement that lets its money pay one more provider for you. Open the link to see where "
    "it stands." + ADVOCACY,
)
