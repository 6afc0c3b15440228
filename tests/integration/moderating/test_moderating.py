"""What people report, in one list; what a decision does; and the reason that stays in its place."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.actions.listings import publish_listing
from app.market.catalogue.models import Listing, ListingStatus
from app.market.providers.rules.removal import REMOVAL_WORDS, RemovalReason
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.shop.moderating import actions, queries
from app.shop.moderating.models import ContentReport
from app.shop.moderating.queries import Reported
from app.shop.moderating.rules import ContentKind
from app.shop.reviews.actions import answering
from app.shop.reviews.models import Review
from app.shop.reviews.rules import ReportReason, ReviewStatus, WrittenAs
from app.support.conversations import actions as conversations
from app.support.conversations.models import BookingMessage
from tests.factories import accounts, bookings, councils
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

WHY = "It is not so"


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


class Town:
    """A listing, a message from the provider, somebody who reports and two moderators."""

    def __init__(self) -> None:
        self.scene = bookings.scene()
        self.booking = bookings.accepted(self.scene, bookings.pot(self.scene.person, PotKind.OWN_MONEY, 90_000))
        self.ada, self.bob, self.council = self.scene.person, self.scene.staff, self.scene.council
        self.mo, self.may = (
            accounts.person(Role.MODERATOR, name=name, council_id=self.council.id) for name in ("Mo", "May")
        )
        self.scene.provider.description = "The best in town"
        db.session.commit()
        with transaction():
            self.message = conversations.write_as_provider(
                actor=self.bob, booking=self.booking, words="You are a nuisance", key="a-form-of-its-own"
            )

    def report(self, thing: Reported, *, by: Person | None = None, **how: object) -> ContentReport:
        chosen = {"reason": RemovalReason.ABUSE, "words": "", "council": self.council}
        with transaction():
            return actions.report_content(actor=by or self.ada, thing=thing, **{**chosen, **how})  # type: ignore[arg-type]

    def decide(self, report: ContentReport, because: RemovalReason | None, by: Person | None = None) -> ContentReport:
        with transaction():
            return actions.decide_content(actor=by or self.mo, report=report, because=because, answer=WHY)


def told() -> list[tuple[str, str]]:
    rows = select(Person.full_name, Message.subject).join(Message, Message.to_person_id == Person.id)
    return [(name, subject) for name, subject in db.session.execute(rows.order_by(Message.id))]


def test_each_is_reported_where_it_is_seen_and_removed_with_its_reason_in_place(client: InspectingClient) -> None:
    town = Town()
    listing, provider = town.scene.listing, town.scene.provider
    where = {
        "listing": (f"/listings/{listing.public_id}", listing.public_id),
        "page": (f"/providers/{provider.public_id}", provider.public_id),
        "message": (f"/bookings/{town.booking.public_id}/messages", town.message.public_id),
    }
    accounts.sign_in(client, town.ada)
    for kind, (seen_on, name) in where.items():
        address = f"/report/{kind}/{name}"
        assert client.page(seen_on).select(f'a[href^="{address}"]'), f"a link to report it stands on the {kind}"
        assert client.submit(address, reason="abuse", words="Look").status_code == 302
    assert "You have reported this already" in client.submit(address, reason="abuse").get_data(as_text=True)

    accounts.sign_in(client, town.mo)
    assert "3 reported things to decide about" in client.page("/council-desk").get_text()
    listed = client.page("/moderation")
    assert len(listed.select("main tbody tr")) == 3
    for link in [one["href"] for one in listed.select("main tbody a")]:
        assert client.submit(str(link), decision="abuse", answer=WHY).location == "/moderation"
    assert "Nothing reported waits" in client.page("/moderation").get_text()
    assert "reported thing" not in client.page("/council-desk").get_text()

    accounts.sign_in(client, town.ada)
    stands = f"Removed by the council: {REMOVAL_WORDS[RemovalReason.ABUSE].lower()}"[:60]
    for kind, (seen_on, _) in where.items():
        text = client.page(seen_on, status=410 if kind == "listing" else 200).get_text()
        assert stands in text, kind
        assert not [one for one in ("The best in town", "You are a nuisance") if one in text], kind
    db.session.expire_all()
    assert (listing.status, town.message.words) == (ListingStatus.WITHDRAWN, "You are a nuisance")
    with pytest.raises(Conflict, match="Removed by the council"), transaction():
        publish_listing(actor=town.bob, listing=listing)
    looks = select(AuditEvent.for_person_id).where(AuditEvent.action == "reported_message_looked_at")
    assert set(db.session.scalars(looks)) == {town.ada.id}


def test_reviews_stand_in_the_same_list_and_the_desk_counts_them(client: InspectingClient) -> None:
    town = Town()
    review = _review(town)
    with transaction():
        answering.report_review(actor=town.bob, review=review, reason=ReportReason.NOT_REAL, words="")
    with clock.set_to(NOW + timedelta(hours=1)):
        town.report(town.scene.listing)
    accounts.sign_in(client, town.mo)
    listed = client.page("/moderation")
    assert [one.get_text() for one in listed.select("main tbody a")] == ["A review", "A listing"]
    assert "2 reported things to decide about" in client.page("/council-desk").get_text()
    first = str(listed.select("main tbody a")[0]["href"])
    client.submit(first, decision="not_real", answer=WHY)
    assert [one.get_text() for one in client.page("/moderation").select("main tbody a")] == ["A listing"]


def _review(town: Town) -> Review:
    made = Review(
        booking_id=town.booking.id,
        number=1,
        listing_id=town.scene.listing.id,
        provider_id=town.scene.provider.id,
        council_id=town.council.id,
        person_id=town.ada.id,
        written_by_id=town.ada.id,
        written_as=WrittenAs.PERSON,
        quality=1,
        value=1,
        words="They never came",
        status=ReviewStatus.PUBLISHED,
        written_at=NOW,
        due_at=NOW,
        published_at=NOW,
    )
    db.session.add(made)
    db.session.commit()
    return made


def test_a_message_is_reported_by_who_reads_it_and_decided_by_who_has_no_part(client: InspectingClient) -> None:
    town = Town()
    accounts.sign_in(client, accounts.person())
    client.page(f"/report/message/{town.message.public_id}", status=404)
    accounts.sign_in(client, town.bob)
    client.page(f"/report/message/{town.message.public_id}", status=404)
    client.page("/report/nothing/x", status=404)
    made = town.report(town.message)
    elsewhere = accounts.person(Role.MODERATOR, council_id=councils.council().id)
    mine = accounts.person(Role.MODERATOR, council_id=town.council.id)
    own = town.report(town.scene.listing, by=mine)
    for who, report in ((elsewhere, made), (mine, own), (town.bob, made)):
        with pytest.raises(NotAllowed):
            town.decide(report, RemovalReason.ABUSE, who)
    accounts.sign_in(client, elsewhere)
    client.page(f"/moderation/{made.public_id}", status=404)
    assert "Nothing reported waits" in client.page("/moderation").get_text()
    accounts.sign_in(client, mine)
    assert len(client.page("/moderation").select("main tbody tr")) == 1


def test_both_sides_are_told_and_the_one_it_went_against_appeals_once(client: InspectingClient) -> None:
    town = Town()
    made = town.report(town.scene.listing, reason=RemovalReason.UNTRUE)
    other = town.report(town.scene.listing, by=accounts.person(name="Zoe"))
    town.decide(made, RemovalReason.UNTRUE)
    db.session.refresh(other)
    assert other.is_removed, "what else was reported of it is decided with it"
    decided = {name for name, subject in told() if subject == "A decision about what was reported"}
    assert decided == {"Ada Example", "Zoe", "Bob Staff"}
    with pytest.raises(NotFound), transaction():
        actions.appeal_content(actor=town.ada, report=made, words="No")
    accounts.sign_in(client, accounts.person())
    client.page(f"/moderation/{made.public_id}/decision", status=404)
    accounts.sign_in(client, town.bob)
    client.submit(f"/moderation/{made.public_id}/decision", words="It is true")
    with pytest.raises(Conflict), transaction():
        actions.appeal_content(actor=town.bob, report=made, words="Again")
    with pytest.raises(NotAllowed), transaction():
        actions.decide_content_appeal(actor=town.mo, report=made, is_upheld=True, answer=WHY)
    accounts.sign_in(client, town.mo)
    assert "Nothing reported waits" in client.page("/moderation").get_text(), "no appeal against one's own decision"
    accounts.sign_in(client, town.may)
    assert "A listing, again: an appeal" in client.page("/moderation").get_text()
    client.submit(f"/moderation/{made.public_id}", decision="upheld", answer="They are right")
    listing = db.session.get_one(Listing, town.scene.listing.id, populate_existing=True)
    assert (listing.removed_because, listing.status) == (None, ListingStatus.WITHDRAWN)
    with transaction():
        publish_listing(actor=town.bob, listing=listing)
    client.page(f"/listings/{listing.public_id}")


def test_where_no_council_it_concerns_has_a_moderator_any_decides() -> None:
    scene = bookings.scene()
    far = accounts.person(Role.MODERATOR, council_id=councils.council().id)
    with transaction():
        made = actions.report_content(
            actor=scene.person, thing=scene.listing, reason=RemovalReason.ABUSE, words="", council=scene.council
        )
    assert made.council_id is None
    assert db.session.scalars(queries.content_reports_for(far)).all() == [made]


def test_two_who_decide_at_once_are_one_decision(app: Flask) -> None:
    town = Town()
    number, who = town.report(town.scene.listing).id, [town.mo.id, town.may.id]

    def decide(turn: int) -> None:
        in_transaction(
            lambda: actions.decide_content(
                actor=db.session.get_one(Person, who[turn]),
                report=db.session.get_one(ContentReport, number),
                because=RemovalReason.ABUSE if turn else None,
                answer=WHY,
            )
        )

    with clock.set_to(NOW):
        assert sorted(at_once(app, decide, 2)) == ["Conflict", "done"]
    report = db.session.get_one(ContentReport, number, populate_existing=True)
    assert report.is_removed is (report.decided_by_id == who[1])
    assert (report.listing is not None and report.listing.removed_because is not None) is report.is_removed


def test_nobody_reports_what_they_cannot_see() -> None:
    town = Town()
    with pytest.raises(NotFound):
        queries.reportable(town.ada, ContentKind.LISTING, "nothing")
    assert db.session.query(BookingMessage).count() == 1
