"""The money page: exact figures, one number everywhere, shut to those who may not look, and looks that are recorded."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.actions.pots import set_aside
from app.funding.budgets.actions.releasing import work_off
from app.funding.budgets.models import PersonalBudget, Pot
from app.funding.budgets.queries import balances
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import SHOPPING_FOR
from app.people.circles.rules import Power
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.ledger.actions.transfers import settle
from app.platform.ledger.rules import JournalKind
from tests.factories import accounts, circles, councils, providers
from tests.factories.accounts import sign_in
from tests.factories.budgets import agree_budget, choose, pot
from tests.inspection import InspectingClient
from tests.queries import counted


def told(client: InspectingClient) -> str:
    """What a page that stays open is told first."""
    words_of_it = client.get("/money/live").get_data(as_text=True).splitlines()
    assert words_of_it[0] == "retry: 5000"
    return str(json.loads(words_of_it[1].removeprefix("data: ")))


def spent_some(person: Person, *, lines: int = 1) -> None:
    """£100 of own money, of which each line sets £5 aside and pays £3.50 of it; then £2 is set aside."""
    own, provider = pot(person, PotKind.OWN_MONEY, 10_000), providers.provider("=Larch & Co")
    for number in range(lines):
        with transaction():
            parts = [(own, provider.id, 500)]
            [held] = set_aside(key=f"a{number}", parts=parts, about="booking:abc234", actor_id=person.id)
            settle(key=f"b{number}", kind=JournalKind.CHARGE, holds={held.id: 350}, about="booking:abc234")
    with transaction():
        set_aside(key="c", parts=[(own, provider.id, 200)], about="booking:def567", actor_id=person.id)


def acting_for(client: InspectingClient, actor: Person, person: Person) -> None:
    sign_in(client, actor)
    with client.session_transaction() as session:
        session[SHOPPING_FOR] = person.public_id


def looks() -> list[tuple[int | None, int | None]]:
    rows = db.session.execute(
        select(AuditEvent.actor_id, AuditEvent.for_person_id).where(AuditEvent.action == "money_looked_at")
    )
    return [tuple(row) for row in rows]


def words(page: object) -> str:
    return " ".join(page.get_text(" ").split())  # type: ignore[attr-defined]


def test_the_page_says_what_is_left_to_the_penny(client: InspectingClient) -> None:
    person = accounts.person()
    spent_some(person)
    sign_in(client, person)
    page = client.page("/money")
    assert page.h1.get_text() == "You have £94.50 left"
    assert [words(item) for item in page.select(".app-key li")] == [
        "Spent £3.50",
        "Set aside for bookings £2.00",
        "Left £94.50",
    ]
    table = page.find("caption", string="So far").parent
    cells = [words(cell) for cell in table.select("tbody td")]
    assert cells == ["£100.00", "£3.50", "£2.00", "£94.50"]
    lines = [
        [words(cell) for cell in row.select("td")]
        for row in page.find(id="statement").find_next("table").select("tr")[1:]
    ]
    today = clock.today()
    day = f"{today.day} {today:%B %Y}"
    assert lines == [
        [day, "Set aside for =Larch & Co", "", "", "£2.00"],
        [day, "Paid to =Larch & Co", "", "£3.50", "-£5.00"],
        [day, "Set aside for =Larch & Co", "", "", "£5.00"],
        [day, "Money added by card", "£100.00", "", ""],
    ]
    assert [a["href"] for a in page.find(id="statement").find_next("table").select("a")] == [
        "/bookings/def567",
        "/bookings/abc234",
        "/bookings/abc234",
    ]
    assert words(page.select_one(".app-balance")) == "Your money left £94.50"
    assert told(client) == "£94.50"


def test_the_statement_downloads_as_the_same_lines_with_no_formula(client: InspectingClient) -> None:
    person = accounts.person()
    spent_some(person)
    db.session.scalars(select(Pot).where(Pot.person_id == person.id)).one().name = "=Own money"
    db.session.commit()
    sign_in(client, person)
    answer = client.get("/money/statement.csv")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "text/csv",
        'attachment; filename="statement.csv"',
    )
    day = clock.today().isoformat()
    assert answer.get_data().decode("utf-8-sig").splitlines() == [
        "Date,What happened,Which money,Money in,Money out,Set aside",
        f"{day},Set aside for =Larch & Co,'=Own money,,,2.00",
        f"{day},Paid to =Larch & Co,'=Own money,,3.50,-5.00",
        f"{day},Set aside for =Larch & Co,'=Own money,,,5.00",
        f"{day},Money added by card,'=Own money,100.00,,",
    ]


def test_the_page_asks_no_more_when_there_is_more(client: InspectingClient) -> None:
    person = accounts.person()
    spent_some(person, lines=12)
    pot(person, PotKind.DIRECT_PAYMENT, 5_000)
    sign_in(client, person)
    client.page("/money")
    with counted() as statements:
        page = client.page("/money")
    assert page.select_one(".govuk-pagination") is not None
    # Two of them ask for talks about money that was not used, as there is some of a council's, and for what is owed.
    assert len(statements) == 10
    assert client.page("/money?page=2").h1.get_text() == "You have £106.00 left"
    client.page("/money?page=4", status=404)


def test_a_budget_shows_its_three_numbers_and_what_comes_next(client: InspectingClient) -> None:
    council = councils.council()
    person = accounts.person(council_id=council.id)
    commissioner = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with clock.set_to(datetime(2026, 4, 8, 9, tzinfo=UTC)):
        with transaction():
            agree_budget(
                actor=commissioner,
                person=person,
                council=council,
                year_starts_on=clock.today(),
                total_pence=1_300_000,
                contribution_pence=100_000,
                pots=[(PotKind.COUNCIL_MANAGED, 1_300_000)],
            )
        sign_in(client, person)
        page = client.page("/money")
    assert page.h1.get_text() == "You have £1,000.00 left"
    assert [words(value) for value in page.select("dd")] == ["£13,000.00", "£1,000.00", "£12,000.00"]
    assert words(page.select_one(".govuk-inset-text")) == "£1,000.00 more arrives on Wednesday 6 May 2026."
    assert "Money from the council, period 1 of 13" in words(page)
    assert "Money the council looks after" in words(page.select_one(".app-card"))


def test_somebody_without_money_is_told_what_a_budget_is(client: InspectingClient) -> None:
    sign_in(client, accounts.person())
    page = client.page("/money")
    assert page.h1.get_text() == "Your money"
    assert page.find("a", href="/money/top-up").get_text() == "Add your own money"
    assert page.select_one(".app-balance") is None
    assert told(client) == ""


def test_somebody_beside_you_sees_the_same_number_and_each_look_is_recorded(client: InspectingClient) -> None:
    person, sister = accounts.person(name="Ada Example"), accounts.person(Role.SUPPORTER, name="Bea Example")
    spent_some(person)
    circles.support(person, sister, frozenset({Power.SEE_MONEY}))
    acting_for(client, sister, person)
    page = client.page("/money")
    assert page.h1.get_text() == "Ada Example has £94.50 left"
    assert words(page.select_one(".app-balance")) == "Ada Example's money left £94.50"
    assert page.find("a", href="/money/top-up") is None
    client.page("/money")
    client.get("/money/statement.csv")
    assert looks() == [(sister.id, person.id)] * 3


def test_one_s_own_look_is_nobody_s_business(client: InspectingClient) -> None:
    person = accounts.person()
    spent_some(person)
    sign_in(client, person)
    client.page("/money")
    assert looks() == []


@pytest.mark.parametrize("address", ["/money", "/money/statement.csv"])
def test_a_supporter_who_may_not_see_money_sees_none(client: InspectingClient, address: str) -> None:
    person, sister = accounts.person(), accounts.person(Role.SUPPORTER)
    spent_some(person)
    circles.support(person, sister, frozenset({Power.SUGGEST}))
    acting_for(client, sister, person)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "£94.50" not in answer.get_data(as_text=True)
    assert client.get("/money/live").status_code == 403
    assert looks() == []


def test_a_stranger_and_an_ended_supporter_see_none(client: InspectingClient) -> None:
    person, stranger = accounts.person(), accounts.person(Role.SUPPORTER)
    spent_some(person)
    acting_for(client, stranger, person)
    assert client.get("/money").status_code == 403
    assert client.get("/money").status_code == 403
    assert looks() == []


def test_nobody_signed_in_is_sent_to_sign_in_and_providers_stay_out(client: InspectingClient) -> None:
    assert client.get("/money").headers["Location"] == "/sign-in?next=%2Fmoney"
    staff = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    sign_in(client, staff)
    client.page("/money", status=403)


def with_a_care_manager() -> tuple[Person, Person]:
    council = councils.council()
    person = accounts.person(council_id=council.id, name="Ada Example")
    manager = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    circles.caseload_entry(manager, person, council)
    with transaction():
        choose(person, council, {PotKind.COUNCIL_MANAGED: 9, PotKind.DIRECT_PAYMENT: 4})
    return person, manager


FILLED = {
    "year_starts_on__day": "6",
    "year_starts_on__month": "4",
    "year_starts_on__year": f"{clock.today().year + 1}",
    "total": "13,000",
    "contribution": "1000",
}


def test_a_care_manager_agrees_a_budget(client: InspectingClient) -> None:
    person, manager = with_a_care_manager()
    sign_in(client, manager)
    address = f"/caseload/{person.public_id}/budget/new"
    assert client.page(address).h1.get_text() == "Agree a budget for Ada Example"
    shown = client.submit(address, **FILLED).get_data(as_text=True)
    assert "Nothing counts yet" in shown
    assert db.session.scalars(select(PersonalBudget)).all() == []
    answer = client.submit_and_confirm(address, **FILLED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/caseload")
    budget = db.session.scalars(select(PersonalBudget)).one()
    assert (budget.total_pence, budget.contribution_pence, budget.agreed_by_id) == (1_300_000, 100_000, manager.id)
    again = client.submit(address, **FILLED)
    assert "already agreed" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"total": ""}, "Enter the total for the year"),
        ({"total": "lots"}, "Enter an amount in pounds"),
        ({"year_starts_on__month": "13"}, "There is a problem"),
        ({"year_starts_on__year": "7"}, "We could not read the year ‘7’"),
        ({"year_starts_on__year": "9999"}, "We could not read the year ‘9999’"),
        ({"year_starts_on__year": "2199"}, "so that the year is not over"),
        ({"year_starts_on__year": "2019"}, "so that the year is not over"),
        ({"year_starts_on__year": "2019", "only_estimate": "y"}, "so that the year is not over"),
        ({"contribution": "14000"}, "must not be more than the total"),
    ],
    ids=str,
)
def test_a_budget_that_does_not_add_up_is_asked_again(
    client: InspectingClient, wrong: dict[str, str], said: str
) -> None:
    person, manager = with_a_care_manager()
    sign_in(client, manager)
    answer = client.submit(f"/caseload/{person.public_id}/budget/new", **{**FILLED, **wrong})
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)
    assert db.session.scalars(select(PersonalBudget)).all() == []


def test_a_budget_is_agreed_from_one_s_own_caseload_only(client: InspectingClient) -> None:
    person, _ = with_a_care_manager()
    council = db.session.get_one(Council, person.council_id)
    stranger = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    sign_in(client, stranger)
    client.page(f"/caseload/{person.public_id}/budget/new", status=404)
    sign_in(client, person)
    client.page(f"/caseload/{person.public_id}/budget/new", status=403)
    assert db.session.scalars(select(PersonalBudget)).all() == []


def a_year_with_two_periods() -> tuple[Person, datetime]:
    council = councils.council()
    person = accounts.person(council_id=council.id)
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    starts = datetime(2026, 4, 6, 9, tzinfo=UTC)
    with clock.set_to(starts), transaction():
        agree_budget(
            actor=boss,
            person=person,
            council=council,
            year_starts_on=starts.date(),
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(PotKind.DIRECT_PAYMENT, 1_040_00), (PotKind.COUNCIL_MANAGED, 260_00)],
        )
    later = starts + timedelta(days=40)
    with clock.set_to(later), transaction():
        work_off(on=clock.today())
    return person, later


def test_money_is_shown_by_period_by_year_and_by_part(client: InspectingClient) -> None:
    person, later = a_year_with_two_periods()
    sign_in(client, person)
    with clock.set_to(later):
        client.page("/money")
        with counted() as statements:
            page = client.page("/money")
        assert len(statements) <= 10
        table = page.find(
            "caption", string=re.compile("^This period, period 2 of 13: 4 May 2026 to 31 May 2026")
        ).parent
        assert [words(cell) for cell in table.select("tbody tr:last-child td")] == [
            "£100.00",
            "£100.00",
            "£0.00",
            "£0.00",
            "£200.00",
        ]
        assert page.find("a", string="Every period of this year")["href"] == "/money/periods"
        with counted() as statements:
            each = client.page("/money/periods")
        assert len(statements) <= 8
        periods = each.find("caption", string="Period by period").parent
        assert [words(row) for row in periods.select("tbody th")] == [
            "Period 2, from 4 May 2026",
            "Period 1, from 6 April 2026",
        ]
        arrived = ["£100.00", "£0.00", "£0.00"]
        assert [words(cell) for cell in periods.select("td")] == [*arrived, "£200.00", *arrived, "£100.00"]
        mine = each.find("caption", string="Direct payment").parent
        assert [words(row.select("td")[-1]) for row in mine.select("tbody tr")] == ["£160.00", "£80.00"]
        first = client.page("/money?period=1")
        lines = [words(cell) for cell in first.find(id="statement").find_next("table").select("tbody td:nth-child(2)")]
        assert lines == ["Money from the council, period 1 of 13"] * 2
        own = balances.pots_of(person.id)[0].pot
        only = client.page(f"/money?pot={own.public_id}&period=2")
        assert len(only.find(id="statement").find_next("table").select("tbody tr")) == 1
        paper = client.page("/money/statement?period=1")
        assert paper.h1.get_text() == "Statement for Ada Example"
        csv = client.get(f"/money/statement.csv?period=1&pot={own.public_id}").get_data(as_text=True).splitlines()
        assert len(csv) == 2
        for wrong in ("period=3", "period=0", "period=x", "pot=nothing", "page=2"):
            client.page(f"/money?{wrong}", status=404)


def test_every_place_that_says_the_balance_says_the_same(client: InspectingClient) -> None:
    person, later = a_year_with_two_periods()
    manager = accounts.person(Role.CARE_MANAGER, council_id=person.council_id)
    circles.caseload_entry(manager, person, db.session.get_one(Council, person.council_id))
    with clock.set_to(later):
        sign_in(client, person)
        page = client.page("/money")
        said = {words(page.select_one(".app-balance strong")), page.h1.get_text().split()[2]}
        said.add(told(client))
        paper = client.page("/money/statement")
        said.add(words(paper.find("caption", string="In all").parent.select("tbody td")[-1]))
        sign_in(client, manager)
        said.add(re.search(r"£[\d,.]+\d", client.page(f"/caseload/{person.public_id}/budget").h1.get_text())[0])
        said.add(words(client.page("/caseload/budgets").select("tbody td")[-1]))
    assert said == {"£200.00"}
