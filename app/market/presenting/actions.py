"""Saying who a provider is, and what marks and checks it has; every change is kept."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_line
from app.market.presenting.models import Credential, ProviderChange
from app.market.presenting.rules import CREDENTIALS_MOST, CredentialKind
from app.market.providers.models import Provider
from app.market.providers.permissions import may_speak_for
from app.people.accounts.models import Person
from app.platform.audit.actions import record


class PageChangedMeanwhile(Conflict):
    """Somebody else saved the page after it was opened for editing (409)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoWeAre:
    """What a provider says of itself, saved whole or not at all."""

    description: str = ""
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    opening_hours: str = ""
    languages: tuple[str, ...] = ()
    not_done: str = ""


def version_of_page(provider: Provider) -> str:
    """What tells one saved version of a provider's page from the next; kept in the form while somebody writes."""
    return provider.updated_at.isoformat()


def say_who_we_are(*, actor: Person, provider: Provider, said: WhoWeAre, seen: str) -> list[ProviderChange]:
    """Save what a provider says of itself, unless somebody saved it after ``seen``; gives what changed.

    Raises:
        NotAllowed: when the actor does not manage the page.
        PageChangedMeanwhile: when it is no longer the page that was opened.
        BadInput: when nobody could reach the provider any more.
    """
    provider = page_locked(actor, provider)
    if version_of_page(provider) != seen:
        raise PageChangedMeanwhile(
            "Somebody else saved this page while you were writing. What you wrote is still here: look at what they saved,"
            " then save again to replace it"
        )
    if not (said.phone or said.email or said.website or provider.address):
        raise BadInput("Enter a telephone number or an email address for customers")
    changed = []
    for fact in fields(said):
        before, after = getattr(provider, fact.name), getattr(said, fact.name)
        after = list(after) if isinstance(after, tuple) else after
        if (before or None) != (after or None):
            setattr(provider, fact.name, after)
            changed.append(keep_change(actor, provider, fact.name, before, after))
    if changed:
        provider.updated_at = clock.now()
        _record("provider_said_who_it_is", actor, provider, facts=sorted(one.fact for one in changed))
    db.session.flush()
    return changed


def state_credential(
    *,
    actor: Person,
    provider: Provider,
    kind: CredentialKind,
    name: str,
    given_by: str,
    given_on: date | None = None,
    until_on: date | None = None,
    link: str | None = None,
) -> Credential:
    """State a mark or a check, by whom, and until when. The same one stated again is the one there is.

    Raises:
        NotAllowed: when the actor does not manage the page.
        BadInput: when it is not said what or by whom, or the days make no sense.
        Conflict: when there are enough.
    """
    name, given_by = clean_line(name), clean_line(given_by)
    if not name or not given_by:
        raise BadInput("Enter what it is, and who gave it")
    if given_on is not None and given_on > clock.today():
        raise BadInput("The day it was given must be today or before")
    if until_on is not None and until_on < max(given_on or until_on, clock.today()):
        raise BadInput("The last day must be today or later, and not before the day it was given")
    if kind == CredentialKind.CHECK and given_on is None:
        raise BadInput("Enter the day the check was made: people want to know how old it is")
    provider = page_locked(actor, provider)
    there = select(Credential).where(Credential.provider_id == provider.id, Credential.ended_at.is_(None))
    same = db.session.scalar(
        there.where(Credential.kind == kind, Credential.name == name, Credential.given_by == given_by)
        .where(Credential.given_on.is_not_distinct_from(given_on), Credential.until_on.is_not_distinct_from(until_on))
        .limit(1)
    )
    if same is not None:
        return same
    if db.session.scalars(select(func.count()).select_from(there.subquery())).one() >= CREDENTIALS_MOST:
        raise Conflict(f"A page can state {CREDENTIALS_MOST} marks and checks. Take one away first")
    made = Credential(
        provider_id=provider.id,
        kind=kind,
        name=name,
        given_by=given_by,
        given_on=given_on,
        until_on=until_on,
        link=link or None,
        stated_at=clock.now(),
        stated_by_id=actor.id,
    )
    db.session.add(made)
    keep_change(actor, provider, "credential_added", None, _words(made))
    _record("credential_stated", actor, provider, kind=kind.value)
    db.session.flush()
    return made


def take_away_credential(*, actor: Person, provider: Provider, credential: Credential) -> None:
    """Show a mark or a check no more; taken away already, nothing happens.

    Raises:
        NotAllowed: when the actor does not manage the page.
    """
    provider = page_locked(actor, provider)
    db.session.refresh(credential)
    if credential.provider_id != provider.id or credential.ended_at is not None:
        return
    credential.ended_at = clock.now()
    keep_change(actor, provider, "credential_taken_away", _words(credential), None)
    _record("credential_taken_away", actor, provider)
    db.session.flush()


def _words(credential: Credential) -> str:
    return f"{credential.name}, {credential.given_by}"


def page_locked(actor: Person, provider: Provider) -> Provider:
    """A provider whose page the actor may change, read again, and until the transaction ends nobody else's to change.

    Raises:
        NotAllowed: when the actor does not manage the page.
    """
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only whoever manages the page may change it")
    return db.session.get_one(Provider, provider.id, with_for_update={"key_share": True}, populate_existing=True)


def keep_change(actor: Person, provider: Provider, fact: str, before: Any, after: Any) -> ProviderChange:
    """Keep what stood on a provider's page before and after; ``fact`` is one of ``FACTS``."""
    made = ProviderChange(
        provider_id=provider.id, fact=fact, before=before, after=after, by_id=actor.id, at=clock.now()
    )
    db.session.add(made)
    return made


def _record(action: str, actor: Person, provider: Provider, **details: Any) -> None:
    record(action=action, actor_id=actor.id, subject_kind="provider", subject_id=provider.id, **details)
