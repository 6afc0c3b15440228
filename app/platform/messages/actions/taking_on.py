"""What is said to somebody a council asks, and in a letter to somebody without an email address."""

from app.platform.messages.actions.sending import MessageTemplate

COUNCIL_ASKS = MessageTemplate(
    subject="A council asks you something",
    body=(
        "{council} would like to be the council that arranges support with you on Ownway. You decide. Nothing changes before "
        "you say yes. Open the link to read what it means, and to say yes or no."
    ),
)
"""Tells somebody who has an account."""

COUNCIL_CONFIRMED = MessageTemplate(
    subject="Somebody said yes to you",
    body="{person} said yes. They are on your caseload. Open the link to see what you can do together.",
)
"""Tells the officer who asked."""

COUNCIL_DECLINED = MessageTemplate(
    subject="Somebody answered you",
    body="{person} said no, for now. Speak with them before you ask again.",
)
"""Tells the officer who asked."""

COUNCIL_CHANGED = MessageTemplate(
    subject="Your council has changed on Ownway",
    body="{council} is now the council that arranges support with you. Open the link to see what that means.",
)
"""Tells a person that both councils agreed."""

LETTER_HEADING = "Your account on Ownway"
LETTER_BODY = (
    "Dear {name},\n\n{council} has made an account for you on Ownway, where you can find support and see your money. Nothing "
    "happens before you say yes.\n\nGo to {site}/letter and type this code and your date of birth. Then you choose a password.\n\n"
    "Your code: {code}\n\nTo sign in later, type this where it asks for your email address: {sign_in}\n\n"
    "The code works once, until {until}. Nobody at the council knows your password. If you would rather not use a computer, "
    "call {council}{phone}: somebody can help you."
)
"""The letter on paper. The code is for its reader alone."""
