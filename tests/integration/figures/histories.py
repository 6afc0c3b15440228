"""Histories of one person's support, in stories that are told a step at a time, so that they can be told in any order.

A story is a generator: between two of its steps others go on, and the clock with them. What is refused because of that
ends the story, which is counted, too.
"""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, time, timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Refusal
from app.funding.agreeing.actions import agreeing
from app.funding.budgets.actions import releasing
from app.funding.budgets.models import PersonalBudget, Pot
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere import actions as outside
from app.market.catalogue.rules.rates import Unit
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers, pattern_requests
from app.support.recurrence.rules.patterns import RequestedPattern, Rule, Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import changes, leaving_out
from app.support.repeating.actions.replanning import Wish
from app.support.sessions.actions import returns
from app.support.sharing import rules as share_rules
from app.support.sharing.actions import plans
from app.support.sharing.actions.plans import Sharer
from app.support.visits.actions import disputes, recording, saved_hours
from app.support.visits.models import Dispute
from app.support.visits.rules.endings import TimesWorked
from tests.factories import accounts, bookings, catalogue, circles, patterns

_keys = itertools.count(1)
Story = Iterator[None]


def the_next_key() -> str:
    """A key as a form has one."""
    return f"a-history-of-its-own-{next(_keys):08d}"


class History:
    """Somebody with a direct payment by the period and money of their own, a neighbour, a provider and a care manager."""

    def __init__(self) -> None:
        self.now = bookings.NOW
        self.reached: set[str] = set()
        self.refusals: list[str] = []
        self.letters: dict[int, tuple[str, set[str]]] = {}
        """Letters that name sums: what they say, and the sums they have to name."""
        self._times_set = ExitStack()
        with clock.set_to(self.now):
            self.scene = scene = bookings.scene()
            scene.listing = catalogue.listing(scene.provider)
            catalogue.card(scene.listing, 4030)
            self.things = catalogue.listing(scene.provider, "daily-living", scene.council, title="Kettle tipper")
            catalogue.card(self.things, 1720, unit=Unit.ITEM)
            self.person, self.staff = scene.person, scene.staff
            self.direct = patterns.budget(scene, 60_001)
            self.own = bookings.pot(scene.person, PotKind.OWN_MONEY, 45_678)
            self.neighbour = accounts.person(Role.PERSON, name="Bea Neighbour", council_id=scene.council.id)
            self.theirs = bookings.pot(self.neighbour, PotKind.OWN_MONEY, 40_000)
            self.manager = accounts.person(Role.CARE_MANAGER, name="Mo Manager", council_id=scene.council.id)
            circles.caseload_entry(
                self.manager, self.person, scene.council, frozenset({Power.SEE_MONEY, Power.SEE_PLAN, Power.SUGGEST})
            )

    def tell(self, story: Story) -> bool:
        """One step of a story, in a transaction of its own; whether it goes on."""
        with ExitStack() as self._times_set:
            self._times_set.enter_context(clock.set_to(self.now))
            try:
                with transaction():
                    next(story)
            except StopIteration:
                return False
            except Refusal as refusal:
                self.reached.add("refused")
                self.refusals.append(str(refusal))
                return False
        return True

    def until(self, moment: datetime) -> None:
        """Let time go on to a moment; it never goes back. What is done in this step is done then."""
        self.now = max(self.now, moment)
        self._times_set.enter_context(clock.set_to(self.now))

    def _times(self, days: int, minutes: int) -> tuple[datetime, datetime]:
        day = clock.london(self.now).date() + timedelta(days=days)
        starts, _ = visit_times(day, time(9), time(10), ends_next_day=False)
        return starts, starts + timedelta(minutes=minutes)

    def _ask(self, days: int, minutes: int, *pots: Pot) -> Booking:
        return bookings.request_booking(
            actor=self.person,
            person=self.person,
            listing=self.scene.listing,
            times=[self._times(days, minutes)],
            add_on_ids=(),
            pots=[one.id for one in pots or (self.direct, self.own)],
            key=the_next_key(),
        )

    def _again(self, booking: Booking) -> Booking:
        return db.session.get_one(Booking, booking.id, populate_existing=True)

    # Stories ------------------------------------------------------------------------------------------------------

    def answered(self, days: int, minutes: int, how: str) -> Story:
        """Asked for; then declined, cancelled in time or late, or accepted and left to wait."""
        booking = self._ask(days, minutes)
        yield
        if how == "declined":
            answers.decline(actor=self.staff, booking=booking, reason="We are full")
        elif how == "lapsed":
            self.until(booking.visits[0].starts_at)
            answers.lapse(booking_id=booking.id)
        else:
            answers.accept(actor=self.staff, booking=booking)
        yield
        if how == "cancelled late":
            self.until(booking.visits[0].starts_at - timedelta(hours=2))
        if how.startswith("cancelled"):
            answers.cancel(actor=self.person, booking=booking)
        self.reached.add(how)
        yield

    def ended(self, days: int, minutes: int, ending: VisitStatus, given: int, then: str = "") -> Story:
        """Accepted, recorded, perhaps said not to be so, and settled in one of the ways there are."""
        booking = self._ask(days, minutes, *((self.own, self.direct) if given % 2 else (self.direct, self.own)))
        yield
        answers.accept(actor=self.staff, booking=booking)
        yield
        (visit,) = booking.visits
        self.until(visit.ends_at)
        stay = TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=given))
        is_given = ending == VisitStatus.DELIVERED
        recording.record_visit(
            actor=self.staff,
            visit=visit,
            ending=ending,
            **({"stay": stay} if is_given else {"words": "Nobody opened"}),
        )
        self.reached.add(visit.status.value)
        yield
        if then:
            self._dispute(visit, then)
            yield
            yield from self._settle(visit, then)

    def _dispute(self, visit: Visit, then: str) -> None:
        disputes.raise_dispute(
            actor=self.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nobody came that day"
        )
        self.reached.add(f"dispute {then}")

    def _settle(self, visit: Visit, then: str) -> Story:
        dispute = db.session.scalars(select(Dispute).where(Dispute.visit_id == visit.id)).one()
        if then == "withdrawn":
            disputes.withdraw_dispute(actor=self.person, dispute=dispute)
        elif then == "agreed":
            disputes.answer_dispute(actor=self.staff, dispute=dispute, agrees=True)
        elif then == "decided":
            disputes.answer_dispute(actor=self.staff, dispute=dispute, agrees=False, words="We were there")
            yield
            disputes.decide_dispute(
                actor=self.manager,
                dispute=dispute,
                ending=VisitStatus.DELIVERED,
                words="Half of it",
                stay=TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=20)),
            )
        yield

    def saved(self, days: int, minutes: int, how: str) -> Story:
        """Hours saved, then used and declined, used and delivered, given back, or kept."""
        booking = self._ask(days, minutes, self.direct)
        yield
        answers.accept(actor=self.staff, booking=booking)
        yield
        number = saved_hours.save_hours(actor=self.person, visit=booking.visits[0]).id
        self.reached.add(f"hours {how}")
        yield
        kept = db.session.get_one(SavedHours, number)
        if how == "given back":
            saved_hours.give_back_hours(actor=self.person, saved=kept)
        elif how.startswith("used"):
            starts, ends = self._times(days, minutes - 15)
            pence = price_of(minutes - 15)
            sent = saved_hours.spend_hours(
                actor=self.person, saved=kept, starts=starts, ends=ends, key=the_next_key(), price_seen=pence
            )
            yield
            used = db.session.get_one(Booking, sent.id)
            if how == "used, declined":
                answers.decline(actor=self.staff, booking=used, reason="We are full")
            else:
                answers.accept(actor=self.staff, booking=used)
                yield
                self.until(used.visits[0].ends_at)
                recording.mark_delivered(actor=self.staff, visit=used.visits[0])
                self.reached.add(used.visits[0].status.value)
        yield

    def repeats(self, days: int, minutes: int) -> Story:
        """Four visits that repeat: one is left out, one is moved and longer, one delivered, the rest stopped."""
        starts, ends = self._times(days, minutes)
        first = clock.london(starts).date()
        sent = pattern_requests.request_pattern(
            actor=self.person,
            person=self.person,
            listing_id=self.scene.listing.id,
            wanted=RequestedPattern(
                Rule((first.isoweekday(),), count=4),
                first,
                ((clock.london(starts).time(), clock.london(ends).time(), False),),
            ),
            add_on_ids=(),
            pots=[self.direct.id, self.own.id],
            key=the_next_key(),
        )
        booking = db.session.get_one(Booking, sent.id)
        yield
        answers.accept(actor=self.staff, booking=booking)
        yield
        names = [visit.public_id for visit in booking.visits]
        if len(names) > 1:
            leaving_out.leave_out(actor=self.person, booking=booking, name=names[1], scope=Scope.THIS)
            self.reached.add("one left out")
            yield
        wish = Wish(time(14), time(16), days=(first.isoweekday(),), on=first + timedelta(days=1))
        change = changes.ask_change(
            actor=self.person, booking=booking, name=names[0], scope=Scope.THIS, wish=wish, key=the_next_key()
        )
        yield
        changes.agree_to_change(actor=self.staff, change=change)
        self.reached.add("changed")
        yield
        visit = next(one for one in self._again(booking).visits if one.status == VisitStatus.PLANNED)
        self.until(visit.ends_at)
        recording.mark_delivered(actor=self.staff, visit=visit)
        self.reached.add(visit.status.value)
        yield
        if answers.cancelling(self._again(booking)):
            answers.cancel(actor=self.person, booking=booking)
        yield

    def bought(self, days: int, quantity: int, arrived: int) -> Story:
        """Things that arrive, some of them; one is sent back, and its money with it."""
        booking = bookings.request_booking(
            actor=self.person,
            person=self.person,
            listing=self.things,
            times=[self._times(days, 60)],
            add_on_ids=(),
            pots=[self.own.id, self.direct.id],
            key=the_next_key(),
            quantity=quantity,
        )
        yield
        answers.accept(actor=self.staff, booking=booking)
        yield
        (visit,) = booking.visits
        self.until(visit.ends_at)
        recording.record_visit(actor=self.staff, visit=visit, ending=VisitStatus.DELIVERED, arrived=arrived)
        yield
        back = returns.send_back(actor=self.person, booking=booking, quantity=1, key=the_next_key())
        self.reached.add("on its way back")
        yield
        returns.say_arrived(actor=self.staff, item_return=back)
        self.reached.add("refunded")
        yield

    def together(self, days: int, minutes: int) -> Story:
        """Two visits that two people pay for, in two parts and one; the first is delivered in part."""
        times = [self._times(days, minutes), self._times(days + 7, minutes)]
        mine, _ = share_rules.amounts([price_of(minutes)] * 2, [2, 1])
        plan = plans.propose_shares(
            actor=self.person,
            person=self.person,
            listing_id=self.scene.listing.id,
            times=times,
            add_on_ids=(),
            mine=Sharer("", "Ada", 2),
            others=[Sharer(self.neighbour.email, "Bea", 1)],
            pots=[self.direct.id],
            amount_seen=mine,
            key=the_next_key(),
            note="",
        )
        yield
        share = shares.share_for(self.neighbour, plan.public_id)
        plans.agree_to_share(
            actor=self.neighbour,
            person=self.neighbour,
            share=share,
            name="Bea",
            pots=[self.theirs.id],
            amount_seen=share.amount_pence,
        )
        yield
        booking = db.session.get_one(SharePlan, plan.id).booking
        assert booking is not None
        answers.accept(actor=self.staff, booking=booking)
        yield
        visit = booking.visits[0]
        self.until(visit.ends_at)
        recording.record_visit(
            actor=self.staff,
            visit=visit,
            ending=VisitStatus.DELIVERED,
            stay=TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=minutes // 2)),
        )
        self.reached.add("shared")
        yield

    def elsewhere(self, pence: int, is_taken_back: bool) -> Story:
        """Money spent where we cannot see; perhaps by mistake."""
        spending = outside.record_outside(
            actor=self.person,
            person=self.person,
            pot=self.direct,
            spent_on=clock.today(),
            paid_to="A shop",
            paid_for="A walking stick",
            pence=pence,
            key=the_next_key(),
        )
        self.reached.add("spent elsewhere")
        yield
        if is_taken_back:
            outside.take_back_outside(actor=self.person, spending=spending)
            self.reached.add("taken back")
        yield

    def next_period(self) -> Story:
        """The next four weeks begin: their money comes, what is left is carried on."""
        begun = (clock.london(self.now).date() - patterns.YEAR).days // 28 + 1
        first = patterns.YEAR + timedelta(days=28 * begun)
        self.until(clock.at_london(first, time(6)))
        releasing.work_off(on=first)
        self.reached.add("carried money")
        yield

    def end_of_budget(self) -> Story:
        """The council ends the budget: what is not set aside goes back, and its pot closes."""
        budget = db.session.scalars(select(PersonalBudget).where(PersonalBudget.person_id == self.person.id)).one()
        agreeing.end_budget(actor=self.manager, budget=budget, reason="Moved away")
        self.reached.add("ended pot")
        yield


def price_of(minutes: int) -> int:
    """So many minutes at £40.30 an hour, half a penny up."""
    return (4030 * minutes * 2 + 60) // 120


def every_story(history: History, numbers: Iterator[int]) -> list[Story]:
    """One story of each kind, with lengths, days and amounts as they are drawn."""

    def days() -> int:
        return 1 + next(numbers) % 4

    def minutes() -> int:
        return 60 + 15 * (next(numbers) % 3)

    def given() -> int:
        return 20 + next(numbers) % 41

    delivered, refused, unused = VisitStatus.DELIVERED, VisitStatus.REFUSED, VisitStatus.UNUSED
    return [
        *(
            history.answered(days() + 2, minutes(), how)
            for how in ("declined", "lapsed", "cancelled in time", "cancelled late", "left waiting")
        ),
        *(
            history.ended(days(), minutes(), ending, given(), then)
            for ending, then in (
                (delivered, ""),
                (refused, ""),
                (unused, "stands"),
                (VisitStatus.MISSED, ""),
                (delivered, "stands"),
                (delivered, "withdrawn"),
                (delivered, "agreed"),
                (delivered, "decided"),
            )
        ),
        *(
            history.saved(days() + 3, minutes(), how)
            for how in ("used, declined", "used, delivered", "given back", "kept")
        ),
        history.repeats(days(), minutes()),
        history.bought(days(), 3, 2),
        history.together(days(), minutes()),
        history.elsewhere(1 + next(numbers), is_taken_back=False),
        history.elsewhere(1 + next(numbers), is_taken_back=True),
        history.next_period(),
    ]
