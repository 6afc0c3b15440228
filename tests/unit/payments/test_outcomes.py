"""What a message makes of a payment: a table, checked over every state."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.funding.payments.rules import BECOMES, MAY_BECOME, Outcome, Session, TopUpStatus, outcome_of

ASKED = Money(2000)
PAID = Session("cs_1", "ref", 2000, "gbp", is_paid=True, is_expired=False, payment_intent="pi_1")
OPEN = dataclasses.replace(PAID, is_paid=False, payment_intent=None)
OVER = dataclasses.replace(OPEN, is_expired=True)

sessions = st.builds(
    Session,
    id=st.sampled_from(["cs_1", "cs_2"]),
    reference=st.just("ref"),
    amount_pence=st.sampled_from([None, 0, 1999, 2000, 2001]),
    currency=st.sampled_from([None, "gbp", "eur", "GBP"]),
    is_paid=st.booleans(),
    is_expired=st.booleans(),
    payment_intent=st.none(),
)


@given(sessions, st.sampled_from(TopUpStatus), st.sampled_from([None, "cs_1"]), st.booleans())
def test_only_the_right_sum_of_the_right_session_is_credited(
    session: Session, status: TopUpStatus, known_as: str | None, has_failed: bool
) -> None:
    outcome = outcome_of(session, asked=ASKED, status=status, known_as=known_as, has_failed=has_failed)
    is_right = (
        session.is_paid
        and session.amount_pence == ASKED.pence
        and session.currency == "gbp"
        and known_as in {None, session.id}
    )
    assert (outcome == Outcome.CREDITED) == (is_right and status != TopUpStatus.PAID)
    if session.is_paid and not is_right:
        assert outcome == Outcome.MISMATCH
    if outcome in BECOMES and outcome != Outcome.MISMATCH:
        assert BECOMES[outcome] in MAY_BECOME[status]


@pytest.mark.parametrize(
    ("session", "status", "has_failed", "outcome"),
    [
        (PAID, TopUpStatus.STARTED, False, Outcome.CREDITED),
        (PAID, TopUpStatus.EXPIRED, False, Outcome.CREDITED),
        (PAID, TopUpStatus.NEEDS_A_LOOK, False, Outcome.CREDITED),
        (PAID, TopUpStatus.PAID, False, Outcome.ALREADY_CREDITED),
        (OPEN, TopUpStatus.STARTED, False, Outcome.NOT_PAID_YET),
        (OVER, TopUpStatus.STARTED, False, Outcome.EXPIRED),
        (OVER, TopUpStatus.PAID, False, Outcome.NO_CHANGE),
        (OPEN, TopUpStatus.STARTED, True, Outcome.FAILED),
        (OPEN, TopUpStatus.PAID, True, Outcome.NO_CHANGE),
    ],
)
def test_each_state_has_its_answer(session: Session, status: TopUpStatus, has_failed: bool, outcome: Outcome) -> None:
    assert outcome_of(session, asked=ASKED, status=status, known_as="cs_1", has_failed=has_failed) == outcome
