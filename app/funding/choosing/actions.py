"""A person chooses how a council's money is looked after for them; a provider says whether it holds a fund."""

from collections.abc import Mapping

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.models import MoneyChoice
from app.funding.budgets.queries import choices
from app.funding.budgets.rules.choices import (
    HOW_PAGE,
    IN_FORCE,
    PERCENT,
    WAITING,
    WORDS_LONGEST,
    ChoiceStatus,
    checked_shares,
)
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing.permissions import may_answer_fund, may_choose_money, may_hold
from app.funding.choosing.queries import staff_to_tell
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles.queries import care_managers_of, standing_over, supporters_of
from app.people.councils.models import Council
from app.people.councils.queries import policies
from app.people.councils.rules.policies import POLICIES
from app.platform.audit.actions import record
from app.platform.ledger.rules import KeyUsedOtherwise
from app.platform.messages.actions import money_choices as messages
from app.platform.messages.actions.sending import send_notice
from app.platform.messages.rules import About, ToldAs

NOT_YOURS = (
    "How this money is looked after is for the person to choose, or for somebody they let both decide and spend for them. "
    "Nobody chooses it for them on behalf of the council."
)
FUNDS_PAGE = "/desk/funds"
FEE = "isf_fee_ceiling_percent"


class WrongHolder(BadInput):
    """It is not said who holds a direct payment for the person, or that is not needed."""


class WrongFund(BadInput):
    """It is not said which provider holds a fund, or that is not needed."""


class WrongFee(BadInput):
    """The fee of a fund is above what the council lets anybody take."""


def fee_ceiling(council_id: int) -> int:
    """The most that the holder of a fund may take as its fee now, in percent, by the council's rule."""
    return int(policies(council_id, clock.today()).get(FEE, POLICIES[FEE].otherwise))


def choose_money(
    *,
    actor: Person,
    person: Person,
    council: Council,
    shares: Mapping[PotKind, int],
    key: str,
    fund_holder: Provider | None = None,
    agent_name: str | None = None,
    agent: Person | None = None,
    words: str = "",
) -> MoneyChoice:
    """Choose how a council's money is looked after, now or before any is agreed. It takes the place of one that waits.

    Args:
        actor: the person, or a helper they let both decide and spend for them.
        person: whose money.
        council: which council's.
        shares: the ways chosen with the part of each: percents, or any weights.
        key: made with the form; the same key again gives the first answer.
        fund_holder: which provider is asked to hold an individual service fund, where one is chosen.
        agent_name: who holds an indirect payment, where one is chosen.
        agent: their account, where they have one.
        words: what the person wants to say about it.

    Raises:
        NotAllowed: when the actor may not choose it.
        BadInput: when no way is chosen, a part is none, or a holder is missing or not needed.
        KeyUsedOtherwise: when the form chose something else before.
    """
    check_choice(
        actor=actor,
        person=person,
        shares=shares,
        fund_holder=fund_holder,
        agent_name=agent_name,
        agent=agent,
        words=words,
    )
    kept, words = checked_shares(shares), words.strip()
    name = agent.full_name if agent is not None else (agent_name or "").strip()
    lock_person(person.id)
    first = choices.choice_told(key)
    if first is not None:
        if (first.person_id, first.council_id, first.shares) != (person.id, council.id, kept):
            raise KeyUsedOtherwise
        return first
    _end_waiting(person, council)
    made = MoneyChoice(
        public_id=new_public_id(),
        key=key,
        person_id=person.id,
        council_id=council.id,
        shares=kept,
        provider_id=None if fund_holder is None else fund_holder.id,
        agent_name=name or None,
        agent_id=None if agent is None else agent.id,
        words=words,
        status=ChoiceStatus.CHOSEN,
        chosen_at=clock.now(),
        chosen_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    _record("money_chosen", made, actor)
    _tell_of_choice(made, person, fund_holder)
    db.session.flush()
    return made


def check_choice(
    *,
    actor: Person,
    person: Person,
    shares: Mapping[PotKind, int],
    fund_holder: Provider | None,
    agent_name: str | None,
    agent: Person | None,
    words: str,
) -> None:
    """Let pass what could be chosen like this; nothing is kept.

    Raises:
        NotAllowed: when the actor may not choose it.
        BadInput: saying what to mend.
    """
    if not may_choose_money(standing_over(actor, person.id)):
        raise NotAllowed(NOT_YOURS)
    if len(words.strip()) > WORDS_LONGEST:
        raise BadInput(f"What you want to say must be {WORDS_LONGEST} characters or fewer")
    name = agent.full_name if agent is not None else (agent_name or "").strip()
    _check_holders(checked_shares(shares), fund_holder, name, actor)
    if agent is not None and not any(
        one.supporter_id == agent.id and may_hold(actor, one) for one in supporters_of(person.id)
    ):
        raise WrongHolder(
            "Choose one of the person's helpers, but not yourself. To hold it yourself, let the person choose."
        )


def _check_holders(kept: Mapping[str, int], fund_holder: Provider | None, agent_name: str, actor: Person) -> None:
    if (PotKind.INDIVIDUAL_SERVICE_FUND.value in kept) != (fund_holder is not None):
        raise WrongFund("Say which provider holds the individual service fund, and only where you choose one.")
    if (PotKind.INDIRECT_PAYMENT.value in kept) != bool(agent_name):
        raise WrongHolder("Say who holds the direct payment for you, and only where you choose that way.")
    if fund_holder is not None and fund_holder.id in actor.provider_ids:
        raise NotAllowed("You work for this provider, so you cannot choose it to hold somebody's fund.")


def _end_waiting(person: Person, council: Council) -> None:
    waiting = choices.waiting_choice(person.id, council.id)
    if waiting is not None:
        _tell_holder_it_is_off(waiting)
        waiting.status, waiting.ended_at = ChoiceStatus.REPLACED, clock.now()
        db.session.flush()


def _tell_of_choice(made: MoneyChoice, person: Person, fund_holder: Provider | None) -> None:
    if fund_holder is None:
        next_one, manager_next = "Your council puts it in place next.", "It is your turn: put it in place."
    else:
        next_one = f"{fund_holder.name} is asked next, then your council puts it in place."
        manager_next = "The provider answers first."
        for staff in staff_to_tell(fund_holder.id):
            about = About(person.id, ToldAs.STAFF, fund_holder.id)
            send_notice(messages.YOU_ARE_ASKED, staff, link=FUNDS_PAGE, about=about, provider=fund_holder.name)
    send_notice(messages.YOU_CHOSE, person, link=HOW_PAGE, next=next_one)
    _tell_managers(made, person, manager_next)


def _tell_managers(choice: MoneyChoice, person: Person, next_one: str) -> None:
    for entry in care_managers_of(person):
        if entry.council_id == choice.council_id:
            link = f"/caseload/{person.public_id}/budget/enact"
            about = About(person.id, ToldAs.CARE_MANAGER)
            send_notice(messages.SOMEBODY_CHOSE, entry.care_manager, link=link, about=about, next=next_one)


def _tell_holder_it_is_off(choice: MoneyChoice) -> None:
    if choice.provider_id is not None:
        for staff in staff_to_tell(choice.provider_id):
            about = About(choice.person_id, ToldAs.STAFF, choice.provider_id)
            send_notice(messages.TAKEN_BACK, staff, link=FUNDS_PAGE, about=about)


def withdraw_choice(*, actor: Person, choice: MoneyChoice) -> MoneyChoice:
    """Take a choice back before it is in place: everything stays as it is now. Sent twice, it is done once.

    Raises:
        NotAllowed: when the actor may not choose for this person.
        Conflict: when it is in place already, or another took its place.
    """
    if not may_choose_money(standing_over(actor, choice.person_id)):
        raise NotAllowed(NOT_YOURS)
    choice = choices.locked_choice(choice.id)
    if choice.status == ChoiceStatus.WITHDRAWN:
        return choice
    if choice.status not in WAITING:
        raise Conflict("This choice does not wait any more. To have it otherwise, choose again.")
    choice.status, choice.ended_at = ChoiceStatus.WITHDRAWN, clock.now()
    _tell_holder_it_is_off(choice)
    _tell_managers(choice, choice.person, "It was taken back.")
    _record("money_choice_withdrawn", choice, actor)
    db.session.flush()
    return choice


def confirm_as_before(*, actor: Person, choice: MoneyChoice, key: str) -> MoneyChoice:
    """Say that it is right as it was before anybody asked: from now on that is the person's choice. No money moves.

    Raises:
        NotAllowed: when the actor may not choose for this person.
        Conflict: when it is not in place any more.
    """
    if not may_choose_money(standing_over(actor, choice.person_id)):
        raise NotAllowed(NOT_YOURS)
    choice = choices.locked_choice(choice.id)
    first = choices.choice_told(key)
    if first is not None:
        return first
    if choice.status not in IN_FORCE:
        raise Conflict("This is not how the money is looked after any more. Look at what is in place now.")
    if choice.status == ChoiceStatus.ENACTED:
        return choice
    choice.status, choice.ended_at = ChoiceStatus.REPLACED, clock.now()
    db.session.flush()
    made = MoneyChoice(
        public_id=new_public_id(),
        key=key,
        person_id=choice.person_id,
        council_id=choice.council_id,
        shares=dict(choice.shares),
        provider_id=choice.provider_id,
        agent_name=choice.agent_name,
        agent_id=choice.agent_id,
        words=choice.words,
        status=ChoiceStatus.ENACTED,
        chosen_at=clock.now(),
        chosen_by_id=actor.id,
        enacted_at=clock.now(),
        enacted_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    _record("money_choice_confirmed", made, actor)
    _tell_managers(made, choice.person, "Nothing changes: it is how they want it.")
    db.session.flush()
    return made


def answer_fund(
    *, actor: Person, choice: MoneyChoice, accepts: bool, fee_percent: int | None = None, words: str = ""
) -> MoneyChoice:
    """Say whether a provider holds somebody's fund, and what it takes for that. The same answer twice is one.

    Args:
        actor: of the provider's staff.
        choice: which fund.
        accepts: yes or no.
        fee_percent: what the provider takes of the fund for holding it, in whole percents; needed for a yes.
        words: why not, or what the person should know.

    Raises:
        NotAllowed: when the actor does not act for this provider, or it is their own money.
        WrongFee: when the fee is not said, or above what the council lets anybody take.
        BadInput: when the words are too long.
        Conflict: when the person no longer asks, or it was answered otherwise.
    """
    if choice.provider_id is None or not may_answer_fund(actor, choice.provider_id) or actor.id == choice.person_id:
        raise NotAllowed("Only staff of the provider that was asked may answer, and nobody answers themselves.")
    words = words.strip()
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"What you want to say must be {WORDS_LONGEST} characters or fewer")
    choice = choices.locked_choice(choice.id)
    wanted = ChoiceStatus.ACCEPTED if accepts else ChoiceStatus.DECLINED
    if choice.status == wanted and (not accepts or choice.fee_percent == fee_percent):
        return choice
    if choice.status != ChoiceStatus.CHOSEN:
        raise Conflict("This was answered already, or the person no longer asks. There is nothing left to answer.")
    if accepts:
        choice.fee_percent = _checked_fee(fee_percent, choice.council_id)
    choice.status, choice.answered_at, choice.answered_by_id = wanted, clock.now(), actor.id
    choice.answer_words = words
    if not accepts:
        choice.ended_at = clock.now()
    _record("fund_accepted" if accepts else "fund_declined", choice, actor)
    provider = db.session.get_one(Provider, choice.provider_id)
    send_notice(messages.PROVIDER_ANSWERED, choice.person, link=HOW_PAGE, provider=provider.name)
    _tell_managers(
        choice,
        choice.person,
        "It is your turn: put it in place." if accepts else "The provider said no; they choose anew.",
    )
    db.session.flush()
    return choice


def _checked_fee(fee_percent: int | None, council_id: int) -> int:
    most = fee_ceiling(council_id)
    if fee_percent is None:
        raise WrongFee("Enter your fee in percent, or 0")
    if not 0 <= fee_percent <= min(most, PERCENT):
        raise WrongFee(f"This council lets a fund's holder take {most}% at most. Enter that or less.")
    return fee_percent


def _record(action: str, choice: MoneyChoice, actor: Person) -> None:
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=choice.person_id,
        subject_kind="money_choice",
        subject_id=choice.id,
        council_id=choice.council_id,
    )
