"""Who may report a death, what was reported, and what stands in the way of closing an account."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.rules.kinds import BudgetStatus, PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import Support
from app.people.circles.queries import counts_today, standing_over
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.queries.shares import shared_with
from app.support.booking_records.rules.states import OPEN, BookingStatus
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import InTheWay, ReportedAs, ReportStatus
from app.support.visits.models import Dispute

_WHOLE = (
    joinedload(DeathReport.person),
    joinedload(DeathReport.reported_by),
    joinedload(DeathReport.answered_by),
    joinedload(DeathReport.provider),
)
_HELPED = frozenset({BookingStatus.ACCEPTED, BookingStatus.COMPLETED})


def right_to_report(actor: Person, person: Person) -> tuple[ReportedAs, int | None] | None:
    """By what right somebody may report that a person has died, and for which provider; nothing for strangers.

    A helper whose help rests may, too: they may know before anybody; one whose last day has passed may not.
    """
    if actor.id == person.id:
        return None
    if standing_over(actor, person.id).is_care_manager:
        return ReportedAs.CARE_MANAGER, None
    helps = select(Support.id).where(
        Support.person_id == person.id,
        Support.supporter_id == actor.id,
        Support.accepted_at.is_not(None),
        Support.ended_at.is_(None),
        counts_today(),
    )
    if db.session.scalar(helps) is not None:
        return ReportedAs.SUPPORTER, None
    serves = select(Booking.provider_id).where(
        Booking.person_id == person.id, Booking.provider_id.in_(actor.provider_ids), Booking.status.in_(_HELPED)
    )
    provider_id = db.session.scalar(serves.order_by(Booking.id.desc()).limit(1))
    return None if provider_id is None else (ReportedAs.PROVIDER_STAFF, provider_id)


def person_to_report(actor: Person, public_id: str) -> Person:
    """Somebody whose death this account may report.

    Raises:
        NotFound: when there is none, or they are nothing to this account.
    """
    person = db.session.scalar(select(Person).where(Person.public_id == public_id)) if public_id.isalnum() else None
    if person is None or right_to_report(actor, person) is None:
        raise NotFound("We cannot find that person among those you help.")
    return person


def standing_report(person_id: int) -> DeathReport | None:
    """The report that waits or was confirmed."""
    rows = select(DeathReport).where(DeathReport.person_id == person_id, DeathReport.status != ReportStatus.MISTAKEN)
    return db.session.scalar(rows.options(*_WHOLE).execution_options(populate_existing=True))


def newest_report(person_id: int) -> DeathReport | None:
    """The newest one about somebody, whatever became of it."""
    rows = select(DeathReport).where(DeathReport.person_id == person_id).order_by(DeathReport.id.desc()).limit(1)
    return db.session.scalar(rows.options(*_WHOLE))


def reports_of(council_id: int) -> Select[DeathReport]:
    """The reports a council's staff answer or answered: those that wait first; for paging."""
    return (
        select(DeathReport)
        .where(DeathReport.council_id == council_id)
        .order_by(DeathReport.status != ReportStatus.WAITING, DeathReport.reported_at.desc(), DeathReport.id.desc())
        .options(*_WHOLE)
    )


def report_at(council_id: int, public_id: str) -> DeathReport:
    """One report of a council.

    Raises:
        NotFound: when there is none.
    """
    rows = reports_of(council_id).where(DeathReport.public_id == public_id)
    found = db.session.scalar(rows) if public_id.isalnum() else None
    if found is None:
        raise NotFound("There is no such report here.")
    return found


def reports_without_council() -> Sequence[DeathReport]:
    """The reports no council answers, that wait: two operators do."""
    rows = select(DeathReport).where(DeathReport.council_id.is_(None), DeathReport.status == ReportStatus.WAITING)
    return db.session.scalars(rows.order_by(DeathReport.id).options(*_WHOLE)).all()


def death_report_named(public_id: str) -> DeathReport:
    """One report, for an operator.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(select(DeathReport).where(DeathReport.public_id == public_id).options(*_WHOLE))
    if found is None:
        raise NotFound("There is no such report.")
    return found


def own_pence(person_id: int) -> int:
    """Pence of a person's own money here, set aside included: it waits, and nobody sends it anywhere."""
    return sum(one.in_pence for one in pots_of(person_id) if one.pot.kind == PotKind.OWN_MONEY)


def open_bookings(person_id: int) -> Sequence[Booking]:
    """What somebody asked for or agreed and pays alone, not over, in order."""
    rows = select(Booking).where(Booking.person_id == person_id, Booking.status.in_(OPEN), Booking.is_shared.is_(False))
    return db.session.scalars(rows.order_by(Booking.id)).all()


def open_shared(person_id: int) -> Sequence[Booking]:
    """Shared bookings somebody still has a part in: the others decide with them, so nobody ends them alone."""
    rows = select(Booking).where(Booking.id.in_(shared_with(person_id)), Booking.status.in_(OPEN))
    return db.session.scalars(rows.order_by(Booking.id)).all()


def in_the_way(person: Person) -> InTheWay:
    """What must be over before this account can be closed."""
    theirs = or_(Booking.person_id == person.id, Booking.id.in_(shared_with(person.id)))
    works = {Role.PERSON, Role.SUPPORTER}
    return InTheWay(
        bookings=_count(select(Booking.id).where(theirs, Booking.status.in_(OPEN))),
        disputes=_count(
            select(Dispute.id)
            .join(Visit, Visit.id == Dispute.visit_id)
            .join(Booking, Booking.id == Visit.booking_id)
            .where(theirs, Dispute.closed_at.is_(None))
        ),
        saved_hours=_count(
            select(SavedHours.id).where(SavedHours.person_id == person.id, SavedHours.ended_at.is_(None))
        ),
        own_pence=own_pence(person.id),
        budgets=_count(
            select(PersonalBudget.id).where(
                PersonalBudget.person_id == person.id, PersonalBudget.status == BudgetStatus.AGREED
            )
        ),
        works_here=any(grant.role not in works for grant in person.current_grants),
    )


def _count(rows: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def budgets_running(person_id: int) -> Sequence[PersonalBudget]:
    """The budgets agreed with somebody that have not ended."""
    rows = select(PersonalBudget).where(
        PersonalBudget.person_id == person_id, PersonalBudget.status == BudgetStatus.AGREED
    )
    return db.session.scalars(rows.order_by(PersonalBudget.id)).all()


def visits_called_off(report: DeathReport, *, only_to_come: bool = False) -> Sequence[Visit]:
    """The visits called off because of a report, in order."""
    rows = select(Visit).where(Visit.public_id.in_(report.called_off)).order_by(Visit.starts_at, Visit.id)
    if only_to_come:
        rows = rows.where(Visit.starts_at > clock.now())
    return db.session.scalars(rows.options(joinedload(Visit.booking).joinedload(Booking.listing))).all()


def supports_to_end(person_id: int) -> Sequence[Support]:
    """Every grant in which somebody helps or is helped, and every invitation of theirs that waits."""
    rows = select(Support).where(
        or_(Support.person_id == person_id, Support.supporter_id == person_id), Support.ended_at.is_(None)
    )
    return db.session.scalars(rows.order_by(Support.id)).all()
