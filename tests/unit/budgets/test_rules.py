"""Who may be paid from what, sharing out, and what a statement says."""

import pytest

from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.paying import who_may_be_paid
from app.funding.budgets.rules.periods import period_amounts
from app.funding.budgets.rules.words import happened, leads_to
from app.platform.ledger.rules import JournalKind

NOTHING = {"is_framework": False, "is_in_house": False, "has_one_off": False, "holds_the_fund": False}


@pytest.mark.parametrize("kind", [PotKind.DIRECT_PAYMENT, PotKind.INDIRECT_PAYMENT, PotKind.OWN_MONEY])
def test_money_a_person_holds_may_pay_anybody(kind: PotKind) -> None:
    assert who_may_be_paid(kind, **NOTHING).ok


@pytest.mark.parametrize("fact", ["is_framework", "is_in_house", "has_one_off"])
def test_council_money_needs_one_of_three_facts(fact: str) -> None:
    assert who_may_be_paid(PotKind.COUNCIL_MANAGED, **{**NOTHING, fact: True}).ok


def test_council_money_is_refused_to_others_in_words() -> None:
    lawful = who_may_be_paid(PotKind.COUNCIL_MANAGED, **{**NOTHING, "holds_the_fund": True})
    assert not lawful.ok
    assert lawful.reason.startswith("Money the council looks after can only pay providers on the council's framework")


def test_council_money_is_never_opened_by_agreements_where_the_council_forbids_them() -> None:
    lawful = who_may_be_paid(PotKind.COUNCIL_MANAGED, **{**NOTHING, "has_one_off": True}, may_be_one_off=False)
    assert not lawful.ok
    assert lawful.reason.startswith("Money the council looks after can only pay providers on the council's framework")
    assert "Your council signs no agreements with others." in lawful.reason
    assert who_may_be_paid(PotKind.COUNCIL_MANAGED, **{**NOTHING, "is_framework": True}, may_be_one_off=False).ok


@pytest.mark.parametrize("fact", ["is_framework", "is_in_house", "has_one_off"])
def test_council_money_never_employs_an_assistant(fact: str) -> None:
    lawful = who_may_be_paid(PotKind.COUNCIL_MANAGED, **{**NOTHING, fact: True}, is_employed=True)
    assert not lawful.ok
    assert lawful.reason.startswith("Money the council looks after cannot pay a personal assistant")
    assert who_may_be_paid(PotKind.DIRECT_PAYMENT, **NOTHING, is_employed=True).ok
    assert who_may_be_paid(PotKind.OWN_MONEY, **NOTHING, is_employed=True).ok


def test_an_agreement_lets_a_fund_pay_somebody_its_holder_buys_from() -> None:
    assert who_may_be_paid(PotKind.INDIVIDUAL_SERVICE_FUND, **{**NOTHING, "has_one_off": True}).ok


@pytest.mark.parametrize("fact", ["is_framework", "is_in_house"])
def test_an_individual_service_fund_pays_its_holder_only(fact: str) -> None:
    assert not who_may_be_paid(PotKind.INDIVIDUAL_SERVICE_FUND, **{**NOTHING, fact: True}).ok
    assert who_may_be_paid(PotKind.INDIVIDUAL_SERVICE_FUND, **{**NOTHING, "holds_the_fund": True}).ok


@pytest.mark.parametrize("yearly", [1, 12, 13, 399_999, 900_001])
def test_periods_sum_to_the_year(yearly: int) -> None:
    amounts = period_amounts(yearly)
    assert (len(amounts), sum(amounts), max(amounts) - min(amounts) in {0, 1}) == (13, yearly, True)


def test_a_line_says_what_happened_and_where_to_read_more() -> None:
    assert happened(JournalKind.HOLD, "Larch Care", "booking:abc") == "Set aside for Larch Care"
    assert happened(JournalKind.CHARGE, None, None) == "Paid to support"
    assert happened(JournalKind.ALLOCATE, None, "period:3") == "Money from the council, period 3 of 13"
    assert leads_to("booking:abc23") == "/bookings/abc23"
    assert [leads_to(about) for about in ("booking:../x", "booking:", "top_up:3", None)] == [None] * 4
