"""What is said about who stands beside whom."""

from datetime import date

from app.base.days import day_words
from app.platform.messages.actions.sending import tell
from app.platform.messages.rules import About

BESIDE = "/people-beside-you"


def you_are_asked_to_help(*, to_person_id: int | None, to_email: str, from_name: str, path: str) -> None:
    """An invitation to stand beside somebody. The link is the invitation, so it goes by email only."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks for your help",
        body=(
            f"Hello,\n\n{from_name} would like you to help with some things on Ownway. Open the link to see what "
            "they ask, and to say yes or no. It works for 14 days.\n\nIf you do not know them, do nothing."
        ),
        link=path,
        is_secret=True,
    )


def somebody_said_yes(*, to_person_id: int, to_email: str, name: str, supporter_name: str) -> None:
    """A supporter has accepted."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody said yes to helping you",
        body=(
            f"Hello {name},\n\n{supporter_name} said yes to helping you. You can see what they may do, change it, "
            "or end it, at any time."
        ),
        link=BESIDE,
    )


def somebody_said_no(*, to_person_id: int, to_email: str, name: str, invited_email: str) -> None:
    """An invitation was declined."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody said no to helping you",
        body=f"Hello {name},\n\nThe person at {invited_email} said no to helping you on Ownway.",
        link=BESIDE,
    )


def you_hold_money(*, to_person_id: int, to_email: str, name: str, for_name: str, about: About) -> None:
    """A helper learns that the person named them as whoever holds their direct payment."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody says that you hold their money",
        body=(
            f"Hello {name},\n\n{for_name} says that you hold their direct payment for them. You can spend it for them on "
            "Ownway, and nobody else who helps them can. If that is not right, tell them."
        ),
        link=BESIDE,
        about=about,
    )


def help_has_ended(*, to_person_id: int, to_email: str, name: str, other_name: str) -> None:
    """One of the two has ended the support; the other one learns of it."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something changed about who helps whom",
        body=(
            f"Hello {name},\n\nThe arrangement between you and {other_name} on Ownway has ended. "
            "From now on neither sees nor does anything for the other there."
        ),
        link=BESIDE,
    )


def help_rests(
    *, to_person_id: int, to_email: str, name: str, other_name: str, provider_name: str | None, has_begun: bool
) -> None:
    """Tells both that help rests, or holds again, because the helper works for a provider; only the person is told which."""
    works = f"works for {provider_name}" if provider_name else "you work for a provider"
    if provider_name is not None:
        why = f"{other_name} {works}, which you use or may be about to use. Nobody may act for you and sell to you at once."
        now = (
            f"{other_name} can do nothing for you here for now."
            if has_begun
            else f"{other_name} can act for you again."
        )
    else:
        why = f"You work for a provider that {other_name} uses or may be about to use."
        now = (
            f"You can do nothing for {other_name} here for now."
            if has_begun
            else f"You can act for {other_name} again."
        )
    said = f"{why} So, for as long as that lasts: {now}" if has_begun else f"That is over: {now}"
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Who may help on Ownway has changed",
        body=f"Hello {name},\n\n{said}\n\nOpen the link to see who is beside you.",
        link=BESIDE,
    )


def who_may_help_changed(*, to_person_id: int, to_email: str, name: str) -> None:
    """A care manager was put beside a person or taken away, or changed what a supporter may do."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something changed about who is beside you",
        body=(
            f"Hello {name},\n\nYour council changed who is beside you on Ownway, or what they may do for you. "
            "Open the link to see it."
        ),
        link=BESIDE,
    )


def council_ended_help(*, to_person_id: int, to_email: str, name: str, other_name: str) -> None:
    """Somebody from the council has ended the help of another; why stands on the person's page, not in an email."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Your council ended somebody's help",
        body=(
            f"Hello {name},\n\nYour council ended the help that {other_name} gave you on Ownway. Open the link to see "
            "who did it, why, and what they had seen. If you do not agree, you can ask that person to help you again. "
            "You can also ask your council for somebody independent to speak for you."
        ),
        link=BESIDE,
    )


def care_manager_asks(*, to_person_id: int, to_email: str, name: str, by_name: str, about: About) -> None:
    """A care manager asks what they may do: the person is told, and whoever they let decide."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody asks what they may do for you",
        body=(
            f"Hello {name},\n\n{by_name}, who works for your council, asks what they may do for you, or for somebody who lets "
            "you decide, on Ownway. Open the link to say yes or no to each. Nothing changes until you do, and you can change your mind at any time."
        ),
        link=BESIDE,
        about=about,
    )


def person_answered(*, to_person_id: int, to_email: str, name: str, path: str, about: About) -> None:
    """The person answered, or took something back; what, stands on the page."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="What you may do for somebody has changed",
        body=f"Hello {name},\n\nSomebody on your caseload has said what you may do for them. Open the link to see it.",
        link=path,
        about=about,
    )


def decision_was_made(*, to_person_id: int, to_email: str, name: str, path: str) -> None:
    """A decision about what a person can decide themselves was recorded, counts now, or ended: they see all of it."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Something was decided for you",
        body=(
            f"Hello {name},\n\nYour council recorded a decision that concerns what you decide yourself, or changed one. "
            "Open the link to read all of it: who decided, why, and how you can say that you do not agree."
        ),
        link=path,
    )


def decision_was_ended(*, to_person_id: int, to_email: str, name: str, path: str, about: About) -> None:
    """The person says that they decide themselves: a decision made for them ended, and their care manager is told."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody decides for themselves again",
        body=(
            f"Hello {name},\n\nSomebody on your caseload says that they can decide something themselves. So the decision "
            "that was made for them ended just now. Open the link to see which, and talk with them about it."
        ),
        link=path,
        about=about,
    )


def opened_you(*, to_person_id: int, to_email: str, name: str, by_name: str, because: str) -> None:
    """A care manager put a person on their own caseload, and says why; somebody else of the council looks at it."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody from your council opened your page",
        body=(
            f"Hello {name},\n\n{by_name}, who works for your council, is beside you on Ownway from now on. They say why:\n\n"
            f"{because}\n\nThey can see only what the law lets your council see. You say what else they may do. A colleague of "
            "theirs looks at this within a week. If it does not sound right, tell your council."
        ),
        link=BESIDE,
    )


def somebody_covers(
    *, to_person_id: int, to_email: str, name: str, away_name: str, cover_name: str, from_on: date, until_on: date
) -> None:
    """Somebody stands in for a person's care manager for some days."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Somebody else is there for you for some days",
        body=(
            f"Hello {name},\n\n{away_name} is away. {cover_name}, who works for your council too, is there for you from "
            f"{day_words(from_on)} until {day_words(until_on)}. It ends by itself.\n\nWhat you let {away_name} do, {cover_name} may "
            "not do, unless you say so. Open the link to see who is beside you."
        ),
        link=BESIDE,
    )


def cover_ended(*, to_person_id: int, to_email: str, name: str, cover_name: str) -> None:
    """Somebody stands in no longer, before the day that was said."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="Nobody stands in any more",
        body=f"Hello {name},\n\n{cover_name} no longer stands in for your care manager. Open the link to see who is beside you.",
        link=BESIDE,
    )


def you_cover(*, to_person_id: int, to_email: str, name: str, away_name: str, from_on: date, until_on: date) -> None:
    """A care manager is told that a colleague named them as their cover."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="You cover for a colleague",
        body=(
            f"Hello {name},\n\n{away_name} named you to cover their caseload from {day_words(from_on)} until {day_words(until_on)}. "
            "You see on your caseload whom it is about. You can end it."
        ),
        link="/caseload/cover",
    )


def opening_not_right(*, to_person_id: int, to_email: str, name: str, because: str) -> None:
    """A colleague looked over what a care manager opened, found it not right and ended it."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject="A colleague ended something you opened",
        body=(
            f"Hello {name},\n\nA colleague looked at a person you opened on Ownway, and found that it was not right. They "
            f"say why:\n\n{because}\n\nThe person is not on your caseload any more."
        ),
        link="/caseload",
    )
