"""The named figures of docs/money.md, each recomputed from single entries of the ledger: slowly, plainly and by itself.

Nothing here asks the site for a sum. What a visit's money did is read from its holds and from what settled them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.base.db import db
from app.base.money import Money
from app.funding.budgets.models import Pot
from app.platform.ledger.models import Journal, Transfer
from app.platform.ledger.rules import JournalKind
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment


@dataclass
class PotSums:
    """A stretch of time of one pot or several, in pence."""

    carried_in: int = 0
    came_in: int = 0
    went_back: int = 0
    spent: int = 0
    set_aside: int = 0
    left: int = 0

    def __add__(self, other: "PotSums") -> "PotSums":
        """Two pots together."""
        return PotSums(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


def sums_of(pot: Pot, since: datetime | None = None, until: datetime | None = None) -> PotSums:
    """One pot's figures, entry by entry."""
    found, there, held = PotSums(), 0, 0
    rows = (
        select(Transfer, Journal)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where((Transfer.debit_id == pot.account_id) | (Transfer.credit_id == pot.account_id))
        .order_by(Transfer.id)
    )
    for transfer, journal in db.session.execute(rows).all():
        if until is not None and journal.at >= until:
            continue
        is_in = transfer.credit_id == pot.account_id
        is_spending = journal.kind in {JournalKind.CHARGE, JournalKind.REFUND} or (
            journal.kind == JournalKind.CORRECT and (journal.about or "").startswith("outside:")
        )
        held += 0 if is_in else transfer.held
        there += transfer.moved if is_in else -transfer.moved
        if since is not None and journal.at < since:
            found.carried_in = there
        elif is_spending:
            found.spent += -transfer.moved if is_in else transfer.moved
        elif is_in:
            found.came_in += transfer.moved
        else:
            found.went_back += transfer.moved
    found.set_aside, found.left = held, there - held
    return found


def together(sums: Iterable[PotSums]) -> PotSums:
    """All of them."""
    return sum(sums, PotSums())


@dataclass
class VisitMoney:
    """What a visit's money did: of each sum its name, what was set aside, what of that was paid, and whether it waits."""

    visit: Visit
    sums: list[tuple[Pot, int, int, bool]] = field(default_factory=list)
    came_back: int = 0
    """What went back for things sent back."""

    @property
    def set_aside(self) -> int:
        """What waits."""
        return sum(amount for _, amount, _, waits in self.sums if waits)

    @property
    def paid(self) -> int:
        """What it has cost."""
        return sum(paid for _, _, paid, _ in self.sums) - self.came_back

    @property
    def words(self) -> str:
        """As a page says it."""
        said = []
        for pot, amount, paid, waits in self.sums:
            rest = f", {Money(amount - paid)} given back" if paid < amount else ""
            did = f"{Money(paid)} spent{rest}" if paid else f"{Money(amount)} set aside, then given back"
            said.append(f"{pot.name}: {Money(amount)} set aside." if waits else f"{pot.name}: {did}.")
        if self.came_back:
            said.append(
                f"{Money(self.came_back)} of it came back for what was sent back, so it cost {Money(self.paid)}."
            )
        return " ".join(said)

    def of(self, person_id: int) -> tuple[int, int]:
        """What of it is set aside and paid from one person's money."""
        mine = [one for one in self.sums if one[0].person_id == person_id]
        return sum(amount for _, amount, _, waits in mine if waits), sum(paid for _, _, paid, _ in mine)


def money_of(visit: Visit) -> VisitMoney:
    """A visit's money from its holds."""
    found = VisitMoney(visit)
    rows = select(VisitPayment, Pot).join(Pot, Pot.id == VisitPayment.pot_id).where(VisitPayment.visit_id == visit.id)
    for payment, pot in db.session.execute(rows.order_by(VisitPayment.id)).all():
        hold = db.session.get_one(Transfer, payment.hold_id)
        settled = db.session.scalars(select(Transfer).where(Transfer.settles_id == hold.id)).one_or_none()
        found.sums.append((pot, hold.held, settled.moved if settled is not None else 0, settled is None))
    about = db.session.get_one(Booking, visit.booking_id).public_id
    back = (
        select(Transfer.moved)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(Journal.about == f"booking:{about}", Journal.key.startswith("return:"))
    )
    if any(paid for _, _, paid, _ in found.sums):
        found.came_back = sum(db.session.scalars(back))
    return found
