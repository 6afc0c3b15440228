"""A house of three people who share support, each with money of their own."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select

from app.base.db import db, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.recurrence.rules.times import visit_times
from app.support.sharing.actions import leaving as leaving_actions
from app.support.sharing.actions import plans
from app.support.sharing.actions.plans import Sharer
from tests.factories import accounts, bookings
from tests.factories.bookings import TUESDAY

LAST = date(2026, 12, 20)
"""Thirty days from :data:`tests.factories.bookings.NOW`: four of eight weekly visits come after it."""


class House:
    """Three people who share, each with money of their own; the first plans it. £41.25 a visit, in parts 1, 1, 2."""

    def __init__(self, *, weeks: int = 8, has: int = 40_000) -> None:
        self.scene = bookings.scene()
        self.people = [self.scene.person] + [
            accounts.person(Role.PERSON, name=name, council_id=self.scene.council.id)
            for name in ("Bea Neighbour", "Col Upstairs")
        ]
        self.pots: list[Pot] = [bookings.pot(one, PotKind.OWN_MONEY, has) for one in self.people]
        self.weeks = weeks
        self.key = f"a-form-of-its-own-to-share-{self.scene.person.id}"

    @property
    def owed(self) -> list[int]:
        whole = self.weeks * 4125
        return [whole // 4, whole // 4, whole // 2] if whole % 4 == 0 else []

    def plan(self, parts: Sequence[int] = (1, 1, 2), amount: int | None = None) -> SharePlan:
        others = [
            Sharer(one.email, name, part)
            for one, name, part in zip(self.people[1:], ("Bea", "Col"), parts[1:], strict=False)
        ]
        with transaction():
            return plans.propose_shares(
                actor=self.people[0],
                person=self.people[0],
                listing_id=self.scene.listing.id,
                times=[
                    visit_times(TUESDAY + timedelta(weeks=week), time(9), time(10, 30), ends_next_day=False)
                    for week in range(self.weeks)
                ],
                add_on_ids=(),
                mine=Sharer("", "Ada", parts[0]),
                others=others,
                pots=[self.pots[0].id],
                amount_seen=self.owed[0] if amount is None else amount,
                key=self.key,
                note="Second floor",
            )

    def share(self, place: int, plan: SharePlan) -> Share:
        return shares.share_for(self.people[place], plan.public_id)

    def agree(self, place: int, plan: SharePlan, *, actor: Person | None = None, **changed: object) -> SharePlan:
        share = self.share(place, plan)
        facts = {"name": share.name, "pots": [self.pots[place].id], "amount_seen": share.amount_pence, **changed}
        with transaction():
            return plans.agree_to_share(
                actor=actor or self.people[place],
                person=self.people[place],
                share=share,
                **facts,  # type: ignore[arg-type]
            )

    def sent(self) -> Booking:
        plan = self.plan()
        self.agree(1, plan)
        plan = self.agree(2, plan)
        assert plan.booking is not None
        return plan.booking

    def going_on(self) -> Booking:
        booking = self.sent()
        with transaction():
            return answers.accept(actor=self.scene.staff, booking=booking)

    def left(self) -> list[tuple[int, int]]:
        return [bookings.left(pot) for pot in self.pots]

    def leave(self, place: int, booking: Booking, *, last_day: date = LAST, key: str = "a-form-to-leave-0001") -> None:
        with transaction():
            leaving_actions.leave_shared(
                actor=self.people[place], person=self.people[place], booking=booking, last_day=last_day, key=key
            )

    def leaving(self) -> SharePlan:
        return db.session.scalars(select(SharePlan).where(SharePlan.last_day.is_not(None))).one()


def now_is(booking: Booking) -> tuple[BookingStatus, list[VisitStatus]]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Booking, booking.id)
    return found.status, [visit.status for visit in found.visits]
