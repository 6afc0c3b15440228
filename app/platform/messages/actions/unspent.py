"""What is said about money that was not used. Subjects name nobody's money, and sums stand on the page only."""

from app.platform.messages.actions.bookings import ADVOCACY
from app.platform.messages.actions.sending import MessageTemplate

TALK_WITH_YOU = MessageTemplate(
    "Your council would like to talk with you",
    "Some of your money was not used. That is no fault: perhaps a visit was called off, or you could not find what you "
    "wanted. Nothing is taken back before your care manager has talked with you. Open the link to say what happened."
    + ADVOCACY,
)
TALK_WITH_THEM = MessageTemplate(
    "Somebody on your caseload to talk with",
    "Somebody you work with did not use some of their money. Talk with them about what they would like. Nothing goes back "
    "before that. Open the link to see it, and to write down what you both said.",
)
TALKED = MessageTemplate(
    "What was noted after your talk",
    "Your care manager wrote down what you talked about, and what becomes of the money you had not used. Open the link to "
    "read it." + ADVOCACY,
)
WENT_BACK = MessageTemplate(
    "Something on your account changed",
    "By a rule of your council, money you had not used went back to it today. Open the link to see how much."
    + ADVOCACY,
)
