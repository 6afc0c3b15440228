"""Reading people."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, column, exists, func, or_, select, table
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.base.text import clean_email
from app.people.accounts.models import EmailToken, EndedSignIn, Person, RoleGrant, SignInAttempt
from app.people.accounts.rules import ATTEMPTS_WINDOW, COUNCIL_ROLES, STAFF_ROLES, Role, TokenPurpose, token_hash

# Councils and providers live in rooms above this one: their tables are spoken to by name, for their names only.
_COUNCIL = table("council", column("id"), column("code"), column("name"))
_PROVIDER = table("provider", column("id"), column("public_id"), column("name"))

# Asked in every request of somebody signed in: one query, written once.
_SIGNED_IN = (
    select(Person)
    .where(
        Person.public_id == bindparam("public_id"),
        ~exists().where(EndedSignIn.sign_in_hash == bindparam("sign_in_hash")),
    )
    .options(joinedload(Person.grants))
)

DEMONSTRATION_PEOPLE_SHOWN = 10
FOR_EACH_ROLE = 3


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody a visitor of the demonstration may sign in as, and what for."""

    person: Person
    role: Role


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One role of one person, with the name of the council or provider it is held at."""

    grant: RoleGrant
    place: str | None


def person_signed_in(cookie: str) -> Person | None:
    """The person a sign-in cookie stands for, with their roles; nobody when it is old, forged or ended.

    The cookie holds ``public_id.session_key.sign_in``, the last of them this sign-in's own.
    """
    public_id, _, rest = cookie.partition(".")
    session_key, _, sign_in = rest.partition(".")
    facts = {"public_id": public_id, "sign_in_hash": token_hash(sign_in)}
    person = db.session.scalars(_SIGNED_IN, facts).unique().one_or_none()
    if person is None or person.closed_at is not None or person.session_key != session_key:
        return None
    return person


def person_by_public_id(public_id: str) -> Person:
    """The person with this public id, with their roles.

    Raises:
        NotFound: when there is none, or their account is closed.
    """
    person = None
    if public_id.isalnum():
        person = db.session.scalar(
            select(Person)
            .where(Person.public_id == public_id, Person.closed_at.is_(None))
            .options(selectinload(Person.grants))
        )
    if person is None:
        raise NotFound("There is no such person, or their account is closed.")
    return person


def person_by_email(email: str) -> Person | None:
    """The person with this email address, in any case, with their roles; closed accounts included."""
    return db.session.scalar(
        select(Person).where(Person.email == clean_email(email)).options(selectinload(Person.grants))
    )


def usable_token(token: str, *purposes: TokenPurpose) -> EmailToken | None:
    """The link with this token, when it serves one of the purposes, is unused and has not expired."""
    return db.session.scalar(
        select(EmailToken).where(
            EmailToken.token_hash == token_hash(token),
            EmailToken.purpose.in_(purposes),
            EmailToken.used_at.is_(None),
            EmailToken.expires_at > clock.now(),
        )
    )


def person_of_token(token: str, *purposes: TokenPurpose) -> Person:
    """Whose link this is.

    Raises:
        NotFound: when it does not work (any more).
    """
    found = usable_token(token, *purposes)
    person = db.session.get(Person, found.person_id) if found else None
    if person is None or person.closed_at is not None:
        raise NotFound("This link does not work, or not any more. Links work once and only for a while.")
    return person


def attempts_on(*, account: str | None = None, address: str | None = None) -> int:
    """The failed sign-ins of one account, or from one network address (both hashed), within the window."""
    rows = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.at > clock.now() - ATTEMPTS_WINDOW)
    if account is not None:
        rows = rows.where(SignInAttempt.account_hash == account)
    if address is not None:
        rows = rows.where(SignInAttempt.address_hash == address)
    return db.session.scalar(rows) or 0


def demonstration_people() -> list[Representative]:
    """Whom a visitor of the demonstration may sign in as: one to three for each role, in the order of the roles.

    Somebody with several roles stands for the last of them: a care manager is more than a person with an account.
    """
    people = db.session.scalars(
        select(Person)
        .where(Person.is_demonstration, Person.closed_at.is_(None))
        .options(selectinload(Person.grants))
        .order_by(Person.id)
        .limit(100)
    ).all()
    order = list(Role)
    found = []
    for role in order:
        standing = [p for p in people if p.current_grants and _foremost(p, order) == role]
        found += [Representative(p, role) for p in standing[:FOR_EACH_ROLE]]
    return found[:DEMONSTRATION_PEOPLE_SHOWN]


def _foremost(person: Person, order: list[Role]) -> Role:
    return max((grant.role for grant in person.current_grants), key=order.index)


def roles_of(person: Person) -> list[RoleHeld]:
    """The roles a person holds now, with their places."""
    return _with_places(person.current_grants)


def role_grants(
    *, council_id: int | None = None, provider_id: int | None = None, ended: bool = False
) -> list[RoleHeld]:
    """Every role that is given: at a council or a provider, of one or of all, and the site's own; by place and name.

    Args:
        council_id: only of this council.
        provider_id: only of this provider.
        ended: those that were ended, instead of those held now.
    """
    rows = (
        select(RoleGrant)
        .join(RoleGrant.person)
        .where(
            or_(
                RoleGrant.council_id.is_not(None),
                RoleGrant.provider_id.is_not(None),
                RoleGrant.role.in_(STAFF_ROLES - COUNCIL_ROLES),
            ),
            RoleGrant.ended_at.is_not(None) if ended else RoleGrant.ended_at.is_(None),
        )
        .options(selectinload(RoleGrant.person))
        .order_by(RoleGrant.council_id, RoleGrant.provider_id, Person.full_name, RoleGrant.id)
    )
    if provider_id is not None:
        rows = rows.where(RoleGrant.provider_id == provider_id)
    if council_id is not None:
        rows = rows.where(RoleGrant.council_id == council_id)
    return _with_places(db.session.scalars(rows).all())


def _with_places(grants: Sequence[RoleGrant]) -> list[RoleHeld]:
    councils = {g.council_id for g in grants if g.council_id}
    providers = {g.provider_id for g in grants if g.provider_id}
    names: dict[tuple[str, int], str] = {}
    if councils:
        rows = db.session.execute(select(_COUNCIL.c.id, _COUNCIL.c.name).where(_COUNCIL.c.id.in_(councils)))
        names |= {("council", number): name for number, name in rows}
    if providers:
        rows = db.session.execute(select(_PROVIDER.c.id, _PROVIDER.c.name).where(_PROVIDER.c.id.in_(providers)))
        names |= {("provider", number): name for number, name in rows}
    return [
        RoleHeld(g, names.get(("council", g.council_id or 0)) or names.get(("provider", g.provider_id or 0)))
        for g in grants
    ]


def provider_id_of(public_id: str) -> int | None:
    """The provider with this public id; for the commands of this room."""
    return db.session.scalar(select(_PROVIDER.c.id).where(_PROVIDER.c.public_id == public_id))


def council_id_of(code: str) -> int | None:
    """The council with this code; for the commands of this room."""
    return db.session.scalar(select(_COUNCIL.c.id).where(_COUNCIL.c.code == code.lower()))


def lock_person(person_id: int | None) -> None:
    """Take a person's turn: whoever else changes what belongs to them, or uses it, waits until this transaction is over."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
