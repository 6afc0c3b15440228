"""What council staff may do: asked for, said yes or no to, narrowed; decided by two where a person cannot; never widened."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries
from app.people.circles.actions import caseloads, decisions, invitations, supporters
from app.people.circles.actions.decisions import NeedsASecond, OpensPrivateMoney, Reasons
from app.people.circles.models import AskedPower, CapacityDecision, CaseloadEntry, Support
from app.people.circles.rules import (
    BY_LAW,
    CODE_TRIES,
    EVERY_POWER,
    AuthorityEvidence,
    CapacityEvidence,
    EndingEvidence,
    HelperKind,
    Power,
    powers_from,
)
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, circles, messages
from tests.factories.at_once import at_once
from tests.factories.budgets import looked_after
from tests.inspection import InspectingClient

WANTED = frozenset({Power.SUGGEST, Power.SEE_COUNCIL_MONEY, Power.BOOK_COUNCIL_MANAGED})
REASONS = Reasons(
    "Who comes in the morning",
    "Pictures, on three days",
    "She still chooses who comes from three",
    "Bea Assessor",
    "best interests assessor",
)


class Scene:
    """A council with a person, her care manager, a commissioner, and the entry between the first two."""

    def __init__(self) -> None:
        self.at: Council = circles.council()
        self.ada: Person = accounts.person(name="Ada Example", council_id=self.at.id)
        self.cara: Person = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=self.at.id)
        self.con: Person = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=self.at.id)
        self.entry: CaseloadEntry = circles.caseload_entry(self.cara, self.ada, self.at, frozenset())
        with transaction():
            looked_after(self.ada, self.at)

    def ask(self, powers: frozenset[Power] = WANTED) -> None:
        with transaction():
            caseloads.ask_powers(actor=self.cara, entry=self.entry, powers=powers, why="To look together")

    def may(self) -> frozenset[Power]:
        db.session.expire_all()
        return queries.powers_over(self.cara, self.ada.id)

    def decide(self, powers: frozenset[Power] = WANTED, review_on: date | None = None) -> CapacityDecision:
        with transaction():
            return decisions.record_capacity_decision(
                actor=self.cara,
                entry=self.entry,
                powers=powers,
                reasons=REASONS,
                evidence=CapacityEvidence.BEST_INTERESTS,
                review_on=review_on or clock.today() + timedelta(days=90),
            )


@pytest.fixture
def scene(app: Flask) -> Scene:
    """The scene, on both databases."""
    del app
    return Scene()


def _acts(kind: str = "caseload_entry") -> list[str]:
    rows = select(AuditEvent.action).where(AuditEvent.subject_kind == kind).order_by(AuditEvent.id)
    return list(db.session.scalars(rows))


def test_a_care_manager_asks_and_the_person_says_yes_to_some_and_no_to_some(client: InspectingClient) -> None:
    scene = Scene()
    accounts.sign_in(client, scene.cara)
    asking = f"/caseload/{scene.entry.public_id}/ask"
    page = client.page(asking)
    assert "They let you do nothing so far." in page.get_text()
    assert all(line in page.get_text() for line in BY_LAW)
    assert "book" not in {box["value"] for box in page.select("input[type=checkbox]")}
    client.submit(asking, powers=["see_council_money", "suggest"], why="To look for support together")
    assert scene.may() == frozenset(), "asking opens nothing"
    assert messages.sent()[-1] == (scene.ada.email, "Somebody asks what they may do for you")

    accounts.sign_in(client, scene.ada)
    page = client.page("/people-beside-you")
    assert "Cara Manager asks what they may do for you" in page.get_text()
    assert all(line in page.get_text() for line in BY_LAW)
    (link,) = [str(a["href"]) for a in page.select("main a") if a.get_text(strip=True) == "Say yes or no"]
    assert "They say why: To look for support together" in client.page(link).get_text()
    missed = client.submit(link, answer_suggest="yes")
    assert "Select yes, no or later" in missed.get_data(as_text=True)
    assert scene.may() == frozenset()
    client.submit(link, answer_suggest="yes", answer_see_council_money="no")
    assert scene.may() == {Power.SUGGEST}
    assert _acts() == ["powers_asked", "powers_answered"]
    assert "no, they may not see my money from the council" in client.page(link).get_text()
    told = client.page("/people-beside-you/history").get_text()
    assert "Yes to:" in told
    assert "No to:" in told


def test_the_person_narrows_and_ends_it_at_once(client: InspectingClient) -> None:
    scene = Scene()
    scene.entry.powers = ["see_plan", "suggest", "book_council_managed"]
    db.session.commit()
    accounts.sign_in(client, scene.ada)
    narrow = f"/people-beside-you/care-managers/{scene.entry.public_id}/narrow"
    client.submit(narrow, powers=["see_plan", "suggest"])
    assert scene.may() == {Power.SEE_PLAN, Power.SUGGEST}
    sent = client.submit(narrow, powers=[])
    assert sent.location == "/people-beside-you"
    assert scene.may() == frozenset()
    assert _acts() == ["powers_narrowed", "powers_narrowed"]


def test_nobody_but_the_person_or_whom_they_let_decide_answers(scene: Scene) -> None:
    scene.ask()
    sam, dora, stranger = accounts.person(), accounts.person(), accounts.person()
    circles.support(scene.ada, sam, frozenset({Power.BOOK, Power.SEE_MONEY}))
    circles.support(scene.ada, dora, frozenset({Power.DECIDE, Power.SUGGEST}))
    for nobody in (scene.cara, scene.con, sam, stranger):
        with pytest.raises(supporters.CannotGrant), transaction():
            caseloads.answer_asked(actor=nobody, entry=scene.entry, yes=[Power.SUGGEST], no=[])
        with pytest.raises(supporters.CannotGrant), transaction():
            caseloads.narrow_powers(actor=nobody, entry=scene.entry, keep=[])
        with pytest.raises(NotFound):
            queries.entry_beside(nobody, scene.entry.public_id)
    with pytest.raises(supporters.CannotGrant), transaction():
        caseloads.answer_asked(actor=dora, entry=scene.entry, yes=[Power.SEE_COUNCIL_MONEY], no=[])
    assert scene.may() == frozenset(), "nobody grants what they do not have"
    with transaction():
        caseloads.answer_asked(actor=dora, entry=scene.entry, yes=[Power.SUGGEST], no=[Power.SEE_COUNCIL_MONEY])
    assert scene.may() == {Power.SUGGEST}


def test_what_was_not_asked_is_not_granted_and_narrowing_never_widens(scene: Scene) -> None:
    scene.ask(frozenset({Power.SUGGEST}))
    with pytest.raises(Conflict), transaction():
        caseloads.answer_asked(actor=scene.ada, entry=scene.entry, yes=[Power.BOOK_COUNCIL_MANAGED], no=[])
    with pytest.raises(supporters.CannotGrant), transaction():
        caseloads.narrow_powers(actor=scene.ada, entry=scene.entry, keep=[Power.SUGGEST])
    with pytest.raises(BadInput), transaction():
        caseloads.answer_asked(actor=scene.ada, entry=scene.entry, yes=[], no=[])
    with pytest.raises(Conflict), transaction():
        caseloads.ask_powers(actor=scene.cara, entry=scene.entry, powers={Power.SUGGEST}, why="Again")
    assert scene.may() == frozenset()


@pytest.mark.parametrize("power", [Power.BOOK, Power.DECIDE])
def test_council_staff_are_never_let_spend_private_money_or_decide(scene: Scene, power: Power) -> None:
    with pytest.raises(NotAllowed), transaction():
        caseloads.ask_powers(actor=scene.cara, entry=scene.entry, powers={power}, why="Please")
    with pytest.raises(IntegrityError), transaction():
        scene.entry.powers = [power.value]
        db.session.flush()
    with pytest.raises(IntegrityError), transaction():
        scene.entry.decided = {power.value: "2099-01-01"}
        db.session.flush()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            AskedPower(entry_id=scene.entry.id, power=power, why="x", asked_at=clock.now(), asked_by_id=scene.cara.id)
        )
        db.session.flush()
    assert scene.may() == frozenset()


def test_a_yes_pressed_twice_and_a_narrowing_at_the_same_moment_leave_one_answer(app: Flask) -> None:
    scene = Scene()
    scene.ask(frozenset({Power.SUGGEST}))
    entry_id, ada_id = scene.entry.id, scene.ada.id

    def press(number: int) -> None:
        del number
        with transaction():
            caseloads.answer_asked(
                actor=db.session.get_one(Person, ada_id),
                entry=db.session.get_one(CaseloadEntry, entry_id),
                yes=[Power.SUGGEST],
                no=[],
            )

    assert sorted(at_once(app, press, 3)) == ["Conflict", "Conflict", "done"]
    assert scene.may() == {Power.SUGGEST}
    assert _acts().count("powers_answered") == 1


# Decisions where a person cannot decide.


def test_a_decision_counts_once_a_second_agreed_and_until_its_day_of_review(scene: Scene) -> None:
    made = scene.decide()
    assert scene.may() == frozenset(), "never the care manager alone"
    other = accounts.person(Role.COMMISSIONER, council_id=circles.council().id)
    for nobody in (scene.cara, scene.ada, other):
        with pytest.raises(NeedsASecond), transaction():
            decisions.answer_capacity_decision(actor=nobody, decision=made, agrees=True)
    assert scene.may() == frozenset()
    with transaction():
        decisions.answer_capacity_decision(actor=scene.con, decision=made, agrees=True)
    assert scene.may() == powers_from(WANTED)
    with clock.set_to(clock.now() + timedelta(days=90)):
        assert scene.may() == frozenset(), "it ends at its day of review"
    with clock.set_to(clock.now() + timedelta(days=89)):
        assert scene.may() == powers_from(WANTED)
    with transaction():
        decisions.end_capacity_decision(actor=scene.con, decision=made)
    assert scene.may() == frozenset()
    assert _acts("capacity_decision") == [
        "capacity_decision_made",
        "capacity_decision_agreed",
        "capacity_decision_ended",
    ]
    assert [subject for email, subject in messages.sent() if email == scene.ada.email] == 3 * [
        "Something was decided for you"
    ]


def test_a_refused_decision_opens_nothing(scene: Scene) -> None:
    made = scene.decide()
    with transaction():
        decisions.answer_capacity_decision(actor=scene.con, decision=made, agrees=False)
    assert scene.may() == frozenset()
    with pytest.raises(Conflict), transaction():
        decisions.answer_capacity_decision(actor=scene.con, decision=made, agrees=True)


@pytest.mark.parametrize("power", [Power.BOOK, Power.SEE_MONEY, Power.DECIDE])
def test_a_decision_never_opens_private_money(scene: Scene, power: Power) -> None:
    with pytest.raises(OpensPrivateMoney):
        scene.decide(frozenset({power}))
    made = scene.decide()
    with pytest.raises(IntegrityError), transaction():
        made.powers = [power.value]
        db.session.flush()
    assert scene.may() == frozenset()


def test_one_alone_is_refused_by_the_database_too(scene: Scene) -> None:
    made = scene.decide()
    with pytest.raises(IntegrityError), transaction():
        made.agreed_by_id, made.agreed_at = scene.cara.id, clock.now()
        db.session.flush()


def test_a_decision_says_everything_or_is_not_recorded(scene: Scene) -> None:
    today = clock.today()
    for days in (0, 367):
        with pytest.raises(BadInput):
            scene.decide(review_on=today + timedelta(days=days))
    for field in Reasons._fields:
        with pytest.raises(BadInput), transaction():
            decisions.record_capacity_decision(
                actor=scene.cara,
                entry=scene.entry,
                powers=WANTED,
                reasons=REASONS._replace(**{field: " "}),
                evidence=CapacityEvidence.ASSESSMENT,
                review_on=today + timedelta(days=30),
            )
    with pytest.raises(BadInput), transaction():
        decisions.record_capacity_decision(
            actor=scene.cara,
            entry=scene.entry,
            powers=WANTED,
            reasons=REASONS._replace(decided_by_name="cara manager"),
            evidence=CapacityEvidence.ASSESSMENT,
            review_on=today + timedelta(days=30),
        )
    assert db.session.scalars(select(CapacityDecision)).all() == []


def test_the_person_reads_all_of_it_and_others_nothing(client: InspectingClient) -> None:
    scene = Scene()
    accounts.sign_in(client, scene.cara)
    review = clock.today() + timedelta(days=60)
    path = client.submit(
        f"/caseload/{scene.entry.public_id}/decision",
        **REASONS._asdict(),
        powers=["suggest"],
        evidence="best_interests",
        **{"review_on-day": str(review.day), "review_on-month": str(review.month), "review_on-year": str(review.year)},
    ).location
    accounts.sign_in(client, scene.con)
    assert "Ada Example" in client.page("/caseload/second-look").get_text()
    client.submit("/caseload/second-look", button="I agree")
    assert scene.may() == {Power.SUGGEST}
    accounts.sign_in(client, scene.ada)
    text = client.page(path).get_text()
    assert all(words in text for words in REASONS)
    assert "Con Missioner" in text
    assert "Court of Protection" in text
    assert "Decision of" in client.page("/people-beside-you").get_text()
    accounts.sign_in(client, accounts.person())
    client.page(path, status=404)


# Authority over money.


def _attorney(scene: Scene, sam: Person) -> Support:
    with transaction():
        return decisions.note_authority(
            actor=scene.cara,
            entry=scene.entry,
            email=sam.email,
            relation="her son",
            kind=HelperKind.ATTORNEY,
            authority=AuthorityEvidence.LASTING_POWER,
        )


def test_an_attorney_counts_once_two_of_the_council_saw_the_paper_and_they_said_yes(scene: Scene) -> None:
    sam = accounts.person()
    made = _attorney(scene, sam)
    token = messages.last_link().rsplit("/", 1)[1] if "/supporting/" in messages.last_link() else ""
    assert made.powers == []
    for nobody in (scene.cara, scene.ada, sam, accounts.person(Role.COMMISSIONER, council_id=circles.council().id)):
        with pytest.raises(NeedsASecond), transaction():
            decisions.answer_authority(actor=nobody, support=made, agrees=True)
    with transaction():
        decisions.answer_authority(actor=scene.con, support=made, agrees=True)
    assert queries.powers_over(sam, scene.ada.id) == frozenset(), "they have not said yes"
    del token


def test_a_helper_whose_authority_is_noted_gains_nothing_before_a_second_saw_it(scene: Scene) -> None:
    sam = accounts.person()
    support = circles.support(scene.ada, sam, frozenset({Power.SEE_PLAN}))
    assert _attorney(scene, sam).id == support.id
    assert queries.powers_over(sam, scene.ada.id) == {Power.SEE_PLAN}
    with transaction():
        decisions.answer_authority(actor=scene.con, support=support, agrees=True)
    assert queries.powers_over(sam, scene.ada.id) == EVERY_POWER
    with transaction():
        supporters.end_support(actor=scene.ada, support=support)
    assert queries.powers_over(sam, scene.ada.id) == frozenset()


# Invitations and helpers.


def _invited(ada: Person, email: str = "sam@example.org") -> tuple[Support, str]:
    with transaction():
        made = invitations.invite_supporter(
            actor=ada, person=ada, email=email, relation="my brother", powers=frozenset({Power.SUGGEST})
        )
    return made, messages.last_link().rsplit("/", 1)[1]


def test_a_forwarded_link_is_refused_in_words_and_changes_nothing(client: InspectingClient) -> None:
    ada, other = accounts.person(), accounts.person(name="Olga Other")
    support, token = _invited(ada)
    accounts.sign_in(client, other)
    page = client.page(f"/supporting/{token}")
    assert [b.get_text() for b in page.select("main form button")] == ["Yes, I will help"]
    refused = client.submit(f"/supporting/{token}", button="Yes, I will help").get_data(as_text=True)
    assert "This invitation was sent to another email address than yours" in refused
    with pytest.raises(invitations.ForAnotherAddress), transaction():
        invitations.decline_invitation(actor=other, token=token)
    db.session.expire_all()
    assert (support.accepted_at, support.ended_at, support.supporter_id) == (None, None, None)
    assert not other.has_role(Role.SUPPORTER)


def test_the_address_counts_however_it_is_written_and_only_once_confirmed(app: Flask) -> None:
    del app
    ada, sam = accounts.person(), accounts.person()
    sam.email_confirmed_at = None
    db.session.commit()
    _, token = _invited(ada, sam.email.upper())
    with pytest.raises(invitations.ForAnotherAddress), transaction():
        invitations.accept_invitation(actor=sam, token=token)
    sam.email_confirmed_at = clock.now()
    db.session.commit()
    with transaction():
        assert invitations.accept_invitation(actor=sam, token=token).is_in_force


def test_a_spoken_code_lets_another_address_in_and_few_tries_are_enough(client: InspectingClient) -> None:
    ada, other = accounts.person(), accounts.person()
    support, token = _invited(ada)
    accounts.sign_in(client, ada)
    shown = client.submit(f"/people-beside-you/{support.public_id}/code", button="Make a code")
    code = "".join(
        filter(str.isdigit, shown.get_data(as_text=True).split("govuk-heading-xl")[1].split("</p>")[0].split(">")[1])
    )
    assert len(code) == 6
    assert code not in str(support.code_hash)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    accounts.sign_in(client, other)
    for _ in range(CODE_TRIES - 1):
        told = client.submit(f"/supporting/{token}", button="Yes, I will help", code=wrong).get_data(as_text=True)
        assert "This is not the code" in told
    client.submit(f"/supporting/{token}", button="Yes, I will help", code=f"{code[:3]} {code[3:]}")
    db.session.expire_all()
    assert (support.is_in_force, support.supporter_id, support.code_hash) == (True, other.id, None)


def test_after_five_wrong_tries_the_right_code_opens_nothing(app: Flask) -> None:
    del app
    ada = accounts.person()
    support, token = _invited(ada)
    with transaction():
        code = invitations.make_code(actor=ada, support=support)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(CODE_TRIES):
        with transaction():
            assert not invitations.try_code(token=token, code=wrong)
    with transaction():
        assert not invitations.try_code(token=token, code=code)
        new = invitations.make_code(actor=ada, support=support)
        assert invitations.try_code(token=token, code=new)


def test_help_ends_with_its_last_day(scene: Scene) -> None:
    sam = accounts.person()
    support = circles.support(scene.ada, sam, frozenset({Power.SUGGEST}))
    support.ends_on = clock.today()
    db.session.commit()
    assert queries.powers_over(sam, scene.ada.id) == {Power.SUGGEST}
    with clock.set_to(clock.now() + timedelta(days=1)):
        assert queries.powers_over(sam, scene.ada.id) == frozenset()
        assert queries.standing_beside([scene.ada.id]) == []
        assert not support.is_in_force


def test_staff_end_help_only_with_a_reason_evidence_and_two_pages(client: InspectingClient) -> None:
    scene = Scene()
    sam = accounts.person(name="Sam Supporter")
    support = circles.support(scene.ada, sam)
    end = f"/people-beside-you/{support.public_id}/end"
    accounts.sign_in(client, scene.cara)
    with pytest.raises(supporters.SayWhy), transaction():
        supporters.end_support(actor=scene.cara, support=support)
    with pytest.raises(supporters.SayWhy), transaction():
        supporters.end_support(actor=scene.cara, support=support, because="She lost money")
    missed = client.submit(end, because="", evidence="safeguarding").get_data(as_text=True)
    assert "Say why it has to end" in missed
    first = client.submit(end, because="Money was missing", evidence="safeguarding")
    assert "End it and tell them" in first.get_data(as_text=True)
    db.session.expire_all()
    assert support.is_in_force, "never one press"
    client.submit(end, because="Money was missing", evidence="safeguarding", step="end")
    db.session.expire_all()
    assert (support.is_in_force, support.ended_because, support.ended_evidence) == (
        False,
        "Money was missing",
        EndingEvidence.SAFEGUARDING,
    )
    assert (scene.ada.email, "Your council ended somebody's help") in messages.sent()
    accounts.sign_in(client, scene.ada)
    assert "Money was missing" in client.page("/people-beside-you").get_text()
    assert "Money was missing" in client.page("/people-beside-you/history").get_text()


def test_the_database_knows_who_answers_whom(scene: Scene) -> None:
    scene.ask(frozenset({Power.SUGGEST}))
    one = db.session.scalars(select(AskedPower)).one()
    with pytest.raises(IntegrityError), transaction():
        one.answered_at, one.answered_by_id, one.is_granted = clock.now(), scene.cara.id, True
        db.session.flush()
    assert scene.may() == frozenset()
