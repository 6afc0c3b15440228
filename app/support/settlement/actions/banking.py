"""Bank details with their second look, the file that asks a bank to pay, and what its answer says of each payment."""

import hmac
from typing import NamedTuple

from app.base import clock
from app.base.bank_accounts import BankAccount, opened_account, sealed_account, sealed_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.base.sealing import Seal
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.messages.actions import settlement as notices
from app.support.settlement.actions.answering import must_settle
from app.support.settlement.actions.paying import mark_paid, mark_refused, send_payment
from app.support.settlement.actions.running import lock_council, tell_finance_staff
from app.support.settlement.models import BankCheck, BankDetails, BankFile, BankFilePayment
from app.support.settlement.permissions import may_answer_for
from app.support.settlement.queries import banking
from app.support.settlement.rules.bank_files import Answered, Instruction, payment_file
from app.support.settlement.rules.paying import PaymentStatus


def give_bank_details(*, actor: Person, provider_id: int, account: BankAccount, seal: Seal) -> BankDetails:
    """Give, for a provider, the account it is paid into; each council pays into it once it has checked it.

    Everybody who does the provider's finances is told, so that nobody changes it unseen.

    Raises:
        NotFound: for anybody who does not see what the provider earned.
    """
    if not may_answer_for(actor, provider_id):
        raise NotFound("There is no such provider, or you do not see its finances.")
    made = BankDetails(
        provider_id=provider_id,
        sealed=sealed_account(account, seal),
        masked=account.masked,
        given_at=clock.now(),
        given_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    record(action="bank_details_given", actor_id=actor.id, subject_kind="provider", subject_id=provider_id)
    assert made.provider is not None
    tell_finance_staff(
        provider_id,
        notices.BANK_DETAILS_GIVEN,
        link=f"/desk/{made.provider.public_id}/bank-details",
        who=actor.full_name,
        masked=account.masked,
    )
    return made


def give_council_account(*, actor: Person, council_id: int, account: BankAccount, seal: Seal) -> BankDetails:
    """Say from which account a council pays; a colleague checks it.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
    """
    must_settle(actor, council_id)
    made = BankDetails(
        council_id=council_id,
        sealed=sealed_account(account, seal),
        masked=account.masked,
        given_at=clock.now(),
        given_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    record(
        action="council_account_given",
        actor_id=actor.id,
        subject_kind="council",
        subject_id=council_id,
        council_id=council_id,
    )
    return made


def check_bank_details(*, actor: Person, council_id: int, details: BankDetails, number: str, seal: Seal) -> None:
    """Say for a council that an account is whose it says: its number, asked of them by telephone, is typed and the same.

    Raises:
        NotAllowed: for anybody but a finance officer of the council, for whoever gave it, and for the provider's own staff.
        BadInput: when the number is another.
        Conflict: when newer details were given since.
    """
    must_settle(actor, council_id)
    if actor.id == details.given_by_id or details.provider_id in actor.provider_ids:
        raise NotAllowed("You gave these details or work for the provider. A colleague must check them.")
    lock_council(council_id)
    mine = banking.details_of_council(council_id)
    known = mine if details.provider_id is None else banking.details_of_provider(details.provider_id)
    if known[0].id != details.id:
        raise Conflict("Newer details were given since. Check those.")
    digits = "".join(one for one in number if one.isascii() and one.isdigit()).rjust(8, "0")
    if not hmac.compare_digest(digits, opened_account(details.sealed, seal).number):
        raise BadInput("This is not the number we were given. Ask again, by a telephone number you know")
    if db.session.get(BankCheck, (details.id, council_id)) is None:
        db.session.add(
            BankCheck(details_id=details.id, council_id=council_id, checked_at=clock.now(), checked_by_id=actor.id)
        )
        db.session.flush()
        record(
            action="bank_details_checked",
            actor_id=actor.id,
            subject_kind="bank_details",
            subject_id=details.id,
            council_id=council_id,
        )


def make_bank_file(*, actor: Person, council_id: int, seal: Seal) -> BankFile:
    """Make the file that asks the bank to pay every remittance for which nothing is on its way, into checked accounts.

    Made again, there is nothing left to ask for: a payment is in one file, unless the bank sends it back.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
        Conflict: when the council's own account is not checked, or there is nothing to pay.
    """
    must_settle(actor, council_id)
    council = lock_council(council_id)
    accounts = banking.checked_details(council_id)
    own = accounts.get(None)
    if own is None:
        raise Conflict("Say from which account the council pays, and have a colleague check it.")
    waiting = [one for one in banking.remittances_to_send(council_id) if one.provider_id in accounts]
    if not waiting:
        raise Conflict("There is nothing to pay into an account that was checked.")
    made = BankFile(
        council_id=council_id,
        number=banking.last_file_number(council_id) + 1,
        made_at=clock.now(),
        made_by_id=actor.id,
        pence=sum(one.pence for one in waiting),
        sealed="",
        council=council,
    )
    asked = []
    for remittance in waiting:
        payment, details = send_payment(actor=actor, remittance=remittance), accounts[remittance.provider_id]
        made.payments.append(BankFilePayment(payment_id=payment.id, details_id=details.id))
        account = opened_account(details.sealed, seal)
        asked.append(Instruction(payment.public_id, account, remittance.pence, remittance.name[:35]))
    words = payment_file(
        name=made.name,
        made_at=made.made_at,
        pay_on=clock.today(),
        payer=opened_account(own.sealed, seal),
        instructions=asked,
    )
    made.sealed = sealed_words(words, seal)
    db.session.add(made)
    db.session.flush()
    record(
        action="bank_file_made",
        actor_id=actor.id,
        subject_kind="bank_file",
        subject_id=made.id,
        council_id=council_id,
        pence=made.pence,
    )
    return made


class PaymentFate(NamedTuple):
    """What an answer of a bank did to one payment."""

    reference: str
    words: str
    is_done: bool


def take_bank_answer(*, actor: Person, council_id: int, answers: list[Answered]) -> list[PaymentFate]:
    """Do what a bank's answer says, payment by payment; taken in again, it changes nothing.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
    """
    must_settle(actor, council_id)
    lock_council(council_id)
    return [_taken(actor, council_id, one) for one in answers]


def _taken(actor: Person, council_id: int, answered: Answered) -> PaymentFate:
    payment = banking.payment_known_as(council_id, answered.reference)
    if payment is None:
        return PaymentFate(answered.reference, "Not a payment of ours: nothing was changed", is_done=False)
    name, remittance = payment.remittance.name, payment.remittance
    if answered.is_paid is None:
        return PaymentFate(name, "Still on its way", is_done=True)
    if remittance.provider_id in actor.provider_ids:
        return PaymentFate(name, "You work for this provider: a colleague must take this answer in", is_done=False)
    if payment.status == PaymentStatus.SENT:
        if answered.is_paid:
            mark_paid(actor=actor, remittance=remittance, paid_on=clock.today())
            return PaymentFate(name, "Paid", is_done=True)
        mark_refused(actor=actor, remittance=remittance, reason=answered.reason)
        return PaymentFate(name, f"Sent back: {answered.reason}", is_done=True)
    is_same = (payment.status == PaymentStatus.PAID) == answered.is_paid
    words = "Known already" if is_same else "The opposite was said before: look at it, and ask the bank"
    return PaymentFate(name, words, is_done=is_same)
