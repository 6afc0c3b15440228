"""A council asks a person to be theirs; the person says yes or no; another council that pays now agrees first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.queries import asked_of
from app.funding.taking_on.rules import (
    CODE_LASTS,
    CODE_TRIES,
    OPEN,
    TakingOn,
    new_sign_in_name,
)
from app.people.accounts.actions.links import send_first_password_link
from app.people.accounts.actions.passwords import choose_by_letter
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.actions.signing_up import enrol
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.accounts.rules.letter_codes import letter_code_hash, new_code
from app.people.circles.actions.caseloads import put_on_caseload
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.messages.actions import taking_on as notices
from app.platform.messages.actions.letters import add_letter, forget_letters
from app.platform.messages.actions.sending import send_notice

ASKERS = (Role.CARE_MANAGER, Role.COMMISSIONER)
"""Who asks people for a council, and agrees that they move to another."""


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody as an officer describes them."""

    full_name: str
    born_on: date
    postcode: str
    reference: str | None = None
    email: str | None = None


def take_on(
    *,
    actor: Person,
    council: Council,
    described: Described,
    person: Person | None,
    site: str,
) -> tuple[CouncilPerson, str | None]:
    """Ask somebody to be with a council: who has an account, or for whom one is made now.

    Args:
        actor: a care manager or commissioner of the council.
        council: which asks.
        described: the facts by which the council knows them.
        person: whose account it is; nobody's: one is made. Without an email address they get a letter with a code.
        site: the address of the site, for the letter.

    Returns:
        What waits for the person now; and the code of the letter, for printing it at a desk.

    Raises:
        NotAllowed: for anybody else, and about oneself.
        BadInput: for a day of birth that cannot be.
        Conflict: when the council has or asks them already, or has given the reference to somebody else.
    """
    _check(actor, council)
    if person is not None and person.id == actor.id:
        raise NotAllowed("You cannot take yourself on. Ask a colleague")
    if not date(1900, 1, 1) <= described.born_on < clock.today():
        raise BadInput("Enter their date of birth")
    # One by one for each council, so that of two officers the second finds whom the first has asked.
    db.session.scalar(select(Council.id).where(Council.id == council.id).with_for_update(key_share=True))
    if described.reference and _has_reference(council, described.reference):
        raise Conflict(f"The reference {described.reference} is somebody's already. Find them by it")
    is_new = person is None
    if person is None:
        person = enrol(
            email=described.email or new_sign_in_name(), full_name=described.full_name, postcode=described.postcode
        )
        grant_role(person=person, role=Role.PERSON)
    else:
        person = db.session.get_one(Person, person.id, with_for_update={"key_share": True}, populate_existing=True)
        if any(one.council_id == council.id for one in asked_of(person)):
            raise Conflict(f"{council.name} has asked them already, or has them")
    made = CouncilPerson(
        person_id=person.id,
        council_id=council.id,
        reference=described.reference,
        born_on=described.born_on,
        postcode=described.postcode,
        status=TakingOn.ASKED,
        asked_at=clock.now(),
        asked_by_id=actor.id,
        tries=0,
    )
    db.session.add(made)
    db.session.flush()
    code = None
    if is_new and described.email:
        person.email_confirmed_at = None
        send_first_password_link(person)
    if is_new and not described.email:
        code = _letter(made, person, council, site)
    tell_asked(made, person, council)
    _note("council_asked_person", actor, made)
    return made, code


def tell_asked(made: CouncilPerson, person: Person, council: Council) -> None:
    """Tell a person that a council asks them, with the page on which they answer."""
    send_notice(notices.COUNCIL_ASKS, person, link=f"/your-council/{made.public_id}", council=council.name)


def new_letter(*, actor: Person, asked: CouncilPerson, site: str) -> str:
    """Write another letter with a new code to somebody who did not use the first; the old one is dead.

    Raises:
        NotAllowed: for anybody but the council's care managers and commissioners.
        Conflict: when they sign in already.
    """
    _check(actor, asked.council)
    asked = _locked(asked)
    if asked.status != TakingOn.ASKED or asked.person.password_hash is not None or "@" in asked.person.email:
        raise Conflict("They have an account they can use. Ask them to sign in and answer")
    forget_letters(asked.person_id)
    asked.tries = 0
    code = _letter(asked, asked.person, asked.council, site)
    _note("council_letter_written", actor, asked)
    return code


def _letter(asked: CouncilPerson, person: Person, council: Council, site: str) -> str:
    code = give_letter(asked, person, council, site)
    db.session.flush()
    return code


def give_letter(asked: CouncilPerson, person: Person, council: Council, site: str) -> str:
    """Write the letter with a new code; whoever calls writes it down with what else it changes. Gives the code."""
    code, until = new_code(), clock.now() + CODE_LASTS
    asked.code_hash, asked.code_until = letter_code_hash(code), until
    add_letter(
        person,
        postcode=asked.postcode,
        heading=notices.LETTER_HEADING,
        body=notices.LETTER_BODY.format(
            name=person.full_name,
            council=council.name,
            site=site,
            code=code,
            sign_in=person.email,
            until=day_words(clock.london(until).date()),
            phone=f" on {council.phone}" if council.phone else "",
        ),
        last_useful_at=until,
    )
    return code


def count_code_try(*, asked: CouncilPerson) -> None:
    """Count one try with a code, before it is looked at; after too many the code is dead."""
    asked = _locked(asked)
    asked.tries += 1
    if asked.tries > CODE_TRIES:
        asked.code_hash = asked.code_until = None
    db.session.flush()


def confirm_by_letter(*, asked: CouncilPerson, born_on: date, password: str) -> CouncilPerson:
    """Say yes with the code of a letter, and choose a password.

    Raises:
        BadInput: when the date of birth is another than the council's.
        Conflict: when the code is dead, or it was answered.
        WeakPassword: saying what is wrong with the password.
    """
    asked = _locked(asked)
    if asked.code_hash is None or asked.status != TakingOn.ASKED:
        raise Conflict("This code does not work any more. Ask the council for a new letter")
    _check_birth(asked, born_on)
    choose_by_letter(person=asked.person, password=password)
    asked.code_hash = asked.code_until = None
    return _confirm(asked)


def say_yes_to_council(*, actor: Person, asked: CouncilPerson, born_on: date) -> CouncilPerson:
    """Say yes to a council, oneself. Where another council pays now, it agrees first.

    Raises:
        NotAllowed: for anybody else: nobody says yes to this for a person.
        BadInput: when the date of birth is another than the council's.
        Conflict: when it was answered or taken back already.
    """
    if actor.id != asked.person_id:
        raise NotAllowed("Only the person can say yes to this")
    asked = _locked(asked)
    if asked.status != TakingOn.ASKED:
        raise Conflict("This was answered or taken back already")
    _check_birth(asked, born_on)
    return _confirm(asked)


def say_no_to_council(*, actor: Person, asked: CouncilPerson) -> CouncilPerson:
    """Say no to a council, oneself. Nothing else changes."""
    if actor.id != asked.person_id:
        raise NotAllowed("Only the person can answer this")
    asked = _locked(asked)
    if asked.status != TakingOn.ASKED:
        raise Conflict("This was answered or taken back already")
    asked.status, asked.answered_at = TakingOn.DECLINED, clock.now()
    asked.code_hash = asked.code_until = None
    db.session.flush()
    _note("council_declined", actor, asked)
    send_notice(notices.COUNCIL_DECLINED, asked.asked_by, link="/council-desk", person=asked.person.full_name)
    return asked


def withdraw(*, actor: Person, asked: CouncilPerson) -> CouncilPerson:
    """Take back what the council asked, before it is answered.

    Raises:
        NotAllowed: for anybody but the council's care managers and commissioners.
        Conflict: when it was answered already.
    """
    _check(actor, asked.council)
    asked = _locked(asked)
    if asked.status != TakingOn.ASKED:
        raise Conflict("This was answered or taken back already")
    asked.status = TakingOn.WITHDRAWN
    asked.code_hash = asked.code_until = None
    forget_letters(asked.person_id)
    db.session.flush()
    _note("council_asked_no_more", actor, asked)
    return asked


def agree_to_move(*, actor: Person, asked: CouncilPerson) -> CouncilPerson:
    """Agree, for the council that pays now, that another one does from now on.

    Raises:
        NotAllowed: for anybody but that council's care managers and commissioners.
        Conflict: when it is not waited for any more.
    """
    asked = _locked(asked)
    person = db.session.get_one(Person, asked.person_id, with_for_update={"key_share": True}, populate_existing=True)
    if asked.status != TakingOn.MOVING or person.council_id is None:
        raise Conflict("This is settled already")
    _check(actor, db.session.get_one(Council, person.council_id))
    _end_current(actor, person)
    return _theirs(asked, person)


def _confirm(asked: CouncilPerson) -> CouncilPerson:
    asked.answered_at = clock.now()
    person = db.session.get_one(Person, asked.person_id, with_for_update={"key_share": True}, populate_existing=True)
    _note("council_confirmed", person, asked)
    if person.council_id is not None and person.council_id != asked.council_id:
        # Which council pays changes by agreement of both: two never pay for one need.
        asked.status = TakingOn.MOVING
        db.session.flush()
        return asked
    return _theirs(asked, person)


def _theirs(asked: CouncilPerson, person: Person) -> CouncilPerson:
    person.council_id = asked.council_id
    asked.status = TakingOn.CONFIRMED
    db.session.flush()
    db.session.expire(asked)
    try:
        with db.session.begin_nested():
            put_on_caseload(
                actor=asked.asked_by,
                care_manager=asked.asked_by,
                person=person,
                council=asked.council,
                person_agreed=True,
            )
    except (Conflict, NotAllowed):
        # Whoever asked works there no more, or for a provider the person uses: a colleague puts them on a caseload.
        pass
    send_notice(notices.COUNCIL_CONFIRMED, asked.asked_by, link="/caseload", person=person.full_name)
    send_notice(notices.COUNCIL_CHANGED, person, link="/your-council", council=asked.council.name)
    return asked


def _end_current(actor: Person, person: Person) -> None:
    current = db.session.scalar(
        select(CouncilPerson)
        .where(CouncilPerson.person_id == person.id, CouncilPerson.status == TakingOn.CONFIRMED)
        .with_for_update()
    )
    if current is not None:
        current.status, current.ended_at, current.ended_by_id = TakingOn.ENDED, clock.now(), actor.id
        db.session.flush()
        _note("council_let_go", actor, current)


def _check(actor: Person, council: Council) -> None:
    if council.id not in actor.council_ids_as(*ASKERS):
        raise NotAllowed("Only care managers and commissioners of the council can do this")


def _check_birth(asked: CouncilPerson, born_on: date) -> None:
    if born_on != asked.born_on:
        raise BadInput(
            "This is not the date of birth the council has. Check it, or call the council: it may have it wrong"
        )


def _has_reference(council: Council, reference: str) -> bool:
    rows = select(CouncilPerson.id).where(
        CouncilPerson.council_id == council.id,
        CouncilPerson.reference == reference,
        CouncilPerson.status.in_(OPEN),
    )
    return db.session.scalar(rows.limit(1)) is not None


def _locked(asked: CouncilPerson) -> CouncilPerson:
    return db.session.get_one(CouncilPerson, asked.id, with_for_update=True, populate_existing=True)


def _note(action: str, actor: Person, asked: CouncilPerson) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=asked.person_id,
        subject_kind="council_person",
        subject_id=asked.id,
        council_id=asked.council_id,
    )
