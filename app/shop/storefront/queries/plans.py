"""Reading kept weeks: each only by those who may see it."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.shop.storefront import permissions
from app.shop.storefront.models import WeekPlan


def plan_for(actor: Person, person: Person, powers: frozenset[Power], public_id: str) -> WeekPlan:
    """A kept week of the person being shopped for, when the actor may see it.

    Raises:
        NotFound: when there is none, it is another person's, or it is not shown to the actor.
    """
    week_plan = None
    if public_id.isalnum():
        rows = select(WeekPlan).where(WeekPlan.public_id == public_id, WeekPlan.person_id == person.id)
        week_plan = db.session.scalar(rows.options(joinedload(WeekPlan.made_by)))
    if week_plan is None or not permissions.may_see_plan(actor, powers, week_plan):
        raise NotFound("There is no such week, or not any more.")
    return week_plan


def plans_of(actor: Person, person: Person, powers: frozenset[Power]) -> Sequence[WeekPlan]:
    """The kept weeks of a person that the actor may see, newest change first."""
    return db.session.scalars(_seen(actor, person, powers)).all()


def _seen(actor: Person, person: Person, powers: frozenset[Power]) -> Select[WeekPlan]:
    rows = select(WeekPlan).where(WeekPlan.person_id == person.id).options(joinedload(WeekPlan.made_by))
    if actor.id != person.id:
        rows = rows.where(or_(WeekPlan.is_shared, WeekPlan.made_by_id == actor.id))
        if Power.SUGGEST not in powers:
            rows = rows.where(WeekPlan.id.is_(None))
    return rows.order_by(WeekPlan.changed_at.desc(), WeekPlan.id.desc())
