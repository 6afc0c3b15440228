"""What is said about places, other times, things sent back and baskets. The reference says which; the site says what."""

from app.platform.messages.actions.sending import MessageTemplate

BOOKED_AT_ONCE = MessageTemplate(
    subject="Somebody booked with you",
    body=(
        "Somebody booked with your organisation in times in which you can be booked at once, so {reference} is agreed. "
        "Open the link to see it."
    ),
)
"""Tells a provider's staff that somebody took one of the places they offer."""

TIMES_PROPOSED = MessageTemplate(
    subject="Other times are proposed to you",
    body=(
        "The provider cannot come when you asked in {reference}, but could at other times. Open the link to see them and "
        "what they cost. Nothing is agreed until you say yes."
    ),
)
"""Tells the buyer's side that a provider proposed other times."""

PROPOSAL_AGREED = MessageTemplate(
    subject="The times you proposed are agreed",
    body="The times you proposed for {reference} are agreed. Open the link to see when it is.",
)
"""Tells a provider's staff that the buyer said yes to their times."""

PROPOSAL_LAPSED = MessageTemplate(
    subject="The other times proposed have ended",
    body=(
        "Nobody said yes in time to the other times proposed for {reference}, so it has ended. Nothing is charged, and the "
        "money that was set aside is free again."
    ),
)
"""Tells both sides that other times were not agreed to in time."""

PLACE_FOR_YOU = MessageTemplate(
    subject="A place is kept for you",
    body=(
        "A place came free that you were waiting for. It is kept for you for a day, or until it begins. Open the link to "
        "take it, or to let the next person have it."
    ),
)
"""Tells the next in line that a place came free."""

PLACE_NOT_TAKEN = MessageTemplate(
    subject="The place kept for you is free for others",
    body=(
        "You did not take the place that was kept for you in time, so it goes to the next person. You are no longer "
        "waiting. You can wait again if you still want to come."
    ),
)
"""Tells somebody that the place kept for them is no longer kept."""

SESSION_CALLED_OFF = MessageTemplate(
    subject="A session you were coming to is called off",
    body="It will not take place. Nothing is charged. Open the link to read why.",
)
"""Tells everybody with a place, or waiting for one, that a session will not be."""

SOMETHING_COMES_BACK = MessageTemplate(
    subject="Something is on its way back to you",
    body=(
        "The buyer of {reference} sends back what they bought. When it has arrived, open the link and say so: then the "
        "money goes back to them."
    ),
)
"""Tells a provider's staff that things are being returned."""

MONEY_IS_BACK = MessageTemplate(
    subject="What you sent back has arrived",
    body=(
        "What you sent back for {reference} has arrived, and the money has gone back to where it came from. Open the link "
        "to see how much."
    ),
)
"""Tells the buyer's side that the money for things returned is there."""
