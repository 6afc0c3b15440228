"""Changing what a supporter was granted, and ending it."""

from datetime import date
from typing import Any

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.models import Person
from app.people.circles import permissions, queries
from app.people.circles.models import Support
from app.people.circles.rules import EndingEvidence, Power, powers_from, stored_powers
from app.people.interests import queries as interests
from app.platform.audit.actions import record
from app.platform.messages.actions import circles as messages


class CannotGrant(NotAllowed):
    """Somebody tried to grant what is not theirs to grant (403)."""

    def __init__(self) -> None:
        super().__init__(
            "You cannot allow this: only the person can. Ask them to do it on their page People beside you."
        )


class SayWhy(BadInput):
    """Somebody from the council ends another's help without a reason or evidence (400)."""

    def __init__(self) -> None:
        super().__init__("Say why this help has to end, and what you have seen that shows it")


def check_help_ends_later(ends_on: date | None) -> None:
    """Let pass no last day, or one that is still to come.

    Raises:
        BadInput: when it is over.
    """
    if ends_on is not None and ends_on < clock.today():
        raise BadInput("The last day must be today or later")


def change_powers(
    *,
    actor: Person,
    support: Support,
    powers: frozenset[Power],
    ends_on: date | None = None,
    is_told_when_missed: bool | None = None,
) -> Support:
    """Change what a supporter may do and until when, from the very next page they open.

    Args:
        actor: the person.
        support: whose help.
        powers: what they may do from now on.
        ends_on: the last day on which it counts, where there is one.
        is_told_when_missed: whether they are told when nobody comes to a visit; as it was, when nothing is said.

    Raises:
        CannotGrant: when the actor is not the person.
        BadInput: when nothing would be left (ending is the word for that), or the last day is over.
        Conflict: when it has ended meanwhile, or the supporter works for a provider the person uses.
    """
    powers = powers_from(powers)
    lock_support(support)
    if not permissions.may_change_powers(queries.standing_over(actor, support.person_id)):
        raise CannotGrant
    if not powers:
        raise BadInput("Select what this person may do, or end it instead")
    check_help_ends_later(ends_on)
    if support.supporter is not None:
        interests.must_be_free(support.supporter, support.person_id)
    before, was = support.powers, (support.powers, support.ends_on, support.is_told_when_missed)
    support.powers, support.ends_on = stored_powers(powers), ends_on
    if is_told_when_missed is not None:
        support.is_told_when_missed = is_told_when_missed
    if was != (support.powers, ends_on, support.is_told_when_missed):
        record_support(
            "supporter_powers_changed",
            actor,
            support,
            before=before,
            powers=support.powers,
            until=None if ends_on is None else ends_on.isoformat(),
            is_told_when_missed=support.is_told_when_missed,
        )
    db.session.flush()
    return support


def end_support(
    *, actor: Person, support: Support, because: str = "", evidence: EndingEvidence | None = None
) -> Support:
    """End it, at once: by the person or the supporter; by a care manager only with a reason and evidence.

    The person is told by whom and why. An invitation that waits is taken back.

    Raises:
        NotAllowed: when it is nobody's of these.
        SayWhy: when somebody from the council gives no reason, or names nothing they saw.
        Conflict: when it has ended already.
    """
    lock_support(support)
    if not permissions.may_end_support(actor, queries.standing_over(actor, support.person_id), support):
        raise NotAllowed("Only the person, the supporter or a care manager can end this.")
    because = because.strip()
    if permissions.must_say_why(actor, support):
        if not because or evidence is None:
            raise SayWhy
        support.ended_because, support.ended_evidence = because, evidence
    was_in_force = support.accepted_at is not None
    support.ended_at, support.ended_by_id, support.token_hash = clock.now(), actor.id, None
    support.code_hash = None
    facts = {"evidence": evidence.value, "because": because} if support.ended_evidence and evidence else {}
    record_support("supporter_ended", actor, support, **facts)
    if was_in_force or facts:
        _tell_the_others(actor, support)
    db.session.flush()
    return support


def _tell_the_others(actor: Person, support: Support) -> None:
    person, supporter = support.person, support.supporter
    name = support.invited_email if supporter is None else supporter.full_name
    if support.ended_because is not None and support.ended_evidence is not None:
        messages.council_ended_help(
            to_person_id=person.id, to_email=person.email, name=person.full_name, other_name=name
        )
    elif person.id != actor.id:
        messages.help_has_ended(to_person_id=person.id, to_email=person.email, name=person.full_name, other_name=name)
    if supporter is not None and supporter.id != actor.id:
        messages.help_has_ended(
            to_person_id=supporter.id,
            to_email=supporter.email,
            name=supporter.full_name,
            other_name=person.full_name,
        )


def lock_support(support: Support) -> None:
    """Lock the grant and read it again.

    Raises:
        Conflict: when it has ended meanwhile.
    """
    db.session.refresh(support, with_for_update={"of": Support})
    if support.ended_at is not None:
        raise Conflict("This has ended already.")


def record_support(action: str, actor: Person | None, support: Support, **details: Any) -> None:
    """Put on record what happened to a grant, and whether a care manager did it."""
    standing = queries.standing_over(actor, support.person_id) if actor else None
    record(
        action=action,
        actor_id=actor.id if actor else None,
        for_person_id=support.person_id,
        subject_kind="support",
        subject_id=support.id,
        by_care_manager=bool(standing and standing.is_care_manager),
        **details,
    )
