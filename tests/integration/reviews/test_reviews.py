"""Who may say how it went, what is shown of it, and what the listing's sums become."""

from datetime import timedelta

import pytest
from flask import Flask, render_template
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import ListingChange
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from app.shop.reviews import actions as reviews_actions
from app.shop.reviews import queries as reviews_queries
from app.shop.reviews.actions import publishing
from app.shop.reviews.models import Review
from app.shop.reviews.rules import Score
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, circles, councils, providers
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


@pytest.fixture
def own(scene: bookings.Scene) -> Pot:
    return bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)


def write(
    actor: Person, booking: Booking, quality: int = 5, value: int = 4, words: str = "Kind and on time."
) -> Review:
    with transaction():
        return reviews_actions.write_review(actor=actor, booking=booking, quality=quality, value=value, words=words)


def show_all() -> None:
    """The week of every review so far is over."""
    with clock.set_to(clock.now() + timedelta(days=7)):
        publishing.publish_due()
    db.session.expire_all()


def shown(*said: object, **more: object) -> Review:
    """A review that had its week."""
    made = write(*said, **more)  # type: ignore[arg-type]
    show_all()
    return made


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Review)) or 0


def test_a_review_is_counted_told_to_search_and_recorded(scene: bookings.Scene, own: Pot) -> None:
    made = bookings.delivered(scene, own)
    changes = db.session.scalar(select(func.count()).select_from(ListingChange))
    review = shown(scene.person, made)
    assert (review.by, review.quality, review.value) == ("Person who uses this service", 5, 4)
    assert (scene.listing.review_count, scene.listing.review_sum) == (1, 9)
    assert db.session.scalar(select(func.count()).select_from(ListingChange)) == changes + 1
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "review_written")).one()
    assert (event.actor_id, event.for_person_id, event.subject_id) == (scene.person.id, scene.person.id, made.id)


def test_the_average_is_withheld_until_there_are_three(scene: bookings.Scene, own: Pot) -> None:
    for quality, value, expected in ((5, 4, None), (4, 4, None), (5, 3, 4.2)):
        shown(scene.person, bookings.delivered(scene, own), quality, value)
        assert reviews_queries.scores([scene.listing.id, 0])[scene.listing.id].average == expected
    assert reviews_queries.scores([scene.listing.id]) == {scene.listing.id: Score(4.2, 3)}
    assert reviews_queries.scores([]) == {}
    newest_first = reviews_queries.reviews_of(scene.listing.id, number=1, size=20).items
    assert [(one.quality, one.value) for one in newest_first] == [(5, 3), (4, 4), (5, 4)]


def test_the_sums_are_those_of_the_reviews(scene: bookings.Scene, own: Pot) -> None:
    for quality, value in ((1, 2), (5, 5)):
        shown(scene.person, bookings.delivered(scene, own), quality, value)
    row = db.session.execute(select(func.count(), func.sum(Review.quality + Review.value))).one()
    assert tuple(row) == (scene.listing.review_count, scene.listing.review_sum) == (2, 13)


def test_one_review_for_each_booking(scene: bookings.Scene, own: Pot) -> None:
    made = bookings.delivered(scene, own)
    write(scene.person, made)
    with pytest.raises(Conflict, match="reviewed already"):
        write(scene.person, made)
    show_all()
    assert (count(), scene.listing.review_count) == (1, 1)


def test_nothing_is_said_before_a_visit_came(scene: bookings.Scene, own: Pot) -> None:
    made = bookings.accepted(scene, own)
    with pytest.raises(Conflict, match="once a visit has been delivered"):
        write(scene.person, made)
    assert count() == 0


def test_somebody_beside_them_writes_and_it_says_so(scene: bookings.Scene, own: Pot) -> None:
    helper = accounts.person(name="Sam Sister")
    circles.support(scene.person, helper)
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    by_helper = write(db.session.get_one(Person, helper.id), bookings.delivered(scene, own))
    # A care manager may book, and is not heard: whoever is paid to look after people does not review for them.
    manager = db.session.get_one(Person, manager.id)
    providers.place(scene.provider, councils.framework(scene.council, ["companionship"]).lots[0])
    managed = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 90_000, scene.council)
    with pytest.raises(NotAllowed, match="not the council's staff"):
        write(manager, bookings.delivered(scene, managed))
    assert by_helper.by == "Supporter of a person who uses this service"
    assert by_helper.written_by_id == helper.id


def test_who_may_not_write(scene: bookings.Scene, own: Pot) -> None:
    made = bookings.delivered(scene, own)
    looker = accounts.person()
    circles.support(scene.person, looker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    looker = db.session.get_one(Person, looker.id)
    # Staff of the provider, named as a supporter with every power, are a conflict: their help rests.
    circles.support(scene.person, scene.staff)
    staff = db.session.get_one(Person, scene.staff.id)
    for who, refusal in ((looker, NotAllowed), (staff, NotFound), (accounts.person(), NotFound)):
        with pytest.raises(refusal):
            write(who, made)
    assert (count(), scene.listing.review_count) == (0, 0)


@pytest.mark.parametrize(
    ("quality", "value", "words"),
    [(0, 3, "Long enough words"), (3, 6, "Long enough words"), (3, 3, "Too short"), (3, 3, "x" * 2001)],
)
def test_scores_and_words_have_bounds(scene: bookings.Scene, own: Pot, quality: int, value: int, words: str) -> None:
    made = bookings.delivered(scene, own)
    with pytest.raises(BadInput):
        write(scene.person, made, quality, value, words)
    assert count() == 0


def test_the_form_says_what_is_missing(client: InspectingClient, scene: bookings.Scene, own: Pot) -> None:
    made = bookings.delivered(scene, own)
    accounts.sign_in(client, scene.person)
    address = f"/bookings/{made.public_id}/review"
    said = client.submit(address, words="Short").get_data(as_text=True)
    for words in ("Select how good the support was", "Select how good the value was", "at least 10 characters"):
        assert words in said
    assert count() == 0
    for words in (
        "Select what it was for",
        "Select whether it helped",
        "Select whether there is anything else between",
    ):
        assert words in said
    filled = {"quality": "2", "value": "1", "purpose": "home", "helped": "partly", "connection": "none"}
    named = client.submit(address, words="Sue came late. Ring 0161 496 0001.", **filled).get_data(as_text=True)
    assert "Take out “0161 496 0001” and “Sue”" not in named  # Sue is nobody here and an ordinary word
    assert "Take out “0161 496 0001”" in named
    assert "Sue came late. Ring 0161 496 0001." in named
    kin = client.submit(address, words="She came late, three times.", **filled | {"connection": "kin"})
    assert "People whose family works for a provider" in kin.get_data(as_text=True)
    assert count() == 0
    assert client.submit(address, words="She came late, three times.", **filled).status_code == 302
    assert count() == 1


def test_the_list_on_the_listing_page_names_nobody(app: Flask, scene: bookings.Scene, own: Pot) -> None:
    shown(scene.person, bookings.delivered(scene, own), words="<b>Kind</b> and on time.")
    with app.test_request_context():
        said = render_template(
            "reviews/_list.html",
            score=reviews_queries.scores([scene.listing.id])[scene.listing.id],
            reviews=reviews_queries.reviews_of(scene.listing.id, number=1, size=20).items,
        )
    assert "Person who uses this service" in said
    assert "&lt;b&gt;Kind&lt;/b&gt; and on time." in said
    assert "Ada" not in said
    assert "1 review: too few to show a score" in said
