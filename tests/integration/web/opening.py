"""What a council opens in the small world: frameworks, people who come, rules that wait, staff."""

from datetime import UTC, date, datetime

from app.base.db import db
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import TakingOn
from app.market.frameworks.models import ApplicationDocument, ApplicationLot, FrameworkApplication, FrameworkRound
from app.market.frameworks.rules.applications import ApplicationStatus, LotAnswer
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council, Framework, PolicyProposal
from app.people.councils.rules.admission import Admission
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import ReportedAs, ReportStatus
from tests.factories import accounts, councils, people_files, providers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""As in the world it is put into."""


RUN = (
    *("run_framework", "change_framework", "publish_framework", "extend_framework", "add_lot", "set_discount"),
    *("add_round", "invite_provider", "history"),
)
"""Endpoints about one framework of a council's own."""


def who_comes(council: Council, person: Person, care_manager: Person) -> dict[str, dict[str, str]]:
    """Somebody asked by letter, a council that asks the person, and somebody who wants to move to another council."""
    elsewhere = councils.council()
    there = accounts.person(Role.CARE_MANAGER, council_id=elsewhere.id)
    by_letter = accounts.person(name="Let Ter")
    by_letter.email, by_letter.password_hash = f"by-letter-{by_letter.id}", None
    moves = accounts.person(name="Mo Ves", council_id=council.id)
    rows = [
        CouncilPerson(
            person_id=who.id,
            council_id=where.id,
            born_on=date(1948, 5, 3),
            postcode="QX1 1AA",
            status=status,
            asked_at=NOW,
            asked_by_id=by.id,
            answered_at=NOW if status == TakingOn.MOVING else None,
        )
        for who, where, by, status in (
            (by_letter, council, care_manager, TakingOn.ASKED),
            (person, elsewhere, there, TakingOn.ASKED),
            (moves, elsewhere, there, TakingOn.MOVING),
        )
    ]
    db.session.add_all(rows)
    db.session.commit()
    here = {"code": council.code}
    return {
        **{f"taking_on.{one}": here for one in ("people", "take_on", "leaving")},
        **{f"taking_on.{one}": {**here, "public_id": rows[0].public_id} for one in ("person", "letter", "withdraw")},
        "taking_on.let_go": {**here, "public_id": rows[2].public_id},
        "taking_on.answer": {"public_id": rows[1].public_id},
    }


def file_of_people(council: Council, boss: Person) -> dict[str, dict[str, str]]:
    """A file of people that waits for a yes, and one that was brought."""
    here, row = {"code": council.code}, "Finn File,1948-05-03,QX9 9ZZ,,,,"
    done = people_files.brought(boss, council, people_files.rows(f"{council.code}1,{row}"))
    waits = people_files.sent(boss, council, people_files.rows(f"{council.code}1,{row}"))
    return {
        **{f"people_files.{one}": here for one in ("files", "columns")},
        **{
            f"people_files.{one}": {**here, "public_id": waits.public_id}
            for one in ("file", "bring", "discard", "rows")
        },
        "people_files.undo": {**here, "public_id": done.public_id},
    }


def who_died(council: Council, person: Person, care_manager: Person) -> dict[str, dict[str, str]]:
    """Somebody reported who waits for an answer, another whose death is confirmed, and the person, whom nobody reported."""
    gone, doubted = (accounts.person(name=name, council_id=council.id) for name in ("Ge Gone", "Do Ubted"))
    other = accounts.person(Role.SUPPORTER, name="Te Ller")
    gone.stopped_at = gone.closed_at = doubted.stopped_at = NOW
    rows = [
        DeathReport(
            person_id=who.id,
            council_id=council.id,
            reported_by_id=other.id,
            reported_as=ReportedAs.SUPPORTER,
            words="Her daughter called",
            reported_at=NOW,
            status=status,
            answered_at=NOW if status == ReportStatus.CONFIRMED else None,
            answered_by_id=care_manager.id if status == ReportStatus.CONFIRMED else None,
            called_off=[],
        )
        for who, status in ((doubted, ReportStatus.WAITING), (gone, ReportStatus.CONFIRMED))
    ]
    db.session.add_all(rows)
    db.session.commit()
    here = {"code": council.code}
    return {
        "leaving.report": {"public_id": person.public_id},
        "leaving.deaths": here,
        "leaving.death": {**here, "public_id": rows[0].public_id},
        "leaving.letter": {**here, "public_id": rows[1].public_id},
    }


def frameworks_of(name: str, council: Council, provider: Provider, staff: Person) -> dict[str, dict[str, str]]:
    """A framework with a place that can be ended, a draft and an application to answer: what addresses name, by endpoint."""
    made = councils.framework(council, ["care-at-home"], starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    made.extend_until, made.published_at, made.questions = date(2030, 12, 31), NOW, ["How?"]
    ours = councils.framework(council, ["meals"])
    ours.admission, ours.published_at = Admission.ROUNDS, NOW
    db.session.add(FrameworkRound(framework_id=ours.id, opens_on=date(2026, 11, 1), closes_on=date(2026, 12, 31)))
    providers.place(provider, made.lots[0])
    left = providers.place(provider, ours.lots[0])
    left.until_on, left.ended_at, left.end_words, left.end_told_at = date(2026, 12, 31), NOW, "Over", NOW
    sent = providers.provider(f"Applies of the {name} half")
    accounts.person(Role.PROVIDER_STAFF, provider_id=sent.id)
    draft = _application(ours, provider, staff, ApplicationStatus.DRAFT)
    waiting = _application(made, sent, staff, ApplicationStatus.SENT)
    files = [_document(one) for one in (draft, waiting)]
    db.session.commit()
    here = {"code": council.code, "public_id": made.public_id}
    answered = {"code": council.code, "public_id": waiting.public_id}
    own = {"public_id": draft.public_id}
    file = {**own, "document_id": files[0].public_id}
    return {
        "frameworks.council_frameworks": {"code": council.code},
        "frameworks.framework": {"public_id": made.public_id},
        "frameworks.apply": {"public_id": made.public_id},
        **{
            f"frameworks.{one}": {"code": council.code}
            for one in ("frameworks", "new_framework", "applications_to_answer")
        },
        **{f"frameworks.{one}": here for one in RUN},
        "frameworks.add_round": {"code": council.code, "public_id": ours.public_id},
        **{
            f"frameworks.{one}": own
            for one in ("application", "send_application", "withdraw_application", "add_document")
        },
        **{f"frameworks.{one}": file for one in ("document", "remove_document")},
        "frameworks.application_to_answer": answered,
        "frameworks.document_to_read": {**answered, "document_id": files[1].public_id},
        "frameworks.answer_lot": {**answered, "number": "1"},
        "framework_use.end_places": {**here, "provider_id": provider.public_id},
        "framework_use.ended": {"code": council.code, "public_id": ours.public_id, "provider_id": provider.public_id},
        "framework_use.not_booked": here,
    }


def _application(
    framework: Framework, provider: Provider, staff: Person, status: ApplicationStatus
) -> FrameworkApplication:
    made = FrameworkApplication(
        framework_id=framework.id,
        provider_id=provider.id,
        status=status,
        questions=list(framework.questions),
        answers=["Gladly."] * len(framework.questions),
        weights=[],
        made_by_id=staff.id,
        made_at=NOW,
        sent_at=NOW if status == ApplicationStatus.SENT else None,
    )
    made.lots = [ApplicationLot(lot_id=framework.lots[0].id, answer=LotAnswer.WAITING, scores={})]
    db.session.add(made)
    db.session.flush()
    return made


def _document(application: FrameworkApplication) -> ApplicationDocument:
    made = ApplicationDocument(
        application_id=application.id,
        name="Insurance",
        media_type="application/pdf",
        content=b"%PDF-1.4",
        size=8,
        added_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    return made


def rule_that_waits(council: Council, administrator: Person) -> str:
    made = PolicyProposal(
        council_id=council.id,
        name="contingency_percent",
        value=12,
        valid_from=date(2027, 12, 1),
        reason="Bad spells last longer",
        asked_at=NOW,
        asked_by_id=administrator.id,
    )
    db.session.add(made)
    db.session.commit()
    return made.public_id


def staff_of(council: Council) -> tuple[Person, Person, Person]:
    """An administrator, a moderator who is the finance officer too, and somebody invited who never came in."""
    invited = accounts.person(Role.FINANCE, name="In Vited", council_id=council.id)
    invited.email_confirmed_at = None
    return (
        accounts.person(Role.ADMINISTRATOR, name="Ad Ministrator", council_id=council.id),
        accounts.person(Role.MODERATOR, Role.FINANCE, name="Mo Derator", council_id=council.id),
        invited,
    )
