"""What was suggested is taken, or left for now: by the person, or a supporter they let book."""

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.support.basket import permissions
from app.support.basket.actions.locking import lock_basket_of, locked_lines, record_line
from app.support.basket.actions.telling import tell_suggester
from app.support.basket.models import BasketLine
from app.support.basket.rules import BECAUSE_LONGEST
from app.support.booking_records.queries import staff


def take_suggestion(*, actor: Person, person: Person, line: str, seen_pence: int) -> None:
    """Take what was suggested: from now on it is in the basket like anything else. Pressing again changes nothing.

    Args:
        actor: the person, or somebody they let book from any of their money.
        person: whose basket.
        line: public id of what was suggested.
        seen_pence: the price the page showed, kept as the one they know.

    Raises:
        NotAllowed: when the actor may not decide, or works for the provider.
        NotFound: when it was taken back meanwhile.
        Conflict: when it was left meanwhile.
    """
    found = _to_decide(actor, person, line)
    if found.left_at is not None:
        raise Conflict("Somebody said “not now” to this meanwhile. Whoever suggested it can suggest it again.")
    if found.taken_at is not None:
        return
    # Whoever suggests for the provider they work for never says yes to it too, and nobody does who works there.
    staff.must_not_sell_own(actor, number_of(person), found.listing_id)
    found.taken_at, found.taken_by_id = clock.now(), number_of(actor)
    found.seen_pence = seen_pence
    record_line("suggestion_taken", found, actor)
    tell_suggester(found, actor)
    db.session.flush()


def leave_suggestion(*, actor: Person, person: Person, line: str, because: str) -> None:
    """Say: not now. It leaves the basket; whoever suggested it reads why, where the person says so.

    Raises:
        NotAllowed: when the actor may not decide.
        BadInput: when the words are too long.
        NotFound: when it was taken back meanwhile.
        Conflict: when it was taken meanwhile.
    """
    if len(because) > BECAUSE_LONGEST:
        raise BadInput(f"Why not now must be {BECAUSE_LONGEST} characters or fewer")
    found = _to_decide(actor, person, line)
    if found.taken_at is not None:
        raise Conflict("This was taken meanwhile. Take it out of the basket instead, if it is not wanted.")
    if found.left_at is not None:
        return
    found.left_at, found.left_by_id, found.left_because = clock.now(), number_of(actor), because
    record_line("suggestion_left", found, actor)
    tell_suggester(found, actor)
    db.session.flush()


def _to_decide(actor: Person, person: Person, line: str) -> BasketLine:
    """The suggestion, locked, for somebody who may decide at this moment."""
    lock_basket_of(person)
    if not permissions.may_say_yes(circles.powers_to_act(actor, number_of(person))):
        raise NotAllowed("Only they, or a supporter they let book for them, say yes or no to what was suggested.")
    found = locked_lines(person, [line])
    if not found or found[0].suggested_at is None:
        raise NotFound("That was taken back meanwhile. It is no longer suggested.")
    return found[0]
