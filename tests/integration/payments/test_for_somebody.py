"""Adding to somebody else's own money: only with leave to spend it, and the record says who did it for whom."""

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.payments.models import TopUp
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import SHOPPING_FOR
from app.people.circles.models import Support
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from tests.factories import accounts
from tests.factories.payments import own_money
from tests.inspection import InspectingClient
from tests.integration.payments.conftest import Cards, path_of


def _beside(person: Person, *powers: Power) -> Person:
    supporter = accounts.person(Role.SUPPORTER, name="Sue Supporter")
    db.session.add(
        Support(
            person_id=person.id,
            supporter_id=supporter.id,
            invited_email=supporter.email,
            relation="my sister",
            invited_by_id=person.id,
            powers=[str(power) for power in powers],
            invited_at=clock.now(),
            accepted_at=clock.now(),
        )
    )
    db.session.commit()
    return supporter


def _act_for(client: InspectingClient, supporter: Person, person: Person) -> None:
    accounts.sign_in(client, supporter)
    with client.session_transaction() as session:
        session[SHOPPING_FOR] = person.public_id


def test_a_supporter_who_may_spend_may_add(client: InspectingClient, cards: Cards) -> None:
    ada = accounts.person()
    sue = _beside(ada, Power.BOOK)
    _act_for(client, sue, ada)
    assert client.page("/money/top-up").h1.get_text(strip=True) == "Add money for Ada Example"
    _, back = cards.pay(client.submit("/money/top-up", amount="15").location)
    assert own_money(ada) == 1500
    assert own_money(sue) == 0
    page = client.page(path_of(back))
    assert "£15.00 was added to the own money of Ada Example" in page.main.get_text()
    started = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "top_up_started")).one()
    assert (started.actor_id, started.for_person_id) == (sue.id, ada.id)


@pytest.mark.usefixtures("set_up")
def test_a_supporter_who_may_only_look_may_not(client: InspectingClient) -> None:
    ada = accounts.person()
    _act_for(client, _beside(ada, Power.SEE_MONEY, Power.SUGGEST), ada)
    answer = client.submit("/money/top-up", amount="15")
    assert answer.status_code == 403
    assert db.session.scalar(select(func.count()).select_from(TopUp)) == 0


@pytest.mark.usefixtures("set_up")
def test_a_page_opened_for_one_person_is_never_sent_for_another(client: InspectingClient) -> None:
    ada = accounts.person()
    sue = _beside(ada, Power.BOOK)

    def opened() -> dict[str, str]:
        boxes = client.page("/money/top-up").select("main form input[name]")
        return {str(box["name"]): str(box.get("value", "")) for box in boxes} | {"amount": "15"}

    _act_for(client, sue, ada)
    for_ada = opened()
    with client.session_transaction() as session:
        del session[SHOPPING_FOR]
    for_herself = opened()
    for _ in range(2):
        answer = client.post("/money/top-up", data=for_ada)
        assert answer.status_code == 409
        assert "Nothing was done" in answer.get_data(as_text=True)
    with client.session_transaction() as session:
        session[SHOPPING_FOR] = ada.public_id
    assert client.post("/money/top-up", data=for_herself).status_code == 409
    assert db.session.scalar(select(func.count()).select_from(TopUp)) == 0


@pytest.mark.usefixtures("set_up")
def test_when_help_has_ended_the_second_click_does_not_spend_ones_own_either(client: InspectingClient) -> None:
    ada = accounts.person()
    sue = _beside(ada, Power.BOOK)
    _act_for(client, sue, ada)
    boxes = client.page("/money/top-up").select("main form input[name]")
    sent = {str(box["name"]): str(box.get("value", "")) for box in boxes} | {"amount": "15"}
    db.session.scalars(select(Support)).one().ended_at = clock.now()
    db.session.commit()
    assert [client.post("/money/top-up", data=sent).status_code for _ in range(3)] == [403, 409, 409]
    assert db.session.scalar(select(func.count()).select_from(TopUp)) == 0
