"""What each state of a booking, a visit, a thing, a dispute, a share, a return and a change is called, for each reader.

One table for all of it: pages, files and calendars ask here, so that no two of them can say two things of one state. Who
reads: the person (and whoever shares with them), a helper beside them, the provider's staff, the council's care managers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.support.booking_records.rules.changes import ChangeStatus
from app.support.booking_records.rules.disputes import DisputeStatus
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import AGREED, BookingStatus, How, VisitStatus


class Reader(StrEnum):
    """Who reads."""

    PERSON = "person"
    HELPER = "helper"
    PROVIDER = "provider"
    COUNCIL = "council"


class WordsFor(NamedTuple):
    """The words of one state for each reader."""

    person: str
    helper: str
    provider: str
    council: str

    def to(self, reader: Reader) -> str:
        """What this reader is told."""
        return str(getattr(self, reader.value))


def alike(words: str) -> WordsFor:
    """The same for everybody."""
    return WordsFor(words, words, words, words)


def worded(person: str, *, provider: str, helper: str | None = None, council: str | None = None) -> WordsFor:
    """Words that differ: the helper is told as the person, the council as the helper, unless said."""
    helper = person if helper is None else helper
    return WordsFor(person, helper, provider, helper if council is None else council)


BOOKINGS: Mapping[BookingStatus, WordsFor] = {
    BookingStatus.REQUESTED: worded("Waiting for an answer", provider="Waiting for your answer"),
    BookingStatus.PROPOSED: worded(
        "Other times proposed: you answer", helper="Other times proposed", provider="Waiting for the person’s answer"
    ),
    BookingStatus.ACCEPTED: alike("Agreed"),
    BookingStatus.DECLINED: alike("Declined"),
    BookingStatus.CANCELLED: alike("Cancelled"),
    BookingStatus.LAPSED: alike("Not answered in time"),
    BookingStatus.COMPLETED: alike("Finished"),
}

ASKED_FOR = alike("Asked for, not agreed yet")
"""A visit or a thing that is planned while its booking is a request."""
NOT_CONFIRMED = alike("Not confirmed yet")
"""A day of what repeats whose visit is not made: its money has not come."""


def several_words(statuses: Sequence[BookingStatus], *, is_all: bool, what: str = "It") -> str:
    """What became of several things confirmed in one go. It is booked only where its provider said yes.

    Args:
        statuses: where those stand that were booked or asked for.
        is_all: whether none of what was chosen is missing.
        what: what they are together, as it begins a sentence.
    """
    if not statuses:
        return "Nothing was booked"
    agreed = sum(status in AGREED for status in statuses)
    part = f"Part of {what[0].lower()}{what[1:]}"
    if agreed == len(statuses):
        return f"{what if is_all else part} is booked"
    if not agreed:
        return f"{what if is_all else part} is asked for"
    return f"{part} is booked, {'the rest' if is_all else 'and part'} is asked for"


WAITS_FOR_MONEY = worded("Waits for its money", provider="Planned, not confirmed yet")
"""A visit that is agreed and whose money is still to come. The provider is told nothing of anybody's money."""
CHARGED, NOT_CHARGED = "charged", "not charged"
BEING_CHECKED = "being checked"
"""Instead of what was charged, while a dispute stands: the money waits then, and nobody has it."""


class VisitWords(NamedTuple):
    """What became of a visit or a thing, and of its money where that is one with it."""

    what: WordsFor
    money: str = ""


VISITS: Mapping[VisitStatus, VisitWords] = {
    VisitStatus.PLANNED: VisitWords(alike("Planned")),
    VisitStatus.DELIVERED: VisitWords(alike("Delivered")),
    VisitStatus.CANCELLED_IN_TIME: VisitWords(alike("Cancelled"), NOT_CHARGED),
    VisitStatus.CANCELLED_LATE: VisitWords(alike("Cancelled late"), CHARGED),
    VisitStatus.DECLINED: VisitWords(alike("Declined"), NOT_CHARGED),
    VisitStatus.LAPSED: VisitWords(alike("Not answered"), NOT_CHARGED),
    VisitStatus.MISSED: VisitWords(alike("Did not happen"), NOT_CHARGED),
    VisitStatus.PART_DELIVERED: VisitWords(alike("Delivered in part")),
    VisitStatus.REFUSED: VisitWords(alike("Turned away at the door")),
    VisitStatus.UNUSED: VisitWords(alike("Nobody was in")),
    VisitStatus.FRUSTRATED: VisitWords(alike("Could not go ahead"), NOT_CHARGED),
    VisitStatus.SAVED: VisitWords(alike("Cancelled in time, hours saved")),
    VisitStatus.DAMAGED: VisitWords(alike("Arrived damaged")),
}
THINGS: Mapping[VisitStatus, VisitWords] = {
    **VISITS,
    VisitStatus.PLANNED: VisitWords(worded("Still to come", provider="Still to be brought")),
    VisitStatus.DELIVERED: VisitWords(alike("Arrived")),
    VisitStatus.PART_DELIVERED: VisitWords(alike("Some of it arrived")),
    VisitStatus.MISSED: VisitWords(alike("Did not arrive"), NOT_CHARGED),
    VisitStatus.FRUSTRATED: VisitWords(alike("Could not be brought"), NOT_CHARGED),
}


class Back(StrEnum):
    """Where things sent back are."""

    ON_THE_WAY = "on_the_way"
    THERE = "there"


RETURNS: Mapping[Back, WordsFor] = {
    Back.ON_THE_WAY: worded("On its way back", provider="On its way back to you"),
    Back.THERE: worded("Back with the provider", provider="Back with you"),
}


class Decides(StrEnum):
    """Who decides where the two sides differ."""

    COUNCIL = "council"
    OPERATOR = "operator"


DECIDERS: Mapping[Decides, WordsFor] = {
    Decides.COUNCIL: worded(
        "your care manager", helper="the care manager", provider="the care manager", council="a care manager"
    ),
    Decides.OPERATOR: alike("Ownway"),
}
"""Who decides, as it stands in a sentence."""

DISPUTES: Mapping[DisputeStatus, Mapping[Decides, WordsFor]] = {
    DisputeStatus.OPEN: dict.fromkeys(Decides, worded("Waiting for the provider", provider="Waiting for your answer")),
    DisputeStatus.ANSWERED: {
        Decides.COUNCIL: worded(
            "Waiting for the care manager",
            provider="Waiting for the care manager",
            council="Waiting for the care manager’s decision",
        ),
        Decides.OPERATOR: alike("Waiting for Ownway to decide"),
    },
    DisputeStatus.AGREED: dict.fromkeys(Decides, alike("Settled: both agree")),
    DisputeStatus.WITHDRAWN: dict.fromkeys(Decides, alike("Taken back")),
    DisputeStatus.DECIDED: {
        Decides.COUNCIL: alike("Settled: the care manager decided"),
        Decides.OPERATOR: alike("Settled: Ownway decided"),
    },
}

HOW_KNOWN: Mapping[How, WordsFor] = {
    How.AS_PLANNED: worded(
        "The provider said it went as planned, and gave no times",
        provider="You said it went as planned, and gave no times",
    ),
    How.TYPED: worded("The provider typed the times", provider="You typed the times"),
    How.CODE: alike("With the code for this visit, at the door"),
    How.UPLOADED: worded("From a file the provider sent", provider="From a file you sent"),
    How.SAID: alike("The person’s side said what happened"),
    How.DECIDED: alike("The care manager decided"),
}
BY_THE_OPERATOR = alike("Ownway decided, because no care manager could")
SAID_OF_THINGS = worded("The provider said so", provider="You said so")
"""Of things nobody gives times."""

PLANS: Mapping[SharePlanStatus, WordsFor] = {
    SharePlanStatus.ASKED: alike("Waiting for everybody to agree"),
    SharePlanStatus.SENT: alike("Everybody agreed"),
    SharePlanStatus.REFUSED: alike("Somebody said no"),
    SharePlanStatus.WITHDRAWN: alike("Taken back"),
    SharePlanStatus.LAPSED: alike("Not answered in time"),
}
SHARES: Mapping[ShareStatus, WordsFor] = {
    ShareStatus.ASKED: alike("Has not answered yet"),
    ShareStatus.AGREED: alike("Agreed"),
    ShareStatus.REFUSED: alike("Said no"),
}
OWN_SHARE_WAITS = worded("Waiting for your answer", helper="Waiting for their answer", provider="Waiting for an answer")
"""One's own share that is asked for: to the others it is :data:`SHARES`."""


class Leaving(StrEnum):
    """What it means to the reader of shared support that somebody leaves it."""

    SELF_ASKED = "self_asked"
    """They leave, and the others are asked."""
    SELF_LEFT = "self_left"
    """They have left: the others share it without them."""
    ANSWER = "answer"
    """Somebody else leaves, and the reader is asked to share it anew."""
    WAITS = "waits"
    """Somebody else leaves; the reader has answered, others have not."""
    SHARED_ANEW = "shared_anew"
    """Somebody else has left, and all who stay have agreed."""
    NOT_AGREED = "not_agreed"
    """Not everybody agreed, so it ends for all."""


LEAVING: Mapping[Leaving, WordsFor] = {
    Leaving.SELF_ASKED: worded(
        "You leave after {day}, and the others are asked.",
        helper="They leave after {day}, and the others are asked.",
        provider="Somebody leaves after {day}.",
    ),
    Leaving.SELF_LEFT: worded(
        "You left after {day}.", helper="They left after {day}.", provider="Somebody left after {day}."
    ),
    Leaving.ANSWER: worded(
        "Somebody leaves after {day}: your answer is needed.",
        helper="Somebody leaves after {day}: their answer is needed.",
        provider="Somebody leaves after {day}.",
    ),
    Leaving.WAITS: worded(
        "Somebody leaves after {day}, and not everybody has answered.", provider="Somebody leaves after {day}."
    ),
    Leaving.SHARED_ANEW: alike("Somebody left after {day}, and the others share it anew."),
    Leaving.NOT_AGREED: alike("It ends after {day}: somebody left, and not everybody agreed to share it anew."),
}
"""With ``{day}`` the last day of whoever leaves."""
ENDS_BY_NOTICE = alike("Notice was given. The last day is {day}.")
"""Of what one person pays, and of shared support that was ended by its provider or by the last who shared it."""

CHANGES: Mapping[ChangeStatus, WordsFor] = {
    ChangeStatus.ASKED: worded("Waiting for the provider", provider="Waiting for your answer"),
    ChangeStatus.AGREED: alike("Agreed"),
    ChangeStatus.DECLINED: alike("Declined"),
    ChangeStatus.WITHDRAWN: alike("Taken back"),
    ChangeStatus.OVERTAKEN: worded("Visits have changed since: ask again", provider="The person is asked again"),
}


@dataclass(frozen=True, slots=True)
class StateWords:
    """The table as one reader reads it: what pages are given."""

    reader: Reader

    def booking(self, status: BookingStatus) -> str:
        """Where a booking stands."""
        return BOOKINGS[status].to(self.reader)

    def visit(
        self,
        status: VisitStatus,
        *,
        of_things: bool = False,
        asked_for: bool = False,
        disputed: bool = False,
        waits: bool = False,
        with_money: bool = True,
    ) -> str:
        """What became of a visit or of things: ``Cancelled late, charged``.

        Args:
            status: where it stands.
            of_things: whether things were bought with it.
            asked_for: whether its booking is a request still.
            waits: whether its money is still to come.
            disputed: whether somebody has said that it was not so, and that is not settled.
            with_money: whether to say of its money; not where nobody asked whether it is disputed.
        """
        if asked_for and status == VisitStatus.PLANNED:
            return ASKED_FOR.to(self.reader)
        if waits and status == VisitStatus.PLANNED:
            return WAITS_FOR_MONEY.to(self.reader)
        state = (THINGS if of_things else VISITS)[status]
        money = BEING_CHECKED if disputed else state.money if with_money or state.money == NOT_CHARGED else ""
        return f"{state.what.to(self.reader)}, {money}" if money else state.what.to(self.reader)

    def entry(self, status: VisitStatus | None, *, of_things: bool, is_agreed: bool) -> str:
        """What a calendar says beside a visit; nothing of one that is agreed and to come. ``None``: it is not made yet."""
        if status is None and is_agreed:
            return NOT_CONFIRMED.to(self.reader)
        if status in {None, VisitStatus.PLANNED}:
            return "" if is_agreed else ASKED_FOR.to(self.reader)
        return self.visit(status, of_things=of_things, with_money=False)

    def dispute(self, status: DisputeStatus, decides: Decides = Decides.COUNCIL) -> str:
        """Where a dispute stands."""
        return DISPUTES[status][decides].to(self.reader)

    def how(self, how: How, *, of_things: bool = False, by_operator: bool = False) -> str:
        """How it is known what became of a visit, or of things."""
        if by_operator:
            return BY_THE_OPERATOR.to(self.reader)
        if of_things and how in {How.AS_PLANNED, How.TYPED}:
            return SAID_OF_THINGS.to(self.reader)
        return HOW_KNOWN[how].to(self.reader)

    def decider(self, decides: Decides) -> str:
        """Who decides it, as it stands in a sentence."""
        return DECIDERS[decides].to(self.reader)

    def plan(self, status: SharePlanStatus) -> str:
        """Where a plan to share stands."""
        return PLANS[status].to(self.reader)

    def share(self, status: ShareStatus) -> str:
        """What one of those asked has said."""
        return SHARES[status].to(self.reader)

    def own_share(self, plan: SharePlanStatus, share: ShareStatus) -> str:
        """Where the reader's own share stands: what is asked of them before what is asked of all."""
        if plan == SharePlanStatus.ASKED and share == ShareStatus.ASKED:
            return OWN_SHARE_WAITS.to(self.reader)
        return self.plan(plan)

    def leaving(self, stands: Leaving, day: str) -> str:
        """What it means to the reader that somebody leaves shared support; ``day`` in words."""
        return LEAVING[stands].to(self.reader).format(day=day)

    def ends(self, day: str) -> str:
        """That notice was given, with the last day in words."""
        return ENDS_BY_NOTICE.to(self.reader).format(day=day)

    def back(self, where: Back) -> str:
        """Where things sent back are."""
        return RETURNS[where].to(self.reader)

    def change(self, status: ChangeStatus) -> str:
        """Where a question about another time stands."""
        return CHANGES[status].to(self.reader)


SAID: Mapping[Reader, StateWords] = {reader: StateWords(reader) for reader in Reader}
