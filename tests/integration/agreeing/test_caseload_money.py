"""A care manager's view: who needs attention first, the same number as everywhere, looks that the person sees, decisions."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.actions import enacting, looking_again
from app.funding.budgets.actions import agreements, releasing
from app.funding.budgets.models import MoneyChoice, MoneyDecision, OneOffAgreement, PersonalBudget
from app.funding.budgets.queries import balances, paying, under_lock
from app.funding.budgets.rules.choices import ChoiceStatus
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere import actions as outside
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.people.councils.actions.councils import set_policy
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from tests.factories import accounts, circles, councils, providers
from tests.factories.accounts import sign_in
from tests.factories.budgets import agree_budget, choose, pot
from tests.inspection import InspectingClient
from tests.integration.budgets.test_money import listing
from tests.integration.budgets.test_pages import words
from tests.integration.budgets.test_years import DIRECT, MANAGED, STARTS, Town, at, first_of
from tests.integration.web.test_trying_again import undone
from tests.queries import counted

NOW = first_of(2) + timedelta(days=14)


def another(town: Town, name: str, *, spent: int | None) -> Person:
    """Somebody else on the caseload, who has spent so much of £200 outside by now, or has no budget."""
    person = accounts.person(name=name, council_id=town.council.id)
    circles.caseload_entry(town.manager, person, town.council)
    if spent is None:
        return person
    with at(STARTS), transaction():
        agree_budget(
            actor=town.manager,
            person=person,
            council=town.council,
            year_starts_on=STARTS,
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(DIRECT, 1_300_00)],
        )
    with at(NOW), transaction():
        releasing.work_off(on=NOW)
        own = balances.pots_of(person.id)[0].pot
        outside.record_outside(
            actor=person,
            person=person,
            pot=under_lock.pot_for(person.id, own.public_id),
            spent_on=NOW,
            paid_to="A",
            paid_for="B",
            pence=spent,
            key=f"{name:x<20}",
        )
    return person


def test_those_who_need_attention_come_first_and_both_looks_are_recorded(client: InspectingClient) -> None:
    town = Town()
    town.person.full_name = "Tom Under"
    another(town, "Ann Fine", spent=150_00)
    short = another(town, "Zoe Short", spent=195_00)
    another(town, "Ned None", spent=None)
    unasked = accounts.person(name="Hal Unasked", council_id=town.council.id)
    circles.caseload_entry(town.manager, unasked, town.council, frozenset())
    sign_in(client, town.manager)
    with at(NOW):
        with counted() as statements:
            page = client.page("/caseload/budgets")
        rows = [[words(cell) for cell in row.select("th, td")] for row in page.select("tbody tr")]
        assert [(row[0], row[1].split(" Lasts")[0].split(" About")[0]) for row in rows] == [
            ("Zoe Short", "May run out"),
            ("Hal Unasked", "No budget this year"),
            ("Ned None", "No budget this year"),
            ("Tom Under", "May be left over"),
            ("Ann Fine", "On track"),
        ]
        assert rows[0][-1] == "£5.00"
        assert len([one for one in statements if one.startswith("SELECT")]) <= 9
        one = client.page(f"/caseload/{short.public_id}/budget")
        assert one.h1.get_text() == "Zoe Short has £5.00 of council money left"
        assert "money lasts until" in words(one)
        client.page(f"/caseload/{short.public_id}/budget")
        looks = db.session.execute(
            select(AuditEvent.action).where(
                AuditEvent.for_person_id == short.id, AuditEvent.action.endswith("_looked_at")
            )
        ).all()
        # Each look, not once a day.
        assert sorted(looks) == [("money_in_a_list_looked_at",), *[("money_looked_at",)] * 2]
        pot(unasked, PotKind.OWN_MONEY, 77_77)
        by_law = words(client.page(f"/caseload/{unasked.public_id}/budget"))
        assert "£77.77" not in by_law, "the council's own budget, and nothing of their own money"
        sign_in(client, short)
        seen = words(client.page("/money/who-looked"))
    assert "Looked at your money" in seen
    assert "Saw what you have left, in the list of people they work with" in seen


def test_another_councils_care_manager_finds_nobody(client: InspectingClient) -> None:
    town = Town()
    stranger = accounts.person(Role.CARE_MANAGER, council_id=town.council.id)
    sign_in(client, stranger)
    here = f"/caseload/{town.person.public_id}"
    budget = f"{here}/budget/{town.budget.public_id}"
    for address in (
        f"{here}/budget",
        f"{here}/budget/enact",
        f"{here}/agreements/new",
        f"{budget}/change",
        f"{budget}/end",
        f"{budget}/contingency",
    ):
        client.page(address, status=404)
    assert "There is nobody on your caseload" in words(client.page("/caseload/budgets"))


def test_everything_a_care_manager_decides_is_done_from_pages(client: InspectingClient) -> None:
    town = Town(contingency=50_00, pots=[(DIRECT, 650_00), (MANAGED, 650_00)])
    provider = providers.provider("Larch & Co")
    providers.provider("Larchmont")
    sign_in(client, town.manager)
    here = f"/caseload/{town.person.public_id}"
    budget = f"{here}/budget/{town.budget.public_id}"
    direct, managed = town.pot(), town.pot(MANAGED)
    with at(STARTS + timedelta(days=3)):
        with transaction():
            choose(town.person, town.council, {DIRECT: 70, MANAGED: 30})
        assert client.submit(f"{here}/budget/enact").location == f"{here}/budget"
        kept = {"into": direct.public_id, "reason": "A bad week"}
        refused = client.submit(f"{budget}/contingency", amount="50.01", **kept)
        assert "£50.00 is kept back" in refused.get_data(as_text=True)
        client.submit_and_confirm(f"{budget}/contingency", amount="30", **kept)
        refused = client.submit_and_confirm(f"{budget}/change", total="2000", reason="More evenings")
        assert refused.location == f"{here}/budget"
        today = clock.today()
        signed = {
            f"{name}__{part}": str(getattr(today, part))
            for name in ("from_on", "until_on")
            for part in ("day", "month", "year")
        }
        facts = {"money": "council_managed", "reason": "Nobody else can", "outcomes": "To swim again", **signed}
        for half in ("Larch", "larchm"):
            asked = client.submit(f"{here}/agreements/new", provider=half, **facts).get_data(as_text=True)
            assert "Select the provider you mean" in asked, "half a name signs nothing"
            assert "Larchmont" in asked
        assert (
            client.submit_and_confirm(f"{here}/agreements/new", provider="larch & co", **facts).location
            == f"{here}/budget"
        )
        page = words(client.page(f"{here}/budget"))
        for said in (
            "70% direct payment, 30% money the council looks after",
            "A bad week",
            "More evenings",
            "Version 3",
            "Version 2",
            "Version 1",
            "Larch & Co",
        ):
            assert said in page
        [agreement] = db.session.scalars(select(OneOffAgreement))
        assert not paying.may_pay_from(managed, provider=provider, listing=listing(provider), on=today).ok
        sign_in(client, town.person)
        assert "To swim again" in words(client.page("/money/agreements"))
        client.submit("/money/agreements", button="Yes, I agree")
        sign_in(client, town.manager)
        lawful = paying.may_pay_from(managed, provider=provider, listing=listing(provider), on=today)
        assert lawful.ok
        client.submit(f"{here}/agreements/{agreement.public_id}/end")
        assert not paying.may_pay_from(managed, provider=provider, listing=listing(provider), on=today).ok
        client.submit(f"{budget}/end", reason="Moved away")
        assert balances.pots_of(town.person.id) == []
        assert "No budget runs today" in words(client.page(f"{here}/budget"))
    assert len(db.session.scalars(select(MoneyDecision)).all()) == 2


def test_a_decision_undone_because_of_others_is_made_again_and_counts_once(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(pots=[(DIRECT, 650_00), (MANAGED, 650_00)])
    sign_in(client, town.manager)
    real, tries = enacting.enact_choice, []

    def beside_somebody_else(**facts: object) -> MoneyChoice:
        made = real(**facts)  # type: ignore[arg-type]
        tries.append(made.status)
        if len(tries) == 1:
            raise undone("deadlock")
        return made

    monkeypatch.setattr(enacting, "enact_choice", beside_somebody_else)
    with at(STARTS + timedelta(days=3)):
        with transaction():
            choose(town.person, town.council, {DIRECT: 70, MANAGED: 30})
        sent = client.submit(f"/caseload/{town.person.public_id}/budget/enact")
    assert (sent.status_code, tries) == (302, [ChoiceStatus.ENACTED, ChoiceStatus.ENACTED])
    assert [one.pence for one in db.session.scalars(select(MoneyDecision))] == [20_00]


def test_a_first_estimate_is_written_down_from_the_page(client: InspectingClient) -> None:
    council = councils.council()
    person, manager = accounts.person(council_id=council.id), accounts.person(Role.CARE_MANAGER, council_id=council.id)
    circles.caseload_entry(manager, person, council)
    sign_in(client, manager)
    day = {
        "year_starts_on__day": "6",
        "year_starts_on__month": "4",
        "year_starts_on__year": f"{clock.today().year + 1}",
    }
    client.submit_and_confirm(
        f"/caseload/{person.public_id}/budget/new", total="1000", contribution="0", only_estimate="y", **day
    )
    assert db.session.scalars(select(PersonalBudget)).one().status == "indicative"
    assert "First estimate" in words(client.page(f"/caseload/{person.public_id}/budget"))


@pytest.mark.usefixtures("app")
def test_council_money_counts_the_framework_of_the_persons_own_locality() -> None:
    council = councils.council()
    councils.places(council)
    north, south = (locality.id for locality in sorted(council.localities, key=lambda one: one.name))
    person = accounts.person(council_id=council.id, postcode="QX21AA")
    managed = pot(person, MANAGED, 5_00)
    lot = councils.framework(council, ["care-at-home"]).lots[0]
    here, there = providers.provider(), providers.provider()
    providers.place(here, lot, locality_id=south)
    providers.place(there, lot, locality_id=north)
    day = date(2026, 6, 1)
    for provider, may in ((here, True), (there, False)):
        assert paying.may_pay_from(managed, provider=provider, listing=listing(provider), on=day).ok is may
        offer = (provider.id, provider.kind, "care-at-home")
        assert paying.lawful_for_many([managed], [offer], day)[offer][managed.id].ok is may


@pytest.mark.usefixtures("app")
def test_an_agreement_opens_one_provider_one_kind_and_its_days_unless_the_council_forbids_it() -> None:
    town = Town(pots=[(MANAGED, 1_300_00)])
    provider, other = providers.provider(), providers.provider()
    day = first_of(2)
    facts = {
        "actor": town.manager,
        "person": town.person,
        "council": town.council,
        "reason": "Nobody else",
        "outcomes": "To swim",
    }

    def sign(**more: object) -> OneOffAgreement:
        with at(STARTS), transaction():
            made = agreements.sign_agreement(
                **{**facts, "provider": provider, "from_on": STARTS, "until_on": day, "kind": "care-at-home", **more}
            )
            return agreements.answer_agreement(actor=town.person, agreement=made, agrees=True)

    sign()
    managed = town.pot(MANAGED)

    def may(who: object, kind: str = "care-at-home", on: date = day) -> bool:
        return paying.may_pay_from(managed, provider=who, listing=listing(who, kind), on=on).ok

    assert (may(provider), may(other), may(provider, "gardening"), may(provider, on=day + timedelta(days=1))) == (
        True,
        False,
        False,
        False,
    )
    for wrong, refusal in (
        ({"actor": town.person}, NotAllowed),
        ({"until_on": STARTS - timedelta(days=1)}, BadInput),
        ({"reason": ""}, BadInput),
        ({"outcomes": " "}, BadInput),
        ({"money": PotKind.DIRECT_PAYMENT}, BadInput),
        ({"kind": "no-such-kind"}, BadInput),
    ):
        with pytest.raises(refusal):
            sign(**wrong)
    with transaction():
        set_policy(
            actor=None,
            council=town.council,
            name="council_managed_outside_framework",
            value="forbidden",
            valid_from=day,
        )
    assert (may(provider), may(provider, on=day - timedelta(days=1))) == (False, True)
    with pytest.raises(Conflict, match="signs no agreements"):
        sign(provider=other, from_on=day)


def test_half_a_name_is_chosen_from_what_it_matches_and_a_change_meanwhile_is_shown(client: InspectingClient) -> None:
    town = Town(contingency=50_00, pots=[(MANAGED, 1_300_00)])
    providers.provider("Larch & Co")
    larchmont = providers.provider("Larchmont")
    sign_in(client, town.manager)
    here = f"/caseload/{town.person.public_id}"
    with at(STARTS + timedelta(days=3)):
        today = clock.today()
        days = {
            f"{name}-{part}": str(getattr(today, part))
            for name in ("from_on", "until_on")
            for part in ("day", "month", "year")
        }
        facts = {"money": "council_managed", "reason": "Nobody else can", "outcomes": "To swim again", **days}
        picked = {"provider": "larch", "which": larchmont.public_id, **facts}
        shown = client.post(f"{here}/agreements/new", data={**_token(client, f"{here}/agreements/new"), **picked})
        assert "Larchmont" in shown.get_data(as_text=True)
        assert "Nothing counts yet" in shown.get_data(as_text=True)
        assert db.session.scalars(select(OneOffAgreement)).all() == []
        # What is confirmed is what was shown: the sums changed meanwhile, so it is shown again and nothing is kept.
        address = f"{here}/budget/{town.budget.public_id}/contingency"
        asked = {"into": town.pot(MANAGED).public_id, "reason": "A bad week", "amount": "30"}
        first = client.submit(address, **asked)
        page = BeautifulSoup(first.get_data(as_text=True), "html.parser")
        sent = {one["name"]: one["value"] for one in page.select("main form input")}
        assert "£20.00" in words(page)
        with transaction():
            releasing.release_contingency(
                actor=town.manager,
                budget=under_lock.budget_for(town.person.id, town.budget.public_id),
                into=under_lock.pot_for(town.person.id, town.pot(MANAGED).public_id),
                pence=5_00,
                reason="Another",
                key="somebody-elses-form",
            )
        again = client.post(address, data=sent).get_data(as_text=True)
        assert "Something changed since you looked" in again
        assert "£15.00" in again
        assert [one.pence for one in db.session.scalars(select(MoneyDecision))] == [5_00]
        back = client.post(address, data={**sent, "again": "1"}).get_data(as_text=True)
        assert 'value="30' in back, "what was answered is kept"
        page = BeautifulSoup(again, "html.parser")
        sent = {one["name"]: one["value"] for one in page.select("main form input")}
        assert [client.post(address, data=sent).status_code for _ in range(2)] == [302, 302], "twice is once"
        assert sorted(one.pence for one in db.session.scalars(select(MoneyDecision))) == [5_00, 30_00]


def _token(client: InspectingClient, address: str) -> dict[str, str]:
    return {"csrf_token": str(client.page(address).select_one('input[name="csrf_token"]')["value"])}  # type: ignore[index]


def test_an_agreement_counts_with_the_persons_yes_and_is_looked_at_again_each_quarter(client: InspectingClient) -> None:
    town = Town(pots=[(MANAGED, 1_300_00)])
    provider = providers.provider("Larch & Co")
    decides = accounts.person(name="Dee Cides")
    circles.support(town.person, decides, frozenset({Power.DECIDE}))
    looks = accounts.person(name="Lou Ks")
    circles.support(town.person, looks, frozenset({Power.SEE_MONEY, Power.BOOK}))
    until = STARTS + timedelta(days=300)
    with at(STARTS), transaction():
        made = agreements.sign_agreement(
            actor=town.manager,
            person=town.person,
            council=town.council,
            provider=provider,
            from_on=STARTS,
            until_on=until,
            reason="Nobody else",
            outcomes="To swim again",
        )
    managed = town.pot(MANAGED)

    def counts() -> bool:
        return paying.may_pay_from(managed, provider=provider, listing=listing(provider), on=STARTS).ok

    with at(STARTS):
        for who in (town.manager, looks, accounts.person()):
            with pytest.raises(NotAllowed), transaction():
                agreements.answer_agreement(actor=who, agreement=made, agrees=True)
        assert not counts()
        told = {one.to_person_id: one.subject for one in db.session.query(Message)}
        assert told[town.person.id] == "Somebody asks for your yes"
        assert told[decides.id] == "Somebody asks for a yes that you may say"
        sign_in(client, decides)
        with client.session_transaction() as session:
            session["shopping_for"] = town.person.public_id
        client.submit("/money/agreements", button="Yes, I agree")
        assert counts()
        with pytest.raises(Conflict), transaction():
            agreements.answer_agreement(actor=town.person, agreement=made, agrees=False)
    sign_in(client, town.manager)
    said = f"Look again at the agreement with {provider.name}"
    due = STARTS + timedelta(days=91)
    with at(due - timedelta(days=1)):
        assert said not in words(client.page("/caseload"))
    with at(due):
        assert said in words(client.page("/caseload"))
        assert "1 agreement with a provider to look at again" in words(client.page("/council-desk"))
        address = f"/caseload/{town.person.public_id}/agreements/{made.public_id}/look-again"
        client.submit(address, goes_on="yes", words="They swim each week")
        assert said not in words(client.page("/caseload"))
        assert "They swim each week" in words(client.page(address))
        assert counts()
    with at(due + timedelta(days=91)):
        assert said in words(client.page("/caseload"))
        client.submit(address, goes_on="no", words="They swim elsewhere")
        assert not counts()
        assert "They swim elsewhere" in words(client.page(address))
        with pytest.raises(Conflict), transaction():
            looking_again.look_again(actor=town.manager, agreement=made, goes_on=True, words="x")
    # The database keeps it, too: nobody says yes to what they signed.
    with pytest.raises(IntegrityError), transaction():
        db.session.get_one(OneOffAgreement, made.id).answered_by_id = town.manager.id
        db.session.flush()
