"""Reviews of one half: in notice, shown, reported, decided and appealed against."""

from datetime import timedelta

from app.base import clock
from app.base.db import transaction
from app.funding.budgets.models import Pot
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.shop.reviews import actions
from app.shop.reviews.actions import answering, deciding, publishing
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import ReportReason
from tests.factories import accounts, bookings
from tests.integration.web.life import OVER


def reviewed(scene: bookings.Scene, pot: Pot, moderator: Person) -> dict[str, dict[str, str]]:
    """What the addresses of the doors about reviews name, by endpoint."""
    first = accounts.person(Role.MODERATOR, name="Fi Rst", council_id=scene.council.id)
    waits, decided, appealed = (_reported(scene, pot) for _ in range(3))
    for one, because in ((decided, ReportReason.PERSONAL), (appealed, None)):
        with transaction():
            deciding.decide_report(actor=first, report=one, because=because, answer="The visit was delivered.")
    with transaction():
        deciding.appeal(actor=scene.staff, report=appealed, words="There was none.")
    in_notice = {"public_id": _written(scene, pot).public_id}
    shown = _written(scene, pot)
    with clock.set_to(bookings.NOW + timedelta(days=8)), transaction():
        publishing.publish_review(shown.id)
    return {
        "reviews.change": in_notice,
        "reviews.own_review": in_notice,
        "reviews.take_back": in_notice,
        "reviews.reply": in_notice,
        "reviews.report": {"public_id": shown.public_id},
        "reviews.desk_reviews": {"provider_id": scene.provider.public_id},
        "reviews.decide_report": {"public_id": waits.public_id},
        "reviews.appeal": {"public_id": decided.public_id},
        "reviews.decide_appeal": {"public_id": appealed.public_id},
    }


def _written(scene: bookings.Scene, pot: Pot) -> Review:
    made = bookings.delivered(scene, pot, times=OVER)
    with clock.set_to(bookings.NOW + timedelta(days=1)), transaction():
        return actions.write_review(
            actor=scene.person, booking=made, quality=2, value=2, words="Late, and in a hurry to leave."
        )


def _reported(scene: bookings.Scene, pot: Pot) -> ReviewReport:
    review = _written(scene, pot)
    with transaction():
        return answering.report_review(actor=scene.staff, review=review, reason=ReportReason.NOT_REAL, words="No visit")
