"""Posting, holding and settling: exact sums, one telling, plain refusals, and nothing left of what failed."""

import pytest
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.actions.transfers import hold, open_account, post, settle
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import (
    LARGEST_PENCE,
    AccountKind,
    AlreadySettled,
    JournalKind,
    KeyUsedOtherwise,
    MoreThanHeld,
    NoSuchHold,
    NotEnough,
)
from tests.factories.ledger import account
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")


def sums(made: LedgerAccount) -> tuple[int, int, int]:
    db.session.expire_all()
    return made.credited, made.debited, made.held


def rows() -> tuple[int, int]:
    count = lambda table: db.session.scalar(select(func.count()).select_from(table))  # noqa: E731
    return count(Journal), count(Transfer)


def set_aside(pot: LedgerAccount, provider: LedgerAccount, pence: int, key: str = "hold-1") -> int:
    with transaction():
        [made] = hold(key=key, parts=[(pot.id, provider.id, pence)], about="booking:abc")
        return made.id


def test_a_hold_takes_from_what_is_left_and_is_paid_in_part() -> None:
    pot, provider = account(pence=10_000), account(AccountKind.PROVIDER)
    held = set_aside(pot, provider, 2_750)
    assert sums(pot) == (10_000, 0, 2_750)
    assert ledger_queries.available([pot.id, provider.id]) == {pot.id: 7_250, provider.id: 0}
    with transaction():
        told = settle(key="pay-1", kind=JournalKind.CHARGE, holds={held: 2_000}, about="booking:abc")
        assert (told.kind, told.about) == (JournalKind.CHARGE, "booking:abc")
    assert sums(pot) == (10_000, 2_000, 0)
    assert ledger_queries.available([pot.id, provider.id]) == {pot.id: 8_000, provider.id: 2_000}
    assert ledger_queries.ledger_differences() == []


def test_a_hold_given_back_leaves_everything_as_it_was() -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    held = set_aside(pot, provider, 500)
    with transaction():
        settle(key="back-1", kind=JournalKind.RELEASE, holds={held: 0})
    assert sums(pot) == (500, 0, 0)


def test_holds_come_back_in_the_order_asked_and_are_read_afresh_at_once() -> None:
    first, second, provider = account(pence=100), account(pence=100), account(AccountKind.PROVIDER)
    with transaction():
        assert first.available_pence == 100
        made = hold(key="two", parts=[(second.id, provider.id, 30), (first.id, provider.id, 20)])
        assert [(one.debit_id, one.held) for one in made] == [(second.id, 30), (first.id, 20)]
        assert (first.available_pence, second.available_pence) == (80, 70)


def test_what_is_missing_is_said_to_the_penny_over_all_money_asked() -> None:
    first, second, provider = account(pence=1_000), account(pence=200), account(AccountKind.PROVIDER)
    before = rows()
    with pytest.raises(NotEnough) as refused, transaction():
        parts = [(first.id, provider.id, 600), (second.id, provider.id, 250), (first.id, provider.id, 500)]
        hold(key="too-much", parts=parts)
    assert refused.value.short_by_pence == 150
    assert str(refused.value) == "There is not enough money: it is £1.50 short."
    assert (sums(first), sums(second), rows()) == ((1_000, 0, 0), (200, 0, 0), before)


def test_a_refused_hold_burns_no_key_even_when_the_transaction_goes_on() -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    with transaction():
        with pytest.raises(NotEnough):
            hold(key="again", parts=[(pot.id, provider.id, 101)])
        [made] = hold(key="again", parts=[(pot.id, provider.id, 100)])
    assert (made.held, sums(pot)) == (100, (100, 0, 100))


def test_the_same_key_and_facts_give_the_first_answer_even_when_the_money_is_gone() -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    first = set_aside(pot, provider, 100)
    before = rows()
    assert set_aside(pot, provider, 100) == first
    with transaction():
        paid = settle(key="pay", kind=JournalKind.CHARGE, holds={first: 100}).id
    with transaction():
        assert settle(key="pay", kind=JournalKind.CHARGE, holds={first: 100}).id == paid
        moved = post(key="in", kind=JournalKind.TOP_UP, moves=[(provider.id, pot.id, 5)]).id
    with transaction():
        assert post(key="in", kind=JournalKind.TOP_UP, moves=[(provider.id, pot.id, 5)]).id == moved
    assert rows() == (before[0] + 2, before[1] + 2)
    assert sums(pot) == (105, 100, 0)


def test_the_same_key_for_something_else_is_refused_and_changes_nothing() -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    held = set_aside(pot, provider, 40)
    before = rows()
    for wrong in (
        lambda: hold(key="hold-1", parts=[(pot.id, provider.id, 41)], about="booking:abc"),
        lambda: hold(key="hold-1", parts=[(pot.id, provider.id, 40)], about="booking:abd"),
        lambda: hold(key="hold-1", parts=[(pot.id, provider.id, 4_000)], about="booking:abc"),
        lambda: settle(key="hold-1", kind=JournalKind.CHARGE, holds={held: 40}),
        lambda: post(key="hold-1", kind=JournalKind.MOVE, moves=[(pot.id, provider.id, 40)]),
    ):
        with pytest.raises(KeyUsedOtherwise), transaction():
            wrong()
    assert (sums(pot), rows()) == ((100, 0, 40), before)


def test_a_hold_is_settled_once_and_never_for_more() -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    held = set_aside(pot, provider, 40)
    with pytest.raises(MoreThanHeld), transaction():
        settle(key="more", kind=JournalKind.CHARGE, holds={held: 41})
    with transaction():
        charge = settle(key="pay", kind=JournalKind.CHARGE, holds={held: 40})
        [settling] = charge.transfers
    with pytest.raises(AlreadySettled), transaction():
        settle(key="pay-again", kind=JournalKind.RELEASE, holds={held: 0})
    for not_a_hold in (settling.id, 987_654):
        with pytest.raises(NoSuchHold), transaction():
            settle(key="odd", kind=JournalKind.RELEASE, holds={not_a_hold: 0})
    assert sums(pot) == (100, 40, 0)


def test_posting_never_overdraws_but_may_pass_through() -> None:
    first, second, card = account(), account(), account(AccountKind.CARD)
    with pytest.raises(NotEnough), transaction():
        post(key="empty", kind=JournalKind.MOVE, moves=[(first.id, second.id, 1)])
    with transaction():
        moves = [(card.id, first.id, 500), (first.id, second.id, 200)]
        post(key="through", kind=JournalKind.TOP_UP, moves=moves)
    assert (sums(first), sums(second)) == ((500, 200, 0), (200, 0, 0))


@pytest.mark.parametrize("pence", [1.0, 0.5, True, "1", None], ids=str)
def test_only_whole_pence_pass_the_edge(pence: object) -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    held = set_aside(pot, provider, 40)
    before = rows()
    for wrong in (
        lambda: hold(key="x", parts=[(pot.id, provider.id, pence)]),
        lambda: post(key="x", kind=JournalKind.MOVE, moves=[(pot.id, provider.id, pence)]),
        lambda: settle(key="x", kind=JournalKind.CHARGE, holds={held: pence}),
    ):
        with pytest.raises(TypeError, match="whole pence"), transaction():
            wrong()
    assert rows() == before


@pytest.mark.parametrize("pence", [0, -1, LARGEST_PENCE + 1])
def test_amounts_outside_reason_are_refused(pence: int) -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    with pytest.raises(BadInput), transaction():
        hold(key="x", parts=[(pot.id, provider.id, pence)])
    assert sums(pot) == (100, 0, 0)


def test_an_account_is_opened_once_and_its_guard_stays() -> None:
    with transaction():
        first = open_account(kind=AccountKind.PROVIDER, owner="provider:4", guarded=False)
        assert open_account(kind=AccountKind.PROVIDER, owner="provider:4", guarded=False) is first
        with pytest.raises(Conflict):
            open_account(kind=AccountKind.PROVIDER, owner="provider:4", guarded=True)


def test_money_is_set_aside_in_guarded_accounts_only() -> None:
    provider, council = account(AccountKind.PROVIDER), account(AccountKind.COUNCIL)
    with pytest.raises(ValueError, match="guarded"), transaction():
        hold(key="x", parts=[(council.id, provider.id, 5)])


def test_a_crash_between_two_lines_leaves_nothing() -> None:
    pot, provider = account(pence=100), account(AccountKind.PROVIDER)
    before = rows()
    with pytest.raises(RuntimeError, match="power cut"), transaction():
        [made] = hold(key="a", parts=[(pot.id, provider.id, 60)])
        settle(key="b", kind=JournalKind.CHARGE, holds={made.id: 60})
        raise RuntimeError("power cut")
    assert (sums(pot), rows(), ledger_queries.ledger_differences()) == ((100, 0, 0), before, [])


def test_holding_and_settling_are_few_statements() -> None:
    pot, provider = account(pence=100).id, account(AccountKind.PROVIDER).id
    is_sqlite = db.engine.dialect.name == "sqlite"
    with transaction(), counted() as heard:
        made = hold(key="a", parts=[(pot, provider, 60), (pot, provider, 10)])
    # SQLite is asked in small pieces, since nothing travels: the key, what is left, the event and each transfer.
    assert len(heard) == (5 if is_sqlite else 1)
    with transaction(), counted() as heard:
        settle(key="b", kind=JournalKind.CHARGE, holds=dict.fromkeys((one.id for one in made), 5))
    assert len(heard) == (6 if is_sqlite else 2)
