"""Eighteen months of ordinary weeks: people book, providers answer and come, and some say how it went."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.demo.actions.asking import request_booking
from app.demo.actions.world import Habit, World
from app.demo.rules.people import Citizen
from app.demo.rules.reviews import ENDINGS, HELPED, MIDDLES, OPENINGS, PURPOSES
from app.funding.budgets.actions.releasing import work_off
from app.funding.budgets.queries.balances import PotFacts, pots_of
from app.funding.budgets.queries.under_lock import pot_for
from app.funding.budgets.rules.kinds import SPENT_ANYWHERE, PotKind
from app.funding.spent_elsewhere.actions import record_outside
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.ledger.actions.transfers import open_account, post
from app.platform.ledger.rules import AccountKind, JournalKind
from app.platform.messages.actions.sending import mark_all_read
from app.shop.reviews import actions as reviews
from app.shop.reviews.actions import publishing
from app.shop.reviews.queries.moderating import reviews_due
from app.shop.reviews.rules import Connection, ReviewPurpose
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules.patterns import Scope
from app.support.repeating.actions import leaving_out
from app.support.visits.actions import recording
from app.support.visits.rules.endings import TimesWorked

WEEKS_A_BOOKING = 4
UNRECORDED = timedelta(days=7)
"""How far back the desk that a visitor may sit at still has visits to record."""
SHORT = 0.06
"""Up to this chance (and from that of being cancelled) a worker stays for little more than half the time."""
TURNS = (0, 80, 94, 98)
"""How far into the time, in per cent, people take up their first, second, third and fourth kind of support."""
FRESH = timedelta(days=21)
"""What those a visitor may sign in as had in these last days is left for the visitor to review."""


LENGTHS: dict[str, tuple[time, int]] = {
    "care-at-home": (time(8, 30), 120),
    "personal-assistant": (time(13), 240),
    "companionship": (time(14), 90),
    "home-help": (time(10), 150),
    "gardening": (time(11), 90),
    "supported-living": (time(15), 300),
    "day-activities": (time(10), 300),
    "work-and-learning": (time(9, 30), 240),
    "mental-health": (time(15), 60),
    "meals": (time(12), 30),
    "transport": (time(9), 45),
    "night-support": (time(22), 540),
    "respite": (time(10), 480),
    "advocacy": (time(11, 30), 60),
}
"""When a visit of each kind usually begins, and how long it lasts in minutes."""


def habits_of(world: World) -> list[Habit]:
    """What everybody buys week by week: their favourite kinds, each from one provider, for some months."""
    shelves: dict[str, list[Listing]] = defaultdict(list)
    for article, listing in world.listings:
        if article.kind in LENGTHS and article.seller.publishes_rates and listing.provider.is_claimed:
            shelves[article.kind].append(listing)
    made = []
    for number, (citizen, person) in enumerate(world.citizens):
        for turn, kind in enumerate(citizen.likes):
            for half in range(2):
                choices = shelves[kind]
                council_only = all(pot is PotKind.COUNCIL_MANAGED for pot, _ in citizen.yearly) and citizen.yearly
                if council_only:
                    choices = [c for c in choices if c.provider.places] or choices
                if not choices:
                    continue
                listing = choices[(number * 3 + turn + half * (number % 3)) % len(choices)]
                starts, minutes = LENGTHS[kind]
                middle = world.size.weeks // 2 + (number % 5) * 2
                begins = world.size.weeks * TURNS[min(turn, len(TURNS) - 1)] // 100
                first, last = (begins, middle) if half == 0 else (max(begins, middle), world.size.weeks + 3)
                made.append(
                    Habit(
                        person, listing, (number + turn * 2) % 5 if kind != "meals" else 6, starts, minutes, first, last
                    )
                )
    return made


def live_a_week(world: World, week: int) -> None:
    """One week, counted from the first: money comes, people book, workers come, some say how it went."""
    if not world.habits:
        world.habits = habits_of(world)
    monday = world.begins_on + timedelta(weeks=week)
    _read_everybody()
    _open_letters(world, monday)
    _money_arrives(world, monday, week)
    if week % WEEKS_A_BOOKING == 0:
        for habit in world.habits:
            if habit.from_week <= week < habit.until_week:
                _book(world, habit, monday)
    for day in range(7):
        _a_day(world, monday + timedelta(days=day))


def _read_everybody() -> None:
    """Read people and their roles once a week, not one by one as each acts: the last commit forgot them all."""
    db.session.scalars(select(Person).options(selectinload(Person.grants))).all()


def _open_letters(world: World, monday: date) -> None:
    """Those a visitor may sign in as have read what is older than a fortnight."""
    if monday < world.today - timedelta(days=14):
        for person_id in db.session.scalars(select(Person.id).where(Person.is_demonstration)):
            mark_all_read(person_id=person_id)


def _money_arrives(world: World, monday: date, week: int) -> None:
    if monday > world.today:
        return
    with clock.set_to(world.by(world.morning(monday, 6))):
        work_off(on=monday)
        if week % 4 == 2:
            leftover = [(citizen, person) for citizen, person, *_ in world.leftovers]
            for citizen, person in [*world.citizens, *leftover]:
                _spend_outside(citizen, person, monday)
        if week % 13 == 0:
            for citizen, person in world.citizens:
                _top_up(world, citizen, person, week)


def _spend_outside(citizen: Citizen, person: Person, day: date) -> None:
    """What somebody pays outside the marketplace, told to us as they would; nothing when the money is not there."""
    mine = [balance for balance in pots_of(person.id) if balance.pot.kind in SPENT_ANYWHERE]
    for paid_to, paid_for, pence in citizen.outside:
        has = next((balance.pot for balance in mine if balance.available_pence >= pence * 2), None)
        if has is not None:
            record_outside(
                actor=person,
                person=person,
                pot=pot_for(person.id, has.public_id),
                spent_on=day - timedelta(days=1),
                paid_to=paid_to,
                paid_for=paid_for,
                pence=pence,
                key=f"demo-{person.public_id}-{day:%Y%m%d}-{pence}",
            )


def _top_up(world: World, citizen: Citizen, person: Person, week: int) -> None:
    """A part of what somebody adds of their own over the time."""
    parts = world.size.weeks // 13 + 1
    pence = citizen.own_money // parts // 500 * 500
    if not pence:
        return
    add_by_card(person, pence, name=str(week))


def add_by_card(person: Person, pence: int, *, name: str) -> PotFacts:
    """A card payment as it lands, told apart from others of the same person by a name; gives the pot it is in."""
    own = next(balance.pot for balance in pots_of(person.id) if balance.pot.kind is PotKind.OWN_MONEY)
    card = _card_account()
    post(
        key=f"demo-top-up:{person.public_id}:{name}",
        kind=JournalKind.TOP_UP,
        moves=[(card, own.account_id, pence)],
        about=None,
        actor_id=person.id,
    )
    return own


def _card_account() -> int:
    return open_account(kind=AccountKind.CARD, owner="card:1", guarded=False).id


def _book(world: World, habit: Habit, monday: date) -> None:
    """Book the next four weeks, or as many of them as the money allows."""
    # After the period's money has arrived: what is set aside before it comes would leave the period before below nothing.
    now = world.by(world.morning(monday, 7))
    times = [habit.times(monday + timedelta(weeks=week)) for week in range(WEEKS_A_BOOKING)]
    times = [(starts, ends) for starts, ends in times if starts > now + timedelta(hours=6)]
    with clock.set_to(now):
        booking = _asked(world, habit, times)
        if booking is None:
            return
        staff = world.staff[booking.provider_id]
        chance = world.dice.random()
        is_last = monday + timedelta(weeks=WEEKS_A_BOOKING) > world.today
        is_shown = habit.person.is_demonstration
        if is_last and chance < 0.35 and not is_shown and times[0][0] > clock.at_london(world.today, time(23)):
            return
        if chance < 0.03 and not (is_last and is_shown):
            answers.decline(
                actor=staff, booking=booking, reason="We have nobody free at that time. Afternoons are easier."
            )
            return
        answers.accept(actor=staff, booking=booking)
    for visit in booking.visits:
        world.diary[clock.london(visit.starts_at).date()].append((booking.id, visit.id))


def _asked(world: World, habit: Habit, times: list[tuple[datetime, datetime]]) -> Booking | None:
    helper = world.beside.get(habit.person.id)
    who = helper if helper is not None and world.dice.random() < 0.4 else habit.person
    pots = [balance.pot.id for balance in pots_of(habit.person.id)]
    for how_many in (len(times), len(times) // 2):
        if not how_many:
            continue
        for order in (pots, pots[1:], pots[:1]):
            if not order:
                continue
            key = (
                f"demo-{habit.person.public_id}-{habit.listing.public_id}-{times[0][0]:%Y%m%d}-{how_many}-{len(order)}"[
                    :64
                ]
            )
            try:
                with db.session.begin_nested():
                    return request_booking(
                        actor=who,
                        person=habit.person,
                        listing=habit.listing,
                        asked=BookingRequest(
                            times=times[:how_many],
                            add_on_ids=(),
                            pots=order,
                            key=key,
                        ),
                    )
            except Refusal:
                continue
    return None


def _called_off(visit: Visit, reason: str) -> None:
    booking = visit.booking
    leaving_out.leave_out(actor=booking.person, booking=booking, name=visit.public_id, scope=Scope.THIS, reason=reason)


def _a_day(world: World, day: date) -> None:
    if day >= world.today:
        return
    _show_reviews(world, day)
    numbers = [visit_id for _, visit_id in world.diary.pop(day, ())]
    rows = select(Visit).where(Visit.id.in_(numbers)).options(joinedload(Visit.booking).joinedload(Booking.person))
    planned = {visit.id: visit for visit in db.session.scalars(rows)}
    for number in numbers:
        visit = planned[number]
        booking = visit.booking
        chance = world.dice.random()
        staff = world.staff[booking.provider_id]
        ended = visit.ends_at + timedelta(minutes=10)
        if ended >= clock.now() or (staff.is_demonstration and day >= world.today - UNRECORDED):
            continue
        try:
            if chance < 0.03:
                with clock.set_to(visit.starts_at - timedelta(hours=40)):
                    _called_off(visit, "I shall be away")
                continue
            if chance < 0.04:
                with clock.set_to(visit.starts_at - timedelta(hours=3)):
                    _called_off(visit, "Not well today")
                continue
            with clock.set_to(ended):
                recording.record_visit(
                    actor=staff, visit=visit, ending=VisitStatus.DELIVERED, stay=_stay(visit, is_short=chance < SHORT)
                )
                _perhaps_review(world, booking)
        except Refusal:
            continue


def _show_reviews(world: World, day: date) -> None:
    """In the morning, what had its week of notice comes on the pages, as the job would show it."""
    with clock.set_to(world.morning(day)):
        for number in reviews_due(clock.now()):
            publishing.publish_review(number)


def _stay(visit: Visit, *, is_short: bool) -> TimesWorked:
    """When the worker came and left: a minute or two off the plan, and now and then far too short."""
    late, early = timedelta(minutes=visit.id % 3), timedelta(minutes=visit.id // 3 % 2)
    if is_short:
        early = (visit.ends_at - visit.starts_at) * 2 // 5
    return TimesWorked(visit.starts_at + late, visit.ends_at - early)


def _perhaps_review(world: World, booking: Booking) -> None:
    if booking.id in world.reviewed or world.dice.random() > world.size.review_chance:
        return
    is_both = booking.person.is_demonstration and world.staff[booking.provider_id].is_demonstration
    # Where a visitor may be both the person and the provider, everything is left for them to say and to answer.
    if is_both or (booking.person.is_demonstration and clock.today() > world.today - FRESH):
        return
    world.reviewed.add(booking.id)
    score = world.dice.choices((5, 4, 3, 2, 1), weights=(46, 32, 13, 6, 3))[0]
    value = min(5, max(1, score + world.dice.choice((-1, 0, 0, 0, 1))))
    words = " ".join(
        part
        for part in (
            world.dice.choice(OPENINGS[score]),
            world.dice.choice(MIDDLES[score]),
            world.dice.choice(ENDINGS[score]),
        )
        if part
    )
    helper = world.beside.get(booking.person_id)
    author = helper if helper is not None and world.dice.random() < 0.3 else booking.person
    with clock.set_to(world.by(clock.now() + timedelta(hours=20))):
        reviews.write_review(
            actor=author,
            booking=booking,
            quality=score,
            value=value,
            words=words,
            purpose=PURPOSES.get(booking.listing.kind, ReviewPurpose.OTHER),
            helped=HELPED[score],
            connection=Connection.NONE,
        )


WAITING: tuple[tuple[str, str, int], ...] = (
    ("Maureen Ashby", "Larkmoor Home Care", 4),
    ("George Pellow", "Larkmoor Home Care", 5),
    ("Peter Lindqvist", "Larkmoor Home Care", 6),
)
"""Who has asked the provider a visitor may sign in as, for how many days from now; nobody has answered yet."""


def ask_what_waits(world: World) -> None:
    """The requests that a visitor finds at the demonstration provider and may accept or decline."""
    people = {citizen.name: person for citizen, person in world.citizens}
    for name, seller, days in WAITING:
        listing = next(
            listing
            for article, listing in world.listings
            if article.seller.name == seller and article.kind == "care-at-home" and listing.can_take_new_people
        )
        day = world.today + timedelta(days=days)
        habit = Habit(people[name], listing, day.weekday(), time(10), 60, 0, 0)
        with clock.set_to(world.morning(world.today - timedelta(days=1), 17)):
            _asked(world, habit, [habit.times(day - timedelta(days=day.weekday()))])
