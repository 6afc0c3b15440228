"""Telling everybody concerned that a place ends: once, also when a run was killed half-way. In a transaction of its own."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from app.base import clock
from app.base.days import day_words
from app.base.db import db, in_transaction
from app.market.frameworks.queries.reading import staff_who_speak_for
from app.market.providers.models import FrameworkPlace
from app.platform.audit import actions as audit
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import frameworks as notices
from app.platform.messages.actions import sending
from app.platform.web.filters import plural
from app.support.framework_use import queries
from app.support.suspending.actions import readers_of
from app.support.suspending.queries import ids_reached


def tell_of_endings() -> Swept:
    """Tell whoever has not been told that a place ends. Safe to run twice, and beside itself."""
    waiting = [[one.id for one in group] for _, group in groupby(queries.ended_untold(), key=_together)]
    told = sum(in_transaction(partial(_tell, numbers)) for numbers in waiting)
    return Swept((f"{plural(told, 'person was', 'people were')} told",))


def _together(place: FrameworkPlace) -> tuple[object, ...]:
    """What was ended by one press is told in one letter."""
    return place.provider_id, place.lot.framework_id, place.ended_at, place.until_on


def _tell(numbers: Sequence[int]) -> int:
    places = [
        place
        for number in numbers
        if (place := db.session.get_one(FrameworkPlace, number, with_for_update=True, populate_existing=True))
        and place.end_told_at is None
    ]
    if not places:
        return 0
    first = places[0]
    provider, framework = first.provider, first.lot.framework
    council, lots = framework.council, sorted({place.lot for place in places}, key=lambda lot: lot.number)
    assert first.until_on is not None
    words = {
        "council": council.name,
        "provider": provider.name,
        "framework": framework.name,
        "lots": ", ".join(f"lot {lot.number}, {lot.name}" for lot in lots),
        "day": day_words(first.until_on),
    }
    staff = staff_who_speak_for(provider.id)
    for member in staff:
        sending.tell(
            to_person_id=member.id,
            to_email=member.email,
            subject=notices.PLACE_ENDED.subject,
            body=f"Hello {member.full_name},\n\n{notices.PLACE_ENDED.body.format(**words)}",
            link=f"/frameworks/{framework.public_id}",
        )
    speak = f"Speak with {council.name}{f' on {council.phone}' if council.phone else ''}"
    readers = readers_of(ids_reached(queries.reach_of(framework, provider, lots)))
    for reader, people in readers:
        sending.tell(
            to_person_id=reader.id,
            to_email=reader.email,
            subject=notices.YOUR_PROVIDER_LEFT.subject,
            body=f"Hello {reader.full_name},\n\n{notices.YOUR_PROVIDER_LEFT.body.format(speak=speak, **words)}",
            link=f"/providers/{provider.public_id}",
        )
        for number in people:
            audit.record(
                action="framework_ending_told",
                actor_id=None,
                for_person_id=number,
                subject_kind="provider",
                subject_id=provider.id,
                council_id=None,
                told_person_id=reader.id,
            )
    for place in places:
        place.end_told_at = clock.now()
    db.session.flush()
    return len(staff) + len(readers)
