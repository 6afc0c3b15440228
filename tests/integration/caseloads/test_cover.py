"""Cover while somebody is away: only what the law names, told to each person, over by itself, never in a conflict."""

from datetime import date

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.caseloads import actions
from app.people.caseloads.actions import WrongDays
from app.people.circles.actions import caseloads
from app.people.circles.models import CaseloadEntry
from app.people.circles.queries import care_managers_of, caseload_of, standing_over
from app.people.councils.models import Council
from app.platform.messages.models import Message
from app.support.basket.actions import filling
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.integration.basket.test_suggestions import PLAN

pytestmark = pytest.mark.usefixtures("app")
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 4)


class Office:
    """A council with two care managers, and a person who let one of them do much."""

    def __init__(self) -> None:
        self.council: Council = circles.council()
        self.ada = accounts.person(name="Ada Example", council_id=self.council.id)
        self.helen = accounts.person(Role.CARE_MANAGER, name="Helen Away", council_id=self.council.id)
        self.omar = accounts.person(Role.CARE_MANAGER, name="Omar Cover", council_id=self.council.id)
        self.entry: CaseloadEntry = circles.caseload_entry(self.helen, self.ada, self.council)

    def name(self, **other: object) -> actions.CoverNamed:
        facts = {"actor": self.helen, "cover": self.omar, "council": self.council, "from_on": FIRST, "until_on": LAST}
        with clock.set_to(NOW), transaction():
            return actions.name_cover(**(facts | other))  # type: ignore[arg-type]


def _covered(by: Person, day: date) -> list[str]:
    with clock.set_to(clock.at_london(day, NOW.time())):
        return [entry.person.full_name for entry in db.session.scalars(caseload_of(by))]


def _told(to: Person) -> list[Message]:
    return db.session.query(Message).where(Message.to_person_id == to.id).order_by(Message.id).all()


def test_a_cover_sees_the_caseload_on_its_days_with_no_power_that_was_given_to_another(
    client: InspectingClient,
) -> None:
    office = Office()
    office.name()
    assert [_covered(office.omar, day) for day in (date(2026, 11, 22), FIRST, LAST, date(2026, 12, 5))] == [
        [],
        ["Ada Example"],
        ["Ada Example"],
        [],
    ]
    with clock.set_to(clock.at_london(FIRST, NOW.time())):
        standing = standing_over(office.omar, office.ada.id)
        assert (standing.is_care_manager, standing.powers) == (True, frozenset())
        assert standing_over(office.helen, office.ada.id).powers, "what she let Helen do stays Helen's"
        assert [one.care_manager.full_name for one in care_managers_of(office.ada)] == ["Helen Away", "Omar Cover"]
        accounts.sign_in(client, office.omar)
        card = client.page("/caseload").select_one("main .app-card")
        assert "You stand in for Helen Away until 4 December 2026" in " ".join(card.get_text(" ").split())  # type: ignore[union-attr]
        accounts.sign_in(client, office.ada)
        page = " ".join(client.page("/people-beside-you").get_text(" ").split())
        assert "Stands in for Helen Away, from 23 November 2026 until 4 December 2026." in page
        assert "Named somebody to stand in for your care manager" in client.page("/money/who-looked").get_text()
    (told,) = _told(office.ada)
    assert (
        "Omar Cover, who works for your council too, is there for you from 23 November 2026 until 4 December 2026"
        in told.body
    )


def test_a_cover_ends_early_for_everybody_and_only_by_those_it_is_about(client: InspectingClient) -> None:
    office = Office()
    cover = office.name().cover
    stranger = accounts.person(Role.CARE_MANAGER, council_id=office.council.id)
    with clock.set_to(clock.at_london(FIRST, NOW.time())):
        with pytest.raises(NotAllowed), transaction():
            actions.end_cover(actor=stranger, cover=cover)
        accounts.sign_in(client, stranger)
        client.page(f"/caseload/cover/{cover.public_id}/end", status=404)
        accounts.sign_in(client, office.omar)
        client.submit(f"/caseload/cover/{cover.public_id}/end")
        with pytest.raises(Conflict), transaction():
            actions.end_cover(actor=office.helen, cover=cover)
    assert _covered(office.omar, FIRST) == []
    assert [one.subject for one in _told(office.ada)] == [
        "Somebody else is there for you for some days",
        "Nobody stands in any more",
    ]
    assert office.name().cover.id != cover.id


def test_nobody_covers_in_a_conflict_of_interest_or_where_the_person_chose_them() -> None:
    scene = bookings.scene()
    helen = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    both = accounts.person(
        Role.CARE_MANAGER, Role.PROVIDER_STAFF, council_id=scene.council.id, provider_id=scene.provider.id
    )
    friend = accounts.person(name="Fay Friend", council_id=scene.council.id)
    circles.support(friend, both)
    free = accounts.person(name="Fred Free", council_id=scene.council.id)
    for one in (scene.person, friend, free):
        circles.caseload_entry(helen, one, scene.council)
    with clock.set_to(NOW):
        with transaction():
            filling.put_in_basket(
                actor=scene.person, person=scene.person, listing_id=scene.listing.id, plan=PLAN, key="first", pay=""
            )
        with transaction():
            named = actions.name_cover(actor=helen, cover=both, council=scene.council, from_on=FIRST, until_on=LAST)
    assert [one.full_name for one in named.left_out] == ["Ada Example", "Fay Friend"]
    assert _covered(both, FIRST) == ["Fred Free"]
    with clock.set_to(clock.at_london(FIRST, NOW.time())):
        # Who comes into a conflict later is closed to the cover at once.
        with transaction():
            filling.put_in_basket(actor=free, person=free, listing_id=scene.listing.id, plan=PLAN, key="second", pay="")
        assert not standing_over(both, free.id).is_anybody


def test_who_comes_and_goes_while_somebody_is_away() -> None:
    office = Office()
    office.name()
    new = accounts.person(name="Nina New", council_id=office.council.id)
    boss = accounts.person(Role.COMMISSIONER, council_id=office.council.id)
    with clock.set_to(clock.at_london(FIRST, NOW.time())), transaction():
        caseloads.put_on_caseload(actor=boss, care_manager=office.helen, person=new, council=office.council)
        caseloads.take_off_caseload(actor=boss, entry=office.entry)
    assert _covered(office.omar, FIRST) == ["Nina New"]


def test_days_and_people_that_cannot_stand_are_refused() -> None:
    office = Office()
    for days in ((date(2026, 11, 19), LAST), (LAST, FIRST), (FIRST, date(2027, 3, 1))):
        with pytest.raises(WrongDays):
            office.name(from_on=days[0], until_on=days[1])
    elsewhere = accounts.person(Role.CARE_MANAGER, council_id=circles.council().id)
    for who in (elsewhere, office.helen, office.ada):
        with pytest.raises(Conflict):
            office.name(cover=who)
    with pytest.raises(NotAllowed):
        office.name(actor=elsewhere)
    office.name()
    with pytest.raises(Conflict, match="already"):
        office.name(from_on=LAST, until_on=date(2026, 12, 20))
    # Two covers after one another, and one by somebody else, may be.
    office.name(from_on=date(2026, 12, 5), until_on=date(2026, 12, 20))
    assert _covered(office.omar, date(2026, 12, 6)) == ["Ada Example"]


def test_a_cover_is_named_from_the_page(client: InspectingClient) -> None:
    office = Office()
    accounts.sign_in(client, office.helen)
    with clock.set_to(NOW):
        days = {
            "from_on-day": "23",
            "from_on-month": "11",
            "from_on-year": "2026",
            "until_on-day": "4",
            "until_on-month": "12",
            "until_on-year": "2026",
        }
        answer = client.submit("/caseload/cover", who=office.omar.public_id, **days)
        assert answer.location == "/caseload/cover"
        page = client.page("/caseload/cover").get_text(" ")
    assert "Omar Cover covers for you" in page
    assert _covered(office.omar, FIRST) == ["Ada Example"]
