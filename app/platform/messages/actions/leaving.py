"""What is said when somebody has died, or was reported to have by mistake. Plain and kind; never by what they died."""

from app.platform.messages.actions.sending import MessageTemplate

VISITS_CALLED_OFF = MessageTemplate(
    subject="Visits that are called off",
    body=(
        "We are sorry to tell you that we were told that {person} has died. Their visits to come are called off, and nothing is "
        "charged for them. Please do not go there. What you did until now can still be recorded and is paid as agreed. Thank "
        "you for what you did for them."
    ),
)
"""Tells each provider with something open."""

DEATH_REPORTED = MessageTemplate(
    subject="Please look at this today",
    body=(
        "We were told that {person} has died. Nothing new is arranged or paid in for them since then. Visits to come still "
        "stand. Please find out whether it is true, and answer with the link."
    ),
)
"""Tells the care managers; those who go there are called off once it is confirmed."""

SECOND_LOOK_AT_DEATH = MessageTemplate(
    subject="Please look at this today",
    body=(
        "A colleague told us that {person} has died. Nothing new is arranged or paid in for them, and visits to come are called "
        "off. A second person confirms it, with the link."
    ),
)
"""Tells the colleagues of the care manager who reported it."""

IT_WAS_A_MISTAKE = MessageTemplate(
    subject="We are sorry",
    body=(
        "Somebody told us by mistake that you had died. We are very sorry. Your account is as it was. Please look with the link "
        "at which visits were called off meanwhile, and ask for them again if you want them."
    ),
)
"""Tells the person."""

ACCOUNT_CLOSED = MessageTemplate(
    subject="Your account is closed",
    body=(
        "You closed your account on Ownway. Nobody can sign in with it any more. What was booked and paid is kept as the law "
        "asks. If you did not do this, tell us at once."
    ),
)
"""Tells the person, by email."""
