"""Where a one-off agreement stands, in plain words."""

from datetime import date, datetime
from typing import Protocol


class AgreementFacts(Protocol):
    """What has to be known of an agreement to say where it stands."""

    @property
    def needs_yes(self) -> bool:
        """Whether it counts with the person's yes only."""

    @property
    def is_agreed(self) -> bool | None:
        """What the person said; nothing before they answered."""

    @property
    def ended_at(self) -> datetime | None:
        """When somebody ended it early."""

    @property
    def from_on(self) -> date:
        """Its first day."""

    @property
    def until_on(self) -> date:
        """Its last day."""


def agreement_words(one: AgreementFacts, today: date) -> str:
    """Where it stands, as anybody may read it."""
    if one.needs_yes and one.is_agreed is False:
        return "The person said no. It counts for nothing"
    if one.ended_at is not None:
        return "Ended"
    is_waiting = one.needs_yes and one.is_agreed is None
    if one.until_on < today:
        return "Over. Nobody said yes" if is_waiting else "Over"
    if is_waiting:
        return "Waits for the person's yes. It counts for nothing before"
    return "It counts" if one.from_on <= today else "It counts from its first day on"
