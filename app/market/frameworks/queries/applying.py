"""Reading applications: the provider's own, and those a council answers."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.frameworks.models import ApplicationDocument, ApplicationLot, FrameworkApplication
from app.market.frameworks.rules.applications import ApplicationStatus
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.models import Framework

NO_APPLICATION = "There is no such application."
_WHOLE = (
    joinedload(FrameworkApplication.framework).joinedload(Framework.council),
    joinedload(FrameworkApplication.provider),
    joinedload(FrameworkApplication.made_by),
    joinedload(FrameworkApplication.round),
    selectinload(FrameworkApplication.lots).options(
        joinedload(ApplicationLot.lot),
        joinedload(ApplicationLot.locality),
        joinedload(ApplicationLot.answered_by),
    ),
)


def providers_spoken_for(actor: Person) -> Sequence[Provider]:
    """The providers this person works for, by name."""
    rows = select(Provider).where(Provider.id.in_(actor.provider_ids)).order_by(Provider.name, Provider.id)
    return db.session.scalars(rows).all()


def applications_by(actor: Person) -> Select[FrameworkApplication]:
    """The applications of the providers this person works for, the newest first; for paging."""
    return (
        select(FrameworkApplication)
        .where(FrameworkApplication.provider_id.in_(actor.provider_ids))
        .options(*_WHOLE)
        .order_by(FrameworkApplication.id.desc())
    )


def application_by(actor: Person, public_id: str) -> FrameworkApplication:
    """One application of a provider this person works for.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(applications_by(actor).where(FrameworkApplication.public_id == public_id))
    if found is None:
        raise NotFound(NO_APPLICATION)
    return found


def open_application(provider: Provider, framework: Framework) -> FrameworkApplication | None:
    """What a provider wrote or sent and is not answered about yet."""
    return db.session.scalar(
        select(FrameworkApplication)
        .where(
            FrameworkApplication.framework_id == framework.id,
            FrameworkApplication.provider_id == provider.id,
            FrameworkApplication.status.in_([ApplicationStatus.DRAFT, ApplicationStatus.SENT]),
        )
        .options(*_WHOLE)
    )


def applications_to(council_ids: set[int], *, framework_id: int | None = None) -> Select[FrameworkApplication]:
    """The applications sent to these councils that wait for an answer, the oldest first; for paging."""
    rows = (
        select(FrameworkApplication)
        .join(FrameworkApplication.framework)
        .where(Framework.council_id.in_(council_ids), FrameworkApplication.status == ApplicationStatus.SENT)
        .options(*_WHOLE)
        .order_by(FrameworkApplication.sent_at, FrameworkApplication.id)
    )
    return rows if framework_id is None else rows.where(FrameworkApplication.framework_id == framework_id)


def applications_answered(framework_id: int) -> Select[FrameworkApplication]:
    """The applications for a framework that were answered, the latest first; for paging. Only the council reads them."""
    return (
        select(FrameworkApplication)
        .where(
            FrameworkApplication.framework_id == framework_id,
            FrameworkApplication.status == ApplicationStatus.DECIDED,
        )
        .options(*_WHOLE)
        .order_by(FrameworkApplication.decided_at.desc(), FrameworkApplication.id.desc())
    )


def application_to(actor: Person, public_id: str) -> FrameworkApplication:
    """One application that was sent to a council whose frameworks this person runs.

    Raises:
        NotFound: for anybody else, for a draft, and when there is none.
    """
    found = db.session.scalar(
        select(FrameworkApplication)
        .join(FrameworkApplication.framework)
        .where(
            FrameworkApplication.public_id == public_id,
            FrameworkApplication.sent_at.is_not(None),
            Framework.council_id.in_(actor.council_ids_as(*RUN_FRAMEWORKS)),
        )
        .options(*_WHOLE)
    )
    if found is None:
        raise NotFound(NO_APPLICATION)
    return found


def application_documents(application: FrameworkApplication) -> Sequence[ApplicationDocument]:
    """The documents of an application, without their content."""
    return db.session.scalars(
        select(ApplicationDocument)
        .where(ApplicationDocument.application_id == application.id)
        .order_by(ApplicationDocument.id)
    ).all()


def document_in(application: FrameworkApplication, public_id: str) -> ApplicationDocument:
    """One document of an application.

    Raises:
        NotFound: when there is none.
    """
    found = next((one for one in application_documents(application) if one.public_id == public_id), None)
    if found is None:
        raise NotFound("There is no such document.")
    return found
