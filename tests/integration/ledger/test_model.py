"""A model of a few lines beside the real ledger: random events, retries and wrong keys must end alike in both.

``ROUNDS=500 pytest -k model`` is the long run.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.base.db import db, transaction
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.actions.transfers import correct, expire_due, hold, post, settle
from app.platform.ledger.rules import (
    AccountKind,
    AlreadySettled,
    JournalKind,
    KeyUsedOtherwise,
    MoreThanHeld,
    NotEnough,
)
from tests.factories.ledger import account
from tests.processes import rounds

POTS = 3
START = 1_000
PENCE = st.integers(1, 700)
REFUSALS = (NotEnough, AlreadySettled, MoreThanHeld, KeyUsedOtherwise)


def outcome_of(act: Any) -> Any:
    """The answer of an event, or the name of its refusal; each in a transaction of its own."""
    try:
        with transaction():
            return act()
    except REFUSALS as refused:
        return type(refused).__name__


class Both(RuleBasedStateMachine):
    """``left`` and ``held`` are the whole model; everything else is memory of what was asked."""

    @initialize()
    def open(self) -> None:
        # Holds that an earlier run left open would end within this one.
        while outcome_of(lambda: expire_due(on=datetime(2100, 1, 1, tzinfo=UTC))):
            pass
        self.provider = account(AccountKind.PROVIDER).id
        self.pots = [account(pence=START).id for _ in range(POTS)]
        self.left = dict.fromkeys(self.pots, START)
        self.council = account(AccountKind.COUNCIL).id
        self.paid = self.spent_by_council = 0
        self.now = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
        self.open_holds: dict[int, tuple[int, int, datetime | None]] = {}
        self.moved: list[tuple[int, int, int, int]] = []
        self.ended: list[int] = []
        self.told: list[tuple[Any, Any]] = []
        self.count = 0

    def key(self) -> str:
        self.count += 1
        return f"{self.pots[0]}-{self.count}"

    def tell(self, expected: Any, act: Any) -> Any:
        """Do it and compare with what the model expects of it: its answer, or a refusal by name."""
        answer = outcome_of(act)
        assert (answer if isinstance(answer, str) else "done") == expected
        if expected == "done":
            self.told.append((act, answer))
        return answer

    @rule(
        which=st.lists(st.integers(0, POTS - 1), min_size=1, max_size=3),
        pence=PENCE,
        minutes=st.none() | st.integers(-5, 60),
    )
    def set_aside(self, which: list[int], pence: int, minutes: int | None) -> None:
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        parts = [(self.pots[n], self.provider, pence) for n in which]
        asked = {pot: sum(p for d, _, p in parts if d == pot) for pot, _, _ in parts}
        fits = all(self.left[pot] >= amount for pot, amount in asked.items())
        key = self.key()
        answer = self.tell(
            "done" if fits else "NotEnough",
            lambda: [one.id for one in hold(key=key, parts=parts, about="booking:a", expires_at=until)],
        )
        if fits:
            for number, (pot, _, amount) in zip(answer, parts, strict=True):
                self.left[pot] -= amount
                self.open_holds[number] = (pot, amount, until)

    @rule(data=st.data(), share=st.sampled_from(["none", "part", "all", "more"]))
    def end_a_hold(self, data: st.DataObject, share: str) -> None:
        if not self.open_holds:
            return
        number = data.draw(st.sampled_from(sorted(self.open_holds)))
        pot, held, _ = self.open_holds[number]
        moved = {"none": 0, "part": held // 2, "all": held, "more": held + 1}[share]
        kind, key = JournalKind.CHARGE if moved else JournalKind.RELEASE, self.key()
        expected = "MoreThanHeld" if share == "more" else "done"
        answer = self.tell(expected, lambda: settle(key=key, kind=kind, holds={number: moved}).id)
        if expected == "done":
            if moved:
                self.moved.append((answer, pot, self.provider, moved))
            del self.open_holds[number]
            self.ended.append(number)
            self.left[pot] += held - moved
            self.paid += moved

    @rule(data=st.data())
    def end_it_again(self, data: st.DataObject) -> None:
        if self.ended:
            number, key = data.draw(st.sampled_from(self.ended)), self.key()
            self.tell("AlreadySettled", lambda: settle(key=key, kind=JournalKind.RELEASE, holds={number: 0}).id)

    @rule(minutes=st.integers(0, 40))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        due = [number for number, (_, _, until) in self.open_holds.items() if until and until <= self.now]
        assert outcome_of(lambda: expire_due(on=self.now)) == len(due)
        assert outcome_of(lambda: expire_due(on=self.now)) == 0
        for number in due:
            pot, held, _ = self.open_holds.pop(number)
            self.ended.append(number)
            self.left[pot] += held

    @rule(pot=st.integers(0, POTS - 1), pence=PENCE, back=st.booleans())
    def release_money_or_take_it_back(self, pot: int, pence: int, back: bool) -> None:
        number, key = self.pots[pot], self.key()
        fits = not back or self.left[number] >= pence
        kind = JournalKind.GIVE_BACK if back else JournalKind.ALLOCATE
        moves = [(number, self.council, pence)] if back else [(self.council, number, pence)]
        self.tell("done" if fits else "NotEnough", lambda: post(key=key, kind=kind, moves=moves).id)
        if fits:
            self.left[number] += -pence if back else pence
            self.spent_by_council += -pence if back else pence

    @rule(data=st.data())
    def put_right(self, data: st.DataObject) -> None:
        if not self.moved:
            return
        event, debit, credit, pence = data.draw(st.sampled_from(self.moved))
        fits = self.left.get(credit, pence) >= pence
        answer = self.tell("done" if fits else "NotEnough", lambda: correct(journal_id=event).id)
        if fits:
            assert outcome_of(lambda: correct(journal_id=event).id) == answer
            self.moved.remove((event, debit, credit, pence))
            self.change(credit, -pence)
            self.change(debit, pence)

    def change(self, number: int, pence: int) -> None:
        if number in self.left:
            self.left[number] += pence
        else:
            self.paid += pence

    @rule(source=st.integers(0, POTS - 1), step=st.integers(1, POTS - 1), pence=PENCE, carry=st.booleans())
    def move_or_carry_over(self, source: int, step: int, pence: int, carry: bool) -> None:
        debit, credit, key = self.pots[source], self.pots[(source + step) % POTS], self.key()
        fits = self.left[debit] >= pence
        moves = [(debit, credit, pence)]
        kind = JournalKind.CARRY_OVER if carry else JournalKind.MOVE
        answer = self.tell("done" if fits else "NotEnough", lambda: post(key=key, kind=kind, moves=moves).id)
        if fits:
            self.moved.append((answer, debit, credit, pence))
            self.left[debit] -= pence
            self.left[credit] += pence

    @rule(pot=st.integers(0, POTS - 1), pence=PENCE)
    def refund(self, pot: int, pence: int) -> None:
        moves, key = [(self.provider, self.pots[pot], pence)], self.key()
        answer = self.tell("done", lambda: post(key=key, kind=JournalKind.REFUND, moves=moves).id)
        self.moved.append((answer, self.provider, self.pots[pot], pence))
        self.left[self.pots[pot]] += pence
        self.paid -= pence

    @rule(data=st.data())
    def say_it_again(self, data: st.DataObject) -> None:
        if self.told:
            act, answer = self.told[data.draw(st.integers(0, len(self.told) - 1))]
            assert outcome_of(act) == answer

    @rule(which=st.integers(1, 100), pence=PENCE)
    def use_a_key_for_something_else(self, which: int, pence: int) -> None:
        if self.told and which <= self.count:
            key, moves = f"{self.pots[0]}-{which}", [(self.provider, self.pots[0], pence)]
            told = outcome_of(lambda: post(key=key, kind=JournalKind.CORRECT, moves=moves, about="odd").id)
            if told != "KeyUsedOtherwise":
                # The event of that key had been refused, so the key was still free.
                self.left[self.pots[0]] += pence
                self.paid -= pence

    @invariant()
    def both_agree(self) -> None:
        if hasattr(self, "pots"):
            others = {self.provider: self.paid, self.council: -self.spent_by_council}
            assert ledger_queries.available([*self.pots, *others]) == {**self.left, **others}
            assert ledger_queries.differences() == []
            db.session.rollback()


def test_the_ledger_does_what_a_model_of_it_does(app: Flask) -> None:
    runs, steps = (rounds(10), 25) if db.engine.dialect.name == "sqlite" else (rounds(6), 20)
    run_state_machine_as_test(
        Both,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
