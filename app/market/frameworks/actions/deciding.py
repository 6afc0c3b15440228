"""The council answers an application, lot by lot, each with its reason."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.actions.places import place_on_framework
from app.market.frameworks.models import ApplicationLot, FrameworkApplication
from app.market.frameworks.queries.reading import staff_who_speak_for
from app.market.frameworks.rules.applications import REASON_LONGEST, ApplicationStatus, LotAnswer
from app.market.providers.permissions import may_speak_for
from app.people.accounts.models import Person
from app.people.councils.permissions import may_run_frameworks
from app.platform.audit.actions import record
from app.platform.messages.actions import frameworks as notices
from app.platform.messages.actions.sending import send_notice


def answer_lot(
    *,
    actor: Person | None,
    wanted: ApplicationLot,
    award: bool,
    reason: str,
    from_on: date | None = None,
    scores: Mapping[str, int] | None = None,
) -> ApplicationLot:
    """Award one lot of an application, or say no to it. The provider is told, and reads the reason.

    Args:
        actor: who may run the council's frameworks, or nobody when a command does it.
        wanted: which lot of which application.
        award: yes or no.
        reason: why, in words the provider reads.
        from_on: the first day of the place; for a yes.
        scores: what the answers were found to be worth, by the names of what is weighed, from 0 to 100.

    Raises:
        NotAllowed: for anybody else, and for whoever works for the provider.
        BadInput: without a reason, a day, or the scores that the framework declared it weighs.
        Conflict: when it was answered or taken back already, when its round is still open, when the provider has that
            place, or when the council's own rule of ratings says no.
    """
    # Locked in one order: application, then its lot, then the provider.
    application = db.session.get_one(
        FrameworkApplication, wanted.application_id, with_for_update={"key_share": True}, populate_existing=True
    )
    wanted = db.session.get_one(ApplicationLot, wanted.id, with_for_update=True, populate_existing=True)
    provider = application.provider
    _check(actor, application)
    if application.status == ApplicationStatus.WITHDRAWN:
        raise Conflict(f"{provider.name} has taken its application back")
    if application.status == ApplicationStatus.DRAFT or wanted.answer != LotAnswer.WAITING:
        raise Conflict("A colleague has answered about this lot already. Look at it again")
    if application.round is not None and application.round.closes_on >= clock.today():
        raise Conflict(
            f"The round is open until {day_words(application.round.closes_on)}. Answer once everybody could apply"
        )
    reason = reason.strip()
    if not reason or len(reason) > REASON_LONGEST:
        raise BadInput(f"Enter the reason, in {REASON_LONGEST:,} characters or fewer: the provider reads it")
    wanted.scores = _scores(application, scores or {})
    if award:
        if from_on is None:
            raise BadInput("Enter the first day of the place")
        if actor is not None and from_on < clock.today():
            # Else the answer to who was on which lot on a day that is over would change afterwards.
            raise BadInput("Enter today or a later day: who was on the framework on days that are over does not change")
        place = place_on_framework(
            actor=actor, provider=provider, lot=wanted.lot, from_on=from_on, locality=wanted.locality
        )
        wanted.place_id = place.id
    wanted.answer = LotAnswer.AWARDED if award else LotAnswer.REFUSED
    wanted.reason, wanted.answered_at = reason, clock.now()
    wanted.answered_by_id = actor.id if actor else None
    db.session.flush()
    _finish(application)
    _tell(actor, application, wanted, from_on)
    return wanted


def _tell(
    actor: Person | None, application: FrameworkApplication, wanted: ApplicationLot, from_on: date | None
) -> None:
    framework, provider = application.framework, application.provider
    award = wanted.answer == LotAnswer.AWARDED
    record(
        action="framework_lot_awarded" if award else "framework_lot_refused",
        actor_id=actor.id if actor else None,
        subject_kind="framework_application",
        subject_id=application.id,
        council_id=framework.council_id,
        name=f"{provider.name}, lot {wanted.lot.number}",
    )
    for one in staff_who_speak_for(provider.id):
        send_notice(
            notices.AWARDED if award else notices.REFUSED,
            one,
            link=f"/desk/applications/{application.public_id}",
            council=framework.council.name,
            provider=provider.name,
            lot=f"{wanted.lot.number}, {wanted.lot.name}",
            framework=framework.name,
            day=day_words(from_on) if from_on else "",
        )


def _check(actor: Person | None, application: FrameworkApplication) -> None:
    if not may_run_frameworks(actor, application.framework.council_id):
        raise NotAllowed("Only this council's contracts officers and commissioners can answer")
    if actor is not None and may_speak_for(actor, application.provider):
        raise NotAllowed("You work for this provider. Ask a colleague to answer")


def _scores(application: FrameworkApplication, scores: Mapping[str, int]) -> dict[str, int]:
    """Exactly those that were declared, whole numbers from 0 to 100."""
    names = [one["name"] for one in application.weights]
    for name in names:
        if not 0 <= scores.get(name, -1) <= 100:  # noqa: PLR2004 - percents
            raise BadInput(f"Enter how the answers score for {name}, from 0 to 100")
    return {name: scores[name] for name in names}


def _finish(application: FrameworkApplication) -> None:
    waits = select(ApplicationLot.id).where(
        ApplicationLot.application_id == application.id, ApplicationLot.answer == LotAnswer.WAITING
    )
    if db.session.scalar(waits.limit(1)) is None:
        application.status, application.decided_at = ApplicationStatus.DECIDED, clock.now()
        db.session.flush()
