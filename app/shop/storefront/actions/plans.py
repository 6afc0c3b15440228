"""Keeping a typical week by name, changing it, showing it to the people beside the person, and letting it go."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power
from app.platform.audit.actions import record
from app.shop.storefront import permissions
from app.shop.storefront.models import WeekPlan
from app.shop.storefront.rules.week import LINES_MOST, WHAT_LONGEST, WeekLine, stored_lines

NAME_LONGEST = 80
PLANS_MOST = 30
_GONE = "There is no such week, or not any more."


class NameTaken(Conflict):
    """The person has kept another week by this name."""


class PlanChangedMeanwhile(Conflict):
    """Somebody else changed it since it was loaded."""


def keep_plan(*, actor: Person, person: Person, name: str, lines: Sequence[WeekLine]) -> WeekPlan:
    """Keep a week by a name, for oneself or for the person being shopped for.

    Raises:
        NotAllowed: when the actor may not look for support for this person.
        NameTaken: when there is one of this name.
        Conflict: when there are too many.
        BadInput: when the name or the week is empty or too long.
    """
    if Power.SUGGEST not in circles.powers_over(actor, person.id):
        raise NotAllowed("You may not look for support for this person. Only they can let you.")
    _check(name, lines)
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    kept = db.session.scalar(select(func.count()).select_from(WeekPlan).where(WeekPlan.person_id == person.id)) or 0
    if kept >= PLANS_MOST:
        raise Conflict(f"You can keep {PLANS_MOST} weeks. Remove one that you no longer need, then save this one.")
    now = clock.now()
    plan = WeekPlan(
        person_id=person.id,
        made_by_id=actor.id,
        name=name,
        lines=stored_lines(lines),
        is_shared=actor.id != person.id,
        revision=1,
        made_at=now,
        changed_at=now,
    )
    db.session.add(plan)
    _flush_named(name)
    _record("week_plan_kept", plan, actor)
    return plan


def change_plan(*, actor: Person, plan: WeekPlan, name: str, lines: Sequence[WeekLine], revision: int) -> WeekPlan:
    """Keep a week as it is now; ``revision`` is the one the page showed.

    Raises:
        NotFound: when it is not the actor's to see, or is gone.
        PlanChangedMeanwhile: when somebody changed it since.
        NameTaken: when the person has another of this name.
        BadInput: when the name or the week is empty or too long.
    """
    _check(name, lines)
    plan = _mine(actor, plan)
    if plan.revision != revision:
        raise PlanChangedMeanwhile(
            "Somebody changed this week while you had it open. Nothing was saved. Save yours under another name, or "
            "open it again to see what changed."
        )
    plan.name, plan.lines = name, stored_lines(lines)
    plan.revision += 1
    plan.changed_at = clock.now()
    _flush_named(name)
    _record("week_plan_changed", plan, actor)
    return plan


def share_plan(*, actor: Person, plan: WeekPlan, is_shared: bool) -> WeekPlan:
    """Show a week to those who may look for support for the person, or to nobody else any more.

    Raises:
        NotFound: when it is not the actor's to see, or is gone.
        NotAllowed: when the actor is not the person.
    """
    plan = _mine(actor, plan)
    if not permissions.may_share(actor, plan):
        raise NotAllowed("Only the person whose week it is can say who sees it.")
    if plan.is_shared != is_shared:
        plan.is_shared = is_shared
        _record("week_plan_shared" if is_shared else "week_plan_hidden", plan, actor)
        db.session.flush()
    return plan


def remove_plan(*, actor: Person, plan: WeekPlan) -> None:
    """Let a kept week go. Bookings made from it stay.

    Raises:
        NotFound: when it is not the actor's to see, or is gone.
        NotAllowed: when somebody else drew it, and it is somebody else's.
    """
    plan = _mine(actor, plan)
    if not permissions.may_remove(actor, circles.powers_over(actor, plan.person_id), plan):
        raise NotAllowed("Only the person whose week it is, or whoever drew it, can remove it.")
    _record("week_plan_removed", plan, actor)
    db.session.delete(plan)
    db.session.flush()


def _mine(actor: Person, plan: WeekPlan) -> WeekPlan:
    """The plan locked and as it is now, when the actor may see it."""
    rows = select(WeekPlan).where(WeekPlan.id == plan.id).with_for_update()
    week_plan = db.session.scalar(rows.execution_options(populate_existing=True))
    if week_plan is None or not permissions.may_see_plan(
        actor, circles.powers_over(actor, week_plan.person_id), week_plan
    ):
        raise NotFound(_GONE)
    return week_plan


def _check(name: str, lines: Sequence[WeekLine]) -> None:
    if not name or len(name) > NAME_LONGEST:
        raise BadInput(f"Give the week a name of {NAME_LONGEST} characters or fewer")
    if not 1 <= len(lines) <= LINES_MOST:
        raise BadInput(f"A week has between 1 and {LINES_MOST} lines of visits")
    if any(len(line.what) > WHAT_LONGEST for line in lines):
        raise BadInput(f"What a visit is for must be {WHAT_LONGEST} characters or fewer")


def _flush_named(name: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as wrong:
        raise NameTaken(f"You already have a week called “{name}”. Choose another name") from wrong


def _record(action: str, plan: WeekPlan, actor: Person) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=plan.person_id,
        subject_kind="week_plan",
        subject_id=plan.id,
        lines=len(plan.lines),
    )
