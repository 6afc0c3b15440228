"""Money that was not used: it goes back by the council's rule, or somebody talks with the person first.

What was set aside when a period was settled is not unspent, but it may come free later; then it is (:class:`SparedMoney`).
"""

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import delete, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions import decisions
from app.funding.budgets.actions.pots import council_account
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease, SparedMoney, UnspentTalk
from app.funding.budgets.permissions import may_agree_budget, may_bring_forward
from app.funding.budgets.queries import under_lock, unspent_money
from app.funding.budgets.rules.periods import CarryOver, carry_over_from
from app.people.accounts.models import Person
from app.people.circles.queries import care_managers_of, powers_to_act, standing_over
from app.people.circles.rules import Spender
from app.people.councils.queries import policies
from app.platform.audit.actions import record
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.models import LedgerAccount
from app.platform.ledger.queries import available
from app.platform.ledger.rules import JournalKind, whole_pence
from app.platform.messages.actions import unspent as messages
from app.platform.messages.actions.sending import send_notice
from app.platform.messages.rules import About, ToldAs

WORDS_LONGEST = 1000


def deal_with(row: PotRelease, pot: Pot, pence: int, *, rule: CarryOver, period: int, key: str) -> int:
    """Do with unspent money what the rule says: send it back, or open a talk about it.

    Args:
        row: the last of the periods that had ended.
        pot: whose money, locked.
        pence: how much was not used.
        rule: the council's.
        period: which had ended, 1 to 13.
        key: of the event, should the money move.

    Returns:
        The pence that went back now.
    """
    if not pence or pot.council_id is None:
        return 0
    if rule.talks_first:
        open_talk(row, pot, pence, goes_back=True)
        return 0
    return_to_council(pot, pence, key=key, about=f"unspent:{period}")
    row.went_back_pence += pence
    person = db.session.get_one(Person, pot.person_id)
    send_notice(messages.WENT_BACK, person, link="/money")
    return pence


def return_to_council(pot: Pot, pence: int, *, key: str, about: str, actor_id: int | None = None) -> None:
    """Move money of a council's pot back to that council."""
    council = council_account(pot.council_id).id
    moves = [(pot.account_id, council, pence)]
    ledger.post(key=key, kind=JournalKind.MOVE, moves=moves, about=about, actor_id=actor_id)


def open_talk(row: PotRelease, pot: Pot, pence: int, *, goes_back: bool, adds: bool = False) -> UnspentTalk:
    """Open a talk about unspent money and tell both; one that is open already says the newer sum from now on.

    Args:
        row: the last of the periods that had ended.
        pot: whose money, locked.
        pence: what was not used.
        goes_back: whether the council's rule would send it back.
        adds: the sum comes on top of what an open talk says; otherwise it takes its place.
    """
    talk = unspent_money.open_talk_of(pot.id)
    if talk is not None:
        talk.pence = talk.pence + pence if adds else max(pence, talk.pence)
        talk.pot_release_id = row.id
        talk.goes_back = talk.goes_back or goes_back
        db.session.flush()
        return talk
    person = db.session.get_one(Person, pot.person_id)
    talk = UnspentTalk(
        public_id=new_public_id(),
        person_id=pot.person_id,
        council_id=row.budget.council_id,
        pot_id=pot.id,
        pot_release_id=row.id,
        pence=pence,
        goes_back=goes_back,
        opened_at=clock.now(),
    )
    db.session.add(talk)
    db.session.flush()
    _record("unspent_talk_opened", talk, None)
    send_notice(messages.TALK_WITH_YOU, person, link=_page_of(talk))
    for entry in care_managers_of(person):
        if entry.council_id == talk.council_id:
            link = f"/caseload/{person.public_id}/unspent/{talk.public_id}"
            about = About(person.id, ToldAs.CARE_MANAGER)
            send_notice(messages.TALK_WITH_THEM, entry.care_manager, link=link, about=about)
    return talk


def say_about(*, actor: Person, talk: UnspentTalk, words: str) -> UnspentTalk:
    """Write down what the person says about money that was not used; said again, the newer words count.

    Raises:
        NotAllowed: when the actor may not use this money for the person.
        BadInput: when nothing is said, or too much.
        Conflict: when the talk was noted already.
    """
    if not may_bring_forward(Spender(actor.id, powers_to_act(actor, talk.person_id)), talk.pot):
        raise NotAllowed("Only the person, or somebody they let use this money, says why it was not used.")
    words = words.strip()
    if not 0 < len(words) <= WORDS_LONGEST:
        raise BadInput(f"Enter what happened, in {WORDS_LONGEST} characters or fewer")
    talk = unspent_money.locked_talk(talk.id)
    _must_be_open(talk)
    talk.said, talk.said_at, talk.said_by_id = words, clock.now(), actor.id
    _record("unspent_talk_said", talk, actor)
    db.session.flush()
    return talk


def close_talk(
    *, actor: Person, talk: UnspentTalk, talked_on: date, back_pence: int, reason: str, person_agreed: bool
) -> UnspentTalk:
    """Note the talk, and what becomes of the money: it stays, or as much as is said goes back to the council.

    Raises:
        NotAllowed: when the actor may not decide about this budget.
        BadInput: without a day or a reason, or when more goes back than was not used.
        Conflict: when it was noted already, less is left, or the rule lets it stay and the person did not agree.
    """
    person = db.session.get_one(Person, talk.person_id)
    if not may_agree_budget(actor, person, talk.council_id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, notes the talk.")
    reason = decisions.reason_given(reason)
    whole_pence(back_pence, least=0)
    pot = under_lock.lock_pots([talk.pot_id])[talk.pot_id]
    talk = unspent_money.locked_talk(talk.id)
    _must_be_open(talk)
    if not clock.london(talk.opened_at).date() <= talked_on <= clock.today():
        raise BadInput("Enter the day you talked: not before the money was found unused, and not after today")
    if back_pence > talk.pence:
        raise BadInput(f"{Money(talk.pence)} was not used. Enter that or less, or 0 when all of it stays")
    if back_pence and not (talk.goes_back or person_agreed):
        raise Conflict("By your council's rules this money stays. It goes back only if the person agreed to that.")
    left = available([pot.account_id])[pot.account_id]
    if back_pence > left:
        raise Conflict(f"{Money(left)} of this money is left now. Enter that or less.")
    if back_pence:
        key = f"unspent-talk:{talk.public_id}"
        return_to_council(pot, back_pence, key=key, about=f"unspent:{talk.release.period}", actor_id=actor.id)
        talk.release.went_back_pence += back_pence
    talk.talked_on, talk.back_pence, talk.reason, talk.person_agreed = talked_on, back_pence, reason, person_agreed
    talk.closed_at, talk.closed_by_id = clock.now(), actor.id
    _record("unspent_talk_closed", talk, actor)
    send_notice(messages.TALKED, person, link=_page_of(talk))
    db.session.flush()
    return talk


def _page_of(talk: UnspentTalk) -> str:
    return f"/money/unspent/{talk.public_id}"


def _must_be_open(talk: UnspentTalk) -> None:
    if talk.closed_at is not None:
        raise Conflict("This talk is noted already. Nothing was changed: look at it again.")


def _record(action: str, talk: UnspentTalk, actor: Person | None) -> None:
    record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=talk.person_id,
        subject_kind="unspent_talk",
        subject_id=talk.id,
        council_id=talk.council_id,
        pence=talk.back_pence if talk.closed_at else talk.pence,
    )


# Money that was spoken for ----------------------------------------------------------------------------------------


def spare(row: PotRelease, pot: Pot, pence: int, transfers: Sequence[int], *, is_over: bool = False) -> None:
    """Remember what was set aside or spent outside when a period was settled, and how much of it would have gone back.

    What was remembered of earlier periods of this money was looked at with this one.

    Args:
        row: the last of the periods that had ended.
        pot: the money, locked.
        pence: what would have gone back.
        transfers: the holds and payments.
        is_over: the budget was ended, not settled.
    """
    forget_releases(pot.id)
    row.spared_pence = pence
    if pence:
        db.session.add_all(
            SparedMoney(pot_release_id=row.id, transfer_id=number, is_over=is_over) for number in transfers
        )
    db.session.flush()


def forget_releases(pot_id: int) -> None:
    """Remember nothing any more of the settled periods of a pot; what a budget that was ended left behind stays."""
    of_pot = PotRelease.pot_id == pot_id
    for row in db.session.scalars(select(PotRelease).where(of_pot, PotRelease.spared_pence > 0)):
        mine = SparedMoney.pot_release_id == row.id
        if db.session.scalar(select(SparedMoney.id).where(mine, SparedMoney.is_over).limit(1)) is None:
            db.session.execute(delete(SparedMoney).where(mine))
            row.spared_pence = 0
    db.session.flush()


def look_at_what_came_free(at_most: int | None) -> int:
    """Deal with money that was set aside when its period was settled and has come free since; the pence that went back.

    A visit that was moved is still spoken for: what is set aside for it now takes the place of what was before.
    """
    went_back = 0
    for freed in unspent_money.lock_freed(at_most):
        row, pot = freed.spared.release, freed.spared.release.pot
        moved_to = unspent_money.held_instead(freed) if freed.about else ()
        held_again = min(freed.pence, sum(pence for _, pence in moved_to))
        pence = min(row.spared_pence, freed.pence - held_again)
        known = unspent_money.spared_transfers(row.id)
        db.session.add_all(
            SparedMoney(pot_release_id=row.id, transfer_id=number, is_over=freed.spared.is_over)
            for number, _ in moved_to
            if number not in known
        )
        db.session.delete(freed.spared)
        row.spared_pence -= pence
        db.session.flush()
        rule = carry_over_from(policies(row.budget.council_id, row.due_on))
        pence = min(pence, available([pot.account_id])[pot.account_id])
        key = f"freed:{row.id}:{freed.spared.transfer_id}"
        if freed.spared.is_over and pence:
            return_to_council(pot, pence, key=key, about=f"ended:{pot.public_id}")
            went_back += pence
        elif rule.talks_first and pence:
            open_talk(row, pot, pence, goes_back=True, adds=True)
        else:
            went_back += deal_with(row, pot, pence, rule=rule, period=row.period, key=key)
    return went_back


# Money of budgets that ended --------------------------------------------------------------------------------------


def empty_closed_pots(at_most: int | None) -> int:
    """Send back what came free in closed pots since: a booking made before was called off."""
    went_back = 0
    for pot in under_lock.lock_closed_pots_with_money(at_most):
        went_back += empty(pot)
    return went_back


def empty(pot: Pot, *, actor_id: int | None = None) -> int:
    """Send everything left in a council's pot back to the council; what is set aside stays for its booking."""
    left = available([pot.account_id])[pot.account_id]
    if left and pot.council_id is not None:
        ledger.post(
            key=f"emptied:{pot.id}:{pot.account.credited}:{pot.account.debited}",
            kind=JournalKind.MOVE,
            moves=[(pot.account_id, council_account(pot.council_id).id, left)],
            about=f"ended:{pot.public_id}",
            actor_id=actor_id,
        )
        return left
    return 0


def empty_of(pot: Pot, budget: PersonalBudget, rows: Sequence[PotRelease], *, actor_id: int) -> int:
    """Send back what is left of an ended budget's money in a pot that another budget pays into as well.

    What is set aside stays for its booking and goes back when it comes free.

    Args:
        pot: the money, locked.
        budget: what has ended.
        rows: its periods.
        actor_id: who ended it.
    """
    came = [row for row in rows if row.pot_id == pot.id and row.released_at is not None]
    mine, others = unspent_money.came_from(pot.id, budget)
    if not came or not mine:
        return 0
    account = db.session.get_one(LedgerAccount, pot.account_id, populate_existing=True)
    # All that is there is this budget's, with what was carried into it, until another one's money has come.
    of_it = account.available_pence if not others else max(0, min(mine, account.available_pence - others))
    if of_it:
        key = f"emptied:{pot.id}:{account.credited}:{account.debited}"
        return_to_council(pot, of_it, key=key, about=f"ended:{pot.public_id}", actor_id=actor_id)
    spoken = unspent_money.spoken_for(pot, clock.at_london(budget.year_starts_on, time.min))
    spare(came[-1], pot, sum(pence for _, pence in spoken), [number for number, _ in spoken], is_over=True)
    return of_it
