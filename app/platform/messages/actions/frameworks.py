"""What is said about frameworks: to a provider's staff, to a council's, and to people whose provider is no longer on one."""

from app.platform.messages.actions.sending import MessageTemplate

INVITED = MessageTemplate(
    subject="A council asks your organisation to apply",
    body=(
        "{council} asks {provider} to apply for its framework “{framework}”. You need not: nothing is held against "
        "anybody who does not. Open the link to read what it is for, what is asked, and how answers are weighed."
    ),
)
"""Tells a provider's staff."""

APPLICATION_SENT = MessageTemplate(
    subject="A provider applied for a framework",
    body="{provider} applied for “{framework}”. Open the link to read it and to answer about each lot.",
)
"""Tells a council's contracts officers."""

AWARDED = MessageTemplate(
    subject="About your application for a framework",
    body=(
        "{council} has put {provider} on lot {lot} of “{framework}”, from {day}. It means that the council has checked "
        "you and agreed terms. It promises no work: people choose. Open the link to read the council’s reason."
    ),
)
"""Tells a provider's staff."""

REFUSED = MessageTemplate(
    subject="About your application for a framework",
    body=(
        "{council} has not put {provider} on lot {lot} of “{framework}” this time. Open the link to read why, and what you "
        "can do. You stay listed like everybody, people can book you as before, and nothing marks you."
    ),
)
"""Tells a provider's staff."""

PLACE_ENDED = MessageTemplate(
    subject="About your place on a framework",
    body=(
        "{council} ends the place of {provider} on {lots} of “{framework}”. The last day is {day}. Visits already agreed "
        "stand: please go on with them. Open the link to read why."
    ),
)
"""Tells a provider's staff."""

YOUR_PROVIDER_LEFT = MessageTemplate(
    subject="About a provider you have booked",
    body=(
        "From the day after {day}, {provider} is no longer on the list of {council} for {lots}. Visits you have agreed "
        "already go on as agreed: nothing has been cancelled. Money that the council looks after for you cannot pay for new "
        "bookings of this with them after that day, unless the council agrees to it for you. Your other money can.\n\n"
        "You decide. You can keep your visits, cancel some of them, or move to another provider: each is on the page of "
        "your booking. {speak} if you are worried, or want help to choose."
    ),
)
"""Tells a person with agreed visits, and whoever may see them."""
