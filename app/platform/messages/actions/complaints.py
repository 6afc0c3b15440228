"""What is said about complaints. Never what was wrong, and never in a subject that anybody complained."""

from app.platform.messages.actions.sending import MessageTemplate

TO_ANSWER = MessageTemplate(
    subject="Something waits for your answer",
    body=(
        "Somebody complained, and you are to answer. Say with the link by {day} that it came, who looks at it and by when you "
        "answer. Please read it today: nobody is treated worse because they complained."
    ),
)
"""Tells the provider's managers, or the council's moderators."""

COPY = MessageTemplate(
    subject="A copy for you to read",
    body=(
        "Somebody complained about a provider. The provider answers, and you have the copy. If it is not acknowledged or "
        "answered in time, we tell you."
    ),
)
"""Tells the council's moderators."""

COPY_OF_ANSWER = MessageTemplate(
    subject="A copy for you to read",
    body="A complaint of which you have the copy was answered. Read the answer with the link.",
)
"""Tells the council's moderators."""

NO_MODERATOR = MessageTemplate(
    subject="Your council needs a moderator",
    body=(
        "Something came that only a moderator may read, and your council has nobody with that role who could. Please give it to "
        "somebody today: the days by which it must be acknowledged and answered run."
    ),
)
"""Tells the administrators; nothing of what it is about."""

SENT_FOR_YOU = MessageTemplate(
    subject="Something was sent for you",
    body="{by} complained for you, as you let them. Read it with the link. You can take it back.",
)
"""Tells the person of what a supporter sent."""

ACKNOWLEDGED = MessageTemplate(
    subject="What you sent was received",
    body="{by} has read your complaint about {whom}. You are answered by {day}. With the link you see who looks at it.",
)
"""Tells the person."""

ANSWERED = MessageTemplate(
    subject="There is an answer for you",
    body=(
        "{by} answered your complaint about {whom}. Read it with the link. If it does not settle it, the page says where to "
        "go next."
    ),
)
"""Tells the person."""

TAKEN_FURTHER = MessageTemplate(
    subject="Something waits for your answer",
    body=(
        "Somebody says that the answer to their complaint does not settle it. A moderator who did not answer before looks at "
        "it again, and answers by {day}."
    ),
)
"""Tells the council's moderators."""

LATE_FOR_YOU = MessageTemplate(
    subject="Something is late and waits for you",
    body="A complaint should have been acknowledged or answered by {day}. Please do it with the link today.",
)
"""Tells whoever should have acted."""

LATE_AT_PROVIDER = MessageTemplate(
    subject="Something is late",
    body=(
        "A complaint about a provider, of which you have the copy, was not acknowledged or answered by {day}. Please ask the "
        "provider today."
    ),
)
"""Tells the council's moderators."""

LATE_FOR_PERSON = MessageTemplate(
    subject="You should have heard by now",
    body=(
        "Your complaint should have been acknowledged or answered by {day}. We have told those who are late. You do not have to "
        "wait for them: the page says where to go next."
    ),
)
"""Tells the person."""
