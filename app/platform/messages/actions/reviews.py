"""What is said about reviews: to the provider before one is shown, to its writer, to moderators, and to both sides."""

from app.platform.messages.actions.sending import MessageTemplate

WRITTEN = MessageTemplate(
    "Somebody said how it went",
    "Somebody said how it went with “{title}”. It is shown to everybody from {day}. Until then, and after, you can "
    "reply to it once, or report it if it breaks the rules. A report must say why. That it is negative is no reason.",
)
CHANGED = MessageTemplate(
    "Somebody changed what they said",
    "Somebody changed what they said of “{title}”. You have a week again to reply or to report it. What it says now is "
    "shown to everybody from {day}.",
)
SHOWN = MessageTemplate(
    "What you said is shown now",
    "The review you wrote is now on the page of “{title}”, where everybody can read it. Your name is not shown.",
)
REPLIED = MessageTemplate(
    "You have a reply to what you said",
    "The provider replied to the review you wrote of “{title}”. Everybody can read the reply beside it.",
)
READ_NOW = MessageTemplate(
    "Please read what somebody wrote, now",
    "Somebody wrote words that sound as if a person may be in danger. Nobody else reads them until you have. Open the link, "
    "read it, and tell the safeguarding team if you must.",
)
NOBODY_TO_READ = MessageTemplate(
    "Somebody must read what was written, now",
    "Somebody wrote words that sound as if a person may be in danger, and your council has no moderator to read them. "
    "Make somebody a moderator today: open the list of your staff. They find it on their desk.",
)
DECIDED = MessageTemplate(
    "What was decided about a review",
    "The council's moderator has decided about a review of “{title}”: {became}. Why: {why}\n\nIf you do not agree and it "
    "was decided against you, open the link and say why. Somebody else at the council then decides.",
)
APPEALED = MessageTemplate(
    "What was decided about an appeal",
    "Somebody else at the council looked at the decision about a review of “{title}” again, and decided: {became}. "
    "Why: {why}\n\nThis is the council's last word. If you do not agree, use the council's complaints procedure.",
)
TAKEN_BACK = MessageTemplate(
    "What you reported was taken back",
    "You reported a review of “{title}”. It has been taken back by whoever wrote it, or by the person it is about. Nobody reads "
    "it any more, so there is nothing left to decide. Thank you.",
)
GONE = "it had been taken back already, and nobody reads it any more"
REMOVED, STAYS = "it is removed, and only the reason is left in its place", "it stays"
