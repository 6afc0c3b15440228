"""What counts without the person's own yes, and never by one alone: decisions about capacity, and authority over money."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_email
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles import permissions, queries
from app.people.circles.actions.caseloads import lock_entry
from app.people.circles.actions.invitations import write_invitation
from app.people.circles.actions.supporters import record_support
from app.people.circles.models import CapacityDecision, CaseloadEntry, Support
from app.people.circles.rules import (
    DECISION_LASTS_MOST_DAYS,
    DECISION_POWERS,
    WITH_AUTHORITY,
    AuthorityEvidence,
    CapacityEvidence,
    HelperKind,
    Power,
    powers_from,
    stored_powers,
)
from app.people.interests import queries as interests
from app.platform.audit.actions import record
from app.platform.messages.actions import circles as messages
from app.platform.messages.rules import About, ToldAs


class Reasons(NamedTuple):
    """What must be said of a decision made for somebody: none of it may be empty."""

    which_decision: str
    help_tried: str
    least_restriction: str
    decided_by_name: str
    decided_by_role: str


class OpensPrivateMoney(NotAllowed):
    """A council's decision would open private money (403)."""

    def __init__(self) -> None:
        super().__init__(
            "A council's decision never opens somebody's own money or direct payment. That needs the person, or an "
            "attorney, deputy or appointee for money."
        )


class NeedsASecond(NotAllowed):
    """Whoever recorded it, or is concerned, cannot be the second to look at it (403)."""

    def __init__(self) -> None:
        super().__init__("Somebody else from your council must look at this: it never counts by the word of one alone.")


def record_capacity_decision(
    *,
    actor: Person,
    entry: CaseloadEntry,
    powers: Collection[Power],
    reasons: Reasons,
    evidence: CapacityEvidence,
    review_on: date,
) -> CapacityDecision:
    """Record that a person cannot decide one thing, and what their care manager may do then. It waits for a second.

    Args:
        actor: the care manager whose entry it is.
        entry: between whom.
        powers: what it opens; nothing of private money.
        reasons: in words the person reads.
        evidence: the record behind it.
        review_on: from this day on it opens nothing; within a year.

    Raises:
        NotAllowed: when it is not the actor's entry.
        OpensPrivateMoney: when it would.
        BadInput: when something is not said, the decider is the care manager, or the day of review is over or too far.
        Conflict: when the entry has ended.
    """
    lock_entry(entry)
    if entry.care_manager_id != actor.id:
        raise NotAllowed("Only the care manager of this person records this.")
    wanted = powers_from(powers)
    if not wanted <= DECISION_POWERS:
        raise OpensPrivateMoney
    if not wanted:
        raise BadInput("Select what it is about")
    kept = Reasons(*(words.strip() for words in reasons))
    if not all(kept):
        raise BadInput("Answer every question: the person reads all of it")
    if _letters_of(kept.decided_by_name) == _letters_of(actor.full_name):
        raise BadInput("Name somebody other than you who decided this: it is never the care manager alone")
    today = clock.today()
    if not today < review_on <= today + timedelta(days=DECISION_LASTS_MOST_DAYS):
        raise BadInput("The day to look at it again must be after today and within a year")
    made = CapacityDecision(
        entry_id=entry.id,
        powers=stored_powers(wanted),
        evidence=evidence,
        review_on=review_on,
        made_at=clock.now(),
        made_by_id=actor.id,
        **kept._asdict(),
    )
    db.session.add(made)
    db.session.flush()
    _record("capacity_decision_made", actor, entry, made)
    _tell(entry, made)
    db.session.flush()
    return made


def _letters_of(name: str) -> str:
    """A name without what does not tell people apart: case, spaces, dots."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def answer_capacity_decision(*, actor: Person, decision: CapacityDecision, agrees: bool) -> CapacityDecision:
    """Look at it a second time, for the council: it counts from then on, or never.

    Raises:
        NeedsASecond: when the actor recorded it, is that care manager, or the person; or is not of that council.
        Conflict: when somebody answered, the entry ended, its day of review has come, or the actor works for a provider the
            person uses.
    """
    entry = _locked(decision)
    concerned = {decision.made_by_id, entry.care_manager_id, entry.person_id}
    if actor.id in concerned or not permissions.may_agree_for_council(actor, entry.council_id):
        raise NeedsASecond
    interests.must_be_free(actor, entry.person_id)
    if decision.agreed_at is not None:
        raise Conflict("This was agreed already.")
    if clock.today() >= decision.review_on:
        raise Conflict("Its day of review has come, so it can no longer be agreed. It has to be made anew.")
    if agrees:
        decision.agreed_at, decision.agreed_by_id = clock.now(), actor.id
    else:
        decision.ended_at, decision.ended_by_id = clock.now(), actor.id
    _open(entry)
    _record("capacity_decision_agreed" if agrees else "capacity_decision_refused", actor, entry, decision)
    _tell(entry, decision)
    db.session.flush()
    return decision


def end_capacity_decision(*, actor: Person, decision: CapacityDecision) -> CapacityDecision:
    """End it before its day of review, at once: the person themselves, or anybody of the council who may keep caseloads.

    Whoever says that they can decide is believed until somebody shows otherwise (Mental Capacity Act 2005, section 1(2)).

    Raises:
        NotAllowed: when the actor may not.
        Conflict: when it has ended.
    """
    entry = _locked(decision)
    if actor.id != entry.person_id:
        interests.must_be_free(actor, entry.person_id)
    if actor.id != entry.person_id and not permissions.may_agree_for_council(actor, entry.council_id):
        raise NotAllowed("Only your council can end a decision it made. Its page says how to challenge it.")
    decision.ended_at, decision.ended_by_id = clock.now(), actor.id
    _open(entry)
    _record("capacity_decision_ended", actor, entry, decision)
    if actor.id == entry.person_id:
        _tell_care_manager(entry, decision)
    else:
        _tell(entry, decision)
    db.session.flush()
    return decision


def _locked(decision: CapacityDecision) -> CaseloadEntry:
    entry = decision.entry
    lock_entry(entry)
    db.session.refresh(decision)
    if decision.ended_at is not None:
        raise Conflict("This has ended already.")
    return entry


def _open(entry: CaseloadEntry) -> None:
    """Write on the entry what the decisions in force open, each until its day of review; the latest counts."""
    db.session.flush()
    rows = select(CapacityDecision).where(CapacityDecision.entry_id == entry.id)
    until: dict[str, str] = {}
    for one in db.session.scalars(rows.execution_options(populate_existing=True)):
        if one.is_in_force:
            for power in one.powers:
                until[power] = max(until.get(power, ""), one.review_on.isoformat())
    entry.decided = until


def _record(action: str, actor: Person, entry: CaseloadEntry, decision: CapacityDecision) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=entry.person_id,
        subject_kind="capacity_decision",
        subject_id=decision.id,
        council_id=entry.council_id,
        powers=decision.powers,
        review_on=decision.review_on.isoformat(),
    )


def _tell(entry: CaseloadEntry, decision: CapacityDecision) -> None:
    person = entry.person
    messages.decision_was_made(
        to_person_id=person.id, to_email=person.email, name=person.full_name, path=_page_of(decision)
    )


def _tell_care_manager(entry: CaseloadEntry, decision: CapacityDecision) -> None:
    manager = entry.care_manager
    messages.decision_was_ended(
        to_person_id=manager.id,
        to_email=manager.email,
        name=manager.full_name,
        path=_page_of(decision),
        about=About(entry.person_id, ToldAs.CARE_MANAGER),
    )


def _page_of(decision: CapacityDecision) -> str:
    """Its page, which both the person and their care manager may open."""
    return f"/people-beside-you/decisions/{decision.public_id}"


# Authority over money.


def note_authority(
    *, actor: Person, entry: CaseloadEntry, email: str, relation: str, kind: HelperKind, authority: AuthorityEvidence
) -> Support:
    """Note, for the council, that an attorney, deputy or appointee acts about a person's money. It waits for a second.

    Whoever helps already with this email address is noted to have it; anybody else is invited, and nothing opens before
    they have said yes and a second person of the council has seen the paper.

    Raises:
        NotAllowed: when it is not the actor's entry.
        BadInput: when the kind carries no such authority.
        Conflict: when the entry has ended, or it was noted already.
    """
    lock_entry(entry)
    if entry.care_manager_id != actor.id:
        raise NotAllowed("Only the care manager of this person notes this.")
    if kind not in WITH_AUTHORITY:
        raise BadInput("Select attorney, deputy or appointee")
    if clean_email(email) == actor.email:
        raise NotAllowed("You cannot note this of yourself.")
    person = entry.person
    lock_person(person.id)
    support = queries.open_support_for(person.id, clean_email(email))
    if support is None:
        support = write_invitation(
            actor=actor, person=person, email=email, relation=relation, powers=[], kind=kind, ends_on=None
        )
    elif support.authority_noted_at is not None:
        raise Conflict("This was noted already.")
    support.kind_before = support.kind if support.accepted_at is not None or support.powers else None
    support.kind, support.authority = kind, authority
    support.authority_noted_by_id, support.authority_noted_at = actor.id, clock.now()
    record_support("authority_noted", actor, support, authority=authority.value)
    messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return support


def answer_authority(*, actor: Person, support: Support, agrees: bool) -> Support:
    """See the paper too, for the council: it counts from then on; or say that it is not right, and it is no authority.

    Raises:
        NeedsASecond: when the actor noted it, is the helper or the person, or is not of the person's council.
        Conflict: when it has ended or was answered, or the actor works for a provider the person uses.
    """
    db.session.refresh(support, with_for_update={"of": Support})
    person = support.person
    concerned = {support.authority_noted_by_id, support.supporter_id, support.person_id}
    if (
        actor.id in concerned
        or actor.email == support.invited_email
        or person.council_id is None
        or not permissions.may_agree_for_council(actor, person.council_id)
    ):
        raise NeedsASecond
    interests.must_be_free(actor, person.id)
    if support.ended_at is not None or support.authority is None or support.authority_seen_at is not None:
        raise Conflict("This was answered already, or has ended.")
    if agrees:
        support.authority_seen_by_id, support.authority_seen_at = actor.id, clock.now()
    else:
        support.authority, support.authority_noted_at, support.authority_noted_by_id = None, None, None
        support.kind, support.kind_before = support.kind_before or HelperKind.FAMILY_OR_FRIEND, None
        if not support.powers:
            # The person let them do nothing, and nothing else lets them: there is no help left to answer or to give.
            support.ended_at, support.ended_by_id, support.token_hash = clock.now(), actor.id, None
    record_support("authority_seen" if agrees else "authority_not_seen", actor, support)
    messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return support
