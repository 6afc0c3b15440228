"""A provider joins from the site: how much it is asked, who is caught as a double, and who waits for a council."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing, ListingStatus, RateCard
from app.market.joining.actions import drafts, publishing
from app.market.joining.actions.drafts import KnownAlready
from app.market.joining.models import Joining
from app.market.joining.rules import JoiningStatus
from app.market.providers.models import Provider, Registration
from app.market.providers.rules import CqcRating, ProviderKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import requests
from app.support.bookings.actions.requests import BookingRequest
from tests.factories import accounts, bookings, councils, messages, providers
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")

WHO: dict[str, Any] = {
    "kind": ProviderKind.MICRO_PROVIDER,
    "name": "Tidy Hands",
    "postcode": "QX1 1AA",
    "phone": "0161 496 0001",
}


def _drafted(person: Person, council: Council, *, offer: str = "home-help", **who: Any) -> Joining:
    with transaction():
        joining = drafts.begin(actor=person, **{**WHO, **who})
        return drafts.change_offer(
            actor=person,
            joining=joining,
            kind=offer,
            summary="I clean and shop",
            area=(council.id, None),
            unit=None if offer == "clubs" else "hour",  # type: ignore[arg-type]
            price_pence=None if offer == "clubs" else 18_00,
        )


def _published(person: Person, joining: Joining) -> Joining:
    with transaction():
        return publishing.publish_joining(actor=person, joining=joining)


class Counting:
    """Walks as somebody does who knows nothing: notes each page with something to read or do, and each answer given."""

    def __init__(self, client: InspectingClient) -> None:
        self.client = client
        self.pages: list[str] = []
        self.answers: list[str] = []

    def go(self, address: str) -> BeautifulSoup:
        if address not in self.pages:
            self.pages.append(address)
        return self.client.page(address)

    def send(self, address: str, *, at: str | None = None, **answers: Any) -> str:
        """Answer a page's questions, and go where it leads."""
        self.go(address)
        self.answers += answers
        response = self.client.submit(address, at=at, **answers)
        assert response.status_code == 302, BeautifulSoup(response.text, "html.parser").select_one("main").get_text()
        return str(response.location)


def test_a_micro_provider_is_booked_after_eight_pages_and_fifteen_answers(client: InspectingClient) -> None:
    scene = bookings.scene()
    councils.places(scene.council)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_00)
    with clock.set_to(bookings.NOW):
        walk = Counting(client)
        walk.go(
            walk.send(
                "/sign-up?next=/join", full_name="Mia Micro", email="mia@example.org", password="gentle marble canoe 7"
            )
        )
        after = walk.send(messages.last_link())
        after = walk.send(after, email="mia@example.org", password="gentle marble canoe 7")
        assert after == "/join"
        after = walk.send(after, kind="micro_provider", name="Tidy Hands", postcode="qx11aa", phone="0161 496 0001")
        assert after.endswith("/offer")
        after = walk.send(
            after, kind="home-help", summary="I clean and shop", area=scene.council.code, unit="hour", price="18"
        )
        assert "Nobody has to look at it first" in walk.go(after).get_text()
        walk.answers.append("is_true")
        response = client.submit(after, button="Put it on show", is_true="y")
        assert (response.status_code, response.location) == (302, after)
        assert "Tidy Hands is on show" in client.page(after).get_text()
        listing = db.session.scalars(select(Listing).join(Provider).where(Provider.name == "Tidy Hands")).one()
        with transaction():
            sent = requests.send_request(
                actor=scene.person,
                person=scene.person,
                listing_id=listing.id,
                asked=BookingRequest(times=bookings.tuesday(), add_on_ids=(), pots=[pot.id], key="first-booking-0001"),
            )
            booked, reference = sent.id, sent.reference
        assert reference in walk.go("/desk").get_text()
        client.submit("/desk", button=f"Accept {reference}")
    db.session.expire_all()
    found = db.session.get_one(Booking, booked)
    assert (found.status, found.total_pence) == (BookingStatus.ACCEPTED, 27_00)
    assert len(walk.pages) <= 8, walk.pages
    assert len(walk.answers) <= 15, walk.answers


def test_every_question_left_out_of_the_count_may_be_left_empty(client: InspectingClient) -> None:
    """What the journey above did not answer is asked of nobody: the pages say no more when it is empty."""
    council = councils.council()
    person = accounts.person()
    accounts.sign_in(client, person)
    page = BeautifulSoup(client.submit("/join").text, "html.parser")
    assert [link.get_text() for link in page.select(".govuk-error-summary a")] == [
        "Select what sort of provider you are",
        "Enter the name people know you by",
        "Enter the postcode of your office, or where you start from",
        "Enter a telephone number or an email address for customers",
    ]
    joining = _drafted(person, council)
    joining.offer = None
    db.session.commit()
    page = BeautifulSoup(
        client.submit(f"/join/{joining.public_id}/offer", kind="", summary="", area="", unit=[], price="").text,
        "html.parser",
    )
    assert len(page.select(".govuk-error-summary a")) == 4


def test_what_is_published_is_whole(client: InspectingClient) -> None:
    council = councils.council()
    person = accounts.person(name="Mia Micro")
    joining = _published(person, _drafted(person, council, about="I am Mia.", website="https://tidy.example"))
    provider = db.session.get_one(Provider, joining.provider_id)
    assert (provider.name, provider.kind, provider.postcode, provider.phone, provider.is_claimed) == (
        "Tidy Hands", ProviderKind.MICRO_PROVIDER, "QX1 1AA", "0161 496 0001", True,
    )  # fmt: skip
    assert person.provider_ids == {provider.id}
    listing = db.session.scalars(select(Listing)).one()
    assert (listing.status, listing.title, listing.kind) == (
        ListingStatus.PUBLISHED,
        "Cleaning and home help",
        "home-help",
    )
    card = db.session.scalars(select(RateCard)).one()
    assert (card.weekday_pence, card.sunday_pence, card.valid_from) == (18_00, 18_00, clock.today())
    page = client.page(f"/providers/{provider.public_id}").get_text()
    assert "£18.00" in page
    assert "I am Mia." in page
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "joining").order_by(AuditEvent.id)
    )
    assert list(actions) == ["joining_begun", "joining_published"]
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_draft_is_left_and_resumed_seen_and_given_up(client: InspectingClient) -> None:
    council = councils.council()
    councils.places(council)
    person, other = accounts.person(), accounts.person()
    accounts.sign_in(client, person)
    response = client.submit("/join", kind="charity", name="Open Door", postcode="QX1 1AA", email="hello@example.org")
    assert response.location.endswith("/offer")
    address = response.location.removesuffix("/offer")
    assert client.get("/join").location == address
    for wrong in ("javascript:alert(1)", "\x1b[31m", "[x", "www", "a b.example"):
        assert client.submit(f"{address}/who", website=wrong).status_code == 200
    assert [one.get_text(" ", strip=True) for one in client.page(address).select(".govuk-task-list__item")] == [
        "Who you are Done", "What you offer To do", "Charity number If you have one",
    ]  # fmt: skip
    assert "Put it on show" not in client.page(address).get_text()
    assert "Nobody but you sees this yet." in client.page(f"{address}/preview").get_text()
    chosen = client.page(f"{address}/offer").select_one("#area option[selected]")
    assert chosen is not None
    assert chosen["value"] == council.code
    client.submit(f"{address}/who", name="Open Doors")
    client.submit(f"{address}/numbers", charity_number="1123456")
    assert "Open Doors" in client.page(f"{address}/preview").get_text()
    with pytest.raises(Conflict, match="Something is still to be done first: What you offer"):
        _published(person, db.session.scalars(select(Joining)).one())
    db.session.rollback()
    accounts.sign_in(client, other)
    for path in ("", "/who", "/offer", "/numbers", "/preview"):
        assert client.get(f"{address}{path}").status_code == 404
    accounts.sign_in(client, person)
    client.submit(address, at=f"{address}/give-up")
    assert db.session.scalar(select(func.count()).select_from(Joining)) == 0


@pytest.mark.parametrize(
    ("name", "postcode"),
    [("Tidy Hands", "QX1 1AA"), ("TIDY-hands.", "qx11aa"), ("Tidy  Hands", "QX1 1AA")],
)
@pytest.mark.parametrize("is_claimed", [True, False])
def test_the_same_name_at_the_same_postcode_leads_to_the_page_there_is(
    client: InspectingClient, name: str, postcode: str, is_claimed: bool
) -> None:
    there = providers.provider("Tidy Hands", claimed=is_claimed, postcode="QX1 1AA")
    accounts.sign_in(client, accounts.person())
    response = client.submit("/join", kind="sole_trader", name=name, postcode=postcode, phone="0161 496 0001")
    page = BeautifulSoup(response.text, "html.parser")
    assert "Tidy Hands is here already" in page.select_one(".govuk-error-summary").get_text()  # type: ignore[union-attr]
    to = "" if is_claimed else "/claim"
    assert page.select_one(f'main a[href="/providers/{there.public_id}{to}"]') is not None
    assert (
        client.submit(
            "/join", kind="sole_trader", name="Tidy Hands", postcode="QX1 1AB", phone="0161 496 0001"
        ).status_code
        == 302
    )


def test_the_same_number_leads_to_the_page_there_is(client: InspectingClient) -> None:
    council = councils.council()
    person = accounts.person()
    providers.provider("Old Charity", claimed=False, charity_number="1123456")
    registered = providers.provider("Old Care", claimed=False, cqc_provider_id="1-101")
    providers.registration(registered, "1-123456789")
    joining = _drafted(person, council, kind=ProviderKind.CHARITY, offer="care-at-home")
    with pytest.raises(KnownAlready, match="Old Charity is here already"), transaction():
        drafts.change_numbers(actor=person, joining=joining, charity_number="1123456", cqc_location_id=None)
    accounts.sign_in(client, person)
    page = client.submit(f"/join/{joining.public_id}/numbers", cqc_location_id="1-123456789", charity_number="").text
    assert f'href="/providers/{registered.public_id}/claim"' in page
    assert (
        "Enter the location number as it stands"
        in client.submit(f"/join/{joining.public_id}/numbers", cqc_location_id="12").text
    )


@pytest.mark.parametrize("words", ["old car", "QX1 1AA", "1-123456789", "1-101", "Old Care Sale"])
def test_a_register_is_searched_by_name_number_or_postcode(client: InspectingClient, words: str) -> None:
    registered = providers.provider("Old Care", claimed=False, cqc_provider_id="1-101", postcode="QX1 1AA")
    providers.registration(registered, "1-123456789", name="Old Care Sale")
    providers.provider("Another", claimed=False)
    accounts.sign_in(client, accounts.person())
    page = client.page(f"/join/known?q={words}")
    assert [link["href"] for link in page.select("main li a")] == [f"/providers/{registered.public_id}/claim"]


def test_personal_care_waits_for_the_council_which_notes_its_registration(client: InspectingClient) -> None:
    council, elsewhere = councils.council(), councils.council()
    boss = accounts.person(Role.COMMISSIONER, name="Bea Boss", council_id=council.id)
    stranger = accounts.person(Role.COMMISSIONER, council_id=elsewhere.id)
    person = accounts.person(name="Cara Carer")
    joining = _drafted(person, council, offer="care-at-home", kind=ProviderKind.LOCAL)
    with pytest.raises(Conflict, match="Registration with the Care Quality Commission"):
        _published(person, joining)
    db.session.rollback()
    with transaction():
        drafts.change_numbers(actor=person, joining=joining, charity_number=None, cqc_location_id="1-123456789")
    address = f"/join/{joining.public_id}"
    accounts.sign_in(client, person)
    client.submit(address, button="Send it to the council", is_true="y")
    assert "looks at it first" in client.page(address).get_text()
    assert client.get(f"{address}/offer").status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Provider)) == 0
    client.submit(address, button="Take it back to change it")
    client.submit(address, button="Send it to the council", is_true="y")
    accounts.sign_in(client, stranger)
    assert client.get(f"/joining/{joining.public_id}").status_code == 404
    accounts.sign_in(client, boss)
    assert "Tidy Hands" in client.page("/joining").get_text()
    assert "Enter the reason" in client.submit(f"/joining/{joining.public_id}", decision="decline").text
    client.submit(f"/joining/{joining.public_id}", decision="decline", reason="That number is another's")
    accounts.sign_in(client, person)
    assert "That number is another's" in client.page(address).get_text()
    client.submit(address, button="Send it to the council", is_true="y")
    accounts.sign_in(client, boss)
    assert client.submit(f"/joining/{joining.public_id}", decision="approve").location == "/joining"
    assert "Joined in the last eight weeks" in client.page("/joining").get_text()
    db.session.expire_all()
    made = db.session.scalars(select(Registration)).one()
    assert (made.cqc_location_id, made.rating, made.provider_id) == (
        "1-123456789",
        CqcRating.NOT_YET_RATED,
        joining.provider_id,
    )
    assert db.session.scalars(select(Listing)).one().status == ListingStatus.PUBLISHED
    subjects = db.session.scalars(select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id))
    assert list(subjects) == ["About the page you want to put on show", "Your page is on show"]
    assert joining.decided_by_id == boss.id


def test_a_service_of_a_council_is_never_put_on_show_by_itself() -> None:
    """Money that a council looks after pays such a service without a framework."""
    council = councils.council()
    own = accounts.person(Role.COMMISSIONER, council_id=council.id)
    joining = _published(own, _drafted(own, council, kind=ProviderKind.IN_HOUSE))
    assert (joining.status, joining.provider_id) == (JoiningStatus.WAITING, None)
    with pytest.raises(NotAllowed, match="You cannot decide about your own"), transaction():
        publishing.answer_joining(actor=own, joining=joining, approve=True)


def test_an_assistant_is_an_introduction(client: InspectingClient) -> None:
    council = councils.council()
    person = accounts.person(name="Pat Assistant")
    with pytest.raises(BadInput, match="Select a kind of support from the list"):
        _drafted(person, council, kind=ProviderKind.PERSONAL_ASSISTANT, offer="care-at-home")
    db.session.rollback()
    joining = _published(
        person, _drafted(person, council, kind=ProviderKind.PERSONAL_ASSISTANT, offer="personal-assistant")
    )
    listing = db.session.scalars(select(Listing)).one()
    assert (joining.status, listing.is_employed) == (JoiningStatus.PUBLISHED, True)
    assert "You are the employer" in client.page(f"/listings/{listing.public_id}").get_text()


def test_what_another_kind_cannot_have_is_taken_out() -> None:
    council = councils.council()
    person = accounts.person()
    joining = _drafted(person, council, kind=ProviderKind.CHARITY, offer="advocacy")
    with transaction():
        drafts.change_numbers(actor=person, joining=joining, charity_number="1123456", cqc_location_id=None)
        drafts.change_who(actor=person, joining=joining, **{**WHO, "kind": ProviderKind.PERSONAL_ASSISTANT})
    assert (joining.charity_number, joining.offer, joining.unit, joining.price_pence) == (None, None, None, None)


def test_a_free_club_joins_without_a_price() -> None:
    council = councils.council()
    person = accounts.person()
    _published(person, _drafted(person, council, kind=ProviderKind.COMMUNITY, offer="clubs"))
    listing = db.session.scalars(select(Listing)).one()
    assert (listing.is_free, listing.status) == (True, ListingStatus.PUBLISHED)
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 0


def test_two_clicks_publish_once(app: Flask) -> None:
    council, person = councils.council(), accounts.person()
    number, who = _drafted(person, council).id, person.id

    def press(_number: int) -> None:
        with transaction():
            publishing.publish_joining(
                actor=db.session.get_one(Person, who), joining=db.session.get_one(Joining, number)
            )

    assert at_once(app, press, 3) == ["done"] * 3
    assert db.session.scalar(select(func.count()).select_from(Provider)) == 1
    assert db.session.scalar(select(func.count()).select_from(Listing)) == 1


def test_two_begin_clicks_make_one_draft(app: Flask) -> None:
    who = accounts.person().id

    def press(_number: int) -> None:
        with transaction():
            drafts.begin(actor=db.session.get_one(Person, who), **WHO)

    assert at_once(app, press, 3) == ["done"] * 3
    assert db.session.scalar(select(func.count()).select_from(Joining)) == 1


def test_two_people_with_one_provider_at_the_same_moment_make_one_page(app: Flask) -> None:
    council = councils.council()
    people = [accounts.person(), accounts.person()]
    numbers = [(one.id, _drafted(one, council).id) for one in people]

    def press(number: int) -> None:
        who, joining = numbers[number]
        with transaction():
            publishing.publish_joining(
                actor=db.session.get_one(Person, who), joining=db.session.get_one(Joining, joining)
            )

    answers = at_once(app, press, 2)
    assert sorted(answers) in (["Conflict", "done"], ["KnownAlready", "done"])
    assert db.session.scalar(select(func.count()).select_from(Provider)) == 1


def test_an_account_brings_five_providers_and_no_more() -> None:
    council, person = councils.council(), accounts.person()
    for number in range(5):
        _published(person, _drafted(person, council, name=f"Tidy Hands {number}"))
    with pytest.raises(Conflict, match="One account can bring 5 providers"), transaction():
        drafts.begin(actor=person, **WHO)


def test_the_database_keeps_one_page_of_a_name_at_a_place() -> None:
    council = councils.council()
    one, other = accounts.person(), accounts.person()
    _published(one, _drafted(one, council))
    twin = _drafted(other, council, name="Something else")
    twin.name_key = "tidyhands"
    db.session.commit()
    with pytest.raises(Conflict, match="joined a moment ago"):
        _published(other, twin)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.add(Joining(person_id=other.id, status=JoiningStatus.DRAFT, name="x", name_key="x", postcode="QX11AA",
                               phone="1", kind=ProviderKind.LOCAL, made_at=clock.now(), updated_at=clock.now()))  # fmt: skip
        db.session.flush()
    db.session.rollback()
