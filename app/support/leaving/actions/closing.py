"""An account closed by its person."""

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.refusals import NotAllowed
from app.people.accounts.actions.signing_up import new_session_key
from app.people.accounts.models import Person
from app.people.accounts.rules import passwords
from app.people.accounts.rules.refusals import WrongSignIn
from app.people.circles.actions.supporters import end_support
from app.people.homes.actions import forget_home
from app.platform.audit.actions import record
from app.platform.messages.actions import leaving as notices
from app.platform.messages.actions.sending import send_notice
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.leaving import queries
from app.support.leaving.rules import StillInTheWay


def close_account(*, actor: Person, person: Person, password: str) -> None:
    """Close one's own account: nobody signs in or acts with it again, help ends both ways, where one lives is forgotten.

    What was booked and paid stays as it was recorded.

    Raises:
        NotAllowed: for anybody else.
        WrongSignIn: when the password is not right.
        StillInTheWay: while something is booked, in doubt, set aside, owed or agreed.
    """
    if number_of(actor) != number_of(person):
        raise NotAllowed("Only the person closes their account.")
    if not passwords.fits(person.password_hash, password):
        raise WrongSignIn
    # Whoever books or releases for them takes this row first: one comes second, and is told.
    fetch_rows(LOCK_PERSON, {"person_id": person.id})
    db.session.refresh(person)
    if person.closed_at is not None:
        return
    if queries.in_the_way(person).is_anything:
        raise StillInTheWay
    send_notice(notices.ACCOUNT_CLOSED, person, link="/help")
    for support in queries.supports_to_end(person.id):
        end_support(actor=person, support=support)
    forget_home(actor=person, person=person)
    person.closed_at = clock.now()
    # Ends every sign-in there is.
    person.session_key = new_session_key()
    record(
        action="account_closed",
        actor_id=person.id,
        for_person_id=person.id,
        subject_kind="person",
        subject_id=person.id,
        council_id=person.council_id,
    )
    db.session.flush()
