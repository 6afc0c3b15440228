"""How a report of a death stands, who made it, and what stands in the way of closing an account."""

from dataclasses import dataclass
from enum import StrEnum

from app.base.money import Money
from app.base.refusals import Conflict

WORDS_LONGEST = 500


class ReportedAs(StrEnum):
    """By what right somebody reports it."""

    CARE_MANAGER = "care_manager"
    SUPPORTER = "supporter"
    PROVIDER_STAFF = "provider_staff"


REPORTED_AS_WORDS = {
    ReportedAs.CARE_MANAGER: "their care manager",
    ReportedAs.SUPPORTER: "somebody who helps them",
    ReportedAs.PROVIDER_STAFF: "staff of a provider",
}


class ReportStatus(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    MISTAKEN = "mistaken"


class DeathEvidence(StrEnum):
    """What an operator has seen before a death is confirmed for which no council is there."""

    CERTIFICATE = "certificate"
    REGISTRAR = "registrar"
    PROBATE = "probate"


STATUS_WORDS = {
    ReportStatus.WAITING: "Waits for an answer of the council",
    ReportStatus.CONFIRMED: "Confirmed",
    ReportStatus.MISTAKEN: "It was a mistake",
}


def same_operator(one: str, other: str) -> bool:
    """Whether two names are one operator's: capitals and spaces aside."""
    return "".join(one.casefold().split()) == "".join(other.casefold().split())


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What must be over before somebody can close their account."""

    bookings: int = 0
    """Asked for, agreed or shared, and not over."""
    disputes: int = 0
    saved_hours: int = 0
    own_pence: int = 0
    """Own money left, set aside included."""
    budgets: int = 0
    """Agreed with a council, and running."""
    works_here: bool = False
    """For a provider or a council."""

    @property
    def is_anything(self) -> bool:
        """Whether anything is."""
        return self != InTheWay()

    @property
    def words(self) -> list[str]:
        """Each thing, with what to do."""
        found = []
        if self.bookings:
            found.append("Something you booked or asked for is not over. Cancel it, or wait until it is recorded.")
        if self.disputes:
            found.append("You and a provider do not agree about a visit. It must be settled first.")
        if self.saved_hours:
            found.append("You have saved hours. Use them or give them back.")
        if self.own_pence:
            found.append(
                f"{Money(self.own_pence)} of your own money is here. Spend it, or have it paid back and wait until it has arrived."
            )
        if self.budgets:
            found.append("A council’s money is agreed for you. Ask your care manager to end it.")
        if self.works_here:
            found.append("You work for a provider or a council here. Ask them to take you off first.")
        return found


class StillInTheWay(Conflict):
    """An account cannot be closed yet (409)."""

    def __init__(self) -> None:
        super().__init__("Your account was not closed: something is not over yet. It is listed on this page")
