"""Rules are set from the site with a look at whom they touch; what moves money needs a second person."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.council_rules import actions
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council, Policy, PolicyProposal
from app.people.councils.queries import policy
from tests.factories import accounts, councils
from tests.factories.passwords import HASH
from tests.inspection import InspectingClient

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = {"valid_from__day": "1", "valid_from__month": "12", "valid_from__year": "2026"}

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.set_to(NOW):
        yield


def _administrator(council: Council) -> Person:
    return accounts.person(Role.ADMINISTRATOR, name="Ada", council_id=council.id, password_hash=HASH)


def _confirmed(client: InspectingClient, address: str, value: str) -> str:
    """Fill in, look at the check page, confirm; the words of the check page."""
    check = client.submit(address, value=value, reason="It suits people", **DAY).get_data(as_text=True)
    token = check.split('name="csrf_token" value="')[-1].split('"')[0]
    sent = {"value": value, "reason": "It suits people", "step": "confirm", "csrf_token": token}
    done = client.post(address, data=sent | {key.replace("__", "-"): part for key, part in DAY.items()})
    assert done.status_code == 302, done.get_data(as_text=True)
    return " ".join(check.split())


def test_a_rule_that_moves_no_money_is_set_after_a_look_at_whom_it_touches(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    for _ in range(2):
        accounts.person(council_id=council.id)
    ada = _administrator(council)
    accounts.sign_in(client, ada)
    address = "/council/millbrook/rules/notice_hours"
    wrong = client.submit(address, value="9999", reason="Why not", **DAY).get_data(as_text=True)
    assert "notice_hours must be a whole number from 0 to 336" in wrong
    assert "3 people with Millbrook" in _confirmed(client, address, "48")
    assert [policy(council.id, "notice_hours", date(2026, day[0], day[1])) for day in ((11, 30), (12, 1))] == [None, 48]
    page = client.page(address).get_text(" ", strip=True)
    assert "1 December 2026" in page
    assert "Ada" in page
    late = client.submit(address, value="24", reason="Again", step="confirm", **DAY).get_data(as_text=True)
    assert "already begins on 1 December 2026" in late


def test_a_rule_that_moves_money_waits_for_a_second_person(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    ada = _administrator(council)
    fay = accounts.person(Role.FINANCE, name="Fay", council_id=council.id)
    accounts.sign_in(client, ada)
    assert "It holds only once a colleague says yes" in _confirmed(
        client, "/council/millbrook/rules/carry_over_percent", "25"
    )
    assert db.session.scalars(select(Policy)).all() == []
    asked = db.session.scalars(select(PolicyProposal)).one()
    answer = f"/council/millbrook/rule-changes/{asked.public_id}"
    assert "You asked for this yourself. Ask a colleague to say yes" in client.submit(answer, answer="yes").get_data(
        as_text=True
    )
    accounts.sign_in(client, fay)
    assert "1 change of a rule that needs your second yes" in client.page("/council-desk").get_text()
    assert client.submit(answer, answer="yes").location == "/council/millbrook/rules"
    row = db.session.scalars(select(Policy)).one()
    assert (row.name, row.value, row.valid_from, row.set_by_id) == ("carry_over_percent", 25, date(2026, 12, 1), ada.id)
    assert client.get(answer).status_code == 404
    assert client.get("/council/millbrook/rules/carry_over_percent").status_code == 403


def test_who_may_not_and_what_cannot_be() -> None:
    council, other = councils.council(), councils.council()
    ada = _administrator(council)
    facts = {"council": council, "name": "carry_over_percent", "value": 25, "reason": "It suits"}
    for actor in (accounts.person(), _administrator(other), accounts.person(Role.FINANCE, council_id=council.id)):
        with pytest.raises(NotAllowed), transaction():
            actions.ask_for_rule(actor=actor, valid_from=date(2026, 12, 1), **facts)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="never reaches back"), transaction():
        actions.ask_for_rule(actor=ada, valid_from=date(2026, 11, 29), **facts)  # type: ignore[arg-type]
    with transaction():
        asked = actions.ask_for_rule(actor=ada, valid_from=date(2026, 12, 1), **facts)  # type: ignore[arg-type]
    assert isinstance(asked, PolicyProposal)
    with pytest.raises(Conflict, match="waits for a second yes already"), transaction():
        actions.ask_for_rule(actor=ada, valid_from=date(2026, 12, 2), **facts)  # type: ignore[arg-type]
    for actor in (accounts.person(Role.CARE_MANAGER, council_id=council.id), _administrator(other)):
        with pytest.raises(NotAllowed), transaction():
            actions.answer_rule(actor=actor, proposal=asked, yes=True)
    with clock.set_to(datetime(2026, 12, 2, 12, tzinfo=UTC)):
        with pytest.raises(Conflict, match="Its first day has passed"), transaction():
            actions.answer_rule(actor=_administrator(council), proposal=asked, yes=True)
        with transaction():
            actions.answer_rule(actor=ada, proposal=asked, yes=False)
    assert db.session.scalars(select(Policy)).all() == []
    assert (asked.answered_by_id, asked.policy_id) == (ada.id, None)
