"""A provider's place on a framework ends on a day, with a reason. Nothing that was agreed is touched by it."""

from datetime import date

from sqlalchemy import or_, select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import BadInput, Conflict
from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.frameworks.actions.setting_up import locked_framework
from app.market.frameworks.rules.applications import REASON_LONGEST
from app.market.providers.models import FrameworkPlace, Provider
from app.people.accounts.models import Person
from app.people.councils.models import Framework, Lot
from app.platform.audit.actions import record


def end_places(
    *, actor: Person | None, provider: Provider, framework: Framework, lot: Lot | None, ends_on: date, words: str
) -> list[FrameworkPlace]:
    """End a provider's places on a framework, of one lot or all, after a last day.

    Args:
        actor: who may run the council's frameworks, or nobody when a command does it.
        provider: whose places.
        framework: on which framework.
        lot: of which lot only; without one of all.
        ends_on: the last day on which they count: today or later.
        words: why, for the provider and the record.

    Raises:
        NotAllowed: for anybody else.
        BadInput: without a reason, for a past day, or for a day before a place begins.
        Conflict: when there is no place that would end by it.
    """
    framework = locked_framework(actor, framework)
    words = words.strip()
    if not words or len(words) > REASON_LONGEST:
        raise BadInput(f"Enter why, in {REASON_LONGEST:,} characters or fewer")
    if ends_on < clock.today():
        raise BadInput("Enter today or a later day: what was booked before was booked rightly")
    # Taken for itself: whoever books shares this row, so that each booking comes wholly before or sees the end.
    db.session.get_one(Provider, provider.id, with_for_update=True, populate_existing=True)
    rows = (
        select(FrameworkPlace)
        .join(FrameworkPlace.lot)
        .where(
            Lot.framework_id == framework.id,
            FrameworkPlace.provider_id == provider.id,
            or_(FrameworkPlace.until_on.is_(None), FrameworkPlace.until_on > ends_on),
        )
    )
    if lot is not None:
        rows = rows.where(FrameworkPlace.lot_id == lot.id)
    places = db.session.scalars(rows.order_by(FrameworkPlace.id).with_for_update(of=FrameworkPlace)).all()
    if not places:
        raise Conflict(f"{provider.name} has no place there that goes on after that day")
    latest = max(place.from_on for place in places)
    if latest > ends_on:
        raise BadInput(f"One of these places begins on {day_words(latest)}. Enter that day or a later one")
    for place in places:
        place.until_on, place.end_words = ends_on, words
        place.ended_at, place.ended_by_id = clock.now(), actor.id if actor else None
        place.end_told_at = None
    db.session.flush()
    for place in places:
        record(
            action="framework_place_ended",
            actor_id=actor.id if actor else None,
            subject_kind="provider",
            subject_id=provider.id,
            council_id=framework.council_id,
            lot_id=place.lot_id,
            until_on=ends_on.isoformat(),
            name=provider.name,
        )
    mark_provider_changed(provider.id)
    return list(places)
