"""Over random histories of reviews the sums, the average, the count and the distribution are those of a recomputation."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Refusal
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.shop.reviews import actions, queries
from app.shop.reviews.actions import answering, counting, deciding, publishing
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import ReportReason, Said
from tests.factories import accounts, bookings

pytestmark = pytest.mark.usefixtures("app")

SCORES = st.integers(1, 5)
WHICH = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("write"), SCORES, SCORES),
    st.tuples(st.just("change"), WHICH, SCORES, SCORES),
    st.tuples(st.just("remove"), WHICH),
    st.tuples(st.just("appeal"), WHICH),
    st.tuples(st.just("pass"), st.sampled_from([1, 6, 7, 13, 100, 700, 731])),
)


@dataclass
class Kept:
    """What should have become of one review, worked out without the code under test."""

    quality: int
    value: int
    written: datetime
    due: datetime
    state: str = "notice"

    def counts(self, today: date) -> bool:
        """Shown, and written in the last 24 months."""
        day = clock.london(self.written).date()
        since = (
            today.replace(year=today.year - 2) if (today.month, today.day) != (2, 29) else date(today.year - 2, 2, 28)
        )
        return self.state == "shown" and day >= since


class History:
    """One listing's reviews through the actions, and beside them what they should be."""

    def __init__(self) -> None:
        self.scene = bookings.scene()
        self.pot: Pot = bookings.pot(self.scene.person, PotKind.OWN_MONEY, 9_000_000)
        council = self.scene.council.id
        self.first: Person = accounts.person(Role.MODERATOR, council_id=council)
        self.second: Person = accounts.person(Role.MODERATOR, council_id=council)
        self.now = bookings.NOW + timedelta(days=10)
        self.rows: list[Review] = []
        self.kept: list[Kept] = []
        self.removals: dict[int, ReviewReport] = {}

    def write(self, quality: int, value: int) -> None:
        made = bookings.delivered(self.scene, self.pot)
        with clock.set_to(self.now), transaction():
            self.rows.append(
                actions.write_review(
                    actor=self.scene.person, booking=made, quality=quality, value=value, words="It went as it went."
                )
            )
        self.kept.append(Kept(quality, value, self.now, self.now + timedelta(days=7)))

    def change(self, which: int, quality: int, value: int) -> None:
        review, kept = self.rows[which], self.kept[which]
        said = Said(quality, value, "It went as it went.")
        with clock.set_to(self.now):
            try:
                with transaction():
                    actions.change_review(actor=self.scene.person, review=review, said=said)
            except Refusal:
                assert kept.state == "removed" or self.now >= kept.written + timedelta(days=14)
                return
        assert kept.state != "removed"
        if (kept.quality, kept.value) != (quality, value):
            kept.quality, kept.value, kept.state, kept.due = quality, value, "notice", self.now + timedelta(days=7)

    def remove(self, which: int) -> None:
        review, kept = self.rows[which], self.kept[which]
        if kept.state == "removed":
            return
        reporter = accounts.person(Role.PROVIDER_STAFF, provider_id=self.scene.provider.id)
        with clock.set_to(self.now):
            with transaction():
                made = answering.report_review(actor=reporter, review=review, reason=ReportReason.ABUSE, words="")
            with transaction():
                deciding.decide_report(actor=self.first, report=made, because=ReportReason.ABUSE, answer="It does.")
        kept.state = "removed"
        self.removals[which] = made

    def appeal(self, which: int) -> None:
        report, kept = self.removals.pop(which, None), self.kept[which]
        if report is None:
            return
        with clock.set_to(self.now):
            with transaction():
                deciding.appeal(actor=self.scene.person, report=report, words="It does not.")
            with transaction():
                deciding.decide_appeal(actor=self.second, report=report, is_upheld=True, answer="Right.")
        kept.state = "shown" if kept.due <= self.now else "notice"

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        with clock.set_to(self.now):
            publishing.publish_due()
            counting.leave_out_what_grew_old()
        for kept in self.kept:
            if kept.state == "notice" and kept.due <= self.now:
                kept.state = "shown"

    def compare(self) -> None:
        """What is stored, and what a page would show, against the recomputation."""
        db.session.expire_all()
        with clock.set_to(self.now):
            today = clock.today()
            listing = self.scene.listing
            counting_now = [kept for kept in self.kept if kept.counts(today)]
            both = sum(kept.quality + kept.value for kept in counting_now)
            assert (listing.review_count, listing.review_sum) == (len(counting_now), both)
            score = queries.scores([listing.id])[listing.id]
            assert score.count == len(counting_now)
            spread = queries.tally_of(listing.id, today).distribution
            shown = queries.reviews_of(listing.id, number=1, size=50).total
            assert shown == sum(kept.state in {"shown", "removed"} for kept in self.kept)
            if len(counting_now) < 3:
                assert (score.average, spread) == (None, {})
                return
            assert score.average is not None
            assert abs(score.average - both / (2 * len(counting_now))) <= 0.05 + 1e-9
            halves = [-(-(kept.quality + kept.value) // 2) for kept in counting_now]
            assert spread == {stars: halves.count(stars) for stars in (5, 4, 3, 2, 1)}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(SCORES, SCORES), min_size=3, max_size=4),
    st.lists(STEP, max_size=10),
)
def test_average_count_and_distribution_equal_a_recomputation(
    begun: list[tuple[int, int]], steps: list[tuple[str, *tuple[int, ...]]]
) -> None:
    history = History()
    for quality, value in begun:
        history.write(quality, value)
    history.wait(7)
    history.compare()
    for act, *numbers in steps:
        if act == "write":
            history.write(*numbers)
        elif act == "pass":
            history.wait(*numbers)
        else:
            numbers[0] %= len(history.rows)
            getattr(history, act)(*numbers)
        history.compare()
