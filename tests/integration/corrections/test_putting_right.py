"""A care manager puts a mistake about the council's money right: by its opposite, once, with a reason the person reads."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.actions import releasing
from app.funding.budgets.models import OutsideSpending
from app.funding.budgets.queries import balances, year
from app.funding.corrections import actions
from app.funding.corrections.models import Correction
from app.funding.spent_elsewhere import actions as spent_elsewhere
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from app.platform.messages.models import Message
from tests.factories import accounts
from tests.inspection import InspectingClient
from tests.integration.budgets.test_years import STARTS, Town, at, first_of, run

pytestmark = pytest.mark.usefixtures("app")


def event(about: str) -> int:
    return db.session.scalars(select(Journal.id).where(Journal.about.like(f"{about}:%"))).one()


def fix(town: Town, journal_id: int, reason: str = "It was another sum") -> Correction:
    with transaction():
        return actions.put_right(
            actor=town.manager, person=town.person, council_id=town.council.id, journal_id=journal_id, reason=reason
        )


def spent(town: Town, pence: int = 30_00) -> OutsideSpending:
    with at(STARTS), transaction():
        return spent_elsewhere.record_outside(
            actor=town.person,
            person=town.person,
            pot=town.pot(),
            spent_on=STARTS,
            paid_to="The baths",
            paid_for="Swimming",
            pence=pence,
            key=f"spent-{pence:0>20}",
        )


def test_spending_told_by_mistake_is_put_right_in_a_period_that_is_settled() -> None:
    town = Town(carry_over_percent=0, carry_over_until="quarter_end")
    spending = spent(town)
    run(first_of(2))
    assert town.left() == 100_00
    with at(first_of(2)):
        made = fix(town, event("outside"))
        assert (town.left(), made.pence, ledger_differences()) == (130_00, 30_00, [])
        assert spending.taken_back_at is not None
        with pytest.raises(NotFound, match="put right already"):
            fix(town, made.journal_id)
        pots = balances.pots_of(town.person.id)
        (figures,) = year.figures(pots, starts_on=STARTS).values()
    # What was put right is not spent, in the year and over its periods.
    assert (figures.year.spent, figures.year.left) == (0, 130_00)
    assert sum(one.spent for one in figures.periods) == 0
    rows = select(Message.subject).where(Message.to_person_id == town.person.id).order_by(Message.id)
    told = db.session.scalars(rows).all()
    assert told[-1] == "A mistake was put right"
    act = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "money_put_right")).one()
    assert (act.actor_id, act.for_person_id, act.details["pence"]) == (town.manager.id, town.person.id, 30_00)


def test_what_went_back_and_should_not_have_comes_back() -> None:
    town = Town(carry_over_percent=0, carry_over_until="quarter_end")
    run(first_of(2))
    with at(first_of(2)):
        fix(town, event("unspent"), "The worker was ill")
    assert (town.left(), ledger_differences()) == (200_00, [])


def test_what_was_released_by_mistake_is_kept_back_again_unless_it_was_used() -> None:
    town = Town(contingency=50_00)
    with at(STARTS), transaction():
        releasing.release_contingency(
            actor=town.manager, budget=town.budget, into=town.pot(), pence=20_00, reason="A bad week", key="k" * 20
        )
    town.spend(110_00, "used")
    with pytest.raises(Conflict, match=r"£10\.00 short"):
        fix(town, event("contingency"))
    other = Town(contingency=50_00)
    with at(STARTS), transaction():
        releasing.release_contingency(
            actor=other.manager, budget=other.budget, into=other.pot(), pence=20_00, reason="A bad week", key="l" * 20
        )
    number = db.session.scalars(
        select(Journal.id).where(Journal.about == f"contingency:{other.budget.public_id}")
    ).one()
    fix(other, number)
    db.session.expire_all()
    assert (other.left(), other.budget.contingency_used_pence, ledger_differences()) == (100_00, 0, [])


def test_who_may_and_what_may_not_be_put_right_here() -> None:
    town = Town()
    spent(town)
    number = event("outside")
    facts = {"person": town.person, "council_id": town.council.id, "journal_id": number, "reason": "Mistaken"}
    for stranger in (town.person, accounts.person(Role.CARE_MANAGER, council_id=town.council.id)):
        with pytest.raises(NotAllowed), transaction():
            actions.put_right(actor=stranger, **facts)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        fix(town, number, " ")
    with pytest.raises(NotFound):
        fix(town, event("period"))
    elsewhere = Town()
    with pytest.raises(NotFound):
        fix(elsewhere, number)
    with at(STARTS), transaction():
        spent_elsewhere.take_back_outside(actor=town.person, spending=db.session.scalars(select(OutsideSpending)).one())
    with pytest.raises(NotFound):
        fix(town, number)


def test_it_has_its_pages(client: InspectingClient) -> None:
    town = Town()
    spent(town)
    with at(STARTS + timedelta(days=1)):
        accounts.sign_in(client, town.manager)
        here = f"/caseload/{town.person.public_id}"
        assert "Put a mistake right" in client.page(f"{here}/budget").get_text(" ", strip=True)
        listed = client.page(f"{here}/put-right").get_text(" ", strip=True)
        assert "Paid to The baths outside Ownway, for Swimming" in listed
        door = f"{here}/put-right/{event('outside')}"
        assert "£30.00" in client.page(door).get_text(" ", strip=True)
        assert "Enter a reason" in client.submit(door, reason="").get_data(as_text=True)
        assert client.submit(door, reason="It was her sister's money").status_code == 302
        assert "It was her sister's money" in client.page(f"{here}/put-right").get_text(" ", strip=True)
        client.page(door, status=404)
        accounts.sign_in(client, town.person)
        made = db.session.scalars(select(Correction)).one()
        page = client.page(f"/money/put-right/{made.public_id}").get_text(" ", strip=True)
        assert "It was her sister's money" in page
        assert "Put right: paid to The baths outside Ownway, for Swimming" in client.page("/money").get_text(
            " ", strip=True
        )
        accounts.sign_in(client, accounts.person())
        client.page(f"/money/put-right/{made.public_id}", status=404)
