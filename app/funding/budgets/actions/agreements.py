"""One-off agreements: the council's signed leave to pay somebody its money may otherwise not pay; and rules about money."""

from datetime import date, timedelta
from typing import Any

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions.decisions import REASON_LONGEST, reason_given
from app.funding.budgets.models import OneOffAgreement
from app.funding.budgets.permissions import may_agree_budget, may_answer_agreement
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.periods import period_days, period_on
from app.market.catalogue.rules.kinds import KINDS
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles.queries import standing_beside, standing_over
from app.people.circles.rules import Power
from app.people.councils.actions import councils
from app.people.councils.models import Council, Policy
from app.people.councils.queries import policy
from app.people.councils.rules.policies import ABOUT_MONEY
from app.platform.audit.actions import record
from app.platform.messages.actions import one_off_agreements as messages
from app.platform.messages.actions.sending import send_notice
from app.platform.messages.rules import About, ToldAs

LONGEST = timedelta(days=3 * 366)
PAGE = "/money/agreements"


def sign_agreement(
    *,
    actor: Person,
    person: Person,
    council: Council,
    provider: Provider,
    from_on: date,
    until_on: date,
    reason: str,
    outcomes: str,
    money: PotKind = PotKind.COUNCIL_MANAGED,
    kind: str | None = None,
) -> OneOffAgreement:
    """Sign that a person's money may pay a provider it could otherwise not pay, between two days.

    It counts for nothing before the person, or a supporter they let decide, says yes (:func:`answer_agreement`).

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        person: for whom.
        council: whose money.
        provider: who may be paid.
        from_on: the first day.
        until_on: the last day.
        reason: why, for whoever asks later.
        outcomes: what it is for, as the person reads it before they say yes.
        money: what the council looks after, or a fund whose holder may then buy from this provider.
        kind: the kind of support it is for; any when not said.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the days run backwards or are over, the money needs no agreement, or there is no reason.
        Conflict: when the council's policy forbids such agreements.
    """
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, signs agreements.")
    reason, outcomes = reason_given(reason), outcomes.strip()
    if not 0 < len(outcomes) <= REASON_LONGEST:
        raise BadInput(f"Say what it is for, in {REASON_LONGEST} characters or fewer")
    if money not in {PotKind.COUNCIL_MANAGED, PotKind.INDIVIDUAL_SERVICE_FUND}:
        raise BadInput("This money may pay anybody and needs no agreement.")
    if kind is not None and kind not in KINDS:
        raise BadInput("Choose a kind of support from the list")
    _must_run(from_on, until_on)
    rule = policy(council.id, "council_managed_outside_framework", max(from_on, clock.today()))
    if money == PotKind.COUNCIL_MANAGED and rule == "forbidden":
        raise Conflict(
            f"{council.name} signs no agreements with providers that are not on its framework. "
            "Choose a provider on the framework, or other money."
        )
    made = OneOffAgreement(
        public_id=new_public_id(),
        person_id=person.id,
        provider_id=provider.id,
        council_id=council.id,
        money=money,
        kind=kind,
        reason=reason,
        signed_by_id=actor.id,
        from_on=from_on,
        until_on=until_on,
        outcomes=outcomes,
        needs_yes=True,
    )
    db.session.add(made)
    db.session.flush()
    _record("agreement_signed", made, actor)
    _ask_for_yes(person)
    db.session.flush()
    return made


def _must_run(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise BadInput("The last day must be on or after the first day")
    if until_on < clock.today() or until_on - from_on > LONGEST:
        raise BadInput("The last day must be today or later, and within three years of the first day")


def _ask_for_yes(person: Person) -> None:
    """Ask the person, and whoever they let decide."""
    send_notice(messages.SAY_YES, person, link=PAGE)
    for helper in standing_beside([person.id]):
        if helper.supporter is not None and Power.DECIDE in helper.granted:
            about = About(person.id, ToldAs.ANSWERS)
            send_notice(messages.SAY_YES_FOR, helper.supporter, link=PAGE, about=about)


def answer_agreement(*, actor: Person, agreement: OneOffAgreement, agrees: bool) -> OneOffAgreement:
    """Say yes or no to an agreement, once: with a yes it counts from then on, with a no it never does.

    Args:
        actor: the person, or a supporter they let decide; never somebody of the council.
        agreement: which.
        agrees: yes or no.

    Raises:
        NotAllowed: when it is not the actor's to say.
        Conflict: when it was answered, ended or is over; or needs no yes.
    """
    lock_person(agreement.person_id)
    if not may_answer_agreement(actor, standing_over(actor, agreement.person_id)) or actor.id == agreement.signed_by_id:
        raise NotAllowed("Only the person, or a supporter they let decide, says yes or no to this.")
    db.session.refresh(agreement, with_for_update={"of": OneOffAgreement})
    if not agreement.waits_for_yes:
        raise Conflict("This waits for no answer any more. Look at the page again.")
    agreement.answered_at, agreement.answered_by_id, agreement.is_agreed = clock.now(), actor.id, agrees
    _record("agreement_answered", agreement, actor)
    path = f"/caseload/{db.session.get_one(Person, agreement.person_id).public_id}/budget"
    about = About(agreement.person_id, ToldAs.CARE_MANAGER)
    send_notice(messages.ANSWERED, agreement.signed_by, link=path, about=about)
    db.session.flush()
    return agreement


def end_agreement(*, actor: Person, agreement: OneOffAgreement) -> OneOffAgreement:
    """End an agreement: it opens nothing new from now on; what is booked stays booked.

    Raises:
        NotAllowed: when the actor may not decide this.
        Conflict: when it ended before.
    """
    person = db.session.get_one(Person, agreement.person_id)
    if not may_agree_budget(actor, person, agreement.council_id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, ends agreements.")
    db.session.refresh(agreement, with_for_update=True)
    if agreement.ended_at is not None:
        raise Conflict("This agreement has ended already.")
    agreement.ended_at = clock.now()
    _record("agreement_ended", agreement, actor)
    db.session.flush()
    return agreement


def _record(action: str, agreement: OneOffAgreement, actor: Person) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=agreement.person_id,
        subject_kind="one_off_agreement",
        subject_id=agreement.id,
        council_id=agreement.council_id,
    )


def set_money_policy(
    *,
    actor: Person | None,
    council: Council,
    name: str,
    value: Any,
    valid_from: date,
    set_by: Person | None = None,
) -> Policy:
    """Give a council a rule about money from a day on. A period that is running keeps the rule it began with.

    Raises:
        NotAllowed: for anybody but the council's commissioners and the operator's commands.
        BadInput: when there is no such rule, or its value is not one it may have.
        Conflict: when the day lies in a period that is running or over, saying which day to choose.
    """
    if name in ABOUT_MONEY:
        earliest = first_free_day(council.id)
        if earliest is not None and valid_from < earliest:
            raise Conflict(
                f"A period that is running keeps the rule it began with. Choose {day_words(earliest)} or later."
            )
    return councils.set_policy(
        actor=actor, council=council, name=name, value=value, valid_from=valid_from, set_by=set_by
    )


def first_free_day(council_id: int) -> date | None:
    """The first day on which no period that runs today is running any more; nothing when none runs."""
    today = clock.today()
    ends = [
        period_days(starts_on, period)[1]
        for starts_on in under_lock.years_running(council_id, today)
        if (period := period_on(starts_on, today)) is not None
    ]
    return max(ends) + timedelta(days=1) if ends else None
