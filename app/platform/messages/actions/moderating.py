"""What is said about things that were reported. Never the words themselves."""

from app.platform.messages.actions.sending import MessageTemplate

REPORTED = MessageTemplate(
    subject="Something was reported to you",
    body="Somebody says that something on this site should not be there. Read it with the link and decide.",
)
"""Tells the moderators."""

LOOK_NOW = MessageTemplate(
    subject="Please look at this now",
    body=(
        "Somebody reported words that may tell of a person in danger. Open the link now, and tell the safeguarding team first. "
        "Then decide about the words."
    ),
)
"""Tells the moderators."""

REMOVED, STAYS = "It was removed.", "It stays."
MAY_BE_SHOWN = "It may be shown again: put it on show from your desk."

DECIDED = MessageTemplate(
    subject="A decision about what was reported",
    body="A moderator of the council decided about something that you wrote, look after or reported. {became} Why: {why}\n\n"
    "If you think that is wrong, you can say so once with the link, and somebody else decides.",
)
"""Tells both sides."""

APPEALED = MessageTemplate(
    subject="A decision about an appeal",
    body="Somebody else at the council looked again at what was decided. {became} Why: {why}",
)
"""Tells both sides."""
