"""When a job is due again, how it is tried again, and when it is late."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.platform.jobs.rules import Job, Swept, every_words, next_due, pause_after, trouble_of, when_words
from app.platform.messages.rules import LASTS, pause_before

NOW = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)
"""A minute before clocks in London go back: nothing here depends on them."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Kept:
    due_at: datetime = NOW
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failed_at: datetime | None = None
    failures: int = 0
    fault: str | None = None
    leased_until: datetime | None = None


def job(every: timedelta = MINUTE) -> Job:
    return Job("room-sweep", every, lambda: Swept(()), "It is swept.")


def test_it_is_due_an_interval_after_it_began_and_never_before_it_ended() -> None:
    assert next_due(NOW, HOUR, NOW + MINUTE) == NOW + HOUR
    assert next_due(NOW, MINUTE, NOW + HOUR) == NOW + HOUR


def test_pauses_grow_up_to_the_interval_or_a_quarter_of_an_hour() -> None:
    assert [pause_after(n, MINUTE) // MINUTE for n in (1, 2, 3, 4, 5, 6, 500)] == [1, 2, 4, 8, 15, 15, 15]
    assert [pause_after(n, HOUR) // MINUTE for n in (1, 4, 5, 6, 7, 8)] == [1, 8, 16, 32, 60, 60]


def test_it_is_late_after_a_whole_interval_and_five_minutes() -> None:
    assert trouble_of(job(), Kept(), NOW + 5 * MINUTE) is None
    assert trouble_of(job(), Kept(), NOW + 6 * MINUTE) == "late: due 2026-10-25 00:59 UTC, no worker runs it"
    held = Kept(leased_until=NOW + HOUR)
    assert trouble_of(job(), held, NOW + 6 * MINUTE) == "late: due 2026-10-25 00:59 UTC, still running"
    assert trouble_of(job(HOUR), Kept(), NOW + HOUR) is None
    assert trouble_of(job(HOUR), Kept(), NOW + HOUR + MINUTE) is not None
    assert trouble_of(job(), None, NOW) == "late: no worker has run it yet"


def test_a_failed_job_is_said_to_have_failed_until_it_ends_well() -> None:
    once, often = Kept(failures=1, fault="OperationalError"), Kept(failures=3, fault="Trouble")
    assert trouble_of(job(), once, NOW) == "failed once: OperationalError"
    assert trouble_of(job(), often, NOW) == "failed 3 times: Trouble"


def test_words() -> None:
    assert [every_words(n * MINUTE) for n in (1, 15, 60, 120, 90)] == [
        "every minute",
        "every 15 minutes",
        "every hour",
        "every 2 hours",
        "every 90 minutes",
    ]
    assert when_words(None, NOW) == "never ran"
    assert when_words(Kept(), NOW) == "never ended well, next 2026-10-25 00:59 UTC"
    ran = Kept(finished_at=NOW, leased_until=NOW + MINUTE)
    assert when_words(ran, NOW) == "ran 2026-10-25 00:59 UTC, running now"


def test_a_letter_is_tried_again_for_three_days() -> None:
    assert [pause_before(n) // MINUTE for n in range(5)] == [0, 1, 3, 7, 15]
    tried = [n for n in range(1, 100) if pause_before(n) < LASTS]
    assert len(tried) == 19
