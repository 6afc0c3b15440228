"""A review has a week of notice, is answered, reported, decided, appealed against, and counted as long as it should be."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.models import Support
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.shop.reviews import actions, queries
from app.shop.reviews.actions import answering, counting, deciding, publishing
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.queries.figures import year_of_reviews
from app.shop.reviews.rules import Connection, Helped, ReportReason, ReviewPurpose, ReviewStatus, Said
from app.shop.reviews.rules.figures import LowAndHigh
from tests.factories import accounts, bookings, circles, messages
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")
WEEK = timedelta(days=7)


def _own(scene: bookings.Scene) -> Pot:
    return bookings.pot(scene.person, PotKind.OWN_MONEY, 900_000)


def _written(
    scene: bookings.Scene, words: str = "Kind and on time.", pot: Pot | None = None, quality: int = 1, **more: object
) -> Review:
    made = bookings.delivered(scene, pot or _own(scene))
    with transaction():
        return actions.write_review(
            actor=scene.person,
            booking=made,
            quality=quality,
            value=2,
            words=words,
            **more,  # type: ignore[arg-type]
        )


def _moderator(scene: bookings.Scene, name: str = "Mo Derator") -> Person:
    return accounts.person(Role.MODERATOR, name=name, council_id=scene.council.id)


def _reported(scene: bookings.Scene, review: Review, reason: ReportReason = ReportReason.NOT_REAL) -> ReviewReport:
    with transaction():
        return answering.report_review(actor=scene.staff, review=review, reason=reason, words="")


def _decided(moderator: Person, report: ReviewReport, because: ReportReason | None, answer: str = "So it is.") -> None:
    with transaction():
        deciding.decide_report(actor=moderator, report=report, because=because, answer=answer)


def _sweep(after: timedelta = timedelta()) -> None:
    with clock.set_to(clock.now() + after):
        publishing.publish_due()
    db.session.expire_all()


def _sweep_at(moment: datetime | None, seconds: int = 0) -> None:
    assert moment is not None
    with clock.set_to(moment + timedelta(seconds=seconds)):
        publishing.publish_due()
    db.session.expire_all()


def _told(subject: str) -> list[str]:
    return sorted(to for to, of in messages.sent() if of == subject)


def test_the_provider_has_a_week_before_anybody_else_reads_it(client: InspectingClient) -> None:
    scene = bookings.scene()
    review = _written(
        scene, quality=5, purpose=ReviewPurpose.COMPANY, helped=Helped.MOSTLY, connection=Connection.KNOWS
    )
    assert _told("Somebody said how it went") == [scene.staff.email]
    page = f"/listings/{scene.listing.public_id}"
    assert "Kind and on time." not in client.page(page).get_text()
    accounts.sign_in(client, scene.staff)
    desk = client.page(f"/desk/{scene.provider.public_id}/reviews").get_text(" ", strip=True)
    assert "Kind and on time." in desk
    assert "Not shown yet" in desk
    assert "Ada" not in desk
    _sweep_at(review.due_at, -1)
    assert (review.status, scene.listing.review_count) == (ReviewStatus.NOTICE, 0)
    _sweep_at(review.due_at)
    assert (review.status, scene.listing.review_count, scene.listing.review_sum) == (ReviewStatus.PUBLISHED, 1, 7)
    assert _told("What you said is shown now") == [scene.person.email]
    _sweep(WEEK)
    assert len(_told("What you said is shown now")) == 1
    said = client.page(page).get_text(" ", strip=True)
    assert "Kind and on time." in said
    assert "Support 5 out of 5. Value for money 2 out of 5. For: company and friends. Did it help? Mostly." in said
    assert "The writer knows somebody who works there." in said


def test_from_review_to_reply_report_removal_and_appeal(client: InspectingClient) -> None:
    scene = bookings.scene()
    review = _written(scene, "The worker was late, always.")
    first, second = _moderator(scene), _moderator(scene, "Ap Peal")
    stranger = accounts.person(Role.MODERATOR, council_id=bookings.scene().council.id)
    desk = f"/desk/{scene.provider.public_id}/reviews"
    accounts.sign_in(client, scene.staff)
    assert "Enter your reply" in client.submit(f"/reviews/{review.public_id}/reply").text
    refused = client.submit(f"/reviews/{review.public_id}/reply", words="Ada Example was out.").text
    assert "Take out “Ada Example”" in refused
    assert "Ada Example was out." in refused
    assert client.submit(f"/reviews/{review.public_id}/reply", words="We are sorry.").location == desk
    assert client.page(desk).select_one(f'a[href="/reviews/{review.public_id}/reply"]') is None
    assert _told("You have a reply to what you said") == [scene.person.email]
    _sweep(WEEK)
    assert "The provider replied on" in client.page(f"/listings/{scene.listing.public_id}").get_text(" ", strip=True)
    assert "Select what is wrong with it" in client.submit(f"/reviews/{review.public_id}/report").text
    client.submit(f"/reviews/{review.public_id}/report", reason="personal", words="It names Bob")
    again = client.submit(f"/reviews/{review.public_id}/report", reason="personal")
    assert "You have reported this review already" in again.text
    assert "The worker was late" in client.page(f"/listings/{scene.listing.public_id}").get_text()
    made = db.session.scalars(select(ReviewReport)).one()
    accounts.sign_in(client, stranger)
    assert client.get(f"/reported-reviews/{made.public_id}").status_code == 404
    accounts.sign_in(client, first)
    assert "1 reported thing to decide about" in client.page("/council-desk").get_text()
    assert "It names a worker" in client.page("/reported-reviews").get_text()
    client.submit(f"/reported-reviews/{made.public_id}", decision="personal", answer="It names a worker.")
    assert "No report waits" in client.page("/reported-reviews").get_text()
    db.session.expire_all()
    assert (review.status, review.removed_because, review.removed_by_id) == (
        ReviewStatus.REMOVED, ReportReason.PERSONAL, first.id,
    )  # fmt: skip
    assert (scene.listing.review_count, scene.listing.review_sum) == (0, 0)
    left = client.page(f"/listings/{scene.listing.public_id}").get_text(" ", strip=True)
    assert "The worker was late" not in left
    assert "The council’s moderator removed it. The reason: it names a worker or another person" in left
    assert client.get(f"/reviews/{review.public_id}/report").status_code == 404
    assert _told("What was decided about a review") == sorted([scene.person.email, scene.staff.email])
    _appealed(client, scene, made, first, second)
    kept = db.session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.subject_kind == "review", ~AuditEvent.action.endswith("looked_at"))
        .order_by(AuditEvent.id)
    ).all()
    assert list(kept) == [
        "review_answered", "review_shown", "review_reported", "review_removed", "review_appealed",
        "review_appeal_decided", "review_shown",
    ]  # fmt: skip


def _appealed(
    client: InspectingClient, scene: bookings.Scene, made: ReviewReport, first: Person, second: Person
) -> None:
    """The writer appeals, the first moderator may not decide, the second turns it round."""
    accounts.sign_in(client, scene.staff)
    assert client.page(f"/reported-reviews/{made.public_id}/appeal").select_one("main form") is None
    accounts.sign_in(client, scene.person)
    assert "Appeal against" in client.page(f"/reviews/{made.review.public_id}").get_text()
    client.submit(f"/reported-reviews/{made.public_id}/appeal", words="It names nobody.")
    accounts.sign_in(client, first)
    assert "appeal about a review" not in client.page("/council-desk").get_text()
    assert client.page(f"/review-appeals/{made.public_id}").select_one("main form") is None
    with pytest.raises(NotAllowed), transaction():
        deciding.decide_appeal(actor=first, report=made, is_upheld=False, answer="No")
    accounts.sign_in(client, second)
    assert "1 reported thing to decide about" in client.page("/council-desk").get_text()
    client.submit(f"/review-appeals/{made.public_id}", decision="upheld", answer="Nobody is named.")
    assert "No appeal waits" in client.page("/review-appeals").get_text()
    db.session.expire_all()
    assert (made.review.status, made.review.removed_because) == (ReviewStatus.NOTICE, None)
    _sweep(WEEK)
    assert (made.review.status, scene.listing.review_count) == (ReviewStatus.PUBLISHED, 1)
    assert _told("What was decided about an appeal") == sorted([scene.person.email, scene.staff.email])


def test_a_review_that_stays_stays_and_the_reporter_may_appeal_once() -> None:
    scene = bookings.scene()
    review = _written(scene)
    moderator, other = _moderator(scene), _moderator(scene, "Ot Her")
    made = _reported(scene, review)
    with pytest.raises(BadInput, match="Enter why"), transaction():
        deciding.decide_report(actor=moderator, report=made, because=None, answer=" ")
    _decided(moderator, made, None, "The visit was delivered.")
    with pytest.raises(Conflict, match="decided this already"):
        _decided(moderator, made, ReportReason.ABUSE)
    db.session.rollback()
    with pytest.raises(NotFound), transaction():
        deciding.appeal(actor=scene.person, report=made, words="It went my way")
    with pytest.raises(Conflict, match="reported this review already"):
        _reported(scene, review)
    with transaction():
        deciding.appeal(actor=scene.staff, report=made, words="No visit")
    with pytest.raises(Conflict, match="an appeal already"), transaction():
        deciding.appeal(actor=scene.staff, report=made, words="No visit")
    with transaction():
        deciding.decide_appeal(actor=other, report=made, is_upheld=True, answer="There was none.")
    assert (review.status, review.removed_because) == (ReviewStatus.REMOVED, ReportReason.NOT_REAL)


def test_a_report_keeps_it_back_for_two_more_weeks_and_no_longer() -> None:
    scene = bookings.scene()
    review = _written(scene)
    _reported(scene, review)
    assert review.due_at is not None
    _sweep_at(review.due_at + timedelta(days=14), -1)
    assert review.status == ReviewStatus.NOTICE
    _sweep_at(review.due_at + timedelta(days=14))
    assert review.status == ReviewStatus.PUBLISHED


def test_words_of_harm_go_to_a_person_at_once_and_to_nobody_else(client: InspectingClient) -> None:
    scene = bookings.scene()
    moderator = _moderator(scene)
    review = _written(scene, "She hit me on the arm.")
    assert review.status == ReviewStatus.HELD
    assert _told("Please read what somebody wrote, now") == [moderator.email]
    assert _told("Somebody said how it went") == []
    accounts.sign_in(client, scene.staff)
    assert "hit me" not in client.page(f"/desk/{scene.provider.public_id}/reviews").get_text()
    for door in ("reply", "report"):
        assert client.get(f"/reviews/{review.public_id}/{door}").status_code == 404
    _sweep(timedelta(days=400))
    assert review.status == ReviewStatus.HELD
    made = db.session.scalars(select(ReviewReport)).one()
    accounts.sign_in(client, moderator)
    page = client.page(f"/reported-reviews/{made.public_id}").get_text(" ", strip=True)
    assert "It is about the support of Ada Example" in page
    looked = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "review_looked_at")).one()
    assert (looked.actor_id, looked.for_person_id) == (moderator.id, scene.person.id)
    client.submit(f"/reported-reviews/{made.public_id}", decision="keep", answer="It was looked into.")
    db.session.expire_all()
    assert review.status == ReviewStatus.NOTICE
    assert _told("Somebody said how it went") == [scene.staff.email]
    _sweep(WEEK)
    assert review.status == ReviewStatus.PUBLISHED


def test_where_there_is_no_moderator_whoever_can_name_one_is_told() -> None:
    scene = bookings.scene()
    boss = accounts.person(Role.ADMINISTRATOR, council_id=scene.council.id)
    _written(scene, "She hit me on the arm.")
    assert _told("Somebody must read what was written, now") == [boss.email]


def test_it_is_changed_for_two_weeks_with_its_history_and_another_week_of_notice(client: InspectingClient) -> None:
    scene = bookings.scene()
    review = _written(scene, quality=1)
    with transaction():
        answering.reply_to_review(actor=scene.staff, review=review, words="We are sorry.")
    _sweep(WEEK)
    assert scene.listing.review_count == 1
    accounts.sign_in(client, scene.person)
    filled = {"purpose": "home", "helped": "partly", "connection": "none", "words": "Better after the first week."}
    answer = client.submit(f"/reviews/{review.public_id}/change", quality="4", **filled)
    assert answer.location == f"/reviews/{review.public_id}"
    db.session.expire_all()
    assert (review.status, review.quality, review.value, review.reply) == (ReviewStatus.NOTICE, 4, 2, None)
    (before,) = review.versions
    assert (before.quality, before.words, before.reply) == (1, "Kind and on time.", "We are sorry.")
    assert (scene.listing.review_count, scene.listing.review_sum) == (0, 0)
    said = client.page(f"/reviews/{review.public_id}").get_text(" ", strip=True)
    assert "What it said before" in said
    assert "Kind and on time." in said
    assert _told("Somebody changed what they said") == [scene.staff.email]
    # The same again changes nothing.
    client.submit(f"/reviews/{review.public_id}/change")
    db.session.expire_all()
    assert len(review.versions) == 1
    _sweep(WEEK)
    assert (scene.listing.review_count, scene.listing.review_sum) == (1, 6)
    with clock.set_to(review.written_at + timedelta(days=14)):
        assert client.get(f"/reviews/{review.public_id}/change").status_code == 409
        with pytest.raises(Conflict, match="14 days"), transaction():
            actions.change_review(actor=scene.person, review=review, said=Said(1, 1, "Not so good at all."))
    with pytest.raises(NotFound), transaction():
        actions.change_review(actor=scene.staff, review=review, said=Said(5, 5, "Wonderful, all of it."))


def test_the_person_takes_back_what_was_written_in_their_name(client: InspectingClient) -> None:
    scene = bookings.scene()
    helper = accounts.person(name="Zebedee Quill")
    circles.support(scene.person, helper)
    made = bookings.delivered(scene, _own(scene))
    with transaction():
        review = actions.write_review(
            actor=db.session.get_one(Person, helper.id), booking=made, quality=1, value=1, words="Not what was wanted."
        )
    _sweep(WEEK)
    assert scene.listing.review_count == 1
    with pytest.raises(NotFound), transaction():
        actions.take_back_review(actor=scene.staff, review=review)
    accounts.sign_in(client, scene.person)
    address = f"/reviews/{review.public_id}"
    assert "What your supporter said" in client.page(address).get_text()
    assert client.submit(address, button="Take it back").location == address
    assert "It was taken back." in client.page(address).get_text(" ", strip=True)
    db.session.expire_all()
    assert (review.removed_because, review.removed_by_id) == (ReportReason.WITHDRAWN, scene.person.id)
    assert (scene.listing.review_count, scene.listing.review_sum) == (0, 0)
    said = client.page(f"/listings/{scene.listing.public_id}").get_text(" ", strip=True)
    assert "Not what was wanted." not in said
    assert "was removed" not in said
    with transaction():
        assert actions.take_back_review(actor=scene.person, review=review) is review


def test_what_was_reported_and_is_taken_back_is_closed_but_for_danger(client: InspectingClient) -> None:
    scene = bookings.scene()
    review = _written(scene, "The worker was late, and in a hurry.")
    wrong = _reported(scene, review)
    with transaction():
        danger = answering.report_review(actor=_answering(scene), review=review, reason=ReportReason.DANGER, words="")
    moderator = _moderator(scene)
    accounts.sign_in(client, scene.person)
    client.submit(f"/reviews/{review.public_id}", button="Take it back")
    db.session.expire_all()
    assert (wrong.is_removed, wrong.answer, wrong.decided_by_id) == (True, actions.TOOK_IT_BACK, None)
    assert danger.decided_at is None
    assert year_of_reviews(clock.today()).moderation == LowAndHigh(None, None)
    told = select(func.count()).select_from(Message).where(Message.subject == "What you reported was taken back")
    assert db.session.scalar(told.where(Message.to_person_id == scene.staff.id)) == db.session.scalar(told) == 1
    # The provider reads the decision, and not the words any more; nobody appeals.
    accounts.sign_in(client, scene.staff)
    page = client.page(f"/reported-reviews/{wrong.public_id}/appeal").get_text(" ", strip=True)
    assert "The review was taken back." in page
    assert "in a hurry" not in page
    assert "Send the appeal" not in page
    client.page(f"/reviews/{review.public_id}/report", status=404)
    accounts.sign_in(client, moderator)
    assert "in a hurry" in client.page(f"/reported-reviews/{danger.public_id}").get_text(" ", strip=True)
    _decided(moderator, danger, None)
    assert (review.status, danger.is_removed) == (ReviewStatus.REMOVED, True)
    for person in (scene.person, scene.staff):
        with pytest.raises(NotFound), transaction():
            deciding.appeal(actor=person, report=danger, words="It should be there.")
    # Its writer cannot say it again at once; a sweep never shows it.
    _sweep(4 * WEEK)
    assert (review.status, scene.listing.review_count) == (ReviewStatus.REMOVED, 0)


def _answering(scene: bookings.Scene) -> Person:
    return accounts.person(Role.PROVIDER_STAFF, name="Ann Swers", provider_id=scene.provider.id)


def test_what_a_supporter_wrote_and_the_person_took_back_leaves_the_person_their_say() -> None:
    scene, helper = bookings.scene(), accounts.person(name="Zebedee Quill")
    circles.support(scene.person, helper)
    made = bookings.delivered(scene, _own(scene))
    said = {"booking": made, "quality": 1, "value": 1, "words": "Not what was wanted."}
    with transaction():
        review = actions.write_review(actor=db.session.get_one(Person, helper.id), **said)
    with transaction():
        actions.take_back_review(actor=scene.person, review=review)
    with pytest.raises(Conflict, match="reviewed already"), transaction():
        actions.write_review(actor=db.session.get_one(Person, helper.id), **said)
    with transaction():
        assert actions.write_review(actor=scene.person, **said).number == 2


def test_taken_back_and_shown_at_once_ends_taken_back(app: Flask) -> None:
    scene = bookings.scene()
    review = _written(scene)
    number, person = review.id, scene.person.id
    later = clock.now() + WEEK + timedelta(seconds=1)

    def job(which: int) -> None:
        with transaction():
            if which:
                publishing.publish_review(number)
            else:
                actions.take_back_review(
                    actor=db.session.get_one(Person, person), review=db.session.get_one(Review, number)
                )

    with clock.set_to(later):
        assert at_once(app, job, 2) == ["done", "done"]
    assert (db.session.get_one(Review, number).status, scene.listing.review_count) == (ReviewStatus.REMOVED, 0)


def test_a_booking_is_reviewed_again_after_three_months() -> None:
    scene = bookings.scene()
    made = bookings.delivered(scene, _own(scene))

    def write(days: int) -> Review:
        with clock.set_to(bookings.NOW + timedelta(days=days)), transaction():
            return actions.write_review(
                actor=scene.person, booking=made, quality=4, value=4, words="As good as before."
            )

    assert write(10).number == 1
    with pytest.raises(Conflict, match="You can again from 28 February 2027"):
        write(99)
    assert write(100).number == 2
    db.session.add(Review(**_copy(db.session.scalars(select(Review)).first())))
    with pytest.raises(IntegrityError, match="booking_id"):
        db.session.commit()
    db.session.rollback()


def _copy(review: Review | None) -> dict[str, object]:
    return {
        name: getattr(review, name) for name in (one.key for one in inspect(Review).columns) if name not in {"id", "public_id"}
    }  # fmt: skip


def test_who_may_not_write_reply_or_decide() -> None:
    scene = bookings.scene()
    pot = _own(scene)
    review = _written(scene, pot=pot)
    with pytest.raises(NotAllowed, match="family"):
        _written(scene, pot=pot, connection=Connection.KIN)
    recorder = accounts.person(Role.PROVIDER_STAFF, provider_id=scene.provider.id)
    recorder.grants[0].duties = [StaffDuty.RECORD.value]
    db.session.commit()
    for who in (recorder, scene.person, accounts.person(Role.COMMISSIONER, council_id=scene.council.id)):
        with pytest.raises(NotAllowed), transaction():
            answering.reply_to_review(actor=who, review=review, words="No")
    own = _moderator(scene)
    with pytest.raises(NotFound), transaction():
        answering.report_review(actor=own, review=review, reason=ReportReason.ABUSE, words="")
    _sweep(WEEK)
    with transaction():
        made = answering.report_review(actor=own, review=review, reason=ReportReason.ABUSE, words="")
    for who in (own, scene.staff, accounts.person(Role.COMMISSIONER, council_id=scene.council.id)):
        with pytest.raises(NotAllowed):
            _decided(who, made, ReportReason.ABUSE)
    db.session.rollback()
    made.decided_at, made.decided_by_id, made.is_removed = clock.now(), own.id, True
    with pytest.raises(IntegrityError, match="nobody_decides_their_own"):
        db.session.commit()
    db.session.rollback()


def test_names_of_those_beside_the_person_and_of_the_staff_are_caught() -> None:
    scene = bookings.scene()
    pot = _own(scene)
    helper = accounts.person(name="Zebedee Quill")
    circles.support(scene.person, helper)
    assert db.session.scalars(select(Support)).one().supporter_id == helper.id
    for words in (
        "Bob Staff was kind.",
        "Zebedee liked it.",
        "My Example of it.",
        "Her name is Petronella, ask for her.",
    ):
        with pytest.raises(BadInput, match="Take out"):
            _written(scene, words, pot)
    assert _written(scene, "Bright Days is a good name for it.", pot).words == "Bright Days is a good name for it."


def test_whoever_comes_to_work_there_meanwhile_is_looked_at_first() -> None:
    scene = bookings.scene()
    review = _written(scene)
    moderator = _moderator(scene)
    db.session.add(
        RoleGrant(
            person_id=scene.person.id,
            role=Role.PROVIDER_STAFF,
            provider_id=scene.provider.id,
            duties=[StaffDuty.RECORD.value],
            granted_at=clock.now(),
        )
    )
    db.session.commit()
    _sweep(WEEK)
    made = db.session.scalars(select(ReviewReport)).one()
    assert (review.status, made.reason) == (ReviewStatus.HELD, ReportReason.CONNECTED)
    _decided(moderator, made, ReportReason.CONNECTED)
    assert review.status == ReviewStatus.REMOVED


def test_two_replies_and_two_decisions_at_once_keep_one(app: Flask) -> None:
    scene = bookings.scene()
    review = _written(scene)
    made = _reported(scene, review)
    number, who, report = review.id, scene.staff.id, made.id
    moderators = [_moderator(scene).id, _moderator(scene, "Ot Her").id]

    def press(at: int) -> None:
        with transaction():
            answering.reply_to_review(
                actor=db.session.get_one(Person, who), review=db.session.get_one(Review, number), words=f"Reply {at}"
            )

    def decide(at: int) -> None:
        with transaction():
            deciding.decide_report(
                actor=db.session.get_one(Person, moderators[at]),
                report=db.session.get_one(ReviewReport, report),
                because=ReportReason.ABUSE if at else None,
                answer="So it is.",
            )

    assert sorted(at_once(app, press, 2)) == ["Conflict", "done"]
    assert sorted(at_once(app, decide, 2)) == ["Conflict", "done"]
    assert len(_told("What was decided about a review")) == 2


def test_what_grew_older_than_two_years_is_shown_and_counts_no_more() -> None:
    scene = bookings.scene()
    _written(scene)
    _sweep(WEEK)
    with clock.set_to(clock.now() + timedelta(days=2 * 366 + 1)):
        assert queries.listings_to_recount(clock.today()) == [scene.listing.id]
        counting.leave_out_what_grew_old()
        assert queries.listings_to_recount(clock.today()) == []
        db.session.expire_all()
        assert (scene.listing.review_count, scene.listing.review_sum) == (0, 0)
        assert queries.reviews_of(scene.listing.id, number=1, size=20).total == 1


def test_the_page_chooses_by_what_it_was_for_and_shows_how_many_gave_how_much(client: InspectingClient) -> None:
    scene = bookings.scene()
    pot = _own(scene)
    for quality, purpose in ((5, ReviewPurpose.OUT), (4, ReviewPurpose.OUT), (1, ReviewPurpose.HOME)):
        _written(scene, f"It was worth {quality} of five.", pot, quality, purpose=purpose)
    _sweep(WEEK)
    address = f"/listings/{scene.listing.public_id}"
    said = client.page(address).get_text(" ", strip=True)
    assert "4 out of 5: 1 review" in said
    assert "3 out of 5: 1 review" in said
    assert "2 out of 5: 1 review" in said
    assert "5 out of 5: 0 reviews" in said
    home = client.page(f"{address}?about=home").get_text(" ", strip=True)
    assert "It was worth 1 of five." in home
    assert "It was worth 5 of five." not in home
    assert "Getting out and about (2)" in home
    assert client.get(f"{address}?about=nonsense").status_code == 200


def test_the_policy_page_publishes_the_year_s_figures(client: InspectingClient) -> None:
    scene = bookings.scene()
    pot, moderator = _own(scene), _moderator(scene)
    for quality in (1, 1, 1, 5):
        review = _written(scene, pot=pot, quality=quality, connection=Connection.OFFERED if quality == 5 else None)
        report = _reported(scene, review, ReportReason.ABUSE)
        with clock.set_to(clock.now() + timedelta(hours=3)):
            _decided(moderator, report, ReportReason.ABUSE if quality == 5 else None)
    _written(scene, "She hit me on the arm.", pot)
    _sweep(WEEK)
    year = year_of_reviews(clock.today())
    assert (year.written, year.shown, year.in_notice, year.held) == (5, 3, 0, 1)
    assert (year.removed, year.declared, year.reports, year.waiting) == ({ReportReason.ABUSE: 1}, 1, 5, 1)
    assert year.moderation.high is None
    assert year.moderation.low is not None
    assert timedelta(hours=3) <= year.moderation.low < timedelta(hours=3, minutes=1)
    said = client.page("/reviews-policy").get_text(" ", strip=True)
    assert "Reviews written 5" in said
    assert "From a report to the decision 3 hours Too few to say" in said
    assert "From writing to showing 7.0 days Too few to say" in said
    with clock.set_to(clock.now() + timedelta(days=370)):
        later = year_of_reviews(clock.today())
    assert (later.written, later.reports, later.moderation) == (0, 0, LowAndHigh(None, None))
