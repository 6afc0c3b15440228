"""What waits for one of a council's staff: each number asked with the very query of the page behind it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.funding.agreeing.queries import agreements_due
from app.funding.budgets.models import MoneyChoice, OneOffAgreement, PersonalBudget
from app.funding.budgets.rules.choices import WAITING, ChoiceStatus
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.taking_on import queries as taking_on
from app.market.frameworks.queries import applying
from app.market.providers import queries as providers
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS, Role
from app.people.caseloads import queries as caseloads
from app.people.circles import queries as circles
from app.people.councils import queries as councils
from app.people.councils.models import Council, PolicyProposal
from app.people.councils.rules.policies import POLICIES
from app.people.staff import queries as staff
from app.shop.council_desk.rules import SHOWN, WaitingTask, WaitingTasks
from app.shop.moderating import queries as moderating
from app.support.complaints import queries as complaints
from app.support.leaving import queries as leaving
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import ReportStatus
from app.support.settlement.queries import reading as settlement
from app.support.visits.queries import endings


def how_many(rows: Select[Any]) -> int:
    """How many rows a list has in all."""
    every = rows.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).subquery()
    return db.session.scalar(select(func.count()).select_from(every)) or 0


def tasks_waiting_for(actor: Person, council: Council) -> list[WaitingTasks]:
    """What waits for somebody at one council, in the order of their roles; nothing that does not wait is named."""
    held = staff.roles_at(actor, council.id)
    # Whoever has two roles for which the same thing waits has one thing to do.
    asks = dict.fromkeys(ask for role, several in _ASKED.items() if role in held for ask in several)
    return [one for ask in asks if (one := ask(actor, council)).count]


def _choices(actor: Person, council: Council) -> WaitingTasks:
    """How people on one's caseload want their money looked after, chosen and not yet in place."""
    people = circles.caseload_of(actor).with_only_columns(Person.id).order_by(None)
    has_budget = (
        select(PersonalBudget.id)
        .where(
            PersonalBudget.person_id == MoneyChoice.person_id,
            PersonalBudget.council_id == MoneyChoice.council_id,
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .exists()
    )
    rows = (
        select(MoneyChoice)
        .where(
            MoneyChoice.council_id == council.id,
            MoneyChoice.person_id.in_(people),
            MoneyChoice.status.in_(WAITING),
            or_(MoneyChoice.provider_id.is_(None), MoneyChoice.status == ChoiceStatus.ACCEPTED),
            has_budget,
        )
        .options(joinedload(MoneyChoice.person))
        .order_by(MoneyChoice.chosen_at, MoneyChoice.id)
    )
    things = tuple(
        WaitingTask(
            one.person.full_name,
            "agreeing.enact_choice",
            {"public_id": one.person.public_id},
            one.chosen_at,
            one.person,
        )
        for one in db.session.scalars(rows.limit(SHOWN))
    )
    return WaitingTasks(
        "choice of how money is looked after, to put in place",
        "choices of how money is looked after, to put in place",
        how_many(rows),
        things=things,
        endpoint="agreeing.caseload_budgets",
    )


def _agreements(actor: Person, council: Council) -> WaitingTasks:
    """Agreements of people on one's caseload that nobody has looked at for a quarter; each stands on the caseload."""
    people = circles.caseload_of(actor).with_only_columns(Person.id).order_by(None)
    rows = agreements_due(clock.today()).where(
        OneOffAgreement.council_id == council.id, OneOffAgreement.person_id.in_(people)
    )
    return WaitingTasks(
        "agreement with a provider to look at again",
        "agreements with providers to look at again",
        how_many(rows),
        endpoint="council_desk.caseload",
    )


def _visits(actor: Person, _council: Council) -> WaitingTasks:
    return WaitingTasks(
        "visit to settle: disputed, or recorded by nobody",
        "visits to settle: disputed, or recorded by nobody",
        how_many(endings.to_settle_by(actor)),
        endpoint="visits.to_settle",
    )


def _second_looks(actor: Person, council: Council) -> WaitingTasks:
    """Decisions about capacity and papers of attorneys that a second person looks at; the page has both."""
    number = how_many(circles.decisions_to_agree(actor, {council.id})) + len(
        circles.authorities_to_see(actor, {council.id})
    )
    return WaitingTasks(
        "decision or paper of a colleague's that needs a second look",
        "decisions or papers of colleagues that need a second look",
        number,
        endpoint="circles.second_look",
    )


def _openings(actor: Person, council: Council) -> WaitingTasks:
    """Whom colleagues put on their own caseload, and nobody else has looked at."""
    return WaitingTasks(
        "person whom a colleague opened, to look over",
        "people whom colleagues opened, to look over",
        how_many(caseloads.openings_to_look_over(actor, {council.id})),
        endpoint="caseloads.openings",
    )


def _claims(actor: Person, _council: Council) -> WaitingTasks:
    return WaitingTasks(
        "claim on a provider's page to answer",
        "claims on providers' pages to answer",
        how_many(providers.claims_to_decide(actor)),
        endpoint="providers.claims",
    )


def _applications(_actor: Person, council: Council) -> WaitingTasks:
    rows = applying.applications_to({council.id})
    things = tuple(
        WaitingTask(
            f"{one.provider.name} for {one.framework.name}",
            "frameworks.application_to_answer",
            {"code": council.code, "public_id": one.public_id},
            one.sent_at,
        )
        for one in db.session.scalars(rows.limit(SHOWN))
    )
    return WaitingTasks(
        "application for a framework to answer",
        "applications for frameworks to answer",
        how_many(rows),
        things=things,
        endpoint="frameworks.applications_to_answer",
        args={"code": council.code},
    )


def _leaving(_actor: Person, council: Council) -> WaitingTasks:
    return WaitingTasks(
        "person who wants to move to another council",
        "people who want to move to another council",
        how_many(taking_on.leaving(council.id)),
        endpoint="taking_on.leaving",
        args={"code": council.code},
    )


def _deaths(actor: Person, council: Council) -> WaitingTasks:
    """Reports of a death that wait; one's own waits for somebody else."""
    rows = leaving.reports_of(council.id).where(
        DeathReport.status == ReportStatus.WAITING, DeathReport.reported_by_id != actor.id
    )
    return WaitingTasks(
        "report of a death to answer",
        "reports of a death to answer",
        how_many(rows),
        endpoint="leaving.deaths",
        args={"code": council.code},
    )


def _second_yes(actor: Person, council: Council) -> WaitingTasks:
    """Changes of rules by colleagues; one's own waits for somebody else."""
    rows = councils.proposals_waiting(council.id).where(PolicyProposal.asked_by_id != actor.id)
    things = tuple(
        WaitingTask(
            POLICIES[one.name].in_plain_words(one.value).title,
            "council_rules.second_yes",
            {"code": council.code, "public_id": one.public_id},
            one.asked_at,
        )
        for one in db.session.scalars(rows.limit(SHOWN))
    )
    return WaitingTasks(
        "change of a rule that needs your second yes",
        "changes of rules that need your second yes",
        how_many(rows),
        things=things,
        endpoint="council_rules.rules",
        args={"code": council.code},
    )


def _invoices(actor: Person, council: Council) -> WaitingTasks:
    """Invoices that need this officer's yes."""
    rows = settlement.to_approve_by(actor, council.id)
    things = tuple(
        WaitingTask(
            f"{one.name} from {one.provider.name}",
            "settlement.invoice",
            {"code": council.code, "public_id": one.public_id},
            one.made_at,
        )
        for one in db.session.scalars(rows.limit(SHOWN))
    )
    return WaitingTasks(
        "invoice to approve",
        "invoices to approve",
        how_many(rows),
        things=things,
        endpoint="settlement.invoices",
        args={"code": council.code, "status": "mine"},
    )


def _line_queries(_actor: Person, council: Council) -> WaitingTasks:
    return WaitingTasks(
        "question of a provider about a line to answer",
        "questions of providers about lines to answer",
        how_many(settlement.queries_waiting(council.id)),
        endpoint="settlement.line_queries",
        args={"code": council.code},
    )


def _remittances(_actor: Person, council: Council) -> WaitingTasks:
    return WaitingTasks(
        "remittance not known to be paid",
        "remittances not known to be paid",
        how_many(settlement.not_known_paid(council.id)),
        endpoint="settlement.remittances",
        args={"code": council.code},
    )


def _not_here_yet(_actor: Person, council: Council) -> WaitingTasks:
    """Staff who were invited and have not chosen a password: an administrator may send the link again."""
    rows = staff.staff_at(council.id).where(Person.email_confirmed_at.is_(None))
    things = tuple(
        WaitingTask(one.full_name, "staff.member", {"code": council.code, "public_id": one.public_id})
        for one in db.session.scalars(rows.limit(SHOWN))
    )
    return WaitingTasks(
        "person invited who has not come in yet",
        "people invited who have not come in yet",
        how_many(rows),
        things=things,
        endpoint="staff.staff",
        args={"code": council.code},
    )


def _reported(actor: Person, _council: Council) -> WaitingTasks:
    """Everything reported: pages, listings, messages, reviews, and appeals; those against one's own decision wait elsewhere."""
    return WaitingTasks(
        "reported thing to decide about",
        "reported things to decide about",
        how_many(moderating.everything_reported(actor)),
        endpoint="moderating.reports",
    )


def _complaints(actor: Person, council: Council) -> WaitingTasks:
    """Complaints the council answers, first or for good; what a provider answers does not wait for anybody here."""
    return WaitingTasks(
        "complaint to answer",
        "complaints to answer",
        how_many(complaints.complaints_at_council(actor, council.id, only_mine=True)),
        endpoint="complaints.council_complaints",
        args={"code": council.code, "show": "mine"},
    )


Ask = Callable[[Person, Council], WaitingTasks]

_ASKED: dict[Role, tuple[Ask, ...]] = {
    Role.CARE_MANAGER: (_deaths, _choices, _visits, _agreements, _second_looks, _openings, _leaving),
    **dict.fromkeys(RUN_FRAMEWORKS, (_applications, _claims)),
    Role.FINANCE: (_invoices, _line_queries, _remittances, _second_yes),
    Role.MODERATOR: (_complaints, _reported),
    Role.ADMINISTRATOR: (_second_yes, _not_here_yet),
}
"""What may wait for each role, the most pressing first."""
_ASKED[Role.COMMISSIONER] = (*_ASKED[Role.COMMISSIONER], _deaths, _second_yes, _second_looks, _openings, _leaving)


def councils_worked_at(actor: Person) -> list[Council]:
    """The councils at which somebody holds a role now, by name."""
    rows = select(Council).where(Council.id.in_(actor.council_ids_as(*_ASKED))).order_by(Council.name, Council.id)
    return list(db.session.scalars(rows))
