"""Claiming a page that a register brought: somebody asks, a council the provider serves decides, one answer counts."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.providers.models import Claim, Provider
from app.market.providers.permissions import is_waiting, may_claim, may_decide
from app.market.providers.queries import commissioners_of, waiting_claim
from app.market.providers.queries.served import council_to_decide, councils_served, does_serve, registered_reach
from app.market.providers.rules import ClaimStatus
from app.market.providers.rules.proofs import CODE_LASTS, CODE_TRIES, CODE_WAYS, ClaimProof, is_the_providers
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import RUN_FRAMEWORKS, Role
from app.people.accounts.rules.letter_codes import letter_code_hash, new_code
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.messages.actions import claims as messages

SOMEBODY_ELSE = "Somebody else was given this page."


def claim(*, actor: Person, provider: Provider, council: Council, job_title: str, evidence: str) -> Claim:
    """Ask to speak for an unclaimed provider. A council that the provider serves decides, and the others it serves are told.

    Args:
        actor: who asks.
        provider: for which.
        council: whom they would ask; where the provider does not serve it and serves another, that one decides.
        job_title: what they do there.
        evidence: how the council can check it.

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
    decides = council_to_decide(provider, council)
    made = Claim(
        provider_id=provider.id,
        person_id=actor.id,
        council_id=decides.id,
        job_title=job_title.strip(),
        evidence=evidence.strip(),
        status=ClaimStatus.WAITING,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    note_email_proof(made, provider)
    _note("claim_made", actor, made)
    _tell_councils(made, provider)
    return made


def decide_claim(*, actor: Person, claim: Claim, approve: bool, reason: str = "", checked: str = "") -> Claim:
    """Say yes or no. A yes gives the person the provider's staff role and declines everybody else who waits for it.

    Where the provider does not serve the council any more, nothing is decided: the claim goes to one that it serves, and
    still waits.

    Args:
        actor: who decides.
        claim: which one.
        approve: yes, or no.
        reason: of a no; it is sent to whoever asked.
        checked: how the council checked it; needed for a yes where no code and no address proves it.

    Raises:
        NotFound: when the actor is no commissioner of the council the claim was sent to.
        NotAllowed: when the claim is the actor's own.
        BadInput: for a no without a reason, and for a yes that nothing proves.
        Conflict: when it is decided already, or somebody else was given the page.
    """
    provider, waiting = _locked(actor, claim)
    if not does_serve(provider, claim.council_id):
        return _hand_over(actor, claim, provider)
    if not approve and not reason.strip():
        message = "Enter the reason: it is sent to the person who asked"
        raise BadInput(message)
    if approve and not may_claim(provider):
        message = "Somebody else was given this page already"
        raise Conflict(message)
    if approve:
        note_email_proof(claim, provider)
        if claim.proof is None:
            if not checked.strip():
                message = "Enter how you checked that they work there: nothing else shows it"
                raise BadInput(message)
            _prove(claim, ClaimProof.COUNCIL, checked.strip())
    _decide(actor, claim, provider, approve=approve, reason=reason.strip())
    if approve:
        grant_role(person=claim.person, role=Role.PROVIDER_STAFF, provider_id=provider.id, granted_by=actor)
        provider.claimed_at = provider.updated_at = clock.now()
        for other in waiting:
            if other.id != claim.id:
                _decide(actor, other, provider, approve=False, reason=SOMEBODY_ELSE)
    db.session.flush()
    return claim


def make_claim_code(*, actor: Person, claim: Claim, way: ClaimProof) -> str:
    """Make a code to be posted to the registered address, or read out on the registered telephone; the one before is dead.

    Returns:
        The code, for the letter or the call. It is kept nowhere.

    Raises:
        NotFound: when the actor is no commissioner of the council that decides.
        NotAllowed: when the claim is the actor's own.
        BadInput: for another way.
        Conflict: when it is decided already, or the register gives no such address or number.
    """
    if way not in CODE_WAYS:
        message = "Select a letter or the telephone"
        raise BadInput(message)
    provider, _ = _locked(actor, claim)
    reach = registered_reach(provider)[way]
    if reach is None:
        message = f"The register gives no {'address' if way == ClaimProof.LETTER else 'telephone'} for {provider.name}"
        raise Conflict(message)
    code = new_code()
    claim.code_way, claim.code_to, claim.code_tries = way, reach, 0
    claim.code_hash, claim.code_until = letter_code_hash(code), clock.now() + CODE_LASTS
    _note("claim_code_made", actor, claim)
    db.session.flush()
    return code


def type_claim_code(*, actor: Person, claim: Claim, typed: str) -> bool:
    """Whoever asked types the code that reached the provider; each try counts, also a wrong one, which is no refusal.

    Raises:
        NotFound: for anybody but whoever made the claim.
        Conflict: when no code is out, or it is dead.
    """
    if claim.person_id != actor.id:
        message = "There is no such claim."
        raise NotFound(message)
    db.session.get_one(Provider, claim.provider_id, with_for_update=True, populate_existing=True)
    db.session.refresh(claim)
    way, until = claim.code_way, claim.code_until
    if not is_waiting(claim) or way is None or until is None or until <= clock.now():
        message = "This code does not work any more. Ask the council for a new one"
        raise Conflict(message)
    is_it = claim.code_hash == letter_code_hash(typed)
    claim.code_tries += 1
    if is_it:
        _prove(claim, way, claim.code_to or "")
    if is_it or claim.code_tries >= CODE_TRIES:
        claim.code_hash = claim.code_until = None
    _note("claim_proved" if is_it else "claim_code_wrong", actor, claim)
    db.session.flush()
    return is_it


def note_email_proof(claim: Claim, provider: Provider) -> None:
    """Keep it where the confirmed email address of whoever asks is one of the provider's, and nothing proved it before."""
    person = claim.person
    if claim.proof is not None or person.email_confirmed_at is None:
        return
    registrations = provider.registrations
    if is_the_providers(
        person.email,
        registered_emails=[provider.email or ""],
        websites=[provider.website or "", *(one.website or "" for one in registrations)],
    ):
        _prove(claim, ClaimProof.EMAIL, person.email)


def _prove(claim: Claim, proof: ClaimProof, words: str) -> None:
    claim.proof, claim.proof_words, claim.proved_at = proof, words, clock.now()


def _locked(actor: Person, claim: Claim) -> tuple[Provider, list[Claim]]:
    """The provider and every claim of it that waits, locked in that order, so that two decisions about one queue up."""
    if claim.council_id not in actor.council_ids_as(*RUN_FRAMEWORKS):
        message = "There is no such claim."
        raise NotFound(message)
    if not may_decide(actor, claim):
        message = "You cannot decide about your own claim. Ask a colleague"
        raise NotAllowed(message)
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
    if claim.council_id not in actor.council_ids_as(*RUN_FRAMEWORKS):
        message = "Another council decides this claim now"
        raise Conflict(message)
    return provider, list(waiting)


def _hand_over(actor: Person, claim: Claim, provider: Provider) -> Claim:
    claim.council_id = council_to_decide(provider, claim.council).id
    db.session.flush()
    db.session.refresh(claim)
    _note("claim_handed_over", actor, claim)
    _tell_councils(claim, provider)
    return claim


def _tell_councils(claim: Claim, provider: Provider) -> None:
    """Those who decide get it to decide; the other councils the provider serves are told who decides."""
    for commissioner in commissioners_of(claim.council_id):
        messages.claim_to_decide(
            to_person_id=commissioner.id,
            to_email=commissioner.email,
            name=commissioner.full_name,
            provider_name=provider.name,
            path=f"/claims/{claim.public_id}",
        )
    for other in councils_served(provider):
        if other.id == claim.council_id:
            continue
        for commissioner in commissioners_of(other.id):
            messages.claim_decided_elsewhere(
                to_person_id=commissioner.id,
                to_email=commissioner.email,
                name=commissioner.full_name,
                provider_name=provider.name,
                council_name=claim.council.name,
                path=_page(provider),
            )


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
            path=_page(provider),
        )


def _page(provider: Provider) -> str:
    return f"/providers/{provider.public_id}"


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
