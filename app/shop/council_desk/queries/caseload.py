"""The people on a care manager's caseload with what waits about each: a handful of queries, however many people there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.funding.agreeing.queries import ENDS_SOON_DAYS, MOST, agreements_due
from app.funding.budgets.models import MoneyChoice, OneOffAgreement, PersonalBudget, UnspentTalk
from app.funding.budgets.rules.choices import WAITING, ChoiceStatus
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.budgets.rules.periods import YEAR_DAYS
from app.people.accounts.models import Person
from app.people.circles.models import AskedPower, CapacityDecision, CaseloadCover, CaseloadEntry
from app.people.circles.queries import caseload_of
from app.people.circles.rules import POWER_LACKED, Power
from app.shop.council_desk.rules import NEWS_DAYS, NextTask, Waits
from app.support.basket.models import BasketLine
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.visits.queries import endings

Found = Iterator[tuple[int, NextTask]]
"""The number of a person, and what waits about them."""


@dataclass(frozen=True, slots=True)
class PersonWithTasks:
    """One person, and what waits about them, the most pressing first."""

    entry: CaseloadEntry
    tasks: tuple[NextTask, ...]

    @property
    def person(self) -> Person:
        """Whose affairs they are."""
        return self.entry.person


def what_waits(actor: Person, day: date) -> list[PersonWithTasks]:
    """Everybody on a care manager's caseload: whoever has the most pressing thing first, then the oldest, then by name."""
    stands_in = joinedload(CaseloadEntry.cover).joinedload(CaseloadCover.away)
    entries = list(db.session.scalars(caseload_of(actor).options(stands_in).limit(MOST)))
    tasks = _tasks(actor, entries, day)
    people = [
        PersonWithTasks(entry, tuple(sorted(tasks[entry.person_id], key=lambda one: (one.kind, one.since))))
        for entry in entries
    ]
    return sorted(people, key=_by_what_waits)


def _by_what_waits(one: PersonWithTasks) -> tuple[Any, ...]:
    if not one.tasks:
        return (max(Waits) + 1, date.max, one.person.full_name)
    return (one.tasks[0].kind, one.tasks[0].since, one.person.full_name)


def _tasks(actor: Person, entries: Collection[CaseloadEntry], day: date) -> dict[int, list[NextTask]]:
    found: dict[int, list[NextTask]] = defaultdict(list)
    if not entries:
        return found
    people = {entry.person_id: entry.person for entry in entries}
    asked: Iterable[Found] = (
        _visits(actor, people),
        _choices(entries, people),
        _decisions(entries, day),
        _talks(entries, people),
        _budgets(entries, day),
        _agreements(entries, people, day),
        _answers(entries),
        _suggestions(actor, entries),
    )
    for several in asked:
        for number, task in several:
            found[number].append(task)
    return found


def _visits(actor: Person, people: dict[int, Person]) -> Found:
    """Visits that are disputed, or that nobody recorded: the very list behind ``visits to settle``, the oldest of each."""
    rows = (
        endings.to_settle_by(actor)
        .where(Booking.person_id.in_(people))
        .with_only_columns(
            Booking.person_id,
            Visit.public_id,
            Visit.starts_at,
            func.row_number().over(partition_by=Booking.person_id, order_by=(Visit.starts_at, Visit.id)).label("place"),
            func.count().over(partition_by=Booking.person_id).label("many"),
        )
        .order_by(None)
        .subquery()
    )
    for number, public_id, starts_at, _, many in db.session.execute(select(rows).where(rows.c.place == 1)):
        on = clock.london(starts_at).date()
        words = f"Settle the visit of {day_words(on)}"
        if many > 1:
            words += f", the oldest of {many:,}"
        yield number, NextTask(Waits.VISIT, words, "visits.visit", {"public_id": public_id}, on)


def _of_council(model: type[Any], entries: Collection[CaseloadEntry]) -> Any:
    """What is about these people and the council on whose caseload they are: another council's is not ours to see."""
    pairs: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        pairs[entry.council_id].append(entry.person_id)
    return or_(*(model.council_id.in_([council]) & model.person_id.in_(people) for council, people in pairs.items()))


def _choices(entries: Collection[CaseloadEntry], people: dict[int, Person]) -> Found:
    """How somebody wants their money looked after: chosen, answered by whoever holds it, and not yet in place."""
    has_budget = select(PersonalBudget.id).where(
        PersonalBudget.person_id == MoneyChoice.person_id,
        PersonalBudget.council_id == MoneyChoice.council_id,
        PersonalBudget.status == BudgetStatus.AGREED,
    )
    rows = select(MoneyChoice.person_id, MoneyChoice.chosen_at).where(
        _of_council(MoneyChoice, entries),
        MoneyChoice.status.in_(sorted(WAITING)),
        or_(MoneyChoice.provider_id.is_(None), MoneyChoice.status == ChoiceStatus.ACCEPTED),
        has_budget.exists(),
    )
    for number, chosen_at in db.session.execute(rows):
        yield (
            number,
            NextTask(
                Waits.CHOICE,
                "Put in place how they chose to have their money looked after",
                "agreeing.enact_choice",
                {"public_id": people[number].public_id},
                clock.london(chosen_at).date(),
            ),
        )


def _decisions(entries: Collection[CaseloadEntry], day: date) -> Found:
    """Decisions about capacity that open nothing any more, because their day of review has come, and none was made since."""
    later = aliased(CapacityDecision)
    made_anew = select(later.id).where(later.entry_id == CapacityDecision.entry_id, later.id > CapacityDecision.id)
    rows = (
        select(CaseloadEntry.person_id, CapacityDecision.public_id, CapacityDecision.review_on)
        .join(CapacityDecision.entry)
        .where(CapacityDecision.entry_id.in_([entry.id for entry in entries]))
        .where(CapacityDecision.agreed_at.is_not(None), CapacityDecision.ended_at.is_(None))
        .where(CapacityDecision.review_on <= day, ~made_anew.exists())
    )
    for number, public_id, review_on in db.session.execute(rows):
        yield (
            number,
            NextTask(
                Waits.DECISION,
                f"Look again at the decision made for them: its day of review was {day_words(review_on)}",
                "circles.decision",
                {"public_id": public_id},
                review_on,
            ),
        )


def _talks(entries: Collection[CaseloadEntry], people: dict[int, Person]) -> Found:
    rows = select(UnspentTalk.person_id, UnspentTalk.public_id, UnspentTalk.opened_at).where(
        _of_council(UnspentTalk, entries), UnspentTalk.closed_at.is_(None)
    )
    for number, public_id, opened_at in db.session.execute(rows):
        yield (
            number,
            NextTask(
                Waits.TALK,
                "Talk with them about money that was not used",
                "budgets.note_talk",
                {"public_id": people[number].public_id, "talk_id": public_id},
                clock.london(opened_at).date(),
            ),
        )


def _budgets(entries: Collection[CaseloadEntry], day: date) -> Found:
    """Who has no budget this year, or one that ends soon with none after it."""
    last = func.max(PersonalBudget.year_starts_on)
    rows = (
        select(PersonalBudget.person_id, last, func.min(PersonalBudget.year_starts_on))
        .where(
            _of_council(PersonalBudget, entries),
            PersonalBudget.status == BudgetStatus.AGREED,
            PersonalBudget.year_starts_on > day - timedelta(days=YEAR_DAYS),
        )
        .group_by(PersonalBudget.person_id)
    )
    known = {number: (newest, oldest) for number, newest, oldest in db.session.execute(rows)}
    for entry in entries:
        person_id, link = entry.person_id, {"public_id": entry.person.public_id}
        if person_id not in known:
            words = "Agree a budget: they have none this year"
            yield person_id, NextTask(Waits.NO_BUDGET, words, "agreeing.agree_budget", link, entry.from_on)
            continue
        ends_on = known[person_id][0] + timedelta(days=YEAR_DAYS - 1)
        if (ends_on - day).days < ENDS_SOON_DAYS:
            words = f"Agree the next budget: this one ends on {day_words(ends_on)}"
            yield person_id, NextTask(Waits.BUDGET_ENDS, words, "agreeing.agree_budget", link, ends_on)


def _agreements(entries: Collection[CaseloadEntry], people: dict[int, Person], day: date) -> Found:
    """Agreements nobody has looked at for a quarter."""
    for one in db.session.scalars(agreements_due(day).where(_of_council(OneOffAgreement, entries))):
        yield (
            one.person_id,
            NextTask(
                Waits.AGREEMENT,
                f"Look again at the agreement with {one.provider.name}",
                "agreeing.look_again",
                {"public_id": people[one.person_id].public_id, "agreement_id": one.public_id},
                one.from_on,
            ),
        )


def _answers(entries: Collection[CaseloadEntry]) -> Found:
    """What somebody said to what was asked of them, in the last days."""
    by_number = {entry.id: entry for entry in entries}
    rows = select(AskedPower).where(
        AskedPower.entry_id.in_(by_number), AskedPower.answered_at > clock.now() - timedelta(days=NEWS_DAYS)
    )
    for one in db.session.scalars(rows):
        entry = by_number[one.entry_id]
        said = "yes" if one.is_granted else "no"
        words = f"Read their answer: {said} to “{POWER_LACKED[one.power]}”"
        on = clock.london(one.answered_at).date() if one.answered_at else clock.today()
        yield entry.person_id, NextTask(Waits.ANSWER, words, "circles.ask", {"public_id": entry.public_id}, on)


def _suggestions(actor: Person, entries: Collection[CaseloadEntry]) -> Found:
    """What was suggested to somebody and they answered in the last days; only while they let one suggest."""
    let = [entry.person_id for entry in entries if Power.SUGGEST in entry.granted]
    since = clock.now() - timedelta(days=NEWS_DAYS)
    rows = select(
        BasketLine.person_id, BasketLine.title, BasketLine.taken_at, BasketLine.left_at, BasketLine.left_because
    ).where(
        BasketLine.added_by_id == actor.id,
        BasketLine.person_id.in_(let),
        BasketLine.suggested_at.is_not(None),
        or_(BasketLine.taken_at > since, BasketLine.left_at > since),
    )
    for number, title, taken_at, left_at, because in db.session.execute(rows):
        said = "yes" if taken_at else "not now"
        words = f"Read their answer to “{title}”: {said}" + (f", because “{because}”" if because else "")
        answered_at = taken_at or left_at
        on = clock.london(answered_at).date() if answered_at else clock.today()
        yield number, NextTask(Waits.SUGGESTION, words, "circles.shop_for", {}, on, in_view="/basket")
