"""The caseload says for each person what waits next, the most pressing first, with the link that ends it."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from app.base import clock
from app.base.columns import new_public_id
from app.base.days import day_words
from app.base.db import db, transaction
from app.funding.budgets.models import MoneyChoice
from app.funding.budgets.rules.choices import ChoiceStatus
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.periods import year_ends_on
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import CapacityDecision, CaseloadEntry
from app.people.circles.rules import CapacityEvidence, Power
from app.platform.audit.models import AuditEvent
from app.support.basket.actions import deciding, filling
from app.support.visits.queries.endings import to_settle_by
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW, Scene
from tests.factories.budgets import agree_budget
from tests.inspection import InspectingClient
from tests.queries import counted

PLAN = {"on": "2026-11-24", "from": "09:00", "to": "10:30"}
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def _caseload(client: InspectingClient) -> list[tuple[str, list[str]]]:
    """Who is on the page, in order, and what it says waits; without the hidden name."""
    return [
        (
            card.select_one("h2").get_text(strip=True),  # type: ignore[union-attr]
            [
                " ".join(one.get_text().split()).split(": " + card.h2.get_text(strip=True))[0]
                for one in card.select("li")
            ],  # type: ignore[union-attr]
        )
        for card in client.page("/caseload").select("main .app-card")
    ]


def _on(scene: Scene, manager: Person, name: str, starts: date | None = None) -> tuple[Person, CaseloadEntry]:
    """Somebody else on the caseload, with a budget whose year starts then."""
    person = accounts.person(name=name, council_id=scene.council.id)
    entry = circles.caseload_entry(manager, person, scene.council)
    if starts is not None:
        with clock.set_to(clock.at_london(starts, time(9))), transaction():
            agree_budget(
                actor=manager,
                person=person,
                council=scene.council,
                year_starts_on=starts,
                total_pence=1_300_00,
                contribution_pence=0,
                pots=[(PotKind.DIRECT_PAYMENT, 1_300_00)],
            )
    return person, entry


def _decision(entry: CaseloadEntry, by: Person, second: Person, review_on: date) -> None:
    db.session.add(
        CapacityDecision(
            entry_id=entry.id,
            powers=["see_plan"],
            which_decision="x",
            help_tried="x",
            least_restriction="x",
            decided_by_name="Dr X",
            decided_by_role="x",
            evidence=CapacityEvidence.ASSESSMENT,
            review_on=review_on,
            made_at=NOW,
            made_by_id=by.id,
            agreed_at=NOW,
            agreed_by_id=second.id,
        )
    )
    db.session.commit()


def test_everybody_stands_by_what_waits_with_the_link_that_ends_it(client: InspectingClient) -> None:
    scene = bookings.scene()
    helen = accounts.person(Role.CARE_MANAGER, name="Helen Manager", council_id=scene.council.id)
    other = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    running = TODAY - timedelta(days=40)
    visited, _ = _on(scene, helen, "Vic Visit", running)
    made = bookings.accepted(
        Scene(scene.council, visited, scene.staff, scene.provider, scene.listing),
        bookings.pot(visited, PotKind.OWN_MONEY, 9000),
    )
    _, decided = _on(scene, helen, "Dee Decision", running)
    _decision(decided, helen, other, TODAY)
    _, renewed = _on(scene, helen, "Ann Fine", running)
    _decision(renewed, helen, other, TODAY - timedelta(days=9))
    _decision(renewed, helen, other, TODAY + timedelta(days=90))
    _on(scene, helen, "Ned None")
    _on(scene, helen, "Edie Ends", TODAY - timedelta(days=330))
    chosen, _ = _on(scene, helen, "Cho Choice", running)
    db.session.add(
        MoneyChoice(
            public_id=new_public_id(),
            key="choice-that-waits",
            person_id=chosen.id,
            council_id=scene.council.id,
            shares={"direct_payment": 100},
            status=ChoiceStatus.CHOSEN,
            chosen_at=NOW,
            chosen_by_id=chosen.id,
        )
    )
    db.session.commit()
    suggested, sue = _on(scene, helen, "Sue Suggested", running)
    with transaction():
        line = filling.put_in_basket(
            actor=helen, person=suggested, listing_id=scene.listing.id, plan=PLAN, key="first", pay=""
        )
    with transaction():
        deciding.leave_suggestion(actor=suggested, person=suggested, line=line.public_id, because="Too early")
    accounts.sign_in(client, helen)
    with clock.set_to(made.visits[0].ends_at + timedelta(days=3)):
        found = _caseload(client)
        links = {a.get_text(strip=True): a["href"] for a in client.page("/caseload").select("main .app-card a")}
        with counted() as few:
            client.page("/caseload")
    assert found == [
        ("Vic Visit", ["Settle the visit of 24 November 2026"]),
        ("Dee Decision", ["Look again at the decision made for them: its day of review was 20 November 2026"]),
        ("Cho Choice", ["Put in place how they chose to have their money looked after"]),
        ("Ned None", ["Agree a budget: they have none this year"]),
        (
            "Edie Ends",
            [f"Agree the next budget: this one ends on {day_words(year_ends_on(TODAY - timedelta(days=330)))}"],
        ),
        ("Sue Suggested", [f"Read their answer to “{line.title}”: not now, because “Too early”"]),
        ("Ann Fine", []),
    ]
    assert links["Settle the visit of 24 November 2026: Vic Visit"] == f"/bookings/visits/{made.visits[0].public_id}"
    assert links["Vic Visit"].endswith("/ask")
    assert len(few) == 14, few
    looks = db.session.query(AuditEvent).where(AuditEvent.action == "caseload_in_a_list_looked_at")
    assert {one.for_person_id for one in looks} == {
        person.id
        for person in db.session.query(Person).where(Person.full_name.in_([name for name, said in found if said]))
    }
    # Who may not suggest any more is not told what was said to a suggestion.
    sue.powers = [Power.SEE_PLAN.value]
    db.session.commit()
    assert dict(_caseload(client))["Sue Suggested"] == []
    # The number of visits is that of the list behind the link.
    with clock.set_to(made.visits[0].ends_at + timedelta(days=3)):
        assert len(db.session.scalars(to_settle_by(helen)).all()) == 1


def test_the_caseload_of_another_is_not_seen(client: InspectingClient) -> None:
    scene = bookings.scene()
    helen = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    _on(scene, helen, "Ned None")
    accounts.sign_in(client, accounts.person(Role.CARE_MANAGER, council_id=scene.council.id))
    assert _caseload(client) == []
    client.page("/caseload?page=2", status=404)
