"""Why a moderator removed something: the code that stays in its place, and the words it is read in."""

from enum import StrEnum


class RemovalReason(StrEnum):
    """What is wrong with a page, a listing or a message. That somebody does not like it is no reason."""

    UNTRUE = "untrue"
    PERSONAL = "personal"
    ABUSE = "abuse"
    UNLAWFUL = "unlawful"
    OFF_SUBJECT = "off_subject"
    DANGER = "danger"


REMOVAL_WORDS = {
    RemovalReason.UNTRUE: "It says something untrue, or leaves out what people must know",
    RemovalReason.PERSONAL: "It names somebody or tells of their health, without their yes",
    RemovalReason.ABUSE: "It threatens, insults, or treats people badly because of who they are",
    RemovalReason.UNLAWFUL: "It offers or says something that is against the law",
    RemovalReason.OFF_SUBJECT: "It is an advertisement for something else, or does not belong here",
    RemovalReason.DANGER: "It tells of somebody who may be in danger",
}


def removed_words(because: str) -> str:
    """What stands in its place. That somebody may be in danger is shown to nobody."""
    if because == RemovalReason.DANGER:
        return "Removed by the council."
    words = REMOVAL_WORDS[RemovalReason(because)]
    return f"Removed by the council: {words[0].lower()}{words[1:]}."
