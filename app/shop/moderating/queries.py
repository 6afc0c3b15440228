"""What was reported and waits, reviews among it, and what somebody may report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound, Refusal
from app.market.catalogue import queries as catalogue
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.market.providers.queries import provider_by_public_id
from app.market.providers.rules.removal import REMOVAL_WORDS
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.shop.moderating.models import ContentReport
from app.shop.moderating.rules import APPEAL_WORDS, KIND_WORDS, REVIEW_WORDS, ContentKind
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.queries import moderating as reviews
from app.shop.reviews.rules import REPORT_REASON_WORDS
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.queries import at_desk
from app.support.conversations.models import BookingMessage
from app.support.conversations.queries import conversation_for

Reported = Provider | Listing | BookingMessage
_WHOLE = (
    joinedload(ContentReport.provider),
    joinedload(ContentReport.listing),
    joinedload(ContentReport.message),
    joinedload(ContentReport.person),
    joinedload(ContentReport.by),
)
_NONE = "There is no such report."


def reportable(actor: Person, kind: ContentKind, public_id: str) -> Reported:
    """What somebody sees and so can report.

    Raises:
        NotFound: when there is none, or it is not theirs to see.
    """
    if kind is ContentKind.PAGE:
        return provider_by_public_id(public_id)
    if kind is ContentKind.LISTING:
        return catalogue.listing_for_visitor(public_id)
    message = db.session.scalar(select(BookingMessage).where(BookingMessage.public_id == public_id))
    if message is None or message.author_id == actor.id or not _reads(actor, message):
        raise NotFound("There is no such message among those you can read.")
    return message


def _reads(actor: Person, message: BookingMessage) -> bool:
    name = db.session.scalar(select(Booking.public_id).where(Booking.id == message.booking_id))
    for read in (conversation_for, at_desk.booking_at_desk):
        try:
            if name is not None and read(actor, name):
                return True
        except Refusal:
            continue
    return False


def content_reports_for(actor: Person) -> Select[ContentReport]:
    """Reports and appeals that wait for this moderator, as :func:`permissions.may_decide_content` says of one."""
    waits = or_(
        ContentReport.decided_at.is_(None),
        and_(
            ContentReport.appealed_at.is_not(None),
            ContentReport.appeal_decided_at.is_(None),
            ContentReport.decided_by_id != actor.id,
            ContentReport.appealed_by_id != actor.id,
        ),
    )
    return select(ContentReport).where(waits, *_theirs(actor)).options(*_WHOLE)


def _theirs(actor: Person) -> tuple[ColumnElement[bool], ...]:
    councils = actor.council_ids_as(Role.MODERATOR)
    written = select(BookingMessage.id).where(BookingMessage.author_id == actor.id)
    return (
        or_(ContentReport.council_id.in_(councils), ContentReport.council_id.is_(None)),
        ContentReport.by_id != actor.id,
        ContentReport.provider_id.not_in(actor.provider_ids),
        or_(ContentReport.person_id.is_(None), ContentReport.person_id != actor.id),
        or_(ContentReport.message_id.is_(None), ContentReport.message_id.not_in(written)),
    )


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """One thing that waits for a moderator: what it is, what is said to be wrong, and where it is decided."""

    kind: str
    reason: str
    about: str
    since: datetime
    endpoint: str
    public_id: str


def everything_reported(actor: Person) -> Select[str]:
    """All that waits for a moderator, the oldest first, each as ``<table>:<public id>``; for paging."""
    appeal = aliased(ReviewReport)
    appeals = reviews.appeals_for(actor).with_only_columns(ReviewReport.id, maintain_column_froms=True).order_by(None)
    every = union_all(
        _refs(content_reports_for(actor), "content:", ContentReport.public_id, ContentReport.made_at),
        _refs(reviews.reports_for(actor), "review:", ReviewReport.public_id, ReviewReport.made_at),
        select((literal("appeal:") + appeal.public_id).label("ref"), appeal.appealed_at.label("since")).where(
            appeal.id.in_(appeals)
        ),
    ).subquery()
    return select(every.c.ref).order_by(every.c.since, every.c.ref)


def _refs(rows: Select[Any], table: str, public_id: Any, since: Any) -> Select[Any]:
    return rows.with_only_columns(
        (literal(table) + public_id).label("ref"), since.label("since"), maintain_column_froms=True
    ).order_by(None)


def waiting_reports(refs: Sequence[str]) -> list[WaitingReport]:
    """Those of one page, in its order, with at most two queries."""
    names = [ref.partition(":")[2] for ref in refs]
    content = db.session.scalars(select(ContentReport).where(ContentReport.public_id.in_(names)).options(*_WHOLE))
    of_reviews = db.session.scalars(
        select(ReviewReport)
        .where(ReviewReport.public_id.in_(names))
        .options(joinedload(ReviewReport.review).joinedload(Review.listing))
    )
    found = {f"content:{one.public_id}": _of_content(one) for one in content}
    for report in of_reviews:
        about = report.review.listing.title
        reason = REPORT_REASON_WORDS[report.reason]
        found[f"review:{report.public_id}"] = WaitingReport(
            REVIEW_WORDS, reason, about, report.made_at, "reviews.decide_report", report.public_id
        )
        found[f"appeal:{report.public_id}"] = WaitingReport(
            APPEAL_WORDS, reason, about, report.appealed_at or report.made_at, "reviews.decide_appeal", report.public_id
        )
    return [found[ref] for ref in refs]


def _of_content(one: ContentReport) -> WaitingReport:
    kind = KIND_WORDS[one.kind]
    return WaitingReport(
        f"{kind}, again: an appeal" if one.decided_at else kind,
        REMOVAL_WORDS[one.reason],
        one.about_words,
        one.appealed_at or one.made_at,
        "moderating.decide",
        one.public_id,
    )


def content_report_for(actor: Person, public_id: str) -> ContentReport:
    """One report, for the moderators it is decided by; also a decided one.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(
        select(ContentReport).where(ContentReport.public_id == public_id, *_theirs(actor)).options(*_WHOLE)
    )
    if found is None or not actor.council_ids_as(Role.MODERATOR):
        raise NotFound(_NONE)
    return found


def content_report_named(public_id: str) -> ContentReport:
    """One report, for those it concerns; who may know of it is asked by whoever asks.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(select(ContentReport).where(ContentReport.public_id == public_id).options(*_WHOLE))
    if found is None:
        raise NotFound(_NONE)
    return found


def last_content_report_by(person_id: int, *which: ColumnElement[bool]) -> ContentReport | None:
    """What somebody reported last about this."""
    rows = select(ContentReport).where(ContentReport.by_id == person_id, *which)
    return db.session.scalar(rows.order_by(ContentReport.id.desc()).limit(1))


def open_content_reports(*which: ColumnElement[bool]) -> Sequence[ContentReport]:
    """The reports of one thing that nobody has decided."""
    return db.session.scalars(select(ContentReport).where(ContentReport.decided_at.is_(None), *which)).all()


def who_moderates(council_ids: Sequence[int], *, without: set[int], of_provider: int) -> dict[int, list[Person]]:
    """The moderators of each of these councils that has some with no part in it, in the order of the councils."""
    rows = (
        select(RoleGrant.council_id, Person)
        .join(RoleGrant.person)
        .where(
            RoleGrant.council_id.in_(council_ids),
            RoleGrant.role == Role.MODERATOR,
            RoleGrant.ended_at.is_(None),
            Person.closed_at.is_(None),
        )
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = {}
    for council_id, person in db.session.execute(rows.options(selectinload(Person.grants))):
        if council_id is None or person.id in without or of_provider in person.provider_ids:
            continue
        found.setdefault(council_id, []).append(person)
    return {number: found[number] for number in council_ids if number in found}


def page_managers(provider_id: int) -> list[Person]:
    """Who manages a provider's page now, and so is told what became of it."""
    holds = select(RoleGrant.person_id).where(RoleGrant.provider_id == provider_id, RoleGrant.ended_at.is_(None))
    rows = select(Person).where(Person.id.in_(holds), Person.closed_at.is_(None)).options(selectinload(Person.grants))
    return [one for one in db.session.scalars(rows.order_by(Person.id)) if provider_id in one.provider_ids_to(StaffDuty.MANAGE)]  # fmt: skip
