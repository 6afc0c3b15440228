"""How things that were bought end: all of them arrived, some, none, or not whole. Each counts at its price, never by time.

* **Arrived**: all of it, and the price agreed. **Some of it**: each that came at the price of one, extras such as delivery
  once.
* **Damaged**: those that came whole are charged; when none did, nothing is. **Not arrived**: nothing.
"""

from dataclasses import dataclass

from app.base.money import Money
from app.base.refusals import BadInput
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.rules.endings import NO_TIMES, Ended

RECORDABLE_THINGS = (VisitStatus.DELIVERED, VisitStatus.DAMAGED, VisitStatus.MISSED)
"""What can be said of things; whether all or some of them arrived follows from how many."""


@dataclass(frozen=True, slots=True)
class Bought:
    """What was agreed: how many, the price of each and of all, in pence, and the lines of the price."""

    quantity: int
    each_pence: int
    price_pence: int
    lines: tuple[tuple[str, int], ...] = ()

    @property
    def extras_pence(self) -> int:
        """What is charged once, however many there are: delivery."""
        return max(0, self.price_pence - self.quantity * self.each_pence)


def things_ended(status: VisitStatus, bought: Bought, arrived: int | None = None) -> Ended:
    """What an ending of things costs, by how many arrived whole; all or none of them when that is not said.

    Raises:
        BadInput: when so many cannot have arrived whole and be ended like that.
        ValueError: for an ending that is not one of things.
    """
    if status not in RECORDABLE_THINGS:
        msg = f"{status} is not what becomes of things that were to come"
        raise ValueError(msg)
    if status == VisitStatus.MISSED:
        return _of(status, bought, 0, "None of it arrived: nothing is charged")
    is_damaged = status == VisitStatus.DAMAGED
    whole = (0 if is_damaged else bought.quantity) if arrived is None else arrived
    if not 0 <= whole <= bought.quantity:
        raise BadInput(f"{bought.quantity} were bought. Enter {bought.quantity} or fewer")
    if is_damaged:
        if whole == bought.quantity:
            raise BadInput("If all of them arrived whole, say that it arrived")
        return _of(status, bought, whole, _damaged(whole, bought.quantity))
    if not whole:
        raise BadInput("If none of them arrived, say that it did not arrive")
    if whole == bought.quantity:
        words = "All of it arrived: the price agreed"
        return Ended(status, NO_TIMES, 0, 0, bought.price_pence, bought.lines, words, whole)
    words = f"{whole} of {bought.quantity} arrived: each at the price agreed"
    return _of(VisitStatus.PART_DELIVERED, bought, whole, words)


def _damaged(whole: int, quantity: int) -> str:
    if not whole:
        return "None of it arrived whole: nothing is charged"
    return f"{whole} of {quantity} arrived whole: each of these at the price agreed"


def _of(status: VisitStatus, bought: Bought, whole: int, rule: str) -> Ended:
    lines: tuple[tuple[str, int], ...] = ()
    if whole:
        lines = ((f"{whole} at {Money(bought.each_pence)} each", whole * bought.each_pence),)
        if bought.extras_pence:
            lines = (*lines, ("What is charged once", bought.extras_pence))
    pence = sum(amount for _, amount in lines)
    if pence > bought.price_pence:
        pence, lines = bought.price_pence, (("No more than was agreed", bought.price_pence),)
    return Ended(status, NO_TIMES, 0, 0, pence, lines, rule, whole)
