"""What is left, who may be paid, and setting money aside, to the penny."""

from datetime import date, timedelta

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.funding.budgets.actions.pots import open_own_money, provider_account, set_aside
from app.funding.budgets.models import OneOffAgreement
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import paying, year
from app.funding.budgets.queries.year import BudgetFigures
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import Nature
from app.market.providers.models import Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.ledger import queries as ledger_queries
from app.platform.ledger.actions.transfers import settle
from app.platform.ledger.rules import JournalKind, NotEnough
from tests.factories import accounts, councils, providers
from tests.factories.accounts import LONG_AGO
from tests.factories.budgets import pot
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 6, 1)


def listing(provider: Provider, kind: str = "care-at-home") -> Listing:
    made = Listing(
        provider_id=provider.id,
        kind=kind,
        nature=Nature.SERVICE,
        title="Help in the morning",
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
    db.session.add(made)
    db.session.commit()
    return made


def left(person: Person) -> int:
    return balances_queries.left_of(person.id)


def test_pots_come_with_what_is_left_in_one_query_and_the_councils_money_first() -> None:
    person = accounts.person()
    pot(person, PotKind.OWN_MONEY, 2_000)
    pot(person, PotKind.COUNCIL_MANAGED, 30_000)
    pot(accounts.person(), PotKind.OWN_MONEY, 77)
    number = person.id
    with counted() as statements:
        found = balances_queries.pots_of(number)
    assert [(one.pot.kind, one.available_pence, one.set_aside_pence) for one in found] == [
        (PotKind.COUNCIL_MANAGED, 30_000, 0),
        (PotKind.OWN_MONEY, 2_000, 0),
    ]
    assert left(person) == 32_000
    assert len(statements) == 1


def test_somebody_without_money_has_nothing_left_and_no_balance() -> None:
    person = accounts.person()
    assert (left(person), balances_queries.left_if_any(person.id), balances_queries.pots_of(person.id)) == (0, None, [])


def test_own_money_is_opened_once() -> None:
    person = accounts.person()
    with transaction():
        first = open_own_money(person=person).id
    with transaction():
        assert open_own_money(person=person).id == first
    assert balances_queries.left_if_any(person.id) == 0


def test_setting_aside_and_paying_are_seen_in_every_figure() -> None:
    person, provider = accounts.person(), providers.provider()
    mine, own = pot(person, PotKind.DIRECT_PAYMENT, 10_000), pot(person, PotKind.OWN_MONEY, 1_000)
    with transaction():
        parts = [(mine, provider.id, 4_000), (own, provider.id, 250)]
        holds = set_aside(key="a", parts=parts, about="booking:abc", actor_id=person.id)
        ids = [hold.id for hold in holds]
    with transaction():
        settle(key="b", kind=JournalKind.CHARGE, holds={ids[0]: 3_500}, about="booking:abc")
    balances = balances_queries.pots_of(person.id)
    found = {number: one.year for number, one in year.figures(balances, starts_on=None).items()}
    assert found == {
        mine.id: BudgetFigures(carried_in=0, came_in=10_000, spent=3_500, set_aside=0, left=6_500),
        own.id: BudgetFigures(carried_in=0, came_in=1_000, spent=0, set_aside=250, left=750),
    }
    together = year.sum_of_figures(found.values())
    assert together == BudgetFigures(carried_in=0, came_in=11_000, spent=3_500, set_aside=250, left=7_250)
    assert left(person) == together.left
    later = year.figures(balances, starts_on=clock.today() + timedelta(days=1))[mine.id]
    assert later.year == BudgetFigures(carried_in=6_500, came_in=0, spent=0, set_aside=0, left=6_500)
    with transaction():
        assert ledger_queries.available([provider_account(provider.id).id]) == {provider_account(provider.id).id: 3_500}


def test_a_purchase_that_does_not_fit_sets_nothing_aside() -> None:
    person, provider = accounts.person(), providers.provider()
    mine, own = pot(person, PotKind.DIRECT_PAYMENT, 1_000), pot(person, PotKind.OWN_MONEY, 100)
    with pytest.raises(NotEnough) as refused, transaction():
        parts = [(mine, provider.id, 1_000), (own, provider.id, 101)]
        set_aside(key="a", parts=parts, about="booking:abc", actor_id=person.id)
    assert refused.value.short_by_pence == 1
    assert left(person) == 1_100


def test_one_purchase_is_paid_by_one_person() -> None:
    first, second, provider = pot(accounts.person()), pot(accounts.person()), providers.provider()
    with pytest.raises(Conflict, match="one person"), transaction():
        parts = [(first, provider.id, 5), (second, provider.id, 5)]
        set_aside(key="a", parts=parts, about="booking:abc", actor_id=None)


def test_closed_money_pays_nobody() -> None:
    person, provider = accounts.person(), providers.provider()
    mine = pot(person)
    mine.closed_at = LONG_AGO
    db.session.commit()
    with pytest.raises(Conflict, match="closed"), transaction():
        set_aside(key="a", parts=[(mine, provider.id, 5)], about="booking:abc", actor_id=None)


def test_council_money_pays_framework_and_in_house_and_signed_providers_only() -> None:
    person = accounts.person()
    managed = pot(person, PotKind.COUNCIL_MANAGED, 5_000)
    council = db.session.get_one(Council, managed.council_id)
    lot = councils.framework(council, ["care-at-home"]).lots[0]
    approved, stranger = providers.provider(), providers.provider()
    in_house = providers.provider(kind=ProviderKind.IN_HOUSE)
    providers.place(approved, lot)

    def may(provider: Provider, kind: str = "care-at-home", on: date = DAY) -> bool:
        return paying.may_pay_from(managed, provider=provider, listing=listing(provider, kind), on=on).ok

    assert (may(approved), may(stranger), may(in_house)) == (True, False, True)
    assert (may(approved, "gardening"), may(approved, on=date(2030, 1, 1))) == (False, False)
    db.session.add(
        OneOffAgreement(
            person_id=person.id,
            provider_id=stranger.id,
            council_id=council.id,
            signed_by_id=person.id,
            from_on=DAY,
            until_on=DAY,
        )
    )
    db.session.commit()
    assert (may(stranger), may(stranger, on=date(2026, 6, 2))) == (True, False)


def test_a_refused_payer_says_why_and_the_action_refuses_alike() -> None:
    person, stranger, holder = accounts.person(), providers.provider(), providers.provider()
    fund = pot(person, PotKind.INDIVIDUAL_SERVICE_FUND, 5_000, fund_holder=holder)
    offered = listing(stranger)
    lawful = paying.may_pay_from(fund, provider=stranger, listing=offered, on=DAY)
    assert not lawful.ok
    assert "provider that holds it" in lawful.reason
    with pytest.raises(Conflict, match="provider that holds it"), transaction():
        parts = [(fund, stranger.id, 5)]
        set_aside(key="a", parts=parts, about="booking:abc", actor_id=None, listing=offered, days=[DAY])
    assert left(person) == 5_000
    assert paying.may_pay_from(fund, provider=holder, listing=listing(holder), on=DAY).ok


def test_who_may_be_paid_is_answered_for_all_money_with_four_queries() -> None:
    person, stranger = accounts.person(), providers.provider()
    for kind in (PotKind.COUNCIL_MANAGED, PotKind.DIRECT_PAYMENT, PotKind.OWN_MONEY):
        pot(person, kind, 100)
    offered = listing(stranger)
    pots = [balance.pot for balance in balances_queries.pots_of(person.id)]
    assert (offered.kind, stranger.id) == ("care-at-home", offered.provider_id)
    with counted() as statements:
        found = paying.lawful_on(pots, provider=stranger, listing=offered, days=[DAY])
    assert {one.kind: found[one.id].ok for one in pots} == {
        PotKind.DIRECT_PAYMENT: True,
        PotKind.COUNCIL_MANAGED: False,
        PotKind.OWN_MONEY: True,
    }
    # The agreement, the locality, the framework and the policy, however much money there is.
    assert len(statements) == 4
