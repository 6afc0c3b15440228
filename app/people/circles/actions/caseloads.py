"""Caseloads: who is on whose, what the care manager asks to be let do, and what the person says."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles import permissions, queries
from app.people.circles.actions.supporters import CannotGrant
from app.people.circles.models import AskedPower, CaseloadCover, CaseloadEntry
from app.people.circles.rules import COUNCIL_STAFF_POWERS, Power, powers_from, stored_powers
from app.people.councils.models import Council
from app.people.interests import queries as interests
from app.platform.audit.actions import record
from app.platform.messages.actions import circles as messages
from app.platform.messages.rules import About, ToldAs

REASON_LONGEST = 600


def put_on_caseload(
    *,
    actor: Person,
    care_manager: Person,
    person: Person,
    council: Council,
    because: str = "",
    person_agreed: bool = False,
) -> CaseloadEntry:
    """Put a person on a care manager's caseload. It lets the care manager do nothing but what the law lets them.

    Args:
        actor: a care manager or commissioner of the council.
        care_manager: works for the council.
        person: lives in the council's area.
        council: whose caseload it is.
        because: why, as the person reads it. Whoever opens somebody for themselves must say, and somebody else of the
            council looks at it; not where the person themselves agreed to come.
        person_agreed: the person said yes to this council and this care manager just now.

    Raises:
        NotAllowed: when the actor is neither.
        BadInput: when a care manager opens somebody for themselves and does not say why.
        Conflict: when the care manager does not work, or the person does not live, there; or when the care manager also
            works for a provider the person uses, or helps the person by the person's own choice.
    """
    if not permissions.may_keep_caseloads(actor, council.id):
        raise NotAllowed("Only care managers and commissioners of the council say who is on whose caseload.")
    lock_person(person.id)
    if not permissions.may_have_on_caseload(care_manager, person, council.id):
        raise Conflict("A care manager helps people who live in the area of the council they work for, not themselves.")
    interests.must_be_free(care_manager, person.id)
    if queries.is_supporter_of(care_manager, person.id):
        raise Conflict("This care manager helps the person already, as the person chose. Nobody is both at once.")
    entry = db.session.scalar(
        select(CaseloadEntry).where(
            CaseloadEntry.care_manager_id == care_manager.id,
            CaseloadEntry.person_id == person.id,
            CaseloadEntry.council_id == council.id,
            CaseloadEntry.ended_at.is_(None),
            CaseloadEntry.cover_id.is_(None),
        )
    )
    if entry is not None:
        return entry
    because = because.strip()
    if actor.id == care_manager.id and not person_agreed and not because:
        raise BadInput("Say why you open this person: they read it, and a colleague looks at it")
    if len(because) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    entry = CaseloadEntry(
        care_manager_id=care_manager.id,
        person_id=person.id,
        council_id=council.id,
        from_on=clock.today(),
        powers=[],
        opened_by_id=actor.id,
        opened_because=because,
    )
    db.session.add(entry)
    db.session.flush()
    record_entry("put_on_caseload", actor, entry)
    _tell_who_came(person, actor, because)
    for cover in covers_running(care_manager.id, council.id):
        cover_for(cover, entry)
    db.session.flush()
    return entry


def _tell_who_came(person: Person, by: Person, because: str) -> None:
    if because:
        messages.opened_you(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            by_name=by.full_name,
            because=because,
        )
    else:
        messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)


def take_off_caseload(*, actor: Person, entry: CaseloadEntry) -> CaseloadEntry:
    """End a care manager's part in a person's affairs, at once.

    Raises:
        NotAllowed: when the actor is no care manager or commissioner of the council.
        Conflict: when it has ended already.
    """
    lock_entry(entry)
    if not permissions.may_keep_caseloads(actor, entry.council_id):
        raise NotAllowed("Only care managers and commissioners of the council say who is on whose caseload.")
    entry.ended_at = clock.now()
    record_entry("taken_off_caseload", actor, entry)
    person = entry.person
    if entry.cover_id is None:
        _end_covers_of(entry)
    messages.who_may_help_changed(to_person_id=person.id, to_email=person.email, name=person.full_name)
    db.session.flush()
    return entry


def ask_powers(*, actor: Person, entry: CaseloadEntry, powers: Collection[Power], why: str) -> list[AskedPower]:
    """Ask the person to let their care manager do something. It opens nothing until they say yes.

    Args:
        actor: the care manager whose entry it is.
        entry: who asks whom.
        powers: what is asked for; what is let already, or asked and not answered, is not asked twice.
        why: in words the person reads.

    Raises:
        NotAllowed: when it is not the actor's entry, or council staff may never be let do this.
        BadInput: when nothing is asked, or not why.
        Conflict: when the entry has ended, or there is nothing left to ask.
    """
    lock_entry(entry)
    if entry.care_manager_id != actor.id:
        raise NotAllowed("Only the care manager asks for themselves what they may do.")
    wanted, why = powers_from(powers), why.strip()
    if not wanted <= COUNCIL_STAFF_POWERS:
        raise NotAllowed(
            "People who work for a council never spend somebody's own money or direct payment, and never decide for "
            "them. Ask to suggest instead: the person says yes to what you put together."
        )
    if not wanted:
        raise BadInput("Select what you ask for")
    if not why:
        raise BadInput("Say why you ask")
    waiting = {one.power for one in queries.asked_and_waiting(entry.id)}
    new = wanted - waiting - powers_from(entry.powers)
    if not new:
        raise Conflict("They let you do this already, or you have asked and they have not answered yet.")
    made = [
        AskedPower(entry_id=entry.id, power=power, why=why, asked_at=clock.now(), asked_by_id=actor.id)
        for power in Power
        if power in new
    ]
    db.session.add_all(made)
    db.session.flush()
    record_entry("powers_asked", actor, entry, asked=stored_powers(new))
    deciding = [
        one.supporter
        for one in queries.standing_beside([entry.person_id])
        if one.supporter is not None and Power.DECIDE in one.granted
    ]
    for reader in (entry.person, *deciding):
        messages.care_manager_asks(
            to_person_id=reader.id,
            to_email=reader.email,
            name=reader.full_name,
            by_name=actor.full_name,
            about=About(entry.person_id, ToldAs.ANSWERS),
        )
    db.session.flush()
    return made


def answer_asked(
    *, actor: Person, entry: CaseloadEntry, yes: Collection[Power], no: Collection[Power]
) -> CaseloadEntry:
    """Say yes to some of what was asked and no to some; what is in neither list waits on. It counts at once.

    Args:
        actor: the person, or a supporter they let decide, who grants nothing beyond what they may do themselves.
        entry: of the care manager who asked.
        yes: what they may do from now on.
        no: what they may not.

    Raises:
        CannotGrant: when it is not the actor's to say.
        BadInput: when nothing is answered, or one thing in two ways.
        Conflict: when the entry has ended, or something was not asked, or answered before; or when the care manager also
            works for a provider the person uses.
    """
    lock_entry(entry)
    standing = queries.standing_over(actor, entry.person_id)
    if not permissions.may_answer_asked(actor, standing, entry) or not frozenset(yes) <= standing.powers:
        raise CannotGrant
    if not yes and not no:
        raise BadInput("Say yes or no to at least one of the things asked")
    waiting = {one.power: one for one in queries.asked_and_waiting(entry.id)}
    if set(yes) & set(no):
        raise BadInput("Say either yes or no to each")
    if not {*yes, *no} <= waiting.keys():
        raise Conflict("Some of this was answered meanwhile, or is not asked any more. Look at the page again.")
    if yes:
        interests.must_be_free(entry.care_manager, entry.person_id)
    for power in {*yes, *no}:
        one = waiting[power]
        one.answered_at, one.answered_by_id, one.is_granted = clock.now(), actor.id, power in yes
    before, entry.powers = entry.powers, _kept_without_spending({*powers_from(entry.powers), *powers_from(yes)})
    record_entry("powers_answered", actor, entry, yes=stored_powers(yes), no=stored_powers(no), before=before)
    _tell_manager(entry)
    db.session.flush()
    return entry


def narrow_powers(*, actor: Person, entry: CaseloadEntry, keep: Collection[Power]) -> CaseloadEntry:
    """Leave a care manager only some of what they were let do, or nothing: from the very next thing they press.

    Raises:
        CannotGrant: when it is not the actor's to say, or it would widen what was let.
        Conflict: when the entry has ended.
    """
    lock_entry(entry)
    if not permissions.may_answer_asked(actor, queries.standing_over(actor, entry.person_id), entry):
        raise CannotGrant
    had, keep = powers_from(entry.powers), powers_from(keep)
    if not keep <= had:
        raise CannotGrant
    if keep != had:
        before, entry.powers = entry.powers, _kept_without_spending(keep)
        record_entry("powers_narrowed", actor, entry, before=before)
        _tell_manager(entry)
    db.session.flush()
    return entry


def _kept_without_spending(powers: Collection[Power]) -> list[str]:
    """Powers of council staff as kept. The database refuses the others too."""
    return stored_powers(COUNCIL_STAFF_POWERS & frozenset(powers))


def _tell_manager(entry: CaseloadEntry) -> None:
    manager = entry.care_manager
    messages.person_answered(
        to_person_id=manager.id,
        to_email=manager.email,
        name=manager.full_name,
        path=f"/caseload/{entry.public_id}/ask",
        about=About(entry.person_id, ToldAs.CARE_MANAGER),
    )


def lock_entry(entry: CaseloadEntry) -> None:
    """Lock an entry and read it again.

    Raises:
        Conflict: when it has ended meanwhile.
    """
    db.session.refresh(entry, with_for_update={"of": CaseloadEntry})
    if not entry.is_in_force:
        raise Conflict("This has ended already.")


def record_entry(action: str, actor: Person, entry: CaseloadEntry, **details: Any) -> None:
    """Put on record what happened between a care manager and a person, and what the one may do then."""
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=entry.person_id,
        subject_kind="caseload_entry",
        subject_id=entry.id,
        council_id=entry.council_id,
        powers=entry.powers,
        **details,
    )


def covers_running(away_id: int, council_id: int) -> Sequence[CaseloadCover]:
    """The covers for a care manager that run today or begin later, the earliest first."""
    rows = select(CaseloadCover).where(
        CaseloadCover.away_id == away_id,
        CaseloadCover.council_id == council_id,
        CaseloadCover.ended_at.is_(None),
        CaseloadCover.until_on >= clock.today(),
    )
    return db.session.scalars(rows.order_by(CaseloadCover.from_on, CaseloadCover.id)).all()


def cover_for(cover: CaseloadCover, entry: CaseloadEntry) -> CaseloadEntry | None:
    """Let a cover stand in for one person of the colleague who is away; the person is told who, from when and until when.

    It brings no powers: those the person gave were given to one care manager. Nothing is made where nobody may be both:
    the cover works for a provider the person uses, helps them by their own choice, is the person, or has them already.

    Args:
        cover: who stands in, until when.
        entry: of the caseload that is covered.

    Returns:
        What was made; nothing where the cover may not stand in.
    """
    who, person = cover.cover, entry.person
    if not permissions.may_have_on_caseload(who, person, cover.council_id) or queries.is_supporter_of(who, person.id):
        return None
    try:
        interests.must_be_free(who, person.id)
    except Conflict:
        return None
    made = CaseloadEntry(
        care_manager_id=who.id,
        person_id=person.id,
        council_id=cover.council_id,
        powers=[],
        from_on=max(cover.from_on, clock.today()),
        until_on=cover.until_on,
        cover_id=cover.id,
        opened_by_id=cover.away_id,
    )
    db.session.add(made)
    db.session.flush()
    record_entry("cover_named", cover.away, made, until_on=cover.until_on.isoformat())
    messages.somebody_covers(
        to_person_id=person.id,
        to_email=person.email,
        name=person.full_name,
        away_name=cover.away.full_name,
        cover_name=who.full_name,
        from_on=made.from_on,
        until_on=cover.until_on,
    )
    return made


def _end_covers_of(entry: CaseloadEntry) -> None:
    """Whoever stands in for a care manager no longer does for somebody who left their caseload."""
    rows = (
        select(CaseloadEntry)
        .join(CaseloadEntry.cover)
        .where(CaseloadEntry.person_id == entry.person_id, CaseloadEntry.ended_at.is_(None))
        .where(CaseloadCover.away_id == entry.care_manager_id, CaseloadCover.council_id == entry.council_id)
    )
    for one in db.session.scalars(rows):
        one.ended_at = clock.now()
