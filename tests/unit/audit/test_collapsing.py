"""The same look again and again is one line; nothing else is left out or put together."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.platform.audit.rules import act_words, collapsed

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Act:
    actor_id: int | None
    action: str
    at: datetime
    details: dict[str, object] = field(default_factory=dict)


def _acts(*told: tuple[int, str, int]) -> list[Act]:
    """Newest first: (who, what, how many minutes ago)."""
    return [Act(who, what, NOON - timedelta(minutes=ago)) for who, what, ago in told]


def test_looks_in_a_row_are_one_line_and_say_how_often_and_since_when() -> None:
    acts = _acts(
        (1, "money_looked_at", 0),
        (1, "money_looked_at", 5),
        (1, "money_looked_at", 1439),
        (1, "money_looked_at", 1440),
        (2, "money_looked_at", 1500),
        (2, "bookings_looked_at", 1501),
        (2, "booking_requested", 1502),
        (2, "booking_requested", 1503),
    )
    assert [(one.act, one.times, one.since) for one in collapsed(acts)] == [
        (acts[0], 3, acts[2].at),
        (acts[3], 1, acts[3].at),
        *((one, 1, one.at) for one in acts[4:]),
    ]


def test_what_was_done_is_said_in_plain_words() -> None:
    assert act_words("booking_requested") == "Asked a provider for support for you"
    assert act_words("money_looked_at") == "Looked at your money"
    assert act_words("dispute_answered") == "Answered what was said of a visit"
