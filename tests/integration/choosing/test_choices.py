"""How money is looked after: the person chooses, a fund's holder answers, the council enacts exactly that."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.base.db import db, in_transaction, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.agreeing.actions import enacting
from app.funding.budgets.actions import pots as pots_actions
from app.funding.budgets.models import MoneyChoice, MoneyDecision, PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries import balances, choices, under_lock
from app.funding.budgets.rules.choices import ChoiceStatus
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import actions as choosing
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries as circles_queries
from app.people.circles.access import SHOPPING_FOR
from app.people.circles.models import CaseloadEntry
from app.people.circles.rules import AuthorityEvidence, HelperKind, Power
from app.people.councils.actions.councils import set_policy
from app.platform.audit.models import AuditEvent
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from app.platform.messages.models import Message
from tests.factories import accounts, circles, councils, providers
from tests.factories.accounts import sign_in
from tests.factories.budgets import choose
from tests.inspection import InspectingClient
from tests.inspection import _as_loaded as as_loaded
from tests.integration.budgets.test_pages import words
from tests.integration.budgets.test_years import DIRECT, MANAGED, STARTS, Town, at, run

FUND, HELD = PotKind.INDIVIDUAL_SERVICE_FUND, PotKind.INDIRECT_PAYMENT
SOON = STARTS + timedelta(days=3)
pytestmark = pytest.mark.usefixtures("app")


def sums(person: Person) -> dict[PotKind, int]:
    return {one.pot.kind: one.available_pence for one in balances.pots_of(person.id)}


def statuses(person: Person) -> list[str]:
    rows = select(MoneyChoice.status).where(MoneyChoice.person_id == person.id).order_by(MoneyChoice.id)
    return [status.value for status in db.session.scalars(rows)]


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def enact(town: Town, choice: MoneyChoice, actor: Person | None = None) -> None:
    with at(SOON), transaction():
        enacting.enact_choice(actor=actor or town.manager, choice=choice)


def test_a_choice_made_before_any_budget_is_what_the_budget_is_agreed_with() -> None:
    council = councils.council()
    person, boss = accounts.person(council_id=council.id), accounts.person(Role.COMMISSIONER, council_id=council.id)
    facts = {"actor": boss, "person": person, "council": council, "year_starts_on": STARTS, "total_pence": 1_300_00}
    with pytest.raises(Conflict, match="has not chosen yet"), at(STARTS), transaction():
        budgets.agree_budget(**facts, contribution_pence=0)
    assert (count(PersonalBudget), count(Pot), count(Journal)) == (0, 0, 0)
    with at(STARTS), transaction():
        budgets.estimate_budget(**facts, contribution_pence=0)
        choose(person, council, {DIRECT: 40, HELD: 60}, agent_name="Aunt May")
    with at(STARTS), transaction():
        budgets.agree_budget(**facts, contribution_pence=0)
    assert (sums(person), statuses(person)) == ({DIRECT: 40_00, HELD: 60_00}, ["enacted"])
    held = db.session.scalars(select(Pot).where(Pot.kind == HELD)).one()
    assert (held.agent_name, ledger_differences()) == ("Aunt May", [])
    # Next year's is agreed with the same choice: nobody is asked twice.
    with at(STARTS), transaction():
        budgets.agree_budget(**{**facts, "year_starts_on": STARTS + timedelta(days=364)}, contribution_pence=0)
    assert statuses(person) == ["enacted"]


def test_what_is_left_and_what_is_to_come_go_as_chosen_once_and_what_is_set_aside_stays() -> None:
    town = Town()
    provider = providers.provider()
    with at(STARTS), transaction():
        pots_actions.set_aside(key="h", parts=[(town.pot(), provider.id, 40_00)], about="booking:x", actor_id=None)
    with transaction():
        choice = choose(town.person, town.council, {DIRECT: 25, MANAGED: 75})
    for _ in range(2):
        enact(town, choice)
    assert sums(town.person) == {DIRECT: 15_00, MANAGED: 45_00}
    assert [one.set_aside_pence for one in balances.pots_of(town.person.id)] == [40_00, 0]
    rows = under_lock.releases_of(town.budget.id)
    assert [row.amount_pence for row in rows if row.pot.kind == DIRECT] == [100_00] + [25_00] * 12
    assert [row.amount_pence for row in rows if row.pot.kind == MANAGED] == [75_00] * 12
    [moved] = db.session.scalars(select(MoneyDecision))
    assert (moved.pence, moved.key, moved.decided_by_id) == (
        45_00,
        f"choice-{choice.public_id}-1",
        town.manager.id,
    )
    assert "25% direct payment, 75% money the council looks after" in moved.reason
    assert statuses(town.person) == ["replaced", "enacted"]
    for period in range(2, 14):
        run(STARTS + timedelta(days=28 * (period - 1)))
    assert (sum(sums(town.person).values()), ledger_differences()) == (1_260_00, [])


@pytest.mark.parametrize(
    ("shares", "more", "said"),
    [
        ({}, {}, "Choose at least one way"),
        ({PotKind.OWN_MONEY: 100}, {}, "Choose at least one way"),
        ({DIRECT: 0}, {}, "more than nothing"),
        ({DIRECT: -1, MANAGED: 101}, {}, "more than nothing"),
        ({FUND: 100}, {}, "which provider holds"),
        ({HELD: 100}, {}, "who holds the direct payment"),
        ({DIRECT: 100}, {"agent_name": "May"}, "who holds the direct payment"),
        ({DIRECT: 100}, {"words": "x" * 501}, "500 characters"),
    ],
)
def test_a_choice_that_says_too_little_is_refused(shares: dict[PotKind, int], more: dict[str, str], said: str) -> None:
    town = Town()
    with pytest.raises(BadInput, match=said), transaction():
        choosing.choose_money(
            actor=town.person, person=town.person, council=town.council, shares=shares, key="k" * 20, **more
        )
    assert statuses(town.person) == ["enacted"]


def test_only_the_person_or_a_helper_they_let_decide_and_spend_chooses_and_only_the_council_enacts() -> None:
    town = Town()
    sister, looker = accounts.person(Role.SUPPORTER), accounts.person(Role.SUPPORTER)
    spends, decides = accounts.person(Role.SUPPORTER), accounts.person(Role.SUPPORTER)
    circles.support(town.person, sister, frozenset({Power.SEE_MONEY, Power.BOOK, Power.DECIDE}))
    circles.support(town.person, looker, frozenset({Power.SEE_MONEY}))
    # One of the two would open the other: to choose is to decide, and it says who spends from now on.
    circles.support(town.person, spends, frozenset({Power.SEE_MONEY, Power.BOOK}))
    circles.support(town.person, decides, frozenset({Power.SEE_MONEY, Power.DECIDE}))
    boss = accounts.person(Role.COMMISSIONER, council_id=town.council.id)
    stranger = accounts.person()

    def choose_as(actor: Person) -> MoneyChoice:
        with transaction():
            return choosing.choose_money(
                actor=actor,
                person=town.person,
                council=town.council,
                shares={MANAGED: 1},
                key=f"by-{actor.public_id}",
            )

    for actor in (town.manager, boss, looker, spends, decides, stranger):
        with pytest.raises(NotAllowed, match="for the person to choose"):
            choose_as(actor)
    assert statuses(town.person) == ["enacted"]
    made = choose_as(sister)
    assert choose_as(sister).id == made.id
    for actor in (town.person, sister, stranger):
        with pytest.raises(NotAllowed):
            enact(town, made, actor)
    with pytest.raises(NotAllowed), transaction():
        choosing.withdraw_choice(actor=town.manager, choice=made)
    assert (statuses(town.person), sums(town.person)) == (["enacted", "chosen"], {DIRECT: 100_00})
    events = select(AuditEvent.actor_id).where(AuditEvent.action == "money_chosen").order_by(AuditEvent.id)
    assert list(db.session.scalars(events)) == [town.person.id, sister.id]


def test_who_holds_a_direct_payment_is_a_helper_and_nobody_names_themselves_without_a_paper_that_was_seen() -> None:
    town = Town()
    sister, stranger = accounts.person(Role.SUPPORTER, name="Sue Sister"), accounts.person(Role.SUPPORTER)
    circles.support(town.person, sister)
    attorney = accounts.person(Role.SUPPORTER, name="At Torney")
    paper = circles.support(town.person, attorney)

    def hold(actor: Person, agent: Person) -> MoneyChoice:
        with transaction():
            return choosing.choose_money(
                actor=actor,
                person=town.person,
                council=town.council,
                shares={HELD: 1},
                key=f"{actor.public_id}-{agent.public_id}",
                agent=agent,
            )

    for actor, agent in ((sister, sister), (attorney, attorney), (town.person, stranger), (town.person, town.person)):
        with pytest.raises(choosing.WrongHolder, match="not yourself"):
            hold(actor, agent)
    assert statuses(town.person) == ["enacted"]
    assert hold(town.person, sister).agent_name == "Sue Sister"
    assert hold(sister, attorney).agent_id == attorney.id
    paper.kind, paper.authority = HelperKind.ATTORNEY, AuthorityEvidence.LASTING_POWER
    paper.authority_noted_by_id, paper.authority_seen_by_id = town.manager.id, stranger.id
    paper.authority_seen_at = town.budget.agreed_at
    db.session.commit()
    assert hold(attorney, attorney).agent_id == attorney.id
    assert statuses(town.person) == ["enacted", "replaced", "replaced", "chosen"]


def test_a_fund_needs_its_holders_yes_with_a_fee_the_council_allows() -> None:
    town = Town()
    holder, other = providers.provider(), providers.provider()
    staff = accounts.person(Role.PROVIDER_STAFF, provider_id=holder.id)
    elsewhere = accounts.person(Role.PROVIDER_STAFF, provider_id=other.id)
    with transaction():
        set_policy(actor=None, council=town.council, name=choosing.FEE, value=10, valid_from=date(2026, 1, 1))
        choice = choose(town.person, town.council, {FUND: 50, DIRECT: 50}, fund_holder=holder)
    with pytest.raises(Conflict, match="has not said yet"):
        enact(town, choice)

    def answer(actor: Person, fee: int | None, *, accepts: bool = True) -> None:
        with at(SOON), transaction():
            choosing.answer_fund(actor=actor, choice=choice, accepts=accepts, fee_percent=fee)

    for actor, fee, refusal in (
        (elsewhere, 5, NotAllowed),
        (town.manager, 5, NotAllowed),
        (town.person, 5, NotAllowed),
    ):
        with pytest.raises(refusal):
            answer(actor, fee)
    for fee in (11, None, -1):
        with pytest.raises(choosing.WrongFee):
            answer(staff, fee)
    assert statuses(town.person) == ["enacted", "chosen"]
    for _ in range(2):
        answer(staff, 10)
    with pytest.raises(Conflict, match="answered already"):
        answer(staff, None, accepts=False)
    enact(town, choice)
    assert (sums(town.person), ledger_differences()) == ({DIRECT: 50_00, FUND: 50_00}, [])
    fund = db.session.scalars(select(Pot).where(Pot.kind == FUND)).one()
    assert (fund.provider_id, choice.fee_percent) == (holder.id, 10)
    told = db.session.scalars(select(Message.subject).where(Message.to_person_id == town.person.id)).all()
    assert "A provider answered you" in told
    assert "What you chose is in place" in told


def test_after_a_no_everything_stays_and_another_choice_can_be_made() -> None:
    town = Town()
    holder = providers.provider()
    staff = accounts.person(Role.PROVIDER_STAFF, provider_id=holder.id)
    with transaction():
        choice = choose(town.person, town.council, {FUND: 1}, fund_holder=holder)
        choosing.answer_fund(actor=staff, choice=choice, accepts=False, words="No room")
    with pytest.raises(Conflict, match="Nothing was moved"):
        enact(town, choice)
    assert (statuses(town.person), sums(town.person)) == (["enacted", "declined"], {DIRECT: 100_00})
    with transaction():
        choose(town.person, town.council, {MANAGED: 1})
    assert statuses(town.person) == ["enacted", "declined", "chosen"]


def test_who_works_for_a_provider_does_not_choose_it_for_somebody() -> None:
    town = Town()
    holder = providers.provider()
    helper = accounts.person(Role.SUPPORTER, Role.PROVIDER_STAFF, provider_id=holder.id)
    circles.support(town.person, helper)
    with pytest.raises(NotAllowed, match="You work for this provider"), transaction():
        choosing.choose_money(
            actor=helper,
            person=town.person,
            council=town.council,
            shares={FUND: 1},
            key="k" * 20,
            fund_holder=holder,
        )
    assert statuses(town.person) == ["enacted"]


def may_book(town: Town) -> bool:
    """Whether the care manager, whom the person let book from what the council looks after, may do so now."""
    return Power.BOOK_COUNCIL_MANAGED in circles_queries.powers_over(town.manager, town.person.id)


def test_a_care_manager_books_only_where_the_person_chose_that_the_council_looks_after_money() -> None:
    town, other = Town(pots=[(DIRECT, 650_00), (MANAGED, 650_00)]), Town()
    assert (may_book(town), may_book(other)) == (True, False)
    # What else they were let do does not hang on it.
    assert Power.SUGGEST in circles_queries.powers_over(other.manager, other.person.id)
    with transaction():
        leaves = choose(town.person, town.council, {DIRECT: 1})
    # Who has said that they want it otherwise is not bought for in the old way meanwhile.
    assert not may_book(town)
    with transaction():
        choosing.withdraw_choice(actor=town.person, choice=leaves)
    assert may_book(town)
    with transaction():
        wanted = choose(other.person, other.council, {MANAGED: 1})
    # Chosen is not yet in place.
    assert not may_book(other)
    enact(other, wanted)
    assert may_book(other)


def test_a_supporter_the_person_let_book_from_it_needs_no_such_choice() -> None:
    town, sister = Town(), accounts.person(Role.SUPPORTER)
    circles.support(town.person, sister, frozenset({Power.BOOK_COUNCIL_MANAGED}))
    assert Power.BOOK_COUNCIL_MANAGED in circles_queries.powers_over(sister, town.person.id)


def test_where_a_recorded_decision_lets_them_book_it_may_be_as_it_was_before_but_never_against_what_is_wanted() -> None:
    town = Town(pots=[(MANAGED, 1_300_00)])
    as_it_was(town)
    assert not may_book(town)
    entry = db.session.scalars(select(CaseloadEntry)).one()
    entry.powers, entry.decided = [], {Power.BOOK_COUNCIL_MANAGED.value: "2999-01-01"}
    db.session.commit()
    assert may_book(town)
    with transaction():
        choose(town.person, town.council, {DIRECT: 1})
    assert not may_book(town)


def as_it_was(town: Town) -> MoneyChoice:
    """The way of somebody whom nobody ever asked."""
    with transaction():
        db.session.execute(
            text("UPDATE money_choice SET status = 'replaced' WHERE person_id = :person"),
            {"person": town.person.id},
        )
        made = MoneyChoice(
            key=f"before-{town.budget.id}",
            person_id=town.person.id,
            council_id=town.council.id,
            shares={MANAGED.value: 1_300_00},
            status=ChoiceStatus.AS_BEFORE,
            words="",
        )
        made.chosen_at = town.budget.agreed_at
        db.session.add(made)
    return made


def test_as_it_was_before_is_nobodys_choice_until_the_person_says_so(client: InspectingClient) -> None:
    town = Town(pots=[(MANAGED, 1_300_00)])
    before = as_it_was(town)
    assert not may_book(town)
    with pytest.raises(NotAllowed), transaction():
        choosing.confirm_as_before(actor=town.manager, choice=before, key="k" * 20)
    sign_in(client, town.person)
    with at(SOON):
        page = client.page("/money/how")
        assert "Is this how you want it?" in words(page)
        assert "not yet confirmed by the person" in words(page)
        assert client.submit("/money/how", at=f"/money/how/{before.public_id}/confirm").location == "/money/how"
        assert "Is this how you want it?" not in words(client.page("/money/how"))
    assert may_book(town)
    assert statuses(town.person) == ["replaced", "replaced", "enacted"]
    assert (sums(town.person), count(MoneyDecision)) == ({MANAGED: 100_00}, 0)


def test_what_was_chosen_cannot_be_rewritten(app: Flask) -> None:
    Town()
    for statement in (
        "UPDATE money_choice SET shares = '{}'",
        "UPDATE money_choice SET chosen_by_id = NULL",
        "DELETE FROM money_choice",
    ):
        with pytest.raises(DBAPIError, match="never rewritten"), app.app_context(), transaction():
            db.session.execute(text(statement))


def test_a_person_changes_the_choice_while_the_council_enacts_the_old_one(app: Flask) -> None:
    """Whoever comes second sees what the first did: either the old choice is refused, or the new one waits for its turn."""
    town = Town()
    with transaction():
        old = choose(town.person, town.council, {MANAGED: 1}).public_id
    person_id, manager_id, council_id = town.person.id, town.manager.id, town.council.id
    db.session.commit()
    gate = Barrier(2)

    def changes() -> str:
        with app.app_context():
            gate.wait(timeout=20)
            person = db.session.get_one(Person, person_id)
            with at(SOON):
                in_transaction(
                    lambda: choose(person, db.session.get_one(type(town.council), council_id), {DIRECT: 1, MANAGED: 1})
                )
            db.session.close()
            return "changed"

    def enacts() -> str:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                with at(SOON):
                    in_transaction(
                        lambda: enacting.enact_choice(
                            actor=db.session.get_one(Person, manager_id), choice=choices.choice_for(person_id, old)
                        )
                    )
            except Refusal as refusal:
                return str(refusal)
            finally:
                db.session.close()
            return "enacted"

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(changes), pool.submit(enacts)]
        _, answer = (one.result() for one in told)
    db.session.rollback()
    if answer == "enacted":
        assert (sums(town.person), statuses(town.person)) == (
            {DIRECT: 0, MANAGED: 100_00},
            ["replaced", "enacted", "chosen"],
        )
    else:
        assert "has changed what they chose" in answer
        assert "50% direct payment, 50% money the council looks after" in answer
        assert (sums(town.person), statuses(town.person)) == ({DIRECT: 100_00}, ["enacted", "replaced", "chosen"])
        assert count(MoneyDecision) == 0
    assert ledger_differences() == []


def test_an_old_page_enacts_nothing_and_says_what_changed(client: InspectingClient) -> None:
    town = Town()
    with transaction():
        old = choose(town.person, town.council, {MANAGED: 1}).public_id
        choose(town.person, town.council, {DIRECT: 1, MANAGED: 1})
    sign_in(client, town.manager)
    before = count(PotRelease)
    with at(SOON):
        refused = client.submit(f"/caseload/{town.person.public_id}/budget/enact", choice=old)
    assert "has changed what they chose since you opened this page. Nothing was moved." in refused.get_data(
        as_text=True
    )
    assert (sums(town.person), count(PotRelease), count(MoneyDecision)) == ({DIRECT: 100_00}, before, 0)


def test_two_who_enact_at_once_do_it_once(app: Flask) -> None:
    town = Town()
    with transaction():
        choice_id = choose(town.person, town.council, {DIRECT: 1, MANAGED: 1}).public_id
    person_id, manager_id = town.person.id, town.manager.id
    db.session.commit()
    gate = Barrier(3)

    def enacts(_: int) -> str:
        with app.app_context():
            gate.wait(timeout=20)
            with at(SOON):
                in_transaction(
                    lambda: enacting.enact_choice(
                        actor=db.session.get_one(Person, manager_id), choice=choices.choice_for(person_id, choice_id)
                    )
                )
            db.session.close()
            return "done"

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(enacts, range(3))) == ["done"] * 3
    db.session.rollback()
    assert (sums(town.person), count(MoneyDecision), ledger_differences()) == (
        {DIRECT: 50_00, MANAGED: 50_00},
        1,
        [],
    )


def go_on(client: InspectingClient, answer: TestResponse, **filled: str) -> TestResponse:
    """Fill in the form of a page that answered another, and send it."""
    form = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one("main form")
    return client.post("/money/how", data={**as_loaded(form), **filled})


def test_a_person_chooses_a_provider_answers_and_the_council_enacts_all_from_pages(client: InspectingClient) -> None:
    town = Town()
    holder = providers.provider("Larch & Co")
    staff = accounts.person(Role.PROVIDER_STAFF, provider_id=holder.id)
    sign_in(client, town.person)
    with at(SOON):
        page = words(client.page("/money/how"))
        for said in (
            "Who holds the money",
            "It may pay anybody, for what your support plan says",
            "a fee of up to 15%",
        ):
            assert said in page
        nothing = client.submit("/money/how", at="/money/how", step="next")
        assert "Select how you want your money looked after" in nothing.get_data(as_text=True)
        asked = client.submit("/money/how", at="/money/how", way="mix", step="next")
        assert "How much goes each way" in asked.get_data(as_text=True)
        mix = {"percent_direct_payment": "30", "percent_individual_service_fund": "60", "words": "Only mornings"}
        refused = go_on(client, asked, **mix, step="check")
        assert "The parts come to 90%. They must come to 100%." in refused.get_data(as_text=True)
        refused = go_on(client, refused, percent_direct_payment="40", step="check")
        assert "Say which provider holds" in refused.get_data(as_text=True)
        check = go_on(client, refused, fund_holder="larch", step="check")
        assert "Check what you chose" in check.get_data(as_text=True)
        # Back to the first page nothing typed is lost.
        changed = go_on(client, check, step="change")
        check = go_on(client, go_on(client, changed, way="mix", step="next"), step="check")
        assert "Only mornings" in check.get_data(as_text=True)
        assert statuses(town.person) == ["enacted"]
        assert go_on(client, check, step="yes").location == "/money/how"
        # Pressed twice it is chosen once.
        assert go_on(client, check, step="yes").location == "/money/how"
        assert statuses(town.person) == ["enacted", "chosen"]
        assert "Larch & Co answers next. Then the council puts it in place." in words(client.page("/money/how"))
        sign_in(client, staff)
        answer = client.page("/desk/funds").select_one("main li a[href^='/desk/funds/']")["href"]
        too_much = client.submit(answer, answer="yes", fee="16")
        assert "15% at most" in too_much.get_data(as_text=True)
        assert client.submit(answer, answer="yes", fee="15").location == "/desk/funds"
        sign_in(client, town.manager)
        here = f"/caseload/{town.person.public_id}/budget"
        assert "15% of the fund" in words(client.page(f"{here}/enact"))
        assert client.submit(f"{here}/enact").location == here
    assert (sums(town.person), ledger_differences()) == ({DIRECT: 40_00, FUND: 60_00}, [])


def test_a_helper_who_may_only_look_sees_the_choice_and_no_form(client: InspectingClient) -> None:
    town = Town()
    looker = accounts.person(Role.SUPPORTER)
    circles.support(town.person, looker, frozenset({Power.SEE_MONEY}))
    sign_in(client, looker)
    with client.session_transaction() as session:
        session[SHOPPING_FOR] = town.person.public_id
    page = client.page("/money/how")
    assert "You can look, but not choose" in words(page)
    assert page.select("input[name=way]") == []
    assert page.select("form[action^='/money/how']") == []
