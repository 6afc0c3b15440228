"""Adding a council, setting its policies, letting its frameworks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_line, is_blank
from app.people.accounts.models import Person
from app.people.councils.models import Council, Framework, Lot, Policy
from app.people.councils.permissions import may_run, may_run_frameworks
from app.people.councils.queries import said_holidays
from app.people.councils.rules.contacts import as_kept, contact_fault
from app.people.councils.rules.geography import NATIONS, code_fault
from app.people.councils.rules.holidays import HOME_NATION
from app.people.councils.rules.policies import policy_fault
from app.platform.audit.actions import record


def add_council(*, code: str, name: str, area_code: str, is_demonstration: bool = False) -> Council:
    """Add a council to this installation. Run by the operator, never from a page.

    Raises:
        BadInput: when a code is not shaped like one, or the name is empty.
        Conflict: when another council has the code or the area.
    """
    fault = code_fault(code, area_code, is_demonstration=is_demonstration)
    if fault is None and is_blank(name):
        fault = "Give the council's name"
    if fault is not None:
        raise BadInput(fault)
    standing = db.session.scalar(select(Council).where(or_(Council.code == code, Council.area_code == area_code)))
    if standing is not None:
        message = f"{standing.code} is there already: {standing.name}, {standing.area_code}. Nothing was changed"
        raise Conflict(message)
    council = Council(
        code=code,
        name=clean_line(name),
        area_code=area_code,
        nation=(nation := NATIONS.get(area_code[0], HOME_NATION)),
        # Without a mark nobody would look for what was said before this council came.
        holidays_mark=new_public_id() if said_holidays(nation) else "",
        is_demonstration=is_demonstration,
        created_at=clock.now(),
    )
    db.session.add(council)
    db.session.flush()
    record(action="council_added", actor_id=None, subject_kind="council", subject_id=council.id, council_id=council.id)
    return council


def set_contact(
    *,
    actor: Person | None,
    council: Council,
    phone: str | None = None,
    email: str | None = None,
    safeguarding_phone: str | None = None,
    safeguarding_hours: str | None = None,
) -> Council:
    """Say how to reach a council and its safeguarding team. What is not given stays; what is given empty is taken away.

    Raises:
        NotAllowed: for anybody but the council's administrators and commissioners, and commands.
        BadInput: when a number is none, or there are hours without a number.
    """
    if not may_run(actor, council.id):
        message = "Only this council's administrators and commissioners can say how to reach it"
        raise NotAllowed(message)
    given = {
        "phone": phone,
        "email": email,
        "safeguarding_phone": safeguarding_phone,
        "safeguarding_hours": safeguarding_hours,
    }
    told = {name: as_kept(name, value) for name, value in given.items() if value is not None}
    fault = contact_fault(told, is_reachable=bool(told.get("safeguarding_phone", council.safeguarding_phone)))
    if fault is not None:
        raise BadInput(fault)
    changed = sorted(name for name, value in told.items() if getattr(council, name) != value)
    for name in changed:
        setattr(council, name, told[name])
    if changed:
        db.session.flush()
        record(
            action="council_contact_set",
            actor_id=actor.id if actor else None,
            subject_kind="council",
            subject_id=council.id,
            council_id=council.id,
            name=", ".join(changed),
        )
    return council


def set_policy(
    *,
    actor: Person | None,
    council: Council,
    name: str,
    value: Any,
    valid_from: date,
    set_by: Person | None = None,
) -> Policy:
    """Give a council a rule from a day on; what went before stays as it was.

    ``actor`` is one of those who run the council, or nobody when a command sets it; ``set_by`` is said to have set it
    where somebody else was asked for the right to.

    Raises:
        NotAllowed: for anybody else.
        BadInput: when there is no such rule, or its value is not one it may have.
        Conflict: when a rule of that name begins on that day or later: history is not written afterwards.
    """
    if not may_run(actor, council.id):
        message = "Only this council's commissioners can set its policies"
        raise NotAllowed(message)
    fault = policy_fault(name, value)
    if fault is not None:
        raise BadInput(fault)
    db.session.get_one(Council, council.id, with_for_update=True)
    newest = db.session.scalar(
        select(func.max(Policy.valid_from)).where(Policy.council_id == council.id, Policy.name == name)
    )
    if newest is not None and newest >= valid_from:
        message = f"A rule for {name} already begins on {day_words(newest)}. Choose a later day"
        raise Conflict(message)
    by = set_by or actor
    row = Policy(
        council_id=council.id,
        name=name,
        value=value,
        valid_from=valid_from,
        set_at=clock.now(),
        set_by_id=by.id if by else None,
    )
    db.session.add(row)
    db.session.flush()
    record(
        action="policy_set",
        actor_id=by.id if by else None,
        subject_kind="policy",
        subject_id=row.id,
        council_id=council.id,
        name=name,
    )
    return row


def add_framework(
    *,
    actor: Person | None,
    council: Council,
    name: str,
    starts_on: date,
    ends_on: date,
    lots: Sequence[tuple[str, Sequence[str]]],
    is_published: bool = True,
    **facts: Any,
) -> Framework:
    """Let a framework: its term (both days included) and its lots in order, each with the kinds of support it covers.

    Args:
        actor: one of the council's contracts officers or commissioners, or nobody when a command does it.
        council: whose.
        name: as people read it.
        starts_on: the first day of its term.
        ends_on: the last.
        lots: name and kinds of each, in order.
        is_published: whether everybody may read it at once; else it is still being written.
        facts: other columns (``about``, ``checks``, ``weights``...).

    Raises:
        NotAllowed: for anybody but the council's contracts officers, commissioners and the operator's commands.
        BadInput: when the term runs backwards, its extension ends no later, there is no lot, or a lot covers nothing.
    """
    if not may_run_frameworks(actor, council.id):
        message = "Only this council's contracts officers and commissioners can let a framework"
        raise NotAllowed(message)
    if ends_on < starts_on:
        message = "The framework must end on or after the day it starts"
        raise BadInput(message)
    if (until := facts.get("extend_until")) is not None and until <= ends_on:
        message = "If it is extended, its last day must come after the one it has now"
        raise BadInput(message)
    if not lots or not all(kinds for _, kinds in lots):
        message = "Give at least one lot, and at least one kind of support in each"
        raise BadInput(message)
    framework = Framework(
        council_id=council.id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        published_at=clock.now() if is_published else None,
        **facts,
    )
    framework.lots = [
        Lot(number=number, name=lot_name, kinds=list(kinds)) for number, (lot_name, kinds) in enumerate(lots, start=1)
    ]
    db.session.add(framework)
    db.session.flush()
    record(
        action="framework_added",
        actor_id=actor.id if actor else None,
        subject_kind="framework",
        subject_id=framework.id,
        council_id=council.id,
    )
    return framework
