"""Doing with a council's money what the person chose: no more, no less, and only that."""

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.funding.agreeing.actions import planning
from app.funding.budgets.actions import pots, releasing, versions
from app.funding.budgets.models import MoneyChoice, PersonalBudget, Pot
from app.funding.budgets.permissions import may_agree_budget
from app.funding.budgets.queries import balances, choices, under_lock
from app.funding.budgets.rules.choices import HOW_PAGE, WAITING, ChoiceStatus, share_words
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles.queries import standing_over
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.ledger.queries import available
from app.platform.messages.actions import money_choices as messages
from app.platform.messages.actions.sending import send_notice

NOT_CHOSEN_YET = (
    "{name} has not chosen yet how this money is looked after, so it cannot be agreed: nothing can be paid from it. Write "
    "down the first estimate now, and ask them to choose on the page How my money is looked after."
)
NOT_ANSWERED = "{provider} has not said yet whether it will hold the fund. Wait for its answer."


def choice_to_use(*, actor: Person, person: Person, council: Council) -> MoneyChoice:
    """What the person chose, for money that is agreed or changed now. One that waits is put in place first.

    Raises:
        Conflict: when they have not chosen, or the provider of a fund has not said yes.
    """
    lock_person(person.id)
    waiting = choices.waiting_choice(person.id, council.id)
    if waiting is not None:
        _must_be_answered(waiting)
        return _enact(actor, person, council, waiting)
    found = choices.choice_in_force(person.id, council.id)
    if found is None:
        raise Conflict(NOT_CHOSEN_YET.format(name=person.full_name))
    return found


def enact_choice(*, actor: Person, choice: MoneyChoice) -> MoneyChoice:
    """Put a person's choice in place: what is left, and what is to come, is looked after as they said.

    Money set aside stays where it is, for its bookings. Sent twice, it is done once.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        choice: which; it is refused when the person has changed their mind since.

    Raises:
        NotAllowed: when the actor may not do this.
        Conflict: when the choice no longer stands, saying what does; when the provider has not said yes; or when no budget
            is agreed that it could be done with.
    """
    person = db.session.get_one(Person, choice.person_id)
    council = db.session.get_one(Council, choice.council_id)
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, enacts a choice.")
    choice = choices.locked_choice(choice.id)
    if choice.status == ChoiceStatus.ENACTED:
        return choice
    if choice.status not in WAITING:
        raise Conflict(_what_changed(person, council))
    _must_be_answered(choice)
    if not choices.agreed_budgets(person.id, council.id):
        raise Conflict("No budget is agreed yet. Agree one: it is then looked after as the person chose.")
    return _enact(actor, person, council, choice)


def _must_be_answered(choice: MoneyChoice) -> None:
    if choice.provider_id is not None and choice.status != ChoiceStatus.ACCEPTED:
        provider = choice.provider
        assert provider is not None
        raise Conflict(NOT_ANSWERED.format(provider=provider.name))


def _what_changed(person: Person, council: Council) -> str:
    """Why what was seen is not done, and what stands instead."""
    now = choices.waiting_choice(person.id, council.id)
    if now is not None:
        stands = f"They now want: {share_words(now.shares)}. Look at that choice first."
    else:
        stands = "They took it back, or another is in place. Look at what stands now."
    return f"{person.full_name} has changed what they chose since you opened this page. Nothing was moved. {stands}"


def _enact(actor: Person, person: Person, council: Council, choice: MoneyChoice) -> MoneyChoice:
    before = choices.choice_in_force(person.id, council.id)
    if before is not None:
        before.status, before.ended_at = ChoiceStatus.REPLACED, clock.now()
        db.session.flush()
    choice.status, choice.enacted_at, choice.enacted_by_id = ChoiceStatus.ENACTED, clock.now(), actor.id
    db.session.flush()
    for budget in choices.agreed_budgets(person.id, council.id):
        _plan_anew(actor, budget, choice)
    if before is not None:
        # Before a first choice nothing was agreed, so there is nothing to move.
        _move_what_is_left(actor, person, council, choice)
    record(
        action="money_choice_enacted",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="money_choice",
        subject_id=choice.id,
        council_id=council.id,
    )
    send_notice(messages.IN_PLACE, person, link=HOW_PAGE)
    db.session.flush()
    return choice


def _plan_anew(actor: Person, budget: PersonalBudget, choice: MoneyChoice) -> None:
    """What is still to come of a year's money comes in the ways that were chosen."""
    releasing.work_off(on=clock.today(), personal_budget_id=budget.id)
    if planning.periods_to_come(budget):
        paid_in = sum(row.amount_pence for row in under_lock.releases_of(budget.id))
        yearly = planning.plan_the_rest(budget, paid_in, choice)
        versions.add_version(
            budget=budget, actor=actor, reason=f"As the person chose: {share_words(choice.shares)}", pots=yearly
        )


def _move_what_is_left(actor: Person, person: Person, council: Council, choice: MoneyChoice) -> None:
    """What is left of this council's money now is shared over the ways that were chosen; what is set aside stays."""
    held = [one.pot.id for one in balances.pots_of(person.id) if one.pot.council_id == council.id]
    now = under_lock.lock_pots(held)
    if not now:
        return
    into = planning.pots_chosen(choice, person, council)
    every = {pot.id: pot for pot in (*now.values(), *into.values())}
    left = available([pot.account_id for pot in every.values()])
    # What left is less than nothing is nobody's to move: no pot of a council's money ever is.
    whole = sum(left.values())
    wanted = _wanted(whole, choice, into)
    over = {number: left[pot.account_id] - wanted.get(number, 0) for number, pot in every.items()}
    number = 0
    for target in [one for one in every if over[one] < 0]:
        for source in [one for one in every if over[one] > 0]:
            pence = min(-over[target], over[source])
            if pence <= 0:
                continue
            number += 1
            pots.move_money(
                actor=actor,
                person=person,
                choice=choice,
                out_of=every[source],
                into=every[target],
                pence=pence,
                number=number,
            )
            over[target], over[source] = over[target] + pence, over[source] - pence


def _wanted(whole: int, choice: MoneyChoice, into: dict[PotKind, Pot]) -> dict[int, int]:
    """How much of what is left belongs in each pot, in pence."""
    if not whole:
        return {}
    return {into[kind].id: pence for kind, pence in planning.shared_out(Money(whole).pence, choice).items()}
