"""Noting conflicts that began or ended, telling both, and a council's exception for a declared broker."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.models import Support
from app.people.circles.rules import HelperKind
from app.people.interests.models import BrokerException, Interest
from app.people.interests.rules import REASON_LONGEST, REASON_SHORTEST
from app.platform.audit.actions import record
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import circles as messages
from app.support.conflicts import queries


def note_conflicts() -> tuple[int, int]:
    """Note the conflicts that began and those that ended since, and tell both people of each; says how many.

    Powers rest and hold again by themselves, at the very next page. This only writes it down and tells of it: at least
    once for each, safe to run every minute and by two at once (the database keeps one lasting note of each).
    """
    found, known = _found_and_known()
    people = {key[0] for key in found ^ known.keys()}
    if not people:
        return 0, 0
    # Two of these at once take turns for each person; what the other noted meanwhile is read again.
    db.session.scalars(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()).all()
    found, known = _found_and_known()
    began = sorted(key for key in found - known.keys() if key[0] in people)
    ended = [one for key, one in known.items() if key not in found and key[0] in people]
    for person_id, helper_id, provider_id in began:
        note = Interest(person_id=person_id, helper_id=helper_id, provider_id=provider_id, since=clock.now())
        db.session.add(note)
        db.session.flush()
        _tell(note, has_begun=True)
    for note in ended:
        note.until = clock.now()
        _tell(note, has_begun=False)
    db.session.flush()
    return len(began), len(ended)


def note_conflicts_due() -> Swept:
    """Note what began and ended: a job, in a transaction of its own."""
    began, ended = in_transaction(note_conflicts)
    return Swept((f"{began} began, {ended} ended.",))


_Key = tuple[int, int, int]


def _found_and_known() -> tuple[set[_Key], dict[_Key, Interest]]:
    """The conflicts there are, and those noted as lasting: by person, helper and provider. An exception is none."""
    found = {(one.person_id, one.helper_id, one.provider_id) for one in queries.conflicts_now() if not one.is_excepted}
    return found, {(one.person_id, one.helper_id, one.provider_id): one for one in queries.noted()}


def _tell(note: Interest, *, has_begun: bool) -> None:
    provider = db.session.get_one(Provider, note.provider_id)
    for reader, other in ((note.person, note.helper), (note.helper, note.person)):
        if reader.closed_at is None:
            messages.help_rests(
                to_person_id=reader.id,
                to_email=reader.email,
                name=reader.full_name,
                other_name=other.full_name,
                # The helper works there and needs no name; what the person uses is theirs to tell.
                provider_name=provider.name if reader.id == note.person_id else None,
                has_begun=has_begun,
            )
    record(
        action="help_rests" if has_begun else "help_rests_no_more",
        actor_id=None,
        for_person_id=note.person_id,
        subject_kind="interest",
        subject_id=note.id,
        helper_id=note.helper_id,
        provider_id=note.provider_id,
    )


def except_broker(*, actor: Person, support: Support, provider: Provider, reason: str) -> BrokerException:
    """Let somebody who works for a provider be a person's broker all the same, with the council's reason in writing.

    They may see the plan and suggest, where the person lets them: never money, so never booking, reviews, or confirming
    that provider's own visits. Both read the reason.

    Args:
        actor: a care manager with the person on their caseload; neither of the two.
        support: the broker's help, in force.
        provider: for whom the broker works.
        reason: why, in the council's words.

    Raises:
        NotAllowed: when the actor has not the person on their caseload, is one of the two, or works for the provider.
        BadInput: without a reason, with one that is too long, or when the broker does not work there.
        Conflict: when it is excepted already, the help has ended, or the helper is no declared broker.
    """
    person, broker = support.person, support.supporter
    _must_be_of_council(actor, person)
    if broker is None or not support.is_in_force:
        raise Conflict("This help has ended, so there is nothing to except.")
    if support.kind is not HelperKind.BROKER:
        raise Conflict("Only a declared broker can be excepted: the person says what kind of helper somebody is.")
    if actor.id in {person.id, broker.id}:
        raise NotAllowed("You are one of the two. Somebody else from the council must write this.")
    if provider.id in actor.provider_ids:
        raise NotAllowed("You work for this provider too. Somebody else from the council must write this.")
    reason = reason.strip()
    if len(reason) < REASON_SHORTEST:
        raise BadInput(f"Enter the reason in {REASON_SHORTEST} characters or more, so that both can read why")
    if len(reason) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    if provider.id not in broker.provider_ids:
        raise BadInput("This person does not work for that provider")
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    if any(one.provider_id == provider.id for one in _exceptions(person.id, broker.id)):
        raise Conflict("There is such an exception already. End it first to write another reason.")
    made = BrokerException(
        person_id=person.id,
        helper_id=broker.id,
        provider_id=provider.id,
        council_id=person.council_id,
        reason=reason,
        written_by_id=actor.id,
        written_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _record("broker_excepted", actor, made)
    return made


def end_exception(*, actor: Person, exception: BrokerException) -> None:
    """End it: the broker's powers rest from the next page on.

    Raises:
        NotAllowed: when the actor is neither the person nor their care manager.
        Conflict: when it has ended.
    """
    db.session.refresh(exception, with_for_update={"of": BrokerException})
    if actor.id != exception.person_id:
        _must_be_of_council(actor, exception.person)
    if exception.ended_at is not None:
        raise Conflict("This has ended already.")
    exception.ended_at, exception.ended_by_id = clock.now(), actor.id
    db.session.flush()
    _record("broker_exception_ended", actor, exception)


def _must_be_of_council(actor: Person, person: Person) -> None:
    if not circles.standing_over(actor, person.id).is_care_manager:
        raise NotAllowed("Only a care manager who has the person on their caseload writes such a reason, or ends it.")


def _exceptions(person_id: int, helper_id: int) -> list[BrokerException]:
    return list(
        db.session.scalars(
            select(BrokerException).where(
                BrokerException.person_id == person_id,
                BrokerException.helper_id == helper_id,
                BrokerException.ended_at.is_(None),
            )
        )
    )


def _record(action: str, actor: Person, exception: BrokerException) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=exception.person_id,
        subject_kind="broker_exception",
        subject_id=exception.id,
        council_id=exception.council_id,
        helper_id=exception.helper_id,
        provider_id=exception.provider_id,
    )
