"""What is said when a provider is suspended, and when that ends. Never why: that is read on the site."""

from app.platform.messages.actions.sending import MessageTemplate

PROVIDER_SUSPENDED = MessageTemplate(
    subject="Your organisation is suspended on Ownway",
    body=(
        "{by} has suspended {provider} from {day}: {what}. Visits already agreed stand: please go on with them. "
        "Open the link to read why, and how to say that you disagree."
    ),
)
"""Tells a provider's staff."""

SUSPENSION_ENDED = MessageTemplate(
    subject="Your organisation is no longer suspended",
    body="{by} has ended the suspension of {provider}: {what}. Open the link to see what that means.",
)
"""Tells a provider's staff."""

YOUR_PROVIDER_SUSPENDED = MessageTemplate(
    subject="About a provider you have booked",
    body=(
        "{by} has suspended {provider} from {day}. Visits you have agreed already go on as agreed, also those that repeat: "
        "nothing has been cancelled. You cannot book anything new with them or change the times while this lasts.\n\n"
        "You decide. You can keep your visits, cancel some of them, or move to another provider: each is on the page of "
        "your booking. {speak} if you are worried, or want help to choose."
    ),
)
"""Tells a person with agreed visits, and whoever may see them, that the provider is suspended whole."""

YOUR_LOT_SUSPENDED = MessageTemplate(
    subject="About a provider you have booked",
    body=(
        "{by} no longer counts {provider} as a framework provider for {lot} from {day}. Visits you have agreed already go "
        "on as agreed, also those that repeat: nothing has been cancelled. Money that the council looks after for you "
        "cannot pay for new bookings of this with them while this lasts. Your other money can.\n\n"
        "{speak} if you are worried, or want help to choose."
    ),
)
"""Tells the same people that one lot of it is suspended."""

YOUR_PROVIDER_RESUMED = MessageTemplate(
    subject="About a provider you have booked",
    body="{by} has ended the suspension of {provider}. You can book and change visits with them again.",
)
"""Tells the same people that it is over."""
