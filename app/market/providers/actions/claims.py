"""Claiming a page that a register brought: somebody asks, the council they name decides, one answer counts."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.providers.models import Claim, Provider
from app.market.providers.permissions import is_waiting, may_claim, may_decide
from app.market.providers.queries import commissioners_of, waiting_claim
from app.market.providers.rules import ClaimStatus
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS, Role
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.messages.actions import claims as messages

SOMEBODY_ELSE = "Somebody else was given this page."


def claim(*, actor: Person, provider: Provider, council: Council, job_title: str, evidence: str) -> Claim:
    """Ask to speak for an unclaimed provider; the council's commissioners are told.

    Raises:
        BadInput: without a job title or evidence.
        Conflict: when somebody speaks for it already, or the actor is still waiting for an answer about it.
    """
    if not job_title.strip() or not evidence.strip():
        message = "Say what you do there, and how we can check it"
        raise BadInput(message)
    provider = db.session.get_one(Provider, provider.id, with_for_update=True, populate_existing=True)
    if not may_claim(provider):
        message = "Somebody already looks after this page. Ask them to add you"
        raise Conflict(message)
    if waiting_claim(actor, provider) is not None:
        message = "You have already asked for this page. The council will answer you"
        raise Conflict(message)
    made = Claim(
        provider_id=provider.id,
        person_id=actor.id,
        council_id=council.id,
        job_title=job_title.strip(),
        evidence=evidence.strip(),
        status=ClaimStatus.WAITING,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _note("claim_made", actor, made)
    for commissioner in commissioners_of(council.id):
        messages.claim_to_decide(
            to_person_id=commissioner.id,
            to_email=commissioner.email,
            name=commissioner.full_name,
            provider_name=provider.name,
            path=f"/claims/{made.public_id}",
        )
    return made


def decide_claim(*, actor: Person, claim: Claim, approve: bool, reason: str = "") -> Claim:
    """Say yes or no. A yes gives the person the provider's staff role and declines everybody else who waits for it.

    Raises:
        NotFound: when the actor is no commissioner of the council the claim was sent to.
        NotAllowed: when the claim is the actor's own.
        BadInput: for a no without a reason.
        Conflict: when it is decided already, or somebody else was given the page.
    """
    if claim.council_id not in actor.council_ids_as(*RUN_FRAMEWORKS):
        message = "There is no such claim."
        raise NotFound(message)
    if not may_decide(actor, claim):
        message = "You cannot decide about your own claim. Ask a colleague"
        raise NotAllowed(message)
    if not approve and not reason.strip():
        message = "Enter the reason: it is sent to the person who asked"
        raise BadInput(message)
    # Locked in one order, provider before its claims, so that two decisions about one provider queue up.
    provider = db.session.get_one(Provider, claim.provider_id, with_for_update=True, populate_existing=True)
    waiting = db.session.scalars(
        select(Claim)
        .where(Claim.provider_id == provider.id, Claim.status == ClaimStatus.WAITING)
        .order_by(Claim.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    db.session.refresh(claim)
    if not is_waiting(claim):
        message = "A colleague has decided this claim already"
        raise Conflict(message)
    if approve and not may_claim(provider):
        message = "Somebody else was given this page already"
        raise Conflict(message)
    _decide(actor, claim, provider, approve=approve, reason=reason.strip())
    if approve:
        grant_role(person=claim.person, role=Role.PROVIDER_STAFF, provider_id=provider.id, granted_by=actor)
        provider.claimed_at = provider.updated_at = clock.now()
        for other in waiting:
            if other.id != claim.id:
                _decide(actor, other, provider, approve=False, reason=SOMEBODY_ELSE)
    db.session.flush()
    return claim


def _decide(actor: Person, claim: Claim, provider: Provider, *, approve: bool, reason: str) -> None:
    claim.status = ClaimStatus.APPROVED if approve else ClaimStatus.REFUSED
    claim.reason = reason or None
    claim.decided_at = clock.now()
    claim.decided_by_id = actor.id
    _note("claim_approved" if approve else "claim_refused", actor, claim)
    person = claim.person
    if approve:
        messages.your_claim_was_approved(
            to_person_id=person.id, to_email=person.email, name=person.full_name, provider_name=provider.name
        )
    else:
        messages.your_claim_was_refused(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            provider_name=provider.name,
            reason=reason,
            path=f"/providers/{provider.public_id}",
        )


def _note(action: str, actor: Person, claim: Claim) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=claim.person_id,
        subject_kind="claim",
        subject_id=claim.id,
        council_id=claim.council_id,
        provider_id=claim.provider_id,
    )
