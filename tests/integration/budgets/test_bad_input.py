"""Every door at which somebody types an amount of money, or says which money: refused with the reason, nothing moved."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.budgets.actions import pots
from app.funding.budgets.rules.kinds import PotKind
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.queries import ledger_differences
from tests.factories import accounts, providers
from tests.factories.accounts import sign_in
from tests.factories.budgets import pot
from tests.inspection import InspectingClient
from tests.integration.budgets.test_years import DIRECT, MANAGED, STARTS, Town, at

READ = "Enter an amount in pounds, like 27 or 27.50"
NOTHING = "Enter an amount of money that is more than nothing"
AMOUNTS = {
    "-1": READ,
    "12.345": READ,
    "9,999,999,999,999": READ,
    "0.00": NOTHING,
    "": "Enter how much",
}
"""What somebody types, and what the page says."""


class House:
    """Somebody with £50 in each of two ways of managing it and £30 of contingency, on a day of their first period."""

    def __init__(self) -> None:
        self.town = Town(contingency=30_00, pots=[(DIRECT, 650_00), (MANAGED, 650_00)], quarter_overspend_percent=10)
        self.direct, self.managed = self.town.pot(), self.town.pot(MANAGED)
        stranger = accounts.person()
        self.foreign = pot(stranger, PotKind.OWN_MONEY, 100_00)
        here = f"/caseload/{self.town.person.public_id}"
        budget = f"{here}/budget/{self.town.budget.public_id}"
        day = {f"spent_on__{part}": str(getattr(STARTS, part)) for part in ("day", "month", "year")}
        self.doors: dict[str, tuple[str, dict[str, str]]] = {
            "outside": (
                "/money/outside",
                {"pot": self.direct.public_id, "paid_to": "Corner Pool", "paid_for": "Swimming", **day},
            ),
            "forward": ("/money/bring-forward", {"into": self.direct.public_id, "reason": "A trip"}),
            "contingency": (f"{budget}/contingency", {"into": self.direct.public_id, "reason": "A bad week"}),
        }

    def enter(self, client: InspectingClient, door: str) -> tuple[str, dict[str, str]]:
        sign_in(client, self.town.person if door in {"outside", "forward"} else self.town.manager)
        return self.doors[door]


def moved() -> list[int | None]:
    """How much has been written and how much stands in all accounts together: the same while nothing was changed."""
    db.session.rollback()
    sums = [
        func.coalesce(func.sum(column), 0)
        for column in (LedgerAccount.debited, LedgerAccount.credited, LedgerAccount.held)
    ]
    rows = [db.session.scalar(select(func.count()).select_from(table)) for table in (Journal, Transfer)]
    return [*rows, *(int(one) for one in db.session.execute(select(*sums)).one())]


def said(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one(".govuk-error-summary")
    return "" if found is None else found.get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("door", "too_much"),
    [
        ("outside", "has £50.00 left. Enter £50.00 or less"),
        ("forward", "You can bring forward"),
        ("contingency", "£30.00 is kept back. Enter that or less"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_at_every_door(client: InspectingClient, door: str, too_much: str) -> None:
    house = House()
    with at(STARTS + timedelta(days=3)):
        address, filled = house.enter(client, door)
        before = moved()
        for typed, words in {**AMOUNTS, "50.01": too_much, "999,999,999.99": too_much}.items():
            answer = client.submit(address, **filled, amount=typed)
            assert (answer.status_code, typed, words in said(answer.get_data(as_text=True))) == (200, typed, True)
        assert moved() == before
    assert ledger_differences() == []


def test_money_that_is_somebody_elses_is_not_there(client: InspectingClient) -> None:
    house = House()
    theirs, mine = house.foreign.public_id, house.direct.public_id
    with at(STARTS + timedelta(days=3)):
        before = moved()
        for door, field in (
            ("outside", "pot"), ("forward", "into"), ("contingency", "into"),
        ):  # fmt: skip
            address, filled = house.enter(client, door)
            answer = client.submit(address, **{**filled, field: theirs}, amount="5")
            assert (answer.status_code, "Select" in said(answer.get_data(as_text=True))) == (200, True)
        sign_in(client, house.town.person)
        assert client.get(f"/money?pot={mine}").status_code == 200
        for address in ("/money", "/money/statement", "/money/statement.csv"):
            assert client.get(f"{address}?pot={theirs}").status_code == 404
        assert moved() == before


def test_a_budget_that_has_ended_takes_nothing_and_says_so(client: InspectingClient) -> None:
    house = House()
    with at(STARTS + timedelta(days=3)):
        with transaction():
            budgets.end_budget(actor=house.town.manager, budget=house.town.budget, reason="Moved away")
        before = moved()
        sign_in(client, house.town.person)
        assert client.get("/money/outside").status_code == 404
        page = client.page("/money/bring-forward").main.get_text(" ", strip=True)
        assert "No money can be brought forward now" in page
        provider = providers.provider()
        with pytest.raises(Conflict, match="closed"), transaction():
            facts = {"about": "booking:x", "actor_id": None}
            pots.set_aside(key="late", parts=[(house.direct, provider.id, 1_00)], **facts)  # type: ignore[arg-type]
        address, _ = house.enter(client, "contingency")
        assert "its money is closed" in client.page(address, status=409).get_text()
        sent = client.submit(f"/caseload/{house.town.person.public_id}/budget/enact")
        assert sent.status_code == 200
        budget = f"/caseload/{house.town.person.public_id}/budget/{house.town.budget.public_id}"
        for act in ("change", "end"):
            changed = client.submit(f"{budget}/{act}", reason="Again")
            assert "ended" in said(changed.get_data(as_text=True))
        assert moved() == before
    assert ledger_differences() == []
