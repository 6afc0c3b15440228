"""A provider applies: lots, answers and documents are written as a draft, then sent, and may be taken back."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.frameworks.models import ApplicationDocument, ApplicationLot, FrameworkApplication
from app.market.frameworks.queries.reading import can_apply, rounds_of, where_let
from app.market.frameworks.rules.applications import (
    ANSWER_LONGEST,
    DOCUMENTS_MOST,
    ApplicationStatus,
    LotAnswer,
    document_fault,
    document_kind,
)
from app.market.providers.models import Provider
from app.market.providers.permissions import may_speak_for
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.models import Framework
from app.people.councils.rules.admission import Admission
from app.people.staff.queries import staff_with_role
from app.platform.audit.actions import record
from app.platform.messages.actions import frameworks as notices
from app.platform.messages.actions.sending import send_notice

LotWanted = tuple[int, int | None]
"""The number of a lot, and of the locality in it; nothing: the whole council."""


def write_application(
    *,
    actor: Person,
    provider: Provider,
    framework: Framework,
    wanted: Collection[LotWanted],
    answers: Sequence[str],
) -> FrameworkApplication:
    """Write a provider's application, or write it again while it is a draft. Nothing is sent by this.

    Raises:
        NotAllowed: for anybody but the provider's staff.
        BadInput: without a lot, with one that is not let there, or with an answer too long; or for a personal assistant.
        Conflict: when nobody can apply today, or an application waits for the council already.
    """
    _check(actor, provider, framework)
    if not wanted:
        raise BadInput("Select at least one lot")
    if not set(wanted) <= set(lots_let(framework)):
        raise BadInput("Select from the lots and places on the page")
    if any(len(one) > ANSWER_LONGEST for one in answers):
        raise BadInput(f"Each answer must be {ANSWER_LONGEST:,} characters or fewer")
    made = _open_of(provider, framework)
    if made is not None and made.status == ApplicationStatus.SENT:
        raise Conflict(f"{provider.name} has applied already. Take that application back to change it")
    if made is None:
        made = FrameworkApplication(
            framework_id=framework.id,
            provider_id=provider.id,
            status=ApplicationStatus.DRAFT,
            made_by_id=actor.id,
            made_at=clock.now(),
        )
        db.session.add(made)
    made.questions, made.weights = list(framework.questions), list(framework.weights)
    padded = [*(one.strip() for one in answers), *([""] * len(framework.questions))]
    made.answers = padded[: len(framework.questions)]
    db.session.flush()
    db.session.execute(delete(ApplicationLot).where(ApplicationLot.application_id == made.id))
    for lot_id, locality_id in sorted(wanted, key=lambda one: (one[0], one[1] or 0)):
        db.session.add(
            ApplicationLot(
                application_id=made.id, lot_id=lot_id, locality_id=locality_id, answer=LotAnswer.WAITING, scores={}
            )
        )
    db.session.flush()
    db.session.expire(made, ["lots"])
    return made


def lots_let(framework: Framework) -> list[LotWanted]:
    """What can be applied for: each lot in each of its localities, or in the whole council."""
    return [(lot.id, where.id if where else None) for lot in framework.lots for where in where_let(lot)]


def add_document(*, actor: Person, application: FrameworkApplication, name: str, content: bytes) -> ApplicationDocument:
    """Put a document to a draft.

    Raises:
        NotAllowed: for anybody but the provider's staff.
        BadInput: when it cannot be kept, saying why.
        Conflict: when the application was sent, or there are enough.
    """
    application = _draft(actor, application)
    fault = document_fault(content)
    if fault is not None:
        raise BadInput(fault)
    there = db.session.scalar(
        select(func.count())
        .select_from(ApplicationDocument)
        .where(ApplicationDocument.application_id == application.id)
    )
    if (there or 0) >= DOCUMENTS_MOST:
        raise Conflict(f"An application can have {DOCUMENTS_MOST} documents. Take one away first")
    made = ApplicationDocument(
        application_id=application.id,
        name=" ".join(name.split())[:120] or "Document",
        media_type=str(document_kind(content)),
        content=content,
        size=len(content),
        added_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def remove_document(*, actor: Person, application: FrameworkApplication, document: ApplicationDocument) -> None:
    """Take a document away from a draft."""
    _draft(actor, application)
    db.session.delete(document)
    db.session.flush()


def send_application(*, actor: Person, application: FrameworkApplication) -> FrameworkApplication:
    """Send a draft to the council, whose contracts officers are told. From now on it stays as it is.

    Raises:
        NotAllowed: for anybody but the provider's staff.
        BadInput: when a question has no answer.
        Conflict: when it was sent already, or nobody can apply today.
    """
    application = _draft(actor, application)
    framework, provider = application.framework, application.provider
    _check(actor, provider, framework)
    if application.questions != list(framework.questions):
        raise Conflict("The council changed its questions meanwhile. Look at your answers again, then send them")
    missing = [number for number, answer in enumerate(application.answers, start=1) if not answer]
    if missing:
        raise BadInput(f"Answer question {missing[0]} first")
    today = clock.today()
    if framework.admission == Admission.ROUNDS:
        running = [one for one in rounds_of(framework.id) if one.opens_on <= today <= one.closes_on]
        application.round_id = running[0].id
    application.weights = list(framework.weights)
    application.status, application.sent_at = ApplicationStatus.SENT, clock.now()
    db.session.flush()
    _note("framework_application_sent", actor, application)
    for officer in staff_with_role(framework.council_id, *RUN_FRAMEWORKS):
        send_notice(
            notices.APPLICATION_SENT,
            officer,
            link=f"/council/{framework.council.code}/applications/{application.public_id}",
            provider=provider.name,
            framework=framework.name,
        )
    return application


def withdraw_application(*, actor: Person, application: FrameworkApplication) -> FrameworkApplication:
    """Take an application back. What was answered about some of its lots stays.

    Raises:
        NotAllowed: for anybody but the provider's staff.
        Conflict: when there is nothing to take back any more.
    """
    application = _locked(application)
    if not may_speak_for(actor, application.provider):
        raise NotAllowed("Only the provider's staff can do this")
    if application.status not in {ApplicationStatus.DRAFT, ApplicationStatus.SENT}:
        raise Conflict("This application was answered or taken back already")
    application.status = ApplicationStatus.WITHDRAWN
    db.session.flush()
    _note("framework_application_withdrawn", actor, application)
    return application


def _check(actor: Person, provider: Provider, framework: Framework) -> None:
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only the provider's staff can apply for it")
    if provider.kind == ProviderKind.PERSONAL_ASSISTANT:
        raise BadInput("People employ personal assistants themselves, so no framework has a place for one")
    # One by one for each provider, so that of two who apply at once the second finds the draft of the first.
    db.session.scalar(select(Provider.id).where(Provider.id == provider.id).with_for_update(key_share=True))
    if not can_apply(framework, clock.today()):
        raise Conflict("Nobody can apply for this framework today. Its page says when the next round opens")


def _open_of(provider: Provider, framework: Framework) -> FrameworkApplication | None:
    return db.session.scalar(
        select(FrameworkApplication)
        .where(
            FrameworkApplication.framework_id == framework.id,
            FrameworkApplication.provider_id == provider.id,
            FrameworkApplication.status.in_([ApplicationStatus.DRAFT, ApplicationStatus.SENT]),
        )
        .with_for_update(key_share=True)
    )


def _locked(application: FrameworkApplication) -> FrameworkApplication:
    lock = {"key_share": True}
    return db.session.get_one(FrameworkApplication, application.id, with_for_update=lock, populate_existing=True)


def _draft(actor: Person, application: FrameworkApplication) -> FrameworkApplication:
    application = _locked(application)
    if not may_speak_for(actor, application.provider):
        raise NotAllowed("Only the provider's staff can do this")
    if application.status != ApplicationStatus.DRAFT:
        raise Conflict("This application was sent already. Take it back to change it")
    return application


def _note(action: str, actor: Person, application: FrameworkApplication, **details: Any) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="framework_application",
        subject_id=application.id,
        council_id=application.framework.council_id,
        **details,
    )
