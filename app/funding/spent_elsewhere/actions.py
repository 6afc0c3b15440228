"""Spending from outside the marketplace: told to us afterwards, with a receipt, and taken back when it was a mistake."""

from datetime import date, timedelta

from sqlalchemy import select

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.actions.pots import CLOSED
from app.funding.budgets.models import OutsideSpending, Pot
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import SPENT_ANYWHERE
from app.funding.budgets.rules.periods import YEAR_DAYS
from app.funding.spent_elsewhere.models import ReceiptFile
from app.funding.spent_elsewhere.permissions import may_record_spending
from app.people.accounts.models import Person
from app.people.circles.queries import powers_to_act
from app.people.circles.rules import Spender
from app.platform.audit.actions import record
from app.platform.files import actions as files
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind, KeyUsedOtherwise, NotEnough, whole_pence

OUTSIDE = "provider:0"
"""Whoever is paid outside the marketplace shares one account, with a number that no provider has."""
PAID_TO_LONGEST = 120
PAID_FOR_LONGEST = 200


class WrongDay(BadInput):
    """The day cannot be recorded."""


class NotThere(Conflict):
    """More than there is."""


def record_outside(
    *,
    actor: Person,
    person: Person,
    pot: Pot,
    spent_on: date,
    paid_to: str,
    paid_for: str,
    pence: int,
    key: str,
    receipt: str | None = None,
) -> OutsideSpending:
    """Record that some of a person's money was spent elsewhere: it is spent at once, and the balance says so.

    Args:
        actor: the person, or somebody who may spend for them.
        person: whose money.
        pot: which of it: money in their own or an agent's hands.
        spent_on: the day, in London; not in a period whose unspent money is settled.
        paid_to: who was paid.
        paid_for: what for.
        pence: how much.
        key: made with the form; the same key again gives the first answer.
        receipt: what the file waits for that is its receipt (see ``app.platform.files``).

    Raises:
        NotAllowed: when the actor may not spend for this person.
        NotFound: when the money is not this person's.
        BadInput: when something is missing (``WrongDay`` says which question it is about).
        Conflict: when the money is closed, held by others or less than that (``NotThere``).
    """
    spender = Spender(actor.id, powers_to_act(actor, person.id))
    if not may_record_spending(spender.powers):
        raise NotAllowed("You may not spend this money for this person. Only they can let you.")
    if pot.person_id != person.id:
        raise NotFound("There is no such money.")
    paid_to, paid_for = paid_to.strip(), paid_for.strip()
    _check_answers(pence, paid_to, paid_for)
    pot = under_lock.lock_pots([pot.id])[pot.id]
    first = db.session.scalar(select(OutsideSpending).where(OutsideSpending.key == key))
    if first is not None:
        if (first.pot_id, first.pence, first.spent_on) != (pot.id, pence, spent_on):
            raise KeyUsedOtherwise
        return first
    if pot.closed_at is not None:
        raise Conflict(CLOSED)
    _check_hands(spender, pot)
    _check_day(pot, spent_on)
    spending = OutsideSpending(
        public_id=new_public_id(),
        key=key,
        person_id=person.id,
        pot_id=pot.id,
        spent_on=spent_on,
        paid_to=paid_to,
        paid_for=paid_for,
        pence=pence,
        recorded_by_id=actor.id,
        recorded_at=clock.now(),
    )
    db.session.add(spending)
    db.session.flush()
    if receipt is not None:
        _attach(actor, spending, receipt, key)
    _pay(pot, spending, actor)
    _record("outside_spending_recorded", spending, actor)
    db.session.flush()
    return spending


def _pay(pot: Pot, spending: OutsideSpending, actor: Person) -> None:
    """Charge the money with it, to whoever is paid outside the marketplace.

    Raises:
        NotThere: when that is more than there is.
    """
    outside = ledger.open_account(kind=AccountKind.PROVIDER, owner=OUTSIDE, guarded=False)
    try:
        ledger.post(
            key=f"outside:{spending.key}",
            kind=JournalKind.CHARGE,
            moves=[(pot.account_id, outside.id, spending.pence)],
            about=f"outside:{spending.public_id}",
            actor_id=actor.id,
        )
    except NotEnough as refusal:
        left = Money(spending.pence - refusal.short_by_pence)
        raise NotThere(
            f"{pot.name} has {left} left. Enter {left} or less here, and record the rest from other money."
        ) from refusal


def _check_answers(pence: int, paid_to: str, paid_for: str) -> None:
    whole_pence(pence)
    if not paid_to or len(paid_to) > PAID_TO_LONGEST:
        raise BadInput(f"Enter who you paid, in {PAID_TO_LONGEST} characters or fewer")
    if not paid_for or len(paid_for) > PAID_FOR_LONGEST:
        raise BadInput(f"Enter what it was for, in {PAID_FOR_LONGEST} characters or fewer")


def _check_hands(spender: Spender, pot: Pot) -> None:
    if not may_spend_from(spender, pot):
        raise NotAllowed(f"Somebody else holds {pot.name}, and only they or the person may spend it.")
    if pot.kind not in SPENT_ANYWHERE:
        raise Conflict(f"{pot.name} is not in your hands, so it is not spent elsewhere. Choose other money.")


def _check_day(pot: Pot, spent_on: date) -> None:
    """Let pass a day that is over or today, within a year, and not in a period that is settled.

    Raises:
        WrongDay: saying which days can be chosen.
    """
    today = clock.today()
    if spent_on > today:
        raise WrongDay("Choose today or a day before. Money is recorded once it is spent.")
    if spent_on <= today - timedelta(days=YEAR_DAYS):
        raise WrongDay("Choose a day within the last year. For what is older, talk with your care manager.")
    settled_until = under_lock.settled_until(pot.id)
    if settled_until is not None and spent_on < settled_until:
        raise WrongDay(
            f"The period this day lies in has ended, and what was not spent in it is settled. Choose "
            f"{day_words(settled_until)} or later. If money went back to your council because this was not told, your care "
            "manager can bring it back: then record this with today's date, and say the true day in what it was for."
        )


def add_receipt(*, actor: Person, spending: OutsideSpending, waits_for: str, key: str) -> ReceiptFile:
    """Add a receipt to spending that was recorded before: its first, or one in the place of another, which stays too.

    Args:
        actor: the person, or somebody who may spend for them.
        spending: what it is the receipt of.
        waits_for: what the file waits for (see ``app.platform.files``).
        key: made with the form; the same key again gives the first answer.

    Raises:
        NotAllowed: when the actor may not spend for this person.
        Conflict: when the spending was taken back, or the file is there no more.
    """
    if not may_record_spending(powers_to_act(actor, spending.person_id)):
        raise NotAllowed("You may not spend this money for this person. Only they can let you.")
    under_lock.lock_pots([spending.pot_id])
    first = db.session.scalar(select(ReceiptFile).where(ReceiptFile.key == key))
    if first is not None:
        if first.spending_id != spending.id:
            raise KeyUsedOtherwise
        return first
    db.session.refresh(spending)
    if spending.taken_back_at is not None:
        raise Conflict("This was taken back, so it needs no receipt.")
    made = _attach(actor, spending, waits_for, key)
    _record("receipt_added", spending, actor)
    db.session.flush()
    return made


def _attach(actor: Person, spending: OutsideSpending, waits_for: str, key: str) -> ReceiptFile:
    file = files.settle_file(person_id=actor.id, waits_for=waits_for)
    made = ReceiptFile(key=key, spending_id=spending.id, file_id=file.id, added_at=clock.now(), added_by_id=actor.id)
    db.session.add(made)
    db.session.flush()
    return made


def take_back_outside(*, actor: Person, spending: OutsideSpending) -> OutsideSpending:
    """Undo spending that was recorded by mistake: another entry brings the money back; the first one stays to be seen.

    Raises:
        NotAllowed: when the actor may not spend for this person.
        Conflict: when it was taken back before, or the money is closed.
    """
    spender = Spender(actor.id, powers_to_act(actor, spending.person_id))
    pot = under_lock.lock_pots([spending.pot_id])[spending.pot_id]
    if not (may_record_spending(spender.powers) and may_spend_from(spender, pot)):
        raise NotAllowed("You may not spend this money for this person. Only they can let you.")
    db.session.refresh(spending)
    if spending.taken_back_at is not None:
        raise Conflict("This was taken back already.")
    if pot.closed_at is not None:
        raise Conflict("This money is closed. Your care manager can put this right on their page of your budget.")
    outside = ledger.open_account(kind=AccountKind.PROVIDER, owner=OUTSIDE, guarded=False)
    ledger.post(
        key=f"outside:{spending.key}:back",
        kind=JournalKind.REFUND,
        moves=[(outside.id, pot.account_id, spending.pence)],
        about=f"outside:{spending.public_id}",
        actor_id=actor.id,
    )
    spending.taken_back_at = clock.now()
    _record("outside_spending_taken_back", spending, actor)
    db.session.flush()
    return spending


def _record(action: str, spending: OutsideSpending, actor: Person) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=spending.person_id,
        subject_kind="outside_spending",
        subject_id=spending.id,
        council_id=None,
        pence=spending.pence,
    )
