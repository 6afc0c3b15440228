"""Reporting something, deciding about it, appealing, and what then happens to it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue.actions.listings import put_listing_back, remove_listing
from app.market.catalogue.models import Listing, ListingArea
from app.market.providers.models import Provider
from app.market.providers.queries.served import councils_served
from app.market.providers.rules.removal import RemovalReason
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.messages.actions import moderating as messages
from app.platform.messages.actions.sending import MessageTemplate, send_notice
from app.platform.messages.rules import About, ToldAs
from app.shop.moderating import permissions, queries
from app.shop.moderating.models import ContentReport
from app.shop.moderating.queries import Reported
from app.shop.moderating.rules import WORDS_LONGEST, ContentKind
from app.support.booking_records.models.bookings import Booking
from app.support.conversations.models import BookingMessage


def report_content(
    *, actor: Person, thing: Reported, reason: RemovalReason, words: str, council: Council | None
) -> ContentReport:
    """Tell a moderator what is wrong with something one sees. It stays as it is until they have decided.

    Args:
        actor: who reports it.
        thing: a provider (its own words), a listing, or a message: what :func:`queries.reportable` let them see.
        reason: what is wrong.
        words: more of it, if they want.
        council: in whose shop they stand: it decides where the provider serves it and it has a moderator.

    Raises:
        BadInput: with too many words.
        Conflict: when they reported it and it waits, or it was removed already.
    """
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"What is wrong must be {WORDS_LONGEST:,} characters or fewer")
    db.session.refresh(thing, with_for_update={"of": type(thing)})
    if removed_because_of(thing) is not None:
        raise Conflict("This was removed already. Thank you.")
    last = queries.last_content_report_by(actor.id, *_about(thing), ContentReport.decided_at.is_(None))
    if last is not None:
        raise Conflict("You have reported this already. Thank you. We tell you what is decided.")
    booking = db.session.get_one(Booking, thing.booking_id) if isinstance(thing, BookingMessage) else None
    provider_id = _provider_id(thing, booking)
    concerned = {actor.id} | (
        {booking.person_id, thing.author_id} if isinstance(thing, BookingMessage) and booking else set()
    )
    who = queries.who_moderates(_councils(thing, booking, council), without=concerned, of_provider=provider_id)
    made = ContentReport(
        kind=_kind(thing),
        provider_id=provider_id,
        listing_id=thing.id if isinstance(thing, Listing) else None,
        message_id=thing.id if isinstance(thing, BookingMessage) else None,
        person_id=None if booking is None else booking.person_id,
        council_id=next(iter(who), None),
        by_id=actor.id,
        reason=reason,
        words=words.strip(),
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _record("content_reported", actor, made, reason=reason.value)
    for moderator in next(iter(who.values()), []):
        notice = messages.LOOK_NOW if reason is RemovalReason.DANGER else messages.REPORTED
        send_notice(notice, moderator, link=f"/moderation/{made.public_id}")
    return made


def decide_content(
    *, actor: Person, report: ContentReport, because: RemovalReason | None, answer: str
) -> ContentReport:
    """The moderator's decision: it stays, or is removed for a reason that stands in its place. Both sides are told why.

    What else was reported of the same thing is decided with it, where the same moderator may.

    Raises:
        NotAllowed: for anybody but a moderator of that council with no part in it.
        BadInput: without words that say why.
        Conflict: when it was decided already.
    """
    report, thing = _locked(report)
    if not permissions.may_decide_content(actor, report):
        raise NotAllowed("Only a moderator of the council who has no part in it may decide about this.")
    answer = _said(answer, "Enter why: both sides are told")
    if report.decided_at is not None:
        raise Conflict("A colleague has decided this already.")
    together = [report]
    if because is not None:
        also = queries.open_content_reports(*_about(thing))
        together += [one for one in also if one.id != report.id and permissions.may_decide_content(actor, one)]
        _remove(actor, thing, because)
    for one in together:
        one.is_removed, one.removed_because, one.answer = because is not None, because, answer
        one.decided_at, one.decided_by_id = clock.now(), actor.id
    db.session.flush()
    _record(
        "content_kept" if because is None else "content_removed", actor, report, reason=(because or report.reason).value
    )
    _tell(together, messages.DECIDED, is_removed=because is not None, why=answer)
    return report


def appeal_content(*, actor: Person, report: ContentReport, words: str) -> ContentReport:
    """Say that a decision is wrong, once, by the side it went against. Somebody else decides.

    Raises:
        NotFound: for whoever it did not go against.
        BadInput: without words.
        Conflict: when it was appealed against already.
    """
    report, _ = _locked(report)
    words = _said(words, "Enter why you think the decision is wrong")
    if report.appealed_at is not None:
        raise Conflict("There is an appeal already. Somebody else decides about it.")
    if not permissions.may_appeal_content(actor, report):
        raise NotFound("There is no decision here that you can appeal against.")
    report.appeal, report.appealed_at, report.appealed_by_id = words, clock.now(), actor.id
    db.session.flush()
    _record("content_appealed", actor, report)
    return report


def decide_content_appeal(*, actor: Person, report: ContentReport, is_upheld: bool, answer: str) -> ContentReport:
    """Decide whether the first decision stands, or is turned round. The last word here.

    Raises:
        NotAllowed: for whoever decided first, reported, appealed or has a part in it.
        BadInput: without words that say why.
        Conflict: when nobody appealed, or it was decided already.
    """
    report, thing = _locked(report)
    if not permissions.may_decide_content_appeal(actor, report):
        raise NotAllowed("An appeal is decided by a moderator who did not decide first and has no part in it.")
    answer = _said(answer, "Enter why: both sides are told")
    if report.appealed_at is None or report.appeal_decided_at is not None:
        raise Conflict("There is no appeal here that waits.")
    report.is_upheld, report.appeal_answer = is_upheld, answer
    report.appeal_decided_at, report.appeal_decided_by_id = clock.now(), actor.id
    is_removed = bool(report.is_removed) is not is_upheld
    if is_upheld:
        if is_removed:
            _remove(actor, thing, report.reason)
        else:
            _put_back(actor, thing)
    db.session.flush()
    _record("content_appeal_decided", actor, report, is_upheld=is_upheld)
    _tell([report], messages.APPEALED, is_removed=is_removed, why=answer)
    return report


def removed_because_of(thing: Reported) -> str | None:
    """Why something was removed; nothing where it was not."""
    return thing.words_removed_because if isinstance(thing, Provider) else thing.removed_because


def _remove(actor: Person, thing: Reported, because: RemovalReason) -> None:
    if isinstance(thing, Listing):
        remove_listing(actor=actor, listing=thing, because=because)
    elif isinstance(thing, Provider):
        thing.words_removed_because = because.value
    else:
        thing.removed_because = because.value


def _put_back(actor: Person, thing: Reported) -> None:
    if isinstance(thing, Listing):
        put_listing_back(actor=actor, listing=thing)
    elif isinstance(thing, Provider):
        thing.words_removed_because = None
    else:
        thing.removed_because = None


def _locked(report: ContentReport) -> tuple[ContentReport, Reported]:
    """The thing and then the report, so that two decisions about one thing queue up."""
    thing: Reported = report.listing or report.message or report.provider
    db.session.refresh(thing, with_for_update={"of": type(thing)})
    db.session.refresh(report, with_for_update={"of": ContentReport})
    return report, thing


def _about(thing: Reported) -> tuple[ColumnElement[bool], ...]:
    if isinstance(thing, Listing):
        return (ContentReport.listing_id == thing.id,)
    if isinstance(thing, BookingMessage):
        return (ContentReport.message_id == thing.id,)
    return ContentReport.provider_id == thing.id, ContentReport.kind == ContentKind.PAGE


def _kind(thing: Reported) -> ContentKind:
    if isinstance(thing, Listing):
        return ContentKind.LISTING
    return ContentKind.MESSAGE if isinstance(thing, BookingMessage) else ContentKind.PAGE


def _provider_id(thing: Reported, booking: Booking | None) -> int:
    if booking is not None:
        return booking.provider_id
    return thing.provider_id if isinstance(thing, Listing) else thing.id


def _councils(thing: Reported, booking: Booking | None, council: Council | None) -> Sequence[int]:
    """The councils it concerns, the one that should decide first."""
    if booking is not None:
        return [number for number in (booking.council_id, booking.person.council_id) if number is not None]
    if isinstance(thing, Listing):
        rows = db.session.query(ListingArea.council_id).where(ListingArea.listing_id == thing.id).distinct()
        served = sorted(number for (number,) in rows)
    else:
        assert isinstance(thing, Provider)
        served = [one.id for one in councils_served(thing)]
    here = [] if council is None else [council.id]
    return [number for number in here if number in served] + served


def _said(typed: str, missing: str) -> str:
    words = typed.strip()
    if not words:
        raise BadInput(missing)
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"This must be {WORDS_LONGEST:,} characters or fewer")
    return words


def _tell(reports: Sequence[ContentReport], notice: MessageTemplate, *, is_removed: bool, why: str) -> None:
    """Tell whoever reported it, and whose it is, each once."""
    first = reports[0]
    author = first.message.author if first.message is not None else None
    sides = [author] if author is not None else queries.page_managers(first.provider_id)
    told: set[int] = set()
    for report, person in [*((one, one.by) for one in reports), *((first, one) for one in sides)]:
        if person.id in told:
            continue
        told.add(person.id)
        about = None
        if report.person_id is not None:
            is_staff = report.provider_id in person.provider_ids
            about = About(
                report.person_id,
                ToldAs.STAFF if is_staff else ToldAs.ARRANGES,
                report.provider_id if is_staff else None,
            )
        became = messages.REMOVED if is_removed else messages.STAYS
        if not is_removed and notice is messages.APPEALED and first.listing is not None:
            became = messages.MAY_BE_SHOWN
        send_notice(
            notice, person, link=f"/moderation/{report.public_id}/decision", about=about, became=became, why=why
        )


def _record(action: str, actor: Person, report: ContentReport, **facts: object) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=report.person_id,
        subject_kind="content_report",
        subject_id=report.id,
        council_id=report.council_id,
        provider_id=report.provider_id,
        **facts,
    )
