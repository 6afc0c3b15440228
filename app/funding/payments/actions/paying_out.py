"""Own money that no card takes back, paid into bank accounts from a file by who looks after card payments."""

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.payments.actions import paying_back
from app.funding.payments.models import PayBackFile, PayBackPart
from app.funding.payments.permissions import may_pay_out
from app.funding.payments.queries import card_money
from app.funding.payments.rules import BACK_REASON_LONGEST, PartStatus
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit import actions as audit


def make_file(*, actor: Person) -> PayBackFile:
    """Put into a file whatever no file asks for yet. Made again, there is nothing left to ask for.

    Raises:
        NotAllowed: for anybody but who looks after card payments.
        Conflict: when there is nothing to pay, or only to whoever asks.
    """
    if not actor.has_role(Role.PAYMENTS):
        raise NotAllowed("Only somebody who looks after card payments makes this file.")
    parts = [one for one in card_money.parts_for_a_file() if may_pay_out(actor, one.pay_back.person_id)]
    if not parts:
        raise Conflict("There is nothing to pay that is in no file yet.")
    made = PayBackFile(made_at=clock.now(), made_by_id=actor.id, pence=sum(one.pence for one in parts))
    made.parts.extend(parts)
    db.session.add(made)
    db.session.flush()
    audit.record(
        action="pay_back_file_made",
        actor_id=actor.id,
        subject_kind="pay_back_file",
        subject_id=made.id,
        pence=made.pence,
    )
    return made


def say_paid(*, actor: Person, part: PayBackPart) -> None:
    """Note that the bank has paid a part.

    Raises:
        NotAllowed: for anybody but who looks after card payments, and about one's own money.
        Conflict: it is in no file, or something was said of it before.
    """
    part = _locked(actor, part)
    if part.file_id is None:
        raise Conflict("It is in no file for the bank yet. Make the file first.")
    if part.status != PartStatus.ON_ITS_WAY:
        raise Conflict("What became of it was said already. Nothing was changed: look at it again.")
    paying_back.arrive(part, actor_id=actor.id)


def say_sent_back(*, actor: Person, part: PayBackPart, reason: str) -> None:
    """Note that the bank sent a part back, also after it was paid: it is in the person's money again, and they are told.

    Raises:
        NotAllowed: for anybody but who looks after card payments, and about one's own money.
        BadInput: without what the bank said.
        Conflict: it is in no file, or was sent back before.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= BACK_REASON_LONGEST:
        raise BadInput(f"Enter what the bank said, in {BACK_REASON_LONGEST} characters or fewer")
    part = _locked(actor, part)
    if part.file_id is None:
        raise Conflict("It is in no file for the bank yet, so the bank cannot have sent it back.")
    if part.status == PartStatus.FAILED:
        raise Conflict("It was sent back already. Nothing was changed: look at it again.")
    paying_back.fail(part, reason, actor_id=actor.id)


def _locked(actor: Person, part: PayBackPart) -> PayBackPart:
    if not may_pay_out(actor, part.pay_back.person_id):
        raise NotAllowed("Only somebody who looks after card payments says this, and nobody of their own money.")
    found = card_money.part_locked(part.public_id)
    if found is None or found.details_id is None:
        raise Conflict("This goes back to a card: the card company says what became of it.")
    return found
