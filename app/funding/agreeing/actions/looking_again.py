"""Looking at a one-off agreement again, each quarter."""

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.models import AgreementLook
from app.funding.budgets.actions.agreements import PAGE, end_agreement
from app.funding.budgets.actions.decisions import REASON_LONGEST
from app.funding.budgets.models import OneOffAgreement
from app.funding.budgets.permissions import may_agree_budget
from app.people.accounts.models import Person
from app.people.circles.queries import standing_over
from app.platform.audit.actions import record
from app.platform.messages.actions import one_off_agreements as messages
from app.platform.messages.actions.sending import send_notice


def look_again(*, actor: Person, agreement: OneOffAgreement, goes_on: bool, words: str) -> AgreementLook:
    """Look at an agreement again, as each quarter: it goes on, or it ends.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when nothing is said about what was found.
        Conflict: when it ended or is over, or the person has not said yes to it.
    """
    person = db.session.get_one(Person, agreement.person_id)
    if not may_agree_budget(actor, person, agreement.council_id, standing_over(actor, person.id)):
        raise NotAllowed(
            "Only a care manager this person is with, or a commissioner of the council, looks at this again."
        )
    words = words.strip()
    if not 0 < len(words) <= REASON_LONGEST:
        raise BadInput(f"Say what you found, in {REASON_LONGEST} characters or fewer")
    db.session.refresh(agreement, with_for_update={"of": OneOffAgreement})
    is_over = agreement.ended_at is not None or agreement.until_on < clock.today()
    if is_over or (agreement.needs_yes and not agreement.is_agreed):
        raise Conflict("This agreement does not count, so there is nothing to look at again.")
    looked = AgreementLook(
        agreement_id=agreement.id, looked_on=clock.today(), looked_by_id=actor.id, goes_on=goes_on, words=words
    )
    db.session.add(looked)
    record(
        action="agreement_looked_at_again",
        actor_id=actor.id,
        for_person_id=agreement.person_id,
        subject_kind="one_off_agreement",
        subject_id=agreement.id,
        council_id=agreement.council_id,
    )
    if not goes_on:
        end_agreement(actor=actor, agreement=agreement)
    send_notice(messages.LOOKED_AGAIN, person, link=PAGE)
    db.session.flush()
    return looked
