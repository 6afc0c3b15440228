"""A framework from writing it to the answer years later whether a provider was on it."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.market.catalogue.actions import places
from app.market.frameworks.actions import applying, deciding, ending, setting_up
from app.market.frameworks.models import ApplicationLot, FrameworkApplication
from app.market.frameworks.queries import applying as applications
from app.market.frameworks.queries import reading
from app.market.frameworks.rules.applications import ApplicationStatus, LotAnswer
from app.market.providers.models import FrameworkPlace, Provider
from app.market.providers.rules import CqcRating
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.actions.councils import set_policy
from app.people.councils.models import Council, Framework
from app.people.councils.queries import localities_of
from app.people.councils.rules.admission import Admission
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, councils, messages, providers
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient
from tests.queries import counted

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TERM = {
    "starts_on__day": "1",
    "starts_on__month": "4",
    "starts_on__year": "2026",
    "ends_on__day": "31",
    "ends_on__month": "3",
    "ends_on__year": "2030",
}


@pytest.fixture(autouse=True)
def _today(app: Flask) -> object:
    with clock.set_to(NOW):
        yield


def _officer(council: Council) -> Person:
    return accounts.person(Role.CONTRACTS, name="Con Tracts", council_id=council.id)


def _seller(name: str = "Applecross") -> tuple[Provider, Person]:
    provider = providers.provider(name)
    return provider, accounts.person(Role.PROVIDER_STAFF, name=f"Sam of {name}", provider_id=provider.id)


def _written(council: Council, *lots: list[str], **facts: object) -> Framework:
    made = councils.framework(council, *lots)
    made.published_at, made.extend_until = NOW, date(2031, 12, 31)
    for name, value in {"questions": ["How?"], **facts}.items():
        setattr(made, name, value)
    db.session.commit()
    return made


def _sent(framework: Framework, provider: Provider, staff: Person) -> FrameworkApplication:
    with transaction():
        made = applying.write_application(
            actor=staff,
            provider=provider,
            framework=framework,
            wanted=applying.lots_let(framework),
            answers=["Gladly."],
        )
        applying.send_application(actor=staff, application=made)
    return made


def _is_written_on_the_site(client: InspectingClient) -> Framework:
    """The officer who is signed in writes a framework with two lots and publishes it."""
    new = "/council/millbrook/frameworks/new"
    lots = {"lot_name": "Care at home", "kinds": ["care-at-home"], "localities": ["north", "south"]}
    wrong = client.submit(new, name="Support", admission="any_time", weights="Quality 60\nPrice 30", **TERM, **lots)
    assert "The numbers must make 100 together. These make 90" in wrong.get_data(as_text=True)
    done = client.submit(
        new,
        name="Support at home",
        about="Help in people's own homes.",
        checks="Insurance\nReferences",
        admission="any_time",
        weights="Quality 60\nPrice 40",
        questions="How do people decide?",
        **TERM,
        **lots,
    )
    here = done.location
    framework = db.session.scalars(select(Framework)).one()
    assert here == f"/council/millbrook/frameworks/{framework.public_id}"
    public = f"/frameworks/{framework.public_id}"
    assert client.get(public).status_code == 404
    assert client.submit(f"{here}/lots", lot_name="Meals", kinds=["meals"]).location == here
    assert client.submit(here, button="Publish it").location == here
    assert "Nobody on 30 November 2026" in client.page(public).get_text()

    return framework


def _is_applied_for_on_the_site(client: InspectingClient, framework: Framework) -> str:
    """The provider's staff who are signed in apply for two lots; the address of their application."""
    public = f"/frameworks/{framework.public_id}"
    apply = f"{public}/apply"
    assert "Select at least one lot" in client.submit(apply, answer_0="Gladly.").get_data(as_text=True)
    saved = client.submit(apply, lots=["1/north", "2"], answer_0="")
    own = saved.location
    assert "Answer question 1 first" in client.submit(own, button="Send it to Millbrook").get_data(as_text=True)
    client.submit(apply, lots=["1/north", "2"], answer_0="They choose who comes.")
    paper = {"title": "Insurance", "document": (BytesIO(b"MZ..."), "virus.pdf")}
    refused = client.submit(own, button="Add this document", **paper).get_data(as_text=True)
    assert "The file must be a PDF, or a photo" in refused
    paper = {"title": "Insurance", "document": (BytesIO(b"%PDF-1.4 insured"), "any name.exe")}
    assert client.submit(own, button="Add this document", **paper).location == own
    assert client.submit(own, button="Send it to Millbrook").location == own
    assert client.get(apply).location == own

    return str(own)


def test_an_officer_writes_publishes_and_a_provider_applies_and_is_awarded_and_refused(
    client: InspectingClient,
) -> None:
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    officer, (_, staff) = _officer(council), _seller()
    accounts.sign_in(client, officer)
    framework = _is_written_on_the_site(client)
    accounts.sign_in(client, staff)
    own = _is_applied_for_on_the_site(client, framework)
    assert messages.sent() == [(officer.email, "A provider applied for a framework")]
    public = f"/frameworks/{framework.public_id}"
    accounts.sign_in(client, officer)
    assert "1 application for a framework to answer" in client.page("/council-desk").get_text()
    application = db.session.scalars(select(FrameworkApplication)).one()
    reading_it = f"/council/millbrook/applications/{application.public_id}"
    page = client.page(reading_it)
    assert "They choose who comes." in page.get_text()
    file = client.get(page.find("a", string="Insurance")["href"])  # type: ignore[index]
    assert (file.data, file.mimetype, file.headers["Content-Disposition"].split(";")[0]) == (
        b"%PDF-1.4 insured",
        "application/pdf",
        "attachment",
    )
    first = f"{reading_it}/lots/1"
    missing = client.submit(first, answer="award", reason="Strong", score_0="80").get_data(as_text=True)
    assert "Enter the score for Price" in missing
    scores = {"score_0": "80", "score_1": "55"}
    no_day = client.submit(first, answer="award", reason="Strong", **scores).get_data(as_text=True)
    assert "Enter the first day of the place" in no_day
    day = {"from_on__day": "1", "from_on__month": "12", "from_on__year": "2026"}
    assert client.submit(first, answer="award", reason="Strong on choice", **scores, **day).location == reading_it
    assert (
        client.submit(f"{reading_it}/lots/2", answer="refuse", reason="No kitchen yet", **scores).location == reading_it
    )
    db.session.expire_all()
    assert [(one.answer, one.reason, one.scores) for one in application.lots] == [
        (LotAnswer.AWARDED, "Strong on choice", {"Quality": 80, "Price": 55}),
        (LotAnswer.REFUSED, "No kitchen yet", {"Quality": 80, "Price": 55}),
    ]
    assert application.status == ApplicationStatus.DECIDED
    assert "70" in client.page(reading_it).get_text()
    assert client.get(first).status_code == 404
    place = db.session.scalars(select(FrameworkPlace)).one()
    assert (place.lot.number, place.locality.name, place.from_on) == (1, "North", date(2026, 12, 1))  # type: ignore[union-attr]
    told = [subject for to, subject in messages.sent() if to == staff.email]
    assert told == ["About your application for a framework"] * 2

    shown = client.page(f"{public}?on-day=1&on-month=12&on-year=2026")
    assert [cell.get_text(strip=True) for cell in shown.select("tbody tr *")][0:1] == ["Applecross"]
    assert "It promises no provider any work" in shown.get_text()
    # Nobody but the provider and the council sees that it was refused anything.
    assert "No kitchen yet" not in shown.get_text()
    assert "Not this time" not in shown.get_text()
    accounts.sign_in(client, staff)
    assert "No kitchen yet" in client.page(own).get_text()
    accounts.sign_in(client, _seller("Somebody Else")[1])
    assert client.get(own).status_code == 404


def test_what_was_so_on_a_day_is_answered_from_what_was_recorded(app: Flask, client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    north, south = localities_of(council.id)
    framework = _written(council, ["care-at-home"], ["meals"])
    provider, _ = _seller()
    providers.place(
        provider, framework.lots[1], from_on=date(2026, 2, 1), until_on=date(2026, 5, 3), locality_id=north.id
    )
    stop = providers.suspension(provider, council, framework.lots[1], from_on=date(2026, 3, 1))
    stop.ended_at, stop.ended_on, stop.end_words = NOW, date(2026, 3, 10), "Mended"
    db.session.commit()
    lot = framework.lots[1].id

    def was(on: date, **where: object) -> bool:
        standing = reading.standings(framework, on, provider_id=provider.id, lot_id=lot, **where)  # type: ignore[arg-type]
        return any(one.counts for one in standing)

    assert [was(day, locality=north) for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 5, 3), date(2026, 5, 4))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [was(date(2026, 3, day)) for day in (1, 9, 10)] == [False, False, True]
    assert not was(date(2026, 5, 3), locality=south)
    accounts.sign_in(client, _officer(council))
    asked = f"/council/millbrook/frameworks/{framework.public_id}/history?provider={provider.public_id}&lot=2&locality=north"
    said = client.page(f"{asked}&on-day=3&on-month=5&on-year=2026").get_text(" ", strip=True)
    assert "Yes. Applecross was a framework provider on lot 2, Lot 2, in North, on 3 May 2026." in said
    said = client.page(f"{asked}&on-day=5&on-month=3&on-year=2026").get_text(" ", strip=True)
    assert "No. Applecross was not" in said
    assert "Suspended: from 1 March 2026 until before 10 March 2026" in said
    run = app.test_cli_runner()
    command = ["frameworks", "was-on", framework.public_id, provider.public_id, "--lot", "2", "--locality", "north"]
    assert run.invoke(args=[*command, "--on", "2026-05-03"]).output.splitlines()[0] == "yes"
    assert run.invoke(args=[*command, "--on", "2026-05-04"]).output == "no\n  North, from 2026-02-01 until 2026-05-03\n"


def test_of_two_officers_the_second_is_shown_what_the_first_changed(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    framework = _written(council, ["meals"])
    accounts.sign_in(client, _officer(council))
    address = f"/council/millbrook/frameworks/{framework.public_id}/change"
    assert client.submit(address, name="Better meals").status_code == 302
    late = client.submit(address, name="Other meals", version="1").get_data(as_text=True)
    assert "A colleague changed this framework meanwhile: it is now called Better meals" in late
    db.session.expire_all()
    assert (framework.name, framework.version) == ("Better meals", 2)


def test_the_term_only_grows_and_no_further_than_the_contract(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    framework, officer = _written(council, ["meals"]), _officer(council)
    for ends_on, words in (
        (date(2029, 12, 31), "It runs until 31 December 2029 already"),
        (date(2032, 1, 1), "Its contract allows one until 31 December 2031"),
    ):
        with pytest.raises(BadInput, match=words), transaction():
            setting_up.extend_framework(actor=officer, framework=framework, ends_on=ends_on)
    with transaction():
        setting_up.extend_framework(actor=officer, framework=framework, ends_on=date(2031, 12, 31))
    assert db.session.get_one(Framework, framework.id).ends_on == date(2031, 12, 31)


def test_the_volume_discount_is_dated_and_never_written_afterwards() -> None:
    council = councils.council()
    framework, officer = _written(council, ["meals"]), _officer(council)
    assert reading.discount_on(framework.id, NOW.date()) is None
    for day, percent in ((date(2026, 12, 1), 2), (date(2027, 4, 1), 0)):
        with transaction():
            setting_up.set_discount(
                actor=officer, framework=framework, valid_from=day, threshold_pence=14_000_00, percent=percent
            )
    found = [reading.discount_on(framework.id, day) for day in (date(2026, 12, 1), date(2027, 3, 31), date(2027, 4, 1))]
    assert [one and (one.percent, one.threshold_pence) for one in found] == [
        (2, 1_400_000),
        (2, 1_400_000),
        (0, 1_400_000),
    ]
    for day, wrong in ((date(2027, 4, 1), Conflict), (date(2026, 11, 29), BadInput), (date(2035, 1, 1), BadInput)):
        with pytest.raises(wrong), transaction():
            setting_up.set_discount(actor=officer, framework=framework, valid_from=day, threshold_pence=0, percent=1)


def test_in_rounds_nobody_applies_between_them_and_nobody_is_answered_before_the_end() -> None:
    council = councils.council()
    framework = _written(council, ["meals"], admission=Admission.ROUNDS)
    officer, (provider, staff) = _officer(council), _seller()
    with pytest.raises(Conflict, match="Nobody can apply"):
        _sent(framework, provider, staff)
    with transaction():
        setting_up.add_round(
            actor=officer, framework=framework, opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30)
        )
    with pytest.raises(Conflict, match="Another round is open"), transaction():
        setting_up.add_round(
            actor=officer, framework=framework, opens_on=date(2026, 11, 30), closes_on=date(2026, 12, 30)
        )
    made = _sent(framework, provider, staff)
    with pytest.raises(Conflict, match="The round is open until 30 November 2026"), transaction():
        deciding.answer_lot(actor=officer, wanted=made.lots[0], award=False, reason="No")
    with clock.set_to(datetime(2026, 12, 1, 12, tzinfo=UTC)):
        yes = {"actor": officer, "wanted": made.lots[0], "award": True, "reason": "Yes"}
        with pytest.raises(BadInput, match="days that are over does not change"), transaction():
            deciding.answer_lot(**yes, from_on=date(2026, 11, 30))
        with transaction():
            deciding.answer_lot(**yes, from_on=date(2026, 12, 2))
    assert db.session.scalars(select(FrameworkPlace.from_on)).all() == [date(2026, 12, 2)]


def test_who_may_not_is_refused_and_nothing_changes() -> None:
    council, other = councils.council(), councils.council()
    framework, officer = _written(council, ["meals"]), _officer(council)
    provider, staff = _seller()
    made = _sent(framework, provider, staff)
    stranger = accounts.person(Role.CONTRACTS, council_id=other.id)
    finance = accounts.person(Role.FINANCE, council_id=council.id)
    both = accounts.person(Role.CONTRACTS, council_id=council.id)
    with transaction():
        grant_role(person=both, role=Role.PROVIDER_STAFF, provider_id=provider.id)
    for actor in (stranger, finance, staff, both):
        with pytest.raises(NotAllowed), transaction():
            deciding.answer_lot(actor=actor, wanted=made.lots[0], award=True, reason="Mine", from_on=date(2026, 12, 1))
    for actor in (stranger, finance, staff):
        with pytest.raises(NotAllowed), transaction():
            setting_up.extend_framework(actor=actor, framework=framework, ends_on=date(2031, 1, 1))
    with pytest.raises(NotAllowed), transaction():
        applying.withdraw_application(actor=officer, application=made)
    assert db.session.scalars(select(FrameworkPlace)).all() == []


def test_what_is_withdrawn_is_not_answered_and_one_is_open_at_a_time(app: Flask) -> None:
    council = councils.council()
    framework, officer = _written(council, ["meals"]), _officer(council)
    provider, staff = _seller()
    numbers = framework.id, provider.id, staff.id

    def write(_number: int) -> None:
        with clock.set_to(NOW), transaction():
            found, seller, who = (
                db.session.get_one(table, number)
                for table, number in zip((Framework, Provider, Person), numbers, strict=True)
            )
            applying.write_application(
                actor=who, provider=seller, framework=found, wanted=applying.lots_let(found), answers=["Gladly."]
            )

    assert at_once(app, write, 2) == ["done", "done"]
    made = applications.open_application(provider, framework)
    assert made is not None
    assert len(made.lots) == 1
    with transaction():
        applying.send_application(actor=staff, application=made)
    with pytest.raises(Conflict, match="has applied already"), transaction():
        applying.write_application(
            actor=staff, provider=provider, framework=framework, wanted=applying.lots_let(framework), answers=[""]
        )
    with transaction():
        applying.withdraw_application(actor=staff, application=made)
    with pytest.raises(Conflict, match="has taken its application back"), transaction():
        deciding.answer_lot(actor=officer, wanted=made.lots[0], award=False, reason="No")


def test_a_lot_answered_by_two_at_once_is_answered_once(app: Flask) -> None:
    council = councils.council()
    framework, officer = _written(council, ["meals"]), _officer(council)
    provider, staff = _seller()
    made = _sent(framework, provider, staff)
    wanted_id, officer_id = made.lots[0].id, officer.id

    def answer(_number: int) -> None:
        with clock.set_to(NOW), transaction():
            deciding.answer_lot(
                actor=db.session.get_one(Person, officer_id),
                wanted=db.session.get_one(ApplicationLot, wanted_id),
                award=True,
                reason="Yes",
                from_on=date(2026, 12, 1),
            )

    assert sorted(at_once(app, answer, 2)) == ["Conflict", "done"]
    assert len(db.session.scalars(select(FrameworkPlace)).all()) == 1


@pytest.mark.parametrize(
    ("rating", "bar", "words"),
    [
        (
            CqcRating.REQUIRES_IMPROVEMENT,
            "good",
            "asks for Good or better, and this provider is rated Requires improvement",
        ),
        (CqcRating.NOT_YET_RATED, "good", "this provider is not rated yet"),
        (None, "good", "this provider is not registered with the regulator"),
        (CqcRating.OUTSTANDING, "good", None),
        (CqcRating.REQUIRES_IMPROVEMENT, "requires_improvement", None),
        (CqcRating.INADEQUATE, "requires_improvement", "is rated Inadequate"),
        (None, "none", None),
    ],
)
def test_the_councils_own_rule_of_ratings_is_kept(rating: CqcRating | None, bar: str, words: str | None) -> None:
    council = councils.council()
    framework, (provider, _) = _written(council, ["care-at-home"]), _seller()
    if rating is not None:
        providers.registration(provider, rating=rating)
    with transaction():
        set_policy(actor=None, council=council, name="framework_quality_bar", value=bar, valid_from=date(2026, 12, 1))
    day = date(2026, 12, 1)
    if words is None:
        with transaction():
            places.place_on_framework(actor=None, provider=provider, lot=framework.lots[0], from_on=day)
    else:
        with pytest.raises(Conflict, match=words), transaction():
            places.place_on_framework(actor=None, provider=provider, lot=framework.lots[0], from_on=day)
    assert len(db.session.scalars(select(FrameworkPlace)).all()) == (words is None)


def test_a_place_ends_on_a_day_with_a_reason_and_history_stays() -> None:
    council = councils.council()
    framework, officer = _written(council, ["meals"], ["transport"]), _officer(council)
    provider, _ = _seller()
    kept, ended = (providers.place(provider, lot) for lot in framework.lots)
    providers.place(provider, framework.lots[1], from_on=date(2027, 6, 1))
    facts = {
        "actor": officer,
        "provider": provider,
        "framework": framework,
        "lot": framework.lots[1],
        "words": "Moved away",
    }
    for more, wrong in (
        ({"ends_on": date(2026, 11, 29)}, "Enter today or a later day"),
        ({"ends_on": date(2026, 12, 31), "words": " "}, "Enter why"),
        ({"ends_on": date(2026, 12, 31)}, "One of these places begins on 1 June 2027"),
        ({"ends_on": date(2030, 1, 1), "lot": None, "actor": accounts.person()}, "Only this council"),
    ):
        with pytest.raises(Refusal, match=wrong), transaction():
            ending.end_places(**{**facts, **more})  # type: ignore[arg-type]
    with transaction():
        ending.end_places(**facts, ends_on=date(2027, 7, 1))  # type: ignore[arg-type]
    db.session.expire_all()
    assert (kept.until_on, ended.until_on, ended.end_words) == (None, date(2027, 7, 1), "Moved away")
    acts = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "framework_place_ended")).all()
    assert [(act.actor_id, act.details["until_on"]) for act in acts] == [(officer.id, "2027-07-01")] * 2
    with pytest.raises(Conflict, match="no place there that goes on"), transaction():
        ending.end_places(**facts, ends_on=date(2027, 7, 1))  # type: ignore[arg-type]


def test_a_provider_is_asked_to_apply_once(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    framework = _written(council, ["meals"])
    provider, staff = _seller("Apple 100% & Co")
    accounts.sign_in(client, _officer(council))
    address = f"/council/millbrook/frameworks/{framework.public_id}/invite"
    assert "Nobody has signed in for a provider of that name" in client.submit(address, provider="_").get_data(
        as_text=True
    )
    page = client.submit(address, provider="apple 100%").get_data(as_text=True)
    assert "Ask Apple 100% &amp; Co" in page
    for _ in range(2):
        response = client.submit(address, provider="Apple", chosen=provider.public_id)
        assert response.status_code == 302
    assert messages.sent() == [(staff.email, "A council asks your organisation to apply")]
    empty = providers.provider("Unclaimed", claimed=False)
    refused = client.submit(address, provider="Unclaimed", chosen=empty.public_id).get_data(as_text=True)
    assert "Nobody has signed in for Unclaimed yet" in refused


def test_the_page_of_a_framework_asks_as_much_with_many_as_with_one(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    framework = _written(council, ["meals"])

    def queries(of: str) -> int:
        db.session.expire_all()
        with counted() as sent:
            client.page(of)
        return len(sent)

    accounts.sign_in(client, _officer(council))
    addresses = (f"/frameworks/{framework.public_id}", f"/council/millbrook/frameworks/{framework.public_id}")
    providers.place(_seller("First")[0], framework.lots[0])
    few = [queries(one) for one in addresses]
    for number in range(5):
        providers.place(_seller(f"Provider {number}")[0], framework.lots[0])
    assert [queries(one) for one in addresses] == few


def test_frameworks_by_command(app: Flask) -> None:
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    provider, _ = _seller()
    run = app.test_cli_runner()
    add = ["frameworks", "add", "millbrook", "Support", "--starts", "2026-04-01", "--ends", "2030-03-31"]
    wrong = run.invoke(args=[*add, "--lot", "Meals: soup"])
    assert "There is no kind of support soup" in wrong.output
    assert "at least one kind of support in each" in run.invoke(args=[*add, "--lot", "Meals"]).output
    made = run.invoke(args=[*add, "--lot", "Meals: meals", "--lot", "Trips: transport, day-activities", "--draft"])
    assert made.exit_code == 0, made.output
    public_id = made.output.split()[1].rstrip(",")
    assert run.invoke(args=["frameworks", "publish", public_id]).output == "Published: Support.\n"
    put = ["frameworks", "place", public_id, provider.public_id, "--lot", "2", "--from", "2026-05-01"]
    assert run.invoke(args=[*put, "--locality", "north"]).output == "Applecross is on lot 2 from 2026-05-01.\n"
    assert "already has a place" in run.invoke(args=[*put, "--locality", "north"]).output
    assert "There is no locality west" in run.invoke(args=[*put, "--locality", "west"]).output
    assert (
        "lot 2  Trips: transport, day-activities; the whole council"
        in run.invoke(args=["frameworks", "list", "millbrook"]).output
    )
    ended = run.invoke(
        args=["frameworks", "end", public_id, provider.public_id, "--last-day", "2026-12-31", "--words", "Moved"]
    )
    assert ended.output.splitlines()[0] == "Ended: 1."
    assert db.session.scalars(select(FrameworkPlace.end_told_at)).one() == NOW
