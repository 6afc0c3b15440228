"""A council is opened with its first administrator; administrators invite staff, change their roles and remove them."""

from collections.abc import Collection

from sqlalchemy import func, select

from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.actions.links import new_link, password_path, send_first_password_link
from app.people.accounts.actions.roles import end_role, grant_role
from app.people.accounts.actions.signing_up import add_staff
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import COUNCIL_ROLES, Role, TokenPurpose
from app.people.councils.actions.councils import add_council
from app.people.councils.models import Council
from app.people.staff.permissions import may_run_staff
from app.people.staff.queries import roles_at
from app.people.staff.rules import roles_words
from app.platform.audit.actions import record
from app.platform.messages.actions import staff as notices
from app.platform.messages.actions.sending import send_notice


def open_council(
    *, code: str, name: str, area_code: str, email: str, full_name: str
) -> tuple[Council, Person, str | None]:
    """Add a council together with its first administrator, who is sent a link to set a password. For the operator.

    Run again for a council that nobody administers yet, or whose administrators never came in, it makes another one.

    Returns:
        The council, the administrator, and a path that lets them choose a password; nothing when they have one.

    Raises:
        BadInput: when the council's code or its area's is not shaped like one.
        Conflict: when another council has the code or the area, or an administrator of it has signed in.
    """
    council = db.session.scalar(select(Council).where(Council.code == code, Council.area_code == area_code))
    if council is None:
        council = add_council(code=code, name=name, area_code=area_code)
    council = db.session.get_one(Council, council.id, with_for_update={"key_share": True})
    if db.session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(RoleGrant.person)
        .where(
            RoleGrant.council_id == council.id,
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.ended_at.is_(None),
            Person.closed_at.is_(None),
            Person.password_hash.is_not(None),
        )
    ):
        raise Conflict(f"{council.name} has an administrator already, who can invite others. Nothing was changed")
    person = add_staff(email=email, full_name=full_name, roles=[Role.ADMINISTRATOR], council_id=council.id)
    _note("staff_invited", None, council, person)
    token = None if person.email_confirmed_at else new_link(person, TokenPurpose.SET_PASSWORD)
    db.session.flush()
    return council, person, password_path(token) if token else None


def invite_officer(
    *, actor: Person | None, council: Council, email: str, full_name: str, roles: Collection[Role]
) -> Person:
    """Let somebody work for a council. Who has no account gets one, and a link; who has one is told. It counts at once.

    Raises:
        NotAllowed: for anybody but the council's administrators and the operator's commands.
        BadInput: without a role.
        Conflict: when they work there already, or their account is closed.
    """
    _check(actor, council)
    _check_roles(roles)
    person = add_staff(email=email, full_name=full_name, roles=roles, council_id=council.id, granted_by=actor)
    _note("staff_invited", actor, council, person)
    if person.email_confirmed_at is not None:
        _tell(person, council)
    return person


def change_roles(
    *, actor: Person | None, council: Council, person: Person, roles: Collection[Role], seen: Collection[Role]
) -> Person:
    """Give one of the staff exactly these roles at a council; it counts from their next click.

    Args:
        actor: an administrator, or nobody when a command does it.
        council: whose.
        person: of whom.
        roles: all they hold afterwards.
        seen: those the page showed when it was opened.

    Raises:
        NotAllowed: for anybody but the council's administrators and the operator's commands.
        BadInput: without a role: whoever is to have none is removed.
        Conflict: when a colleague changed them meanwhile, or the council would have no administrator left.
    """
    _check(actor, council)
    _check_roles(roles)
    held = _locked_roles(person, council)
    if held != frozenset(seen):
        message = (
            f"A colleague changed this meanwhile: {person.full_name} is now {roles_words(held)}. Look again, then save"
        )
        raise Conflict(message)
    for role in sorted(frozenset(roles) - held):
        grant_role(person=person, role=role, council_id=council.id, granted_by=actor)
    _end(actor, council, person, held - frozenset(roles))
    if frozenset(roles) != held:
        _tell(person, council)
    db.session.flush()
    return person


def remove_officer(*, actor: Person | None, council: Council, person: Person) -> None:
    """Take all of somebody's roles at a council away; it counts from their next click. Removed already is removed.

    Raises:
        NotAllowed: for anybody but the council's administrators and the operator's commands.
        Conflict: when they are the council's last administrator.
    """
    _check(actor, council)
    held = _locked_roles(person, council)
    if not held:
        return
    _end(actor, council, person, held)
    _note("staff_removed", actor, council, person)
    send_notice(notices.STAFF_REMOVED, person, link="/account", council=council.name)
    db.session.flush()


def send_link_again(*, actor: Person | None, council: Council, person: Person) -> None:
    """Send another link to somebody who has not chosen a password yet.

    Raises:
        NotAllowed: for anybody but the council's administrators and the operator's commands.
        Conflict: when they have one.
    """
    _check(actor, council)
    if person.email_confirmed_at is not None:
        raise Conflict(f"{person.full_name} has chosen a password. They can ask for a new one on the sign-in page")
    send_first_password_link(person)
    _note("staff_link_sent", actor, council, person)


def _check(actor: Person | None, council: Council) -> None:
    """Refuse strangers; those who may go one by one, so that two who remove each other leave one.

    Asked again behind the lock: whoever was removed meanwhile may not any more.
    """
    db.session.scalar(select(Council.id).where(Council.id == council.id).with_for_update(key_share=True))
    if actor is not None:
        db.session.expire(actor, ["grants"])
    if not may_run_staff(actor, council.id):
        raise NotAllowed("Only this council's administrators can say who works there")


def _check_roles(roles: Collection[Role]) -> None:
    if not roles or not set(roles) <= COUNCIL_ROLES:
        raise BadInput("Select at least one role")


def _locked_roles(person: Person, council: Council) -> frozenset[Role]:
    """What somebody holds there now, with their row locked: of two administrators the second sees what the first did."""
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    db.session.expire(person, ["grants"])
    return roles_at(person, council.id) & COUNCIL_ROLES


def _end(actor: Person | None, council: Council, person: Person, roles: Collection[Role]) -> None:
    for grant in sorted(person.current_grants, key=lambda one: one.id):
        if grant.council_id == council.id and grant.role in roles:
            end_role(grant=grant, ended_by=actor)


def _tell(person: Person, council: Council) -> None:
    db.session.expire(person, ["grants"])
    words = roles_words(roles_at(person, council.id))
    send_notice(notices.STAFF_ROLES, person, link="/council-desk", council=council.name, roles=words)


def _note(action: str, actor: Person | None, council: Council, person: Person) -> None:
    record(
        action=action,
        actor_id=actor.id if actor else None,
        for_person_id=person.id,
        subject_kind="staff",
        subject_id=person.id,
        council_id=council.id,
    )
