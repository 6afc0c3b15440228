"""What an event and its transfers look like on their way into the database."""

from datetime import datetime
from typing import NamedTuple


class EventRow(NamedTuple):
    """An event before it is written."""

    key: str
    digest: str
    kind: str
    about: str | None
    actor_id: int | None
    at: datetime
    expires_at: datetime | None


class TransferRow(NamedTuple):
    """A transfer before it is written."""

    debit_id: int
    credit_id: int
    held: int
    moved: int
    settles_id: int | None


class Held(NamedTuple):
    """A hold as it was placed."""

    id: int
    debit_id: int
    credit_id: int
    held: int


class Numbers(NamedTuple):
    """What the database called them: the event, and its transfers in order."""

    event: int
    transfers: list[int]
