"""The funds that providers are asked to hold, and who of their staff is told."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import MoneyChoice
from app.funding.budgets.rules.choices import ChoiceStatus
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role


def funds_asked_of(actor: Person) -> Select[MoneyChoice]:
    """The funds that providers this person works for were asked to hold, those to answer first; for paging."""
    return (
        select(MoneyChoice)
        .where(
            MoneyChoice.provider_id.in_(sorted(actor.provider_ids)),
            MoneyChoice.status.in_([ChoiceStatus.CHOSEN, ChoiceStatus.ACCEPTED, ChoiceStatus.ENACTED]),
        )
        .options(joinedload(MoneyChoice.provider), joinedload(MoneyChoice.person))
        .order_by(MoneyChoice.status != ChoiceStatus.CHOSEN, MoneyChoice.id.desc())
    )


def fund_asked(actor: Person, public_id: str) -> MoneyChoice:
    """A choice that asks a provider this person works for to hold a fund.

    Raises:
        NotFound: when there is none such.
    """
    found = db.session.scalar(
        select(MoneyChoice)
        .where(MoneyChoice.public_id == public_id, MoneyChoice.provider_id.in_(sorted(actor.provider_ids)))
        .options(joinedload(MoneyChoice.provider), joinedload(MoneyChoice.person))
    )
    if found is None:
        raise NotFound("There is no such fund to answer.")
    return found


def staff_to_tell(provider_id: int) -> list[Person]:
    """Everybody who may act for a provider now."""
    rows = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.role == Role.PROVIDER_STAFF)
        .where(RoleGrant.ended_at.is_(None), Person.closed_at.is_(None))
        .distinct()
    )
    numbers = db.session.scalars(rows).all()
    return list(db.session.scalars(select(Person).where(Person.id.in_(numbers)).order_by(Person.id)))
