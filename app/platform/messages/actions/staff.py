"""What is said to a council's own staff about what they may do there."""

from app.platform.messages.actions.sending import MessageTemplate

STAFF_ROLES = MessageTemplate(
    subject="What you can do on Ownway has changed",
    body="At {council} you are now {roles}. Open the link to see what waits for you.",
)
"""Tells somebody who has an account that an administrator gave them roles, or changed them."""

STAFF_REMOVED = MessageTemplate(
    subject="What you can do on Ownway has changed",
    body=(
        "You no longer work for {council} on Ownway. Your account stays yours. "
        "If you think that this is a mistake, speak with an administrator there."
    ),
)
"""Tells somebody that an administrator removed them."""
