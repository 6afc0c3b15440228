"""How much notice ending takes, which day can be the last, and what goes with another provider."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.base.refusals import Conflict
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.rules import notice as notice_rules
from app.support.changing_provider.rules import offers

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def visit(number: int, starts: datetime, status: VisitStatus = VisitStatus.PLANNED) -> notice_rules.VisitToCome:
    return notice_rules.VisitToCome(number, starts, starts + timedelta(hours=1), 100, status)


def test_four_weeks_of_visits_are_regular_and_take_thirty_days() -> None:
    assert notice_rules.days_to_end([NOW, NOW + timedelta(days=28)]) == 30
    assert notice_rules.days_to_end([NOW, NOW + timedelta(days=28) - timedelta(seconds=1)]) == 0
    assert notice_rules.days_to_end([]) == 0


def test_the_agreement_says_the_notice_and_an_old_one_is_held_to_the_same_rule() -> None:
    said = notice_rules.notice_agreed({"notice_hours": 24, "ending_days": 7}, [])
    assert said == notice_rules.NoticeTerms(7, 24)
    assert notice_rules.notice_agreed(
        {"notice_hours": 48}, [NOW, NOW + timedelta(days=40)]
    ) == notice_rules.NoticeTerms(30, 48)


@pytest.mark.parametrize(
    ("notice", "earliest"),
    [
        (notice_rules.NoticeTerms(30, 24), date(2026, 12, 20)),
        (notice_rules.NoticeTerms(0, 24), date(2026, 11, 21)),
        (notice_rules.NoticeTerms(0, 0), TODAY),
        (notice_rules.NoticeTerms(2, 168), date(2026, 11, 27)),
        # Twelve hours and one minute from noon is the next day: a visit just after midnight is too late to cancel.
        (notice_rules.NoticeTerms(0, 12), date(2026, 11, 21)),
    ],
)
def test_the_first_day_that_can_be_the_last_leaves_both_notices(
    notice: notice_rules.NoticeTerms, earliest: date
) -> None:
    assert notice.earliest_last_day(NOW) == earliest
    notice_rules.check_last_day(earliest, now=NOW, notice=notice, ends_on=None)
    with pytest.raises(notice_rules.LastDayRefused, match=rf"can be {earliest.day} "):
        notice_rules.check_last_day(earliest - timedelta(days=1), now=NOW, notice=notice, ends_on=None)


def test_a_last_day_can_come_nearer_but_not_go_away_and_not_lie_beyond_a_year() -> None:
    notice = notice_rules.NoticeTerms(0, 0)
    notice_rules.check_last_day(date(2026, 12, 1), now=NOW, notice=notice, ends_on=date(2026, 12, 2))
    with pytest.raises(notice_rules.LastDayRefused, match="already ends on 2 December 2026"):
        notice_rules.check_last_day(date(2026, 12, 2), now=NOW, notice=notice, ends_on=date(2026, 12, 2))
    with pytest.raises(notice_rules.LastDayRefused, match="within the next year"):
        notice_rules.check_last_day(date(2028, 1, 1), now=NOW, notice=notice, ends_on=None)


@pytest.mark.parametrize("status", [one for one in BookingStatus if one != BookingStatus.ACCEPTED])
def test_only_what_is_agreed_is_ended(status: BookingStatus) -> None:
    with pytest.raises(Conflict, match=r"has not been accepted|nothing to end"):
        notice_rules.must_be_going_on(status)


def test_a_visit_belongs_to_the_london_day_on_which_it_begins() -> None:
    late = visit(1, datetime(2027, 6, 10, 22, 30, tzinfo=UTC))  # 11.30pm on the 10th in London
    next_day = visit(2, datetime(2027, 6, 10, 23, 30, tzinfo=UTC))  # half past midnight on the 11th
    assert notice_rules.visits_after([late, next_day], date(2027, 6, 10)) == [next_day]


def test_what_is_carried_is_what_would_be_lost() -> None:
    day = NOW + timedelta(days=1)
    planned, done = visit(1, day), visit(2, day, VisitStatus.CANCELLED_IN_TIME)
    no, lapsed = visit(3, day, VisitStatus.DECLINED), visit(4, NOW, VisitStatus.LAPSED)
    every = [planned, done, no, lapsed]
    assert offers.to_carry(BookingStatus.ACCEPTED, every, TODAY, NOW) == [planned]
    assert offers.to_carry(BookingStatus.ACCEPTED, every, date(2026, 11, 21), NOW) == []
    assert offers.to_carry(BookingStatus.REQUESTED, every, date(2027, 1, 1), NOW) == [planned]
    assert offers.to_carry(BookingStatus.DECLINED, every, TODAY, NOW) == [no]
    assert offers.to_carry(BookingStatus.CANCELLED, every, TODAY, NOW) == []


def test_once_notice_was_given_what_fell_away_with_it_is_carried_and_not_what_was_cancelled_before() -> None:
    day = NOW + timedelta(days=1)
    before = notice_rules.VisitToCome(1, day, day, 100, VisitStatus.CANCELLED_IN_TIME, NOW - timedelta(seconds=1))
    with_it = notice_rules.VisitToCome(2, day, day, 100, VisitStatus.CANCELLED_IN_TIME, NOW)
    every = [before, with_it, visit(3, day)]
    assert offers.to_carry(BookingStatus.ACCEPTED, every, TODAY, NOW, NOW) == [with_it]
    assert offers.to_carry(BookingStatus.COMPLETED, every, TODAY, NOW, NOW) == [with_it]


def test_days_and_times_of_day_are_kept_where_they_are_known() -> None:
    saturday = visit(1, NOW + timedelta(days=1))  # at noon
    night = visit(2, NOW.replace(hour=23))
    assert offers.why_not_taken([], [], [saturday]) is None
    assert offers.why_not_taken([6], ["afternoon"], [saturday]) is None
    assert offers.why_not_taken([1, 2, 3, 4, 5], [], [saturday]) == "They do not come on all of these days."
    assert offers.why_not_taken([], ["morning", "evening"], [saturday]) == "They do not come at this time of day."
    assert offers.why_not_taken([], ["afternoon", "night"], [saturday, night]) is None
