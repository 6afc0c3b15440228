"""Money that was not used: somebody talks with the person before any of it goes back, and nothing dodges that."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.budgets.actions import pots, releasing, unspent
from app.funding.budgets.models import SparedMoney, UnspentTalk
from app.funding.budgets.queries import under_lock, unspent_money
from app.funding.spent_elsewhere import actions as outside
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.ledger.actions.transfers import settle
from app.platform.ledger.queries import ledger_differences
from app.platform.ledger.rules import JournalKind, LedgerEntry
from app.platform.messages.models import Message
from tests.factories import accounts, providers
from tests.factories.budgets import agree_budget
from tests.inspection import InspectingClient
from tests.integration.budgets.test_years import DIRECT, STARTS, Town, at, count, first_of, run

pytestmark = pytest.mark.usefixtures("app")
A_QUARTER = {"carry_over_percent": 25, "carry_over_until": "quarter_end"}


def told(person: Person) -> list[str]:
    rows = select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id)
    return list(db.session.scalars(rows))


def talk_of(town: Town) -> UnspentTalk:
    return db.session.scalars(select(UnspentTalk).where(UnspentTalk.person_id == town.person.id)).one()


def just_before(day: date) -> object:
    return clock.set_to(clock.at_london(day, time(0)) - timedelta(seconds=1))


def just_after(day: date) -> object:
    return clock.set_to(clock.at_london(day, time(0)) + timedelta(seconds=1))


def hold(town: Town, pence: int, key: str, about: str) -> LedgerEntry:
    with transaction():
        made = pots.set_aside(
            key=key, parts=[(town.pot(), providers.provider().id, pence)], about=about, actor_id=town.person.id
        )
    return made[0]


def free(held: LedgerEntry, key: str, about: str, paid: int = 0) -> None:
    with transaction():
        kind = JournalKind.CHARGE if paid else JournalKind.RELEASE
        settle(key=key, kind=kind, holds={held.id: paid}, about=about)


def test_by_default_money_evens_out_over_the_year_and_much_of_it_left_is_talked_about() -> None:
    """The demonstration clawed 30% of everybody's budget back; by default nothing goes back at all."""
    town = Town(unspent_goes_back="after_a_talk")
    for period in range(2, 14):
        assert run(first_of(period)).went_back_pence == 0
        assert count(UnspentTalk) == (0 if period < 4 else 1)
    assert town.left() == 1_300_00
    run(first_of(14))
    # One talk at a time: what is found later is what it is about.
    talk = talk_of(town)
    assert (talk.pence, talk.goes_back, talk.closed_at, town.left()) == (1_300_00, False, None, 1_300_00)
    assert told(town.person).count("Your council would like to talk with you") == 1
    assert told(town.manager).count("Somebody on your caseload to talk with") == 1
    with transaction(), pytest.raises(Conflict, match="only if the person agreed"):
        unspent.close_talk(
            actor=town.manager,
            talk=talk,
            talked_on=clock.london(talk.opened_at).date(),
            back_pence=1,
            reason="Just so",
            person_agreed=False,
        )


def test_little_left_of_a_quarter_is_no_reason_to_talk() -> None:
    town = Town(unspent_goes_back="after_a_talk")
    run(first_of(3))
    town.spend(240_00, "most of it")
    run(first_of(4))
    assert (count(UnspentTalk), town.left()) == (0, 160_00)
    late = Town(unspent_goes_back="after_a_talk")
    # Days off: what came with the next quarter's money could not be used in the one before.
    run(first_of(4))
    assert talk_of(late).pence == 100_00


def test_nothing_goes_back_before_the_talk_is_noted_and_then_no_more_than_was_said() -> None:
    town = Town(**A_QUARTER, unspent_goes_back="after_a_talk")
    assert run(first_of(2)) == releasing.Done(pots=1, released=1, settled=1)
    talk = talk_of(town)
    assert (talk.pence, talk.goes_back, town.left()) == (75_00, True, 200_00)
    stranger = accounts.person(Role.CARE_MANAGER, council_id=town.council.id)
    with pytest.raises(NotAllowed), transaction():
        unspent.say_about(actor=town.manager, talk=talk, words="They were away")
    with at(first_of(2)), transaction():
        unspent.say_about(actor=town.person, talk=talk, words="  My worker was ill for two weeks.  ")
    facts = {"talk": talk, "talked_on": first_of(2), "reason": "Two weeks without a worker", "person_agreed": False}
    with at(first_of(2) + timedelta(days=1)):
        for actor, changed, said in (
            (stranger, {"back_pence": 5_00}, NotAllowed),
            (town.person, {"back_pence": 5_00}, NotAllowed),
            (town.manager, {"back_pence": 75_01}, BadInput),
            (town.manager, {"back_pence": 5_00, "reason": " "}, BadInput),
            (town.manager, {"back_pence": 5_00, "talked_on": first_of(2) - timedelta(days=1)}, BadInput),
            (town.manager, {"back_pence": 5_00, "talked_on": first_of(2) + timedelta(days=2)}, BadInput),
        ):
            with pytest.raises(said), transaction():
                unspent.close_talk(actor=actor, **(facts | changed))  # type: ignore[arg-type]
        with transaction():
            unspent.close_talk(actor=town.manager, back_pence=40_00, **facts)  # type: ignore[arg-type]
        with pytest.raises(Conflict, match="noted already"), transaction():
            unspent.close_talk(actor=town.manager, back_pence=1_00, **facts)  # type: ignore[arg-type]
    assert (town.left(), ledger_differences()) == (160_00, [])
    assert told(town.person)[-1] == "What was noted after your talk"
    acts = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "unspent_talk")).all()
    assert acts == ["unspent_talk_opened", "unspent_talk_said", "unspent_talk_closed"]


def test_what_was_used_before_the_talk_cannot_go_back_and_a_later_period_is_the_same_talk() -> None:
    town = Town(**A_QUARTER, unspent_goes_back="after_a_talk")
    run(first_of(2))
    run(first_of(3))
    talk = talk_of(town)
    assert (talk.pence, town.left()) == (175_00, 300_00)
    town.spend(290_00, "all but ten pounds")
    with pytest.raises(Conflict, match=r"£10\.00 of this money is left now"), at(first_of(3)), transaction():
        unspent.close_talk(
            actor=town.manager,
            talk=talk,
            talked_on=first_of(3),
            back_pence=20_00,
            reason="As we said",
            person_agreed=True,
        )


def test_a_request_of_the_last_second_called_off_in_the_first_carries_nothing_over() -> None:
    town = Town(**A_QUARTER)
    with just_before(first_of(2)):
        held = hold(town, 100_00, "late", "booking:late")
    assert run(first_of(2)).went_back_pence == 0
    with just_after(first_of(2)):
        free(held, "late off", "booking:late")
    assert town.left() == 200_00
    assert run(first_of(2)).went_back_pence == 75_00
    assert (town.left(), run(first_of(2)).went_back_pence, count(SparedMoney), ledger_differences()) == (
        125_00,
        0,
        0,
        [],
    )


def test_it_is_talked_about_where_the_council_talks_first() -> None:
    town = Town(**A_QUARTER, unspent_goes_back="after_a_talk")
    with just_before(first_of(2)):
        held = hold(town, 60_00, "late", "booking:late")
    run(first_of(2))
    assert talk_of(town).pence == 15_00
    with just_after(first_of(2)):
        free(held, "late off", "booking:late")
    assert run(first_of(2)).went_back_pence == 0
    assert (talk_of(town).pence, town.left()) == (75_00, 200_00)


def test_spending_told_in_the_last_second_and_taken_back_in_the_first_carries_nothing_over() -> None:
    town = Town(**A_QUARTER)
    with just_before(first_of(2)), transaction():
        spending = outside.record_outside(
            actor=town.person,
            person=town.person,
            pot=town.pot(),
            spent_on=first_of(2) - timedelta(days=1),
            paid_to="A friend",
            paid_for="A lift",
            pence=100_00,
            key="k" * 20,
        )
    assert run(first_of(2)).went_back_pence == 0
    with just_after(first_of(2)), transaction():
        outside.take_back_outside(actor=town.person, spending=spending)
    assert run(first_of(2)).went_back_pence == 75_00
    assert town.left() == 125_00


def test_what_was_truly_spoken_for_is_never_taken() -> None:
    town = Town(**A_QUARTER)
    with just_before(first_of(2)):
        kept = hold(town, 30_00, "kept", "booking:kept")
        moved = hold(town, 40_00, "moved", "booking:moved")
        part = hold(town, 20_00, "part", "booking:part")
    assert run(first_of(2)).went_back_pence == 0
    with at(first_of(2)):
        free(kept, "kept came", "booking:kept", 30_00)
        # Moved to another day: given back and set aside again for the same booking.
        free(moved, "moved off", "booking:moved")
        again = hold(town, 40_00, "moved on", "booking:moved")
        free(part, "part came", "booking:part", 15_00)
    assert run(first_of(2)).went_back_pence == 5_00
    with at(first_of(2) + timedelta(days=1)):
        free(again, "moved and off", "booking:moved")
    assert run(first_of(2) + timedelta(days=1)).went_back_pence == 40_00
    # Kept of the first period: £10 that were left, and nothing else. Then the second period's £100.
    assert (town.left(), ledger_differences()) == (110_00, [])


def test_what_was_spared_is_looked_at_once_more_with_the_next_period_only() -> None:
    town = Town(**A_QUARTER)
    with just_before(first_of(2)):
        held = hold(town, 100_00, "long", "booking:long")
    run(first_of(2))
    assert run(first_of(3)).went_back_pence == 75_00
    with at(first_of(3)):
        free(held, "long off", "booking:long")
    assert run(first_of(3)).went_back_pence == 100_00
    assert town.left() == 125_00


def _next_year(town: Town) -> None:
    with at(STARTS), transaction():
        agree_budget(
            actor=town.manager,
            person=town.person,
            council=town.council,
            year_starts_on=STARTS + timedelta(days=364),
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(DIRECT, 1_300_00)],
        )


def test_ending_a_budget_whose_pot_gets_next_years_too_leaves_nothing_of_it() -> None:
    """£539.52 stayed there to be spent for ever."""
    town = Town()
    _next_year(town)
    for period in range(2, 7):
        run(first_of(period))
    town.spend(60_48, "spent and set aside")
    assert town.left() == 539_52
    with at(first_of(6)), transaction():
        budgets.end_budget(actor=town.manager, budget=town.budget, reason="Moved away")
    assert (town.left(), town.pot().closed_at, ledger_differences()) == (0, None, [])
    # What was set aside goes back when it comes free, and so does nothing of next year's.
    run(STARTS + timedelta(days=364))
    assert town.left() == 100_00
    held = db.session.execute(text("SELECT id FROM transfer WHERE held > 0")).scalar_one()
    with transaction():
        settle(key="off", kind=JournalKind.RELEASE, holds={held: 0}, about="booking:x")
    assert run(STARTS + timedelta(days=365)).went_back_pence == 60_48
    assert (town.left(), ledger_differences()) == (100_00, [])


def test_ending_next_years_budget_takes_nothing_of_this_years() -> None:
    town = Town()
    _next_year(town)
    later = under_lock.budgets_near(town.person.id, town.council.id, STARTS + timedelta(days=364))[-1]
    with at(STARTS), transaction():
        budgets.end_budget(actor=town.manager, budget=later, reason="Agreed too early")
    assert (town.left(), town.pot().closed_at) == (100_00, None)


def test_money_in_use_by_somebody_else_is_said_to_be_left_and_the_command_fails(app: Flask) -> None:
    town = Town()
    runner = app.test_cli_runner()
    if db.engine.dialect.name == "sqlite":
        # Writers take turns there: nothing is ever passed over.
        with at(first_of(2)):
            assert runner.invoke(args=["budgets", "release"]).exit_code == 0
            assert under_lock.pots_due(first_of(2)) == 0
        return
    pot_id, locked, done = town.pot().id, threading.Event(), threading.Event()

    def keep_it() -> None:
        with app.app_context(), db.engine.connect() as other, other.begin():
            other.execute(text("SELECT 1 FROM pot WHERE id = :id FOR UPDATE"), {"id": pot_id})
            locked.set()
            done.wait(30)

    engine_in_use = threading.Thread(target=keep_it)
    engine_in_use.start()
    assert locked.wait(30)
    with at(first_of(2)):
        left = runner.invoke(args=["budgets", "release"])
        done.set()
        engine_in_use.join()
        again = runner.invoke(args=["budgets", "release"])
    assert (left.exit_code, left.output) == (
        1,
        "0 released.\nError: 1 part of somebody's money is still due: somebody else was using it. Run this again.\n",
    )
    assert (again.exit_code, again.output) == (0, "1 released.\n")


def test_the_talk_has_its_pages(client: InspectingClient) -> None:
    town = Town(**A_QUARTER, unspent_goes_back="after_a_talk")
    run(first_of(2))
    talk = talk_of(town)
    with clock.set_to(datetime(2026, 5, 5, 9, tzinfo=UTC)):
        accounts.sign_in(client, town.person)
        money = client.page("/money").get_text(" ", strip=True)
        assert "£75.00 was not used by the end of period 1" in money
        assert "Nothing goes back before your care manager has talked with you" in money
        said = client.submit(f"/money/unspent/{talk.public_id}", words="My worker was ill.")
        assert said.status_code == 302
        assert "My worker was ill." in client.page(f"/money/unspent/{talk.public_id}").get_text(" ", strip=True)
        accounts.sign_in(client, town.manager)
        budget = client.page(f"/caseload/{town.person.public_id}/budget").get_text(" ", strip=True)
        assert "£75.00 was not used by the end of period 1" in budget
        here = f"/caseload/{town.person.public_id}/unspent/{talk.public_id}"
        assert "My worker was ill." in client.page(here).get_text(" ", strip=True)
        wrong = client.submit(
            here,
            talked_on__day="5",
            talked_on__month="5",
            talked_on__year="2026",
            back="80",
            reason="We talked",
        )
        assert "£75.00 was not used. Enter that or less" in wrong.get_data(as_text=True)
        kept = client.submit(
            here,
            talked_on__day="5",
            talked_on__month="5",
            talked_on__year="2026",
            back="0",
            reason="A new worker starts on Monday.",
        )
        assert kept.status_code == 302
        accounts.sign_in(client, town.person)
        noted = client.page(f"/money/unspent/{talk.public_id}").get_text(" ", strip=True)
        assert "All of it stays" in noted
        assert "A new worker starts on Monday." in noted
        other = accounts.person(council_id=town.council.id)
        accounts.sign_in(client, other)
        assert client.get(f"/money/unspent/{talk.public_id}").status_code == 404
    assert town.left() == 200_00
    assert unspent_money.open_talk_of(town.pot().id) is None
