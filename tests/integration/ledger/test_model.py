"""A model of a few lines beside the real ledger: random events, retries and wrong keys must end alike in both.

``ROUNDS=500 pytest -k model`` is the long run.
"""

import random
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
WHICH = st.integers(0, 99)
SHARES = ("none", "part", "all", "more")
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
        self.met: set[str] = set()

    def key(self) -> str:
        self.count += 1
        return f"{self.pots[0]}-{self.count}"

    def tell(self, what: str, expected: Any, act: Any) -> Any:
        """Do it and compare with what the model expects of it: its answer, or a refusal by name."""
        answer = outcome_of(act)
        assert (answer if isinstance(answer, str) else "done") == expected
        self.met.add(f"{what}: {expected}")
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
            "set aside",
            "done" if fits else "NotEnough",
            lambda: [one.id for one in hold(key=key, parts=parts, about="booking:a", expires_at=until)],
        )
        if fits:
            for number, (pot, _, amount) in zip(answer, parts, strict=True):
                self.left[pot] -= amount
                self.open_holds[number] = (pot, amount, until)

    @rule(which=WHICH, share=st.sampled_from(SHARES))
    def end_a_hold(self, which: int, share: str) -> None:
        if not self.open_holds:
            return
        number = sorted(self.open_holds)[which % len(self.open_holds)]
        pot, held, _ = self.open_holds[number]
        moved = {"none": 0, "part": held // 2, "all": held, "more": held + 1}[share]
        kind, key = JournalKind.CHARGE if moved else JournalKind.RELEASE, self.key()
        expected = "MoreThanHeld" if share == "more" else "done"
        answer = self.tell(f"end with {share}", expected, lambda: settle(key=key, kind=kind, holds={number: moved}).id)
        if expected == "done":
            if moved:
                self.moved.append((answer, pot, self.provider, moved))
            del self.open_holds[number]
            self.ended.append(number)
            self.left[pot] += held - moved
            self.paid += moved

    @rule(which=WHICH)
    def end_it_again(self, which: int) -> None:
        if self.ended:
            number, key = self.ended[which % len(self.ended)], self.key()
            self.tell(
                *("end again", "AlreadySettled"),
                lambda: settle(key=key, kind=JournalKind.RELEASE, holds={number: 0}).id,
            )

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
            self.met.add("time ended a hold")

    @rule(pot=st.integers(0, POTS - 1), pence=PENCE, back=st.booleans())
    def release_money_or_take_it_back(self, pot: int, pence: int, back: bool) -> None:
        number, key = self.pots[pot], self.key()
        fits = not back or self.left[number] >= pence
        kind = JournalKind.GIVE_BACK if back else JournalKind.ALLOCATE
        moves = [(number, self.council, pence)] if back else [(self.council, number, pence)]
        what = "take back" if back else "release"
        self.tell(what, "done" if fits else "NotEnough", lambda: post(key=key, kind=kind, moves=moves).id)
        if fits:
            self.left[number] += -pence if back else pence
            self.spent_by_council += -pence if back else pence

    @rule(which=WHICH)
    def put_right(self, which: int) -> None:
        if not self.moved:
            return
        event, debit, credit, pence = self.moved[which % len(self.moved)]
        fits = self.left.get(credit, pence) >= pence
        answer = self.tell("put right", "done" if fits else "NotEnough", lambda: correct(journal_id=event).id)
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
        what = "carry over" if carry else "move"
        answer = self.tell(what, "done" if fits else "NotEnough", lambda: post(key=key, kind=kind, moves=moves).id)
        if fits:
            self.moved.append((answer, debit, credit, pence))
            self.left[debit] -= pence
            self.left[credit] += pence

    @rule(pot=st.integers(0, POTS - 1), pence=PENCE)
    def refund(self, pot: int, pence: int) -> None:
        moves, key = [(self.provider, self.pots[pot], pence)], self.key()
        answer = self.tell("refund", "done", lambda: post(key=key, kind=JournalKind.REFUND, moves=moves).id)
        self.moved.append((answer, self.provider, self.pots[pot], pence))
        self.left[self.pots[pot]] += pence
        self.paid -= pence

    @rule(which=WHICH)
    def say_it_again(self, which: int) -> None:
        if self.told:
            act, answer = self.told[which % len(self.told)]
            self.met.add("said again")
            assert outcome_of(act) == answer

    @rule(which=st.integers(1, 100), pence=PENCE)
    def use_a_key_for_something_else(self, which: int, pence: int) -> None:
        if self.told and which <= self.count:
            key, moves = f"{self.pots[0]}-{which}", [(self.provider, self.pots[0], pence)]
            told = outcome_of(lambda: post(key=key, kind=JournalKind.CORRECT, moves=moves, about="odd").id)
            self.met.add("a used key" if told == "KeyUsedOtherwise" else "the key of something refused")
            if told != "KeyUsedOtherwise":
                # The event of that key had been refused, so the key was still free.
                self.left[self.pots[0]] += pence
                self.paid -= pence

    @invariant()
    def both_agree(self) -> None:
        if hasattr(self, "pots"):
            others = {self.provider: self.paid, self.council: -self.spent_by_council}
            assert ledger_queries.available([*self.pots, *others]) == {**self.left, **others}
            assert ledger_queries.ledger_differences() == []
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


def test_one_long_walk_meets_every_refusal_and_every_end_of_a_hold(app: Flask) -> None:
    """Short runs leave most rules out to find what few do together, and some ten of them end no hold at all."""
    rand, both = random.Random(20261122), Both()
    both.open()

    def which() -> int:
        return rand.randint(0, 99)

    steps = [
        lambda: both.set_aside(
            which=[rand.randrange(POTS) for _ in range(rand.randint(1, 3))],
            pence=rand.randint(1, 400),
            minutes=rand.choice([None, None, rand.randint(-5, 60)]),
        ),
        lambda: both.end_a_hold(which=which(), share=rand.choice(SHARES)),
        lambda: both.end_it_again(which=which()),
        lambda: both.let_time_pass(minutes=rand.randint(0, 40)),
        lambda: both.release_money_or_take_it_back(
            pot=rand.randrange(POTS), pence=rand.randint(1, 700), back=rand.random() < 0.6
        ),
        lambda: both.put_right(which=which()),
        lambda: both.move_or_carry_over(
            source=rand.randrange(POTS), step=rand.randint(1, 2), pence=rand.randint(1, 1600), carry=rand.random() < 0.5
        ),
        lambda: both.refund(pot=rand.randrange(POTS), pence=rand.randint(1, 200)),
        lambda: both.say_it_again(which=which()),
        lambda: both.use_a_key_for_something_else(
            which=rand.randint(1, max(1, both.count)), pence=rand.randint(1, 700)
        ),
    ]
    # What chance seldom makes: money carried over, gone from there, and neither there to go back nor to follow.
    both.move_or_carry_over(source=0, step=1, pence=START, carry=True)
    both.release_money_or_take_it_back(pot=1, pence=2 * START, back=True)
    both.put_right(which=0)
    both.move_or_carry_over(source=0, step=1, pence=1, carry=True)
    for pot in (0, 1):
        both.release_money_or_take_it_back(pot=pot, pence=START, back=False)
    for _ in range(30):
        for _ in range(6):
            rand.choice(steps + steps[:2])()
        both.both_agree()
    assert both.met == {
        *(f"{what}: {how}" for what in ("set aside", "take back", "put right") for how in ("done", "NotEnough")),
        *(f"{what}: {how}" for what in ("move", "carry over") for how in ("done", "NotEnough")),
        *("end with none: done", "end with part: done", "end with all: done", "end with more: MoreThanHeld"),
        *("end again: AlreadySettled", "time ended a hold", "release: done", "refund: done"),
        *("said again", "a used key", "the key of something refused"),
    }
