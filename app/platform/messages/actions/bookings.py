"""What is said about bookings. The reference says which; what is booked is read on the site."""

from datetime import timedelta

from app.platform.messages.actions.sending import MessageTemplate

A_DAY = timedelta(days=1)
"""For how long a letter makes sense that asks for something to be done at once."""

ADVOCACY = " You can get somebody independent to speak for you: look for advocacy on Ownway, or ask your council for an advocate."
"""Said to the buyer's side beside every decision about a person."""

BOOKING_REQUESTED = MessageTemplate(
    subject="A new request waits for your answer",
    body=(
        "Somebody has sent your organisation a request on Ownway. "
        "Open the link to see it, and to accept or decline it. If nobody answers before it is due, it ends."
    ),
)
"""Tells a provider's staff that somebody asks for support."""

BOOKED_FOR_YOU = MessageTemplate(
    subject="Something was booked for you",
    body=(
        "{by_name} made a booking for you on Ownway. Open the link to see what it is, what it "
        "costs and which of your money pays. You can cancel it there."
    ),
)
"""Tells a person that somebody beside them booked with their money."""

ASKED_FOR_YOU = MessageTemplate(
    subject="Something was asked for you",
    body=(
        "{by_name} sent a request for you on Ownway. Nothing is agreed until its provider says yes, and you hear from us "
        "then. Open the link to see what it is, what it costs and which of your money pays. You can cancel it there."
    ),
)
"""Tells a person that somebody beside them asked for something with their money."""

BOOKING_ACCEPTED = MessageTemplate(
    subject="Your request was accepted",
    body=("Your request {reference} was accepted. Open the link to see when it is."),
)
"""Tells the buyer's side that the provider said yes."""

BOOKING_DECLINED = MessageTemplate(
    subject="Your request was declined",
    body=(
        "Your request {reference} was declined. Nothing is charged, and what was set aside is "
        "free again. Open the link to read why."
    ),
)
"""Tells the buyer's side that the provider said no."""

BOOKING_CANCELLED = MessageTemplate(
    subject="A booking was cancelled",
    body=("The booking {reference} was cancelled. Open the link to see what that means."),
)
"""Tells the other side that a booking was called off."""

BOOKING_LAPSED = MessageTemplate(
    subject="A request was not answered in time",
    body=(
        "The request {reference} was not answered before it was due, so it has ended. "
        "Nothing is charged, and what was set aside is free again."
    ),
)
"""Tells both sides that a request ended because nobody answered it."""

_HOURS_BACK = "The hours you had saved and used for it are saved again, and their money stays set aside for them."
BOOKING_DECLINED_HOURS_BACK = MessageTemplate(
    BOOKING_DECLINED.subject,
    "Your request {reference} was declined. Nothing is charged. " + _HOURS_BACK + " Open the link to read why.",
)
"""The same where saved hours were used for it, and come back."""

BOOKING_LAPSED_HOURS_BACK = MessageTemplate(
    BOOKING_LAPSED.subject,
    "The request {reference} was not answered before it was due, so it has ended. Nothing is charged. " + _HOURS_BACK,
)
"""The same where saved hours were used for it, and come back."""

HOURS_CAME_BACK = MessageTemplate(
    subject="Your saved hours are back",
    body="{reference} comes to nothing, and nothing is charged for it. " + _HOURS_BACK,
)
"""Tells the buyer's side that hours used for what came to nothing are saved again."""

VISIT_DELIVERED = MessageTemplate(
    subject="Please say how a visit went",
    body=(
        "The provider of {reference} says that it happened, so it has been paid for. "
        "Open the link to check, and to say how it went. If it did not happen, or not like that, say so there: the money then waits until it is clear."
    ),
)
"""Tells the buyer's side that a visit was recorded as delivered, and so charged."""

VISIT_MISSED = MessageTemplate(
    subject="A visit did not happen",
    body=(
        "The provider of {reference} says that it did not happen. Nothing is charged, and the "
        "money that was set aside is free again."
    ),
)
"""Tells the buyer's side that a visit was recorded as not having happened."""

THING_ARRIVED = MessageTemplate(
    subject="Please say how something you bought is",
    body=(
        "The provider of {reference} says that what was bought has arrived, so it has been paid for. Open the link to "
        "check. If it did not arrive, or not whole, say so there: the money then waits until it is clear. You can also "
        "send it back within 14 days."
    ),
)
"""Tells the buyer's side that things were recorded as having arrived, and so charged."""

THING_NOT_ARRIVED = MessageTemplate(
    subject="Something you bought did not arrive",
    body=(
        "The provider of {reference} says that what was bought did not arrive. Nothing is charged, and the money that was "
        "set aside is free again."
    ),
)
"""Tells the buyer's side that things were recorded as not having arrived."""

BOOKING_MESSAGE_WAITS = MessageTemplate(
    subject="A new message waits for you",
    body="Somebody wrote to you about {reference}. What they wrote is not in this email. Open the link to read it.",
)
"""Tells those on a booking that one of them wrote something; never what."""

BOOKING_ENDS = MessageTemplate(
    subject="Notice was given to end a booking",
    body=(
        "Somebody gave notice to end {reference}. Visits up to the last day stay as they are. Nothing is charged for "
        "later ones. Open the link to see the last day."
    ),
)
"""Tells the other side, and whoever else is on it, that support will end."""
VISIT_MISSED_HOURS_BACK = MessageTemplate(
    VISIT_MISSED.subject,
    "The provider of {reference} says that it did not happen. Nothing is charged. " + _HOURS_BACK,
)
"""The same where saved hours were used for it, and come back."""

VISIT_RECORDED = MessageTemplate(
    subject="A visit was recorded",
    body="The provider of {reference} has recorded what became of it. Open the link to check it and what it costs.",
)
"""Tells the buyer's side that a visit ended in another way than as planned."""

VISIT_CONFIRMED = MessageTemplate(
    subject="A visit was confirmed",
    body="The person, or somebody beside them, says that {reference} happened as planned. It has been paid for.",
)
"""Tells the provider that a visit it did not record was confirmed."""

VISIT_NOT_RECORDED = MessageTemplate(
    subject="A visit is not recorded yet",
    body=(
        "A visit of {reference} is over and nobody has recorded what became of it. Nothing is charged until somebody "
        "does. Open the link to say what happened."
    ),
)
"""Tells both sides that a visit waits for somebody to say what became of it."""

VISIT_DISPUTED = MessageTemplate(
    subject="Somebody says a visit was not as recorded",
    body=(
        "Somebody says that a visit of {reference} was not as recorded. Its money waits until this is settled. "
        "Open the link to read what they say, and to answer within 7 days."
    ),
)
"""Tells a provider's staff that a visit is disputed."""

YOUR_VISIT_WAS_DISPUTED = MessageTemplate(
    subject="A visit is being checked",
    body=(
        "Somebody beside you has said that a visit of {reference} was not as recorded. Its money waits until this is "
        "settled. Open the link to see it."
    ),
)
"""Tells the rest of the buyer's side that one of them disputed a visit."""

DISPUTE_ANSWERED = MessageTemplate(
    subject="The provider answered about a visit",
    body=(
        "The provider of {reference} does not agree with what was said of a visit. Its money still waits. Open the link "
        "to read the answer. If you cannot agree, your care manager decides." + ADVOCACY
    ),
)
"""Tells the buyer's side that the provider stands by its record."""

DISPUTE_ANSWERED_ALONE = MessageTemplate(
    subject=DISPUTE_ANSWERED.subject,
    body=(
        "The provider of {reference} does not agree with what was said of a visit. Its money still waits. Open the link "
        "to read the answer. If you cannot agree, we at Ownway decide: there is no care manager who can." + ADVOCACY
    ),
)
"""The same where no care manager can decide, so that the operator does."""

DISPUTE_TO_DECIDE = MessageTemplate(
    subject="Two sides do not agree: please decide",
    body=(
        "The two sides of {reference} do not agree about a visit. Its money waits for your decision. Open the link to "
        "read what each of them says."
    ),
)
"""Tells care managers that they are needed."""

DISPUTE_SETTLED = MessageTemplate(
    subject="What was said of a visit is settled",
    body="What was said of a visit of {reference} is settled. Open the link to see how, and what it costs.",
)
"""Tells the provider's side that a dispute is over."""

YOUR_DISPUTE_SETTLED = MessageTemplate(DISPUTE_SETTLED.subject, DISPUTE_SETTLED.body + ADVOCACY)
"""Tells the buyer's side that a dispute is over."""

VISIT_UNCONFIRMED = MessageTemplate(
    subject="Nobody has said that a visit began: please check now",
    body=(
        "A visit of {reference} was to begin at {at}, and nobody has entered a code or said what happened. Find out "
        "whether somebody came and whether the person is well. Then open the link and say what happened."
    ),
    useful_for=A_DAY,
)
"""Tells the provider that a visit may have been missed, while something can still be done."""

VISIT_UNCONFIRMED_STILL = MessageTemplate(
    subject="Nobody has said that a visit began: please check now",
    body=(
        "A visit of {reference} was to begin at {at}, and nobody has said that the worker came. The provider was told "
        "and has not answered. It may only be late with saying so. Please find out whether the person is well."
    ),
    useful_for=A_DAY,
)
"""Tells the care manager, and helpers who may book, that the provider still says nothing."""

MISSED_TWICE = MessageTemplate(
    subject="More than one visit was missed",
    body=(
        "Two or more visits to the same person were missed within seven days. Open the link to see which, and make sure "
        "that somebody has asked how they are."
    ),
)
"""Tells the provider and the care managers that a person was left alone more than once in a week."""

HOURS_SAVED = MessageTemplate(
    subject="A visit was cancelled and its hours saved",
    body=(
        "A visit of {reference} was cancelled in time. Nothing is charged, and its hours are kept for another day. "
        "Open the link to see which."
    ),
)
"""Tells the other side that a visit will not be, and that its hours may be asked for later."""

HOURS_GIVEN_BACK = MessageTemplate(
    subject="Saved hours will not be used",
    body="The hours saved from a visit of {reference} will not be used. There is nothing for you to do.",
)
"""Tells the provider that saved hours are gone."""
VISITS_DO_NOT_FIT = MessageTemplate(
    subject="Please look at your visits",
    body=(
        "Some visits of {reference} are not confirmed: there is not enough money for them, no price is published for "
        "that day, or every place is taken. Open the link to see which ones, and what you can do. We look again every night, and confirm them as "
        "soon as there is enough."
    ),
)
"""Tells the buyer's side early which visits of a pattern the money does not stretch to."""

VISITS_CHANGED = MessageTemplate(
    subject="A visit was changed",
    body=("A visit of {reference} was changed. Open the link to see how it is now."),
)
"""Tells the other side that a visit, or a pattern of visits, is another one now."""

CHANGE_ASKED = MessageTemplate(
    subject="Another time is asked for",
    body=(
        "Somebody asks for another time for visits of {reference}. Open the link to agree to it or to decline it. "
        "Until you answer, everything stays as it was agreed."
    ),
)
"""Tells a provider's staff that another time is asked for."""

CHANGE_AGREED = MessageTemplate(
    subject="The new time is agreed",
    body=("The new time you asked for in {reference} is agreed. Open the link to see your visits."),
)
"""Tells the buyer's side that the provider agreed to another time."""

CHANGE_OVERTAKEN = MessageTemplate(
    subject="Please look at the new time again",
    body=(
        "The provider of {reference} said yes to another time, but your visits, or what they cost, have changed since you "
        "asked. So nothing was changed. Open the link to see what it would be now, and ask again if you still want it."
    ),
)
"""Tells the buyer's side that what they asked for is no longer what it was, so that they decide anew."""

CHANGE_DECLINED = MessageTemplate(
    subject="The new time was declined",
    body=(
        "The provider of {reference} cannot come at the new time you asked for. Your visits stay as they were agreed. "
        "Open the link to read why."
    ),
)
"""Tells the buyer's side that the provider cannot come at another time."""

NOTE_CHANGED = MessageTemplate(
    subject="What you should know before a visit was changed",
    body=(
        "What you should know about {reference} was written anew. Nothing else has changed. Open the link to read it."
    ),
)
"""Tells a provider's staff that the note of a booking was changed, and nothing else."""
