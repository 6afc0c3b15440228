"""Whether somebody works for a provider that a person uses, asked of the facts themselves in every request.

Nothing is kept that could be stale: who works where stands in the roles, and what a person uses in what they booked,
asked for, put in their basket or wait for. The room that knows the latter lies above and tells us how to ask
(:func:`learn`). So two requests at once cannot slip past each other: whichever comes first, the next page of the helper
sees both.
"""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.base.db import db
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.interests.models import BrokerException
from app.people.interests.rules import SELLS_TO_THEM, WORKS_THERE

Number = ColumnElement[Any] | InstrumentedAttribute[Any]


class UsesProvider(Protocol):
    """A condition: that this person uses, has asked or is about to use a provider that is wanted."""

    def __call__(self, person: Number, is_wanted: Callable[[Number], ColumnElement[bool]]) -> ColumnElement[bool]:
        """Make it, for the number of a person as a query knows it."""


_known: list[UsesProvider] = []


def learn(uses: UsesProvider) -> None:
    """Be told how to ask what a person uses; once, by whoever puts the application together."""
    _known[:] = [uses]


def _uses_provider(person: Number, is_wanted: Callable[[Number], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That this person uses, has asked or is about to use a provider that is wanted."""
    return _known[0](person, is_wanted)


def is_free(helper: Person, person: Number) -> ColumnElement[bool]:
    """That this helper works for no provider the person uses, but those a council excepted. Costs nothing for most."""
    if not helper.provider_ids:
        return true()
    return ~_uses_provider(
        person,
        lambda provider: and_(provider.in_(helper.provider_ids), ~_is_excepted(person, helper.id, provider)),
    )


def are_free(helper: Number, person: Number) -> ColumnElement[bool]:
    """The same of any helper, as a query knows their number."""
    return ~_uses_provider(
        person, lambda provider: and_(_works_at(helper, provider), ~_is_excepted(person, helper, provider))
    )


def _works_at(helper: Number, provider: Number) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            RoleGrant.person_id == helper,
            RoleGrant.role == Role.PROVIDER_STAFF,
            RoleGrant.provider_id == provider,
            RoleGrant.ended_at.is_(None),
        )
        .correlate_except(RoleGrant)
    )


def _is_excepted(person: Number, helper: Number | int, provider: Number) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            BrokerException.person_id == person,
            BrokerException.helper_id == helper,
            BrokerException.provider_id == provider,
            BrokerException.ended_at.is_(None),
        )
        .correlate_except(BrokerException)
    )


def is_broker_only(helper: Person, person_id: int) -> bool:
    """Whether this helper works for a provider and acts for the person by a council's exception only."""
    return (
        bool(helper.provider_ids)
        and db.session.scalar(
            select(BrokerException.id)
            .where(BrokerException.person_id == person_id, BrokerException.helper_id == helper.id)
            .where(BrokerException.provider_id.in_(helper.provider_ids), BrokerException.ended_at.is_(None))
            .limit(1)
        )
        is not None
    )


def is_free_about(helper: Person, person_id: int) -> bool:
    """Whether this helper works for no provider this person uses, but those a council excepted."""
    is_one = select(Person.id).where(Person.id == person_id, is_free(helper, Person.id))
    return not helper.provider_ids or db.session.scalar(is_one) is not None


def must_be_free(helper: Person, person_id: int) -> None:
    """Stop whoever works for a provider the person uses from being given power over them.

    Raises:
        Conflict: saying why, and who else can.
    """
    if not is_free_about(helper, person_id):
        raise Conflict(WORKS_THERE)


def must_not_sell(actor: Person, person_id: int, provider_id: int, *, may_suggest: bool = False) -> None:
    """Stop somebody from choosing the provider they work for on behalf of somebody else.

    Args:
        actor: who chooses.
        person_id: for whom.
        provider_id: whose support it is.
        may_suggest: a declared broker with the council's reason may, as it only suggests.

    Raises:
        NotAllowed: saying why, and who else can.
    """
    if actor.id == person_id or provider_id not in actor.provider_ids:
        return
    excepted = BrokerException.person_id == person_id, BrokerException.helper_id == actor.id
    in_force = BrokerException.provider_id == provider_id, BrokerException.ended_at.is_(None)
    if may_suggest and db.session.scalar(select(BrokerException.id).where(*excepted, *in_force)) is not None:
        return
    raise NotAllowed(SELLS_TO_THEM)


def lasting_exceptions(*which: ColumnElement[bool]) -> list[BrokerException]:
    """The exceptions in force, oldest first."""
    rows = select(BrokerException).where(BrokerException.ended_at.is_(None), or_(*which) if which else true())
    return list(db.session.scalars(rows.order_by(BrokerException.written_at, BrokerException.id)))
