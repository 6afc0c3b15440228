"""What a message makes of a payment: a table, checked over every state."""

import dataclasses
from itertools import product

import pytest

from app.base.money import Money
from app.funding.payments.rules import BECOMES, MAY_BECOME, Session, TopUpStatus, WebhookOutcome, outcome_of

ASKED = Money(2000)
PAID = Session("cs_1", "ref", 2000, "gbp", is_paid=True, is_expired=False, payment_intent="pi_1", is_live=False)
OPEN = dataclasses.replace(PAID, is_paid=False, payment_intent=None)
OVER = dataclasses.replace(OPEN, is_expired=True)

# Every state there is: drawn at random, a hundred of them held none in which anything is credited.
SESSIONS = [
    Session(number, "ref", pence, currency, is_paid=is_paid, is_expired=is_expired, payment_intent=None, is_live=False)
    for number, pence, currency, is_paid, is_expired in product(
        ["cs_1", "cs_2"], [None, 0, 1999, 2000, 2001], [None, "gbp", "eur", "GBP"], [True, False], [True, False]
    )
]
STATES = list(product(SESSIONS, TopUpStatus, [None, "cs_1"], [True, False]))


def test_only_the_right_sum_of_the_right_session_is_credited() -> None:
    for state in STATES:
        _is_credited_only_when_right(*state)
    assert {
        outcome_of(session, asked=ASKED, status=status, known_as=known_as, called="ref", has_failed=has_failed)
        for session, status, known_as, has_failed in STATES
    } == set(WebhookOutcome) - {
        *(WebhookOutcome.NOT_FOR_US, WebhookOutcome.ALREADY_TOLD, WebhookOutcome.UNKNOWN),
        *(
            WebhookOutcome.PAID_BACK,
            WebhookOutcome.COULD_NOT_PAY_BACK,
            WebhookOutcome.CLAIMED,
            WebhookOutcome.CLAIM_ENDED,
        ),
    }


def _is_credited_only_when_right(session: Session, status: TopUpStatus, known_as: str | None, has_failed: bool) -> None:
    outcome = outcome_of(session, asked=ASKED, status=status, known_as=known_as, called="ref", has_failed=has_failed)
    is_right = (
        session.is_paid
        and session.amount_pence == ASKED.pence
        and session.currency == "gbp"
        and known_as in {None, session.id}
    )
    assert (outcome == WebhookOutcome.CREDITED) == (is_right and status != TopUpStatus.PAID)
    if session.is_paid and not is_right:
        assert outcome == WebhookOutcome.MISMATCH
    if outcome in BECOMES and outcome != WebhookOutcome.MISMATCH:
        assert BECOMES[outcome] in MAY_BECOME[status]


@pytest.mark.parametrize(
    ("session", "status", "has_failed", "outcome"),
    [
        (PAID, TopUpStatus.STARTED, False, WebhookOutcome.CREDITED),
        (PAID, TopUpStatus.EXPIRED, False, WebhookOutcome.CREDITED),
        (PAID, TopUpStatus.NEEDS_A_LOOK, False, WebhookOutcome.CREDITED),
        (PAID, TopUpStatus.PAID, False, WebhookOutcome.ALREADY_CREDITED),
        (OPEN, TopUpStatus.STARTED, False, WebhookOutcome.NOT_PAID_YET),
        (OVER, TopUpStatus.STARTED, False, WebhookOutcome.EXPIRED),
        (OVER, TopUpStatus.PAID, False, WebhookOutcome.NO_CHANGE),
        (OPEN, TopUpStatus.STARTED, True, WebhookOutcome.FAILED),
        (OPEN, TopUpStatus.PAID, True, WebhookOutcome.NO_CHANGE),
    ],
)
def test_each_state_has_its_answer(
    session: Session, status: TopUpStatus, has_failed: bool, outcome: WebhookOutcome
) -> None:
    assert (
        outcome_of(session, asked=ASKED, status=status, known_as="cs_1", called="ref", has_failed=has_failed) == outcome
    )


def test_a_payment_that_names_another_wish_or_is_known_elsewhere_is_not_credited() -> None:
    for session, is_known in ((dataclasses.replace(PAID, reference="other"), False), (PAID, True)):
        outcome = outcome_of(
            session, asked=ASKED, status=TopUpStatus.STARTED, known_as=None, called="ref", is_known=is_known
        )
        assert outcome == WebhookOutcome.MISMATCH
