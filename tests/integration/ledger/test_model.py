"""A model of a few lines beside the real ledger: random events, retries and wrong keys must end alike in both."""

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.db import db, transaction
from app.ledger import queries
from app.ledger.actions import AlreadySettled, KeyUsedOtherwise, MoreThanHeld, NotEnough, hold, post, settle
from app.ledger.rules import AccountKind, JournalKind
from tests.factories.ledger import account

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
        self.provider = account(AccountKind.PROVIDER).id
        self.pots = [account(pence=START).id for _ in range(POTS)]
        self.left = dict.fromkeys(self.pots, START)
        self.paid = 0
        self.open_holds: dict[int, tuple[int, int]] = {}
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

    @rule(which=st.lists(st.integers(0, POTS - 1), min_size=1, max_size=3), pence=PENCE)
    def set_aside(self, which: list[int], pence: int) -> None:
        parts = [(self.pots[n], self.provider, pence) for n in which]
        asked = {pot: sum(p for d, _, p in parts if d == pot) for pot, _, _ in parts}
        fits = all(self.left[pot] >= amount for pot, amount in asked.items())
        key = self.key()
        answer = self.tell(
            "done" if fits else "NotEnough", lambda: [one.id for one in hold(key=key, parts=parts, about="booking:a")]
        )
        if fits:
            for number, (pot, _, amount) in zip(answer, parts, strict=True):
                self.left[pot] -= amount
                self.open_holds[number] = (pot, amount)

    @rule(data=st.data(), share=st.sampled_from(["none", "part", "all", "more"]))
    def end_a_hold(self, data: st.DataObject, share: str) -> None:
        if not self.open_holds:
            return
        number = data.draw(st.sampled_from(sorted(self.open_holds)))
        pot, held = self.open_holds[number]
        moved = {"none": 0, "part": held // 2, "all": held, "more": held + 1}[share]
        kind, key = JournalKind.CHARGE if moved else JournalKind.RELEASE, self.key()
        expected = "MoreThanHeld" if share == "more" else "done"
        self.tell(expected, lambda: settle(key=key, kind=kind, holds={number: moved}).id)
        if expected == "done":
            del self.open_holds[number]
            self.ended.append(number)
            self.left[pot] += held - moved
            self.paid += moved

    @rule(data=st.data())
    def end_it_again(self, data: st.DataObject) -> None:
        if self.ended:
            number, key = data.draw(st.sampled_from(self.ended)), self.key()
            self.tell("AlreadySettled", lambda: settle(key=key, kind=JournalKind.RELEASE, holds={number: 0}).id)

    @rule(source=st.integers(0, POTS - 1), step=st.integers(1, POTS - 1), pence=PENCE)
    def move(self, source: int, step: int, pence: int) -> None:
        debit, credit, key = self.pots[source], self.pots[(source + step) % POTS], self.key()
        fits = self.left[debit] >= pence
        moves = [(debit, credit, pence)]
        self.tell("done" if fits else "NotEnough", lambda: post(key=key, kind=JournalKind.MOVE, moves=moves).id)
        if fits:
            self.left[debit] -= pence
            self.left[credit] += pence

    @rule(pot=st.integers(0, POTS - 1), pence=PENCE)
    def refund(self, pot: int, pence: int) -> None:
        moves, key = [(self.provider, self.pots[pot], pence)], self.key()
        self.tell("done", lambda: post(key=key, kind=JournalKind.REFUND, moves=moves).id)
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
            assert queries.available([*self.pots, self.provider]) == {**self.left, self.provider: self.paid}
            assert queries.differences() == []
            db.session.rollback()


def test_the_ledger_does_what_a_model_of_it_does(app: Flask) -> None:
    runs, steps = (30, 30) if db.engine.dialect.name == "sqlite" else (10, 20)
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
