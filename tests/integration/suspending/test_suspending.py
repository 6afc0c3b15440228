"""A commissioner suspends a provider; nothing agreed is touched, nothing new is agreed, and everybody concerned is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select, text

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.funding.budgets.actions import releasing
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.actions import places
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider, Suspension
from app.market.providers.rules import SuspensionReason
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import answers, proposals
from app.support.recurrence.rules.patterns import Scope
from app.support.repeating.actions import changes, making_visits
from app.support.repeating.actions.replanning import Wish
from app.support.suspending import actions, queries
from app.support.suspending.queries import Reach, ToCome, Touched
from tests.factories import accounts, bookings, circles, councils, patterns, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")
WHY = {"reason": SuspensionReason.SAFEGUARDING, "words": "Two visits were missed"}
TODAY = NOW.date()


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    return bookings.scene()


def officer(scene: bookings.Scene) -> Person:
    return accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=scene.council.id)


def suspend(scene: bookings.Scene, from_on: date = TODAY, **more: object) -> Suspension:
    with clock.set_to(NOW):
        with transaction():
            made = places.suspend_provider(
                actor=None, provider=scene.provider, council=scene.council, from_on=from_on, **WHY, **more
            )
            number = made.id
        with transaction():
            actions.tell_of_suspension(suspension_id=number)
    return db.session.get_one(Suspension, number)


def test_the_officer_sees_who_is_touched_confirms_and_ends_it(client: InspectingClient, scene: bookings.Scene) -> None:
    money = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    bookings.accepted(scene, money)
    bookings.booking(scene, money)
    elsewhere = accounts.person(Role.PERSON, name="Una Elsewhere", council_id=councils.council().id)
    theirs = bookings.pot(elsewhere, PotKind.OWN_MONEY, 20_000)
    bookings.accepted(bookings.Scene(scene.council, elsewhere, scene.staff, scene.provider, scene.listing), theirs)
    boss, address = officer(scene), f"/providers/{scene.provider.public_id}/suspend"
    helper = accounts.person(Role.PERSON, name="Sue Supporter")
    circles.support(scene.person, helper)
    told_before = db.session.scalar(select(func.count(Message.id)))
    with clock.set_to(NOW):
        accounts.sign_in(client, boss)
        assert "Suspensions of Bright Days" in client.page(f"/providers/{scene.provider.public_id}").get_text()
        assert "Select what is suspended" in client.submit(address).get_data(as_text=True)
        filled = {
            "reach": scene.council.code,
            "from_on-day": "20",
            "from_on-month": "11",
            "from_on-year": "2026",
            "sort": "safeguarding",
            "words": "Two visits were missed",
            "public_words": "The council looks into missed visits",
        }
        check = client.submit(address, button="Continue", **filled)
        said = check.get_data(as_text=True)
        assert ("1 person" in said, "1 visit" in said, "1 request" in said) == (True, True, True)
        assert db.session.scalar(select(func.count(Suspension.id))) == 0
        done = client.post(address, data={**_hidden(said), "step": "confirm"})
        made = db.session.scalars(select(Suspension)).one()
        assert (done.status_code, done.location) == (302, f"/suspensions/{made.public_id}")
        page = client.page(done.location).get_text()
        assert "Ada Example" in page
        assert elsewhere.full_name not in page
        assert "Stands" in client.page("/suspensions").get_text()
        looked = db.session.scalars(
            select(AuditEvent.for_person_id).where(AuditEvent.action == "bookings_in_a_list_looked_at")
        ).all()
        assert looked == [scene.person.id]
        new = db.session.execute(
            select(Message.to_person_id, Message.subject, Message.body).order_by(Message.id).offset(told_before)
        ).all()
        assert [number for number, *_ in new] == [scene.staff.id, scene.person.id, helper.id]
        assert all("missed" not in f"{subject} {body}" for _, subject, body in new)
        ended = client.submit(f"/suspensions/{made.public_id}/end", words="Put right")
        assert (ended.status_code, ended.location) == (302, f"/suspensions/{made.public_id}")
        assert client.get(f"/suspensions/{made.public_id}/end").status_code == 404
    db.session.expire_all()
    assert (made.ended_by_id, made.end_words, made.told_at is None, made.end_told_at is None) == (
        boss.id,
        "Put right",
        False,
        False,
    )


def _hidden(html: str) -> dict[str, str]:
    form = BeautifulSoup(html, "html.parser").select_one("main form")
    assert form is not None
    return {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input")}


def test_another_councils_officer_finds_none_of_it(client: InspectingClient, scene: bookings.Scene) -> None:
    made = suspend(scene)
    accounts.sign_in(client, accounts.person(Role.COMMISSIONER, council_id=councils.council().id))
    for address in (f"/suspensions/{made.public_id}", f"/suspensions/{made.public_id}/end"):
        assert client.get(address).status_code == 404
    assert "Bright Days" not in client.page("/suspensions").select_one("main").get_text()


def test_its_pages_say_so_to_that_councils_people_and_to_its_staff(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    scene.council.phone = "0161 999 0000"
    db.session.commit()
    suspend(scene, public_words="The council looks into missed visits.")
    other = councils.council()
    said = (
        f"Bright Days has been suspended by {scene.council.name} since 20 November 2026, so you cannot book it. "
        "The council looks into missed visits. Visits already agreed stand. "
        f"Speak with {scene.council.name} on 0161 999 0000 if you are worried or want another provider."
    )
    with clock.set_to(NOW):
        for address in (f"/providers/{scene.provider.public_id}", f"/listings/{scene.listing.public_id}"):
            assert said in " ".join(client.page(f"{address}?council={scene.council.code}").get_text().split())
            assert "suspended" not in client.page(f"{address}?council={other.code}").get_text()
        accounts.sign_in(client, scene.person)
        assert client.get(f"/listings/{scene.listing.public_id}/book").status_code == 409
        accounts.sign_in(client, scene.staff)
        desk = " ".join(client.page("/desk").get_text().split())
    assert f"{scene.council.name} has suspended Bright Days from 20 November 2026." in desk
    assert "Why: people may not be safe. Two visits were missed" in desk
    assert f"say so to {scene.council.name} on 0161 999 0000" in desk


def test_what_is_agreed_stands_also_what_repeats_and_nothing_new_is(scene: bookings.Scene) -> None:
    providers.place(scene.provider, councils.framework(scene.council, [scene.listing.kind]).lots[0])
    pot = patterns.budget(scene, 20_000, PotKind.COUNCIL_MANAGED)
    booking = patterns.agreed(scene, pot)
    waiting = bookings.booking(scene, pot)
    before = len([visit for visit in booking.visits if visit.status == VisitStatus.PLANNED])
    suspend(scene)
    with clock.set_to(NOW):
        assert queries.touched(Reach.to(scene.provider, scene.council, None)) == Touched(1, before, 1, 1)
        made = db.session.scalars(select(Suspension)).one()
        first = min(visit.starts_at for visit in booking.visits)
        assert queries.visits_to_come_of(made, [scene.person]) == {scene.person.id: ToCome(before, first, repeats=True)}
        for refused in (
            lambda: answers.accept(actor=scene.staff, booking=waiting),
            lambda: proposals.propose(
                actor=scene.staff, booking=waiting, times=bookings.tuesday(), words="Better for us"
            ),
            lambda: changes.ask_change(
                actor=scene.person,
                booking=booking,
                name=booking.visits[0].public_id,
                scope=Scope.THIS,
                wish=Wish(start=time(14), end=time(15), on=date(2026, 11, 25)),
                key="a-change-of-time-0001",
            ),
        ):
            with pytest.raises(Conflict, match="nothing new can be agreed"), transaction():
                refused()
    # Its next period's money comes: visits agreed with the pattern are made, from money of the council's.
    day = date(2026, 11, 30)
    with clock.set_to(datetime(2026, 11, 30, 6, tzinfo=UTC)):
        with transaction():
            releasing.work_off(on=day)
        with transaction():
            made_now = making_visits.confirm(person_id=scene.person.id)
    assert (made_now.made, made_now.waiting) == (4, 0)
    with clock.set_to(NOW), transaction():
        answers.decline(actor=scene.staff, booking=waiting, reason="We are suspended")


def test_a_killed_run_is_told_once_and_one_taken_back_at_once_is_not_spoken_of(
    app: Flask, scene: bookings.Scene
) -> None:
    bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000))
    told = db.session.scalar(select(func.count(Message.id)))
    with clock.set_to(NOW):
        with transaction():
            places.suspend_provider(actor=None, provider=scene.provider, council=scene.council, from_on=TODAY, **WHY)
        run = app.test_cli_runner()
        assert [run.invoke(args=["providers", "tell-suspensions"]).output for _ in range(2)] == [
            "2 people were told\n",
            "0 people were told\n",
        ]
        with transaction():
            unsaid = places.suspend_provider(actor=None, provider=scene.provider, council=None, from_on=TODAY, **WHY)
        with transaction():
            places.end_suspension(actor=None, suspension=unsaid, words="A mistake")
        assert run.invoke(args=["providers", "tell-suspensions"]).output == "0 people were told\n"
    assert db.session.scalar(select(func.count(Message.id))) == told + 2


def test_the_operator_suspends_everywhere_and_ends_it_by_command(app: Flask, scene: bookings.Scene) -> None:
    run, key = app.test_cli_runner(), scene.provider.public_id
    asked = ["providers", "suspend", key, "--reason", "contract", "--words", "No answer"]
    with clock.set_to(NOW):
        assert run.invoke(args=asked).output == ("Bright Days is suspended from 2026-11-20; 1 person was told\n")
        again = run.invoke(args=asked)
        assert (again.exit_code, "suspended there already" in again.output) == (1, True)
        assert run.invoke(args=[*asked, "--council", scene.council.code]).exit_code == 0
        late = run.invoke(args=[*asked, "--from", "2026-11-19"])
        assert (late.exit_code, "never reaches back" in late.output) == (1, True)
        ended = run.invoke(args=["providers", "resume", key, "--words", "Answered"])
        assert ended.output == "Bright Days can be booked again; 1 person was told\n"
        gone = run.invoke(args=["providers", "resume", key, "--words", "Answered"])
        assert (gone.exit_code, "is not suspended there" in gone.output) == (1, True)
    standing = db.session.scalars(select(Suspension).where(Suspension.ended_at.is_(None))).one()
    assert standing.council_id == scene.council.id


WAITS_FOR_US = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")


def test_a_booking_under_way_waits_for_a_suspension_and_sees_it(app: Flask, scene: bookings.Scene) -> None:
    money_id = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000).id
    person_id, listing_id = scene.person.id, scene.listing.id
    starts = (clock.now() + timedelta(days=5)).replace(hour=10, minute=0, second=0, microsecond=0)

    def book() -> str:
        with app.app_context():
            try:
                with transaction():
                    person = db.session.get_one(Person, person_id)
                    bookings.request_booking(
                        actor=person,
                        person=person,
                        listing=db.session.get_one(Listing, listing_id),
                        times=[(starts, starts + timedelta(hours=1))],
                        add_on_ids=(),
                        pots=[money_id],
                        key="race-of-booking-00000001",
                    )
            except Conflict as refusal:
                return str(refusal)
        return "booked"

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            places.suspend_provider(
                actor=None, provider=scene.provider, council=scene.council, from_on=clock.today(), **WHY
            )
            booking = pool.submit(book)
            # Files let one write at a time: there it waits before it has looked at anything.
            while db.engine.dialect.name == "postgresql" and not booking.done():
                if db.session.scalar(WAITS_FOR_US):
                    break
        outcome = booking.result(timeout=60)
    assert "has been suspended by" in outcome
    assert db.session.scalar(select(func.count(Booking.id))) == 0
    assert bookings.left(db.session.get_one(Pot, money_id)) == (20_000, 0)


def test_a_booking_comes_wholly_before_a_suspension_or_is_refused(app: Flask, scene: bookings.Scene) -> None:
    """Many book while one suspends: whoever was refused came after it, and nobody books once it is kept."""
    people = [accounts.person(Role.PERSON, council_id=scene.council.id) for _ in range(5)]
    pots = [bookings.pot(one, PotKind.OWN_MONEY, 20_000).id for one in people]
    ids = [one.id for one in people]
    council_id, provider_id, listing_id = scene.council.id, scene.provider.id, scene.listing.id

    def job(number: int) -> None:
        if number == 0:
            with transaction():
                places.suspend_provider(
                    actor=None,
                    provider=db.session.get_one(Provider, provider_id),
                    council=db.session.get_one(Council, council_id),
                    from_on=clock.today(),
                    **WHY,
                )
            return
        starts = (clock.now() + timedelta(days=5)).replace(hour=10, minute=0, second=0, microsecond=0)
        with transaction():
            person = db.session.get_one(Person, ids[number - 1])
            bookings.request_booking(
                actor=person,
                person=person,
                listing=db.session.get_one(Listing, listing_id),
                times=[(starts, starts + timedelta(hours=1))],
                add_on_ids=(),
                pots=[pots[number - 1]],
                key=f"race-of-booking-{number:08d}",
            )

    outcomes = at_once(app, job, 6)
    assert outcomes[0] == "done"
    made = db.session.scalar(select(func.count(Booking.id)))
    assert made == outcomes[1:].count("done")
    assert outcomes[1:].count("Conflict") == 5 - made
    held = db.session.scalar(select(func.count(Visit.id)))
    assert held == made
    late = [job_outcome for job_outcome in [*at_once(app, lambda number: job(number + 1), 5)] if job_outcome != "done"]
    assert len(late) == 5 - made
