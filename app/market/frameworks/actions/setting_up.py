"""A council writes a framework, publishes it, and changes what may be changed; of two officers the second is told."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.rules.kinds import KINDS
from app.market.frameworks.models import FrameworkInvitation, FrameworkRound, VolumeDiscount
from app.market.frameworks.queries.reading import rounds_of, staff_who_speak_for
from app.market.providers.models import Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.councils.models import Framework, Locality, Lot
from app.people.councils.permissions import may_run_frameworks
from app.people.councils.rules.admission import Admission
from app.platform.audit.actions import record
from app.platform.messages.actions import frameworks as notices
from app.platform.messages.actions.sending import send_notice

CHANGES = ("name", "about", "checks", "admission", "weights", "questions")
"""What an officer may change of a framework; its term only grows, and lots are added."""


def locked_framework(actor: Person | None, framework: Framework) -> Framework:
    """A framework as it is once everybody before us has finished with it, for whoever may change it.

    Raises:
        NotAllowed: for anybody but the council's contracts officers, commissioners and the operator's commands.
    """
    if not may_run_frameworks(actor, framework.council_id):
        raise NotAllowed("Only this council's contracts officers and commissioners can change its frameworks")
    lock = {"key_share": True}
    return db.session.get_one(Framework, framework.id, with_for_update=lock, populate_existing=True)


def change_framework(*, actor: Person | None, framework: Framework, version: int, **facts: Any) -> Framework:
    """Change what a framework says. What was sent in an application stays as it was sent.

    Args:
        actor: who may run the council's frameworks, or nobody when a command does it.
        framework: which.
        version: the one the officer saw.
        facts: of :data:`CHANGES`, those that are to change.

    Raises:
        NotAllowed: for anybody else.
        BadInput: without a name.
        Conflict: when a colleague changed it meanwhile, saying what it says now.
    """
    framework = locked_framework(actor, framework)
    if framework.version != version:
        raise Conflict(
            f"A colleague changed this framework meanwhile: it is now called {framework.name}, and runs until "
            f"{day_words(framework.ends_on)}. Look at it again, then change it"
        )
    unknown = set(facts) - set(CHANGES)
    if unknown:
        msg = f"not for an officer to change: {sorted(unknown)}"
        raise ValueError(msg)
    if not str(facts.get("name", framework.name)).strip():
        raise BadInput("Enter the framework's name")
    changed = sorted(name for name, value in facts.items() if getattr(framework, name) != value)
    for name in changed:
        setattr(framework, name, facts[name])
    if changed:
        _grown(actor, framework, "framework_changed", name=", ".join(changed))
    return framework


def publish_framework(*, actor: Person | None, framework: Framework) -> Framework:
    """Let everybody read a framework, and providers apply; published already is published."""
    framework = locked_framework(actor, framework)
    if framework.published_at is None:
        framework.published_at = clock.now()
        _grown(actor, framework, "framework_published")
    return framework


def extend_framework(*, actor: Person | None, framework: Framework, ends_on: date) -> Framework:
    """Move a framework's end to a later day, within what its contract allows. Places without an end go on with it.

    Raises:
        NotAllowed: for anybody who may not run the council's frameworks.
        BadInput: when the day is no later, or later than the contract allows.
        Conflict: when the term is over: a new framework is let then.
    """
    framework = locked_framework(actor, framework)
    if framework.ends_on < clock.today():
        raise Conflict(f"The framework ended on {day_words(framework.ends_on)}. Let a new one")
    if ends_on <= framework.ends_on:
        raise BadInput(f"It runs until {day_words(framework.ends_on)} already. Enter a later day")
    if framework.extend_until is None or ends_on > framework.extend_until:
        most = "no extension" if framework.extend_until is None else f"one until {day_words(framework.extend_until)}"
        raise BadInput(f"Its contract allows {most}")
    framework.ends_on = ends_on
    _grown(actor, framework, "framework_extended", ends_on=ends_on.isoformat())
    return framework


def add_lot(
    *,
    actor: Person | None,
    framework: Framework,
    name: str,
    kinds: Sequence[str],
    localities: Collection[Locality] = (),
) -> Lot:
    """Add a lot to a framework: the kinds it covers, in some localities each for itself or in the whole council.

    Raises:
        NotAllowed: for anybody who may not run the council's frameworks.
        BadInput: without a name or a kind, or for another council's locality.
    """
    framework = locked_framework(actor, framework)
    if not name.strip():
        raise BadInput("Enter the lot's name")
    if not kinds or not set(kinds) <= set(KINDS):
        raise BadInput("Select at least one kind of support: a lot without any would let nobody in")
    if any(one.council_id != framework.council_id for one in localities):
        raise BadInput("That locality belongs to another council")
    last = db.session.scalar(select(func.max(Lot.number)).where(Lot.framework_id == framework.id)) or 0
    lot = Lot(
        framework_id=framework.id, number=last + 1, name=name.strip(), kinds=[one for one in KINDS if one in kinds]
    )
    lot.localities = list(localities)
    db.session.add(lot)
    db.session.flush()
    _grown(actor, framework, "framework_lot_added", name=lot.name)
    return lot


def set_discount(
    *, actor: Person | None, framework: Framework, valid_from: date, threshold_pence: int, percent: int
) -> VolumeDiscount:
    """Set the volume discount from a day on; what went before stays as it was. Nothing of it touches what people pay.

    Raises:
        NotAllowed: for anybody who may not run the council's frameworks.
        BadInput: when it is no percentage, or the day is past or outside the term.
        Conflict: when one begins on that day or later.
    """
    framework = locked_framework(actor, framework)
    if not 0 <= percent <= 100 or threshold_pence < 0:  # noqa: PLR2004 - percents
        raise BadInput("The discount must be from 0 to 100 percent, over an amount that is not below nothing")
    if valid_from < clock.today():
        raise BadInput("Enter today or a later day: what was invoiced before stays as it was agreed")
    if not framework.starts_on <= valid_from <= framework.ends_on:
        raise BadInput(_term(framework))
    newest = db.session.scalar(
        select(func.max(VolumeDiscount.valid_from)).where(VolumeDiscount.framework_id == framework.id)
    )
    if newest is not None and newest >= valid_from:
        raise Conflict(f"A discount already begins on {day_words(newest)}. Choose a later day")
    made = VolumeDiscount(
        framework_id=framework.id,
        valid_from=valid_from,
        threshold_pence=threshold_pence,
        percent=percent,
        set_at=clock.now(),
        set_by_id=actor.id if actor else None,
    )
    db.session.add(made)
    db.session.flush()
    _grown(actor, framework, "framework_discount_set", percent=percent, from_on=valid_from.isoformat())
    return made


def add_round(*, actor: Person | None, framework: Framework, opens_on: date, closes_on: date) -> FrameworkRound:
    """Let providers apply between two days, both included.

    Raises:
        NotAllowed: for anybody who may not run the council's frameworks.
        BadInput: when it ends before it begins, is over, or goes on after the framework ends.
        Conflict: when providers can apply at any time, or another round is open on some of those days.
    """
    framework = locked_framework(actor, framework)
    if framework.admission != Admission.ROUNDS:
        raise Conflict("Providers can apply to this framework at any time. Change that first")
    if closes_on < opens_on:
        raise BadInput("The last day must be the first day or a later one")
    if closes_on < clock.today() or closes_on > framework.ends_on:
        raise BadInput(f"Enter a last day from today until {day_words(framework.ends_on)}, when the framework ends")
    if any(opens_on <= one.closes_on and one.opens_on <= closes_on for one in rounds_of(framework.id)):
        raise Conflict("Another round is open on some of those days")
    made = FrameworkRound(framework_id=framework.id, opens_on=opens_on, closes_on=closes_on)
    db.session.add(made)
    db.session.flush()
    _grown(actor, framework, "framework_round_added", from_on=opens_on.isoformat(), until_on=closes_on.isoformat())
    return made


def invite_provider(*, actor: Person | None, framework: Framework, provider: Provider) -> FrameworkInvitation:
    """Ask a provider to apply: its staff are told. Asked already is asked.

    Raises:
        NotAllowed: for anybody who may not run the council's frameworks.
        BadInput: for a personal assistant, whom people employ themselves.
        Conflict: when the framework is not published, is over, or nobody has signed in for the provider.
    """
    framework = locked_framework(actor, framework)
    if framework.published_at is None or framework.ends_on < clock.today():
        raise Conflict("Only a published framework that is not over can be applied for. Publish it first")
    if provider.kind == ProviderKind.PERSONAL_ASSISTANT:
        raise BadInput(f"{provider.name} is a personal assistant, whom people employ themselves")
    standing = db.session.scalar(
        select(FrameworkInvitation).where(
            FrameworkInvitation.framework_id == framework.id, FrameworkInvitation.provider_id == provider.id
        )
    )
    if standing is not None:
        return standing
    staff = staff_who_speak_for(provider.id)
    if not staff:
        raise Conflict(
            f"Nobody has signed in for {provider.name} yet, so nobody would read it. Ask them to claim their page first"
        )
    made = FrameworkInvitation(
        framework_id=framework.id,
        provider_id=provider.id,
        invited_at=clock.now(),
        invited_by_id=actor.id if actor else None,
    )
    db.session.add(made)
    db.session.flush()
    _grown(actor, framework, "framework_provider_invited", provider=provider.public_id)
    for one in staff:
        send_notice(
            notices.INVITED,
            one,
            link=f"/frameworks/{framework.public_id}",
            council=framework.council.name,
            framework=framework.name,
            provider=provider.name,
        )
    return made


def _term(framework: Framework) -> str:
    return f"The framework runs from {day_words(framework.starts_on)} to {day_words(framework.ends_on)}"


def _grown(actor: Person | None, framework: Framework, action: str, **details: Any) -> None:
    framework.version += 1
    db.session.flush()
    record(
        action=action,
        actor_id=actor.id if actor else None,
        subject_kind="framework",
        subject_id=framework.id,
        council_id=framework.council_id,
        **details,
    )
