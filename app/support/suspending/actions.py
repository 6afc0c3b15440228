"""Telling everybody concerned of a suspension and of its end: once, also when a run was killed half-way.

In a transaction of its own: it takes rows of people, which whoever books takes before the provider's.
"""

from collections.abc import Iterable
from functools import partial
from typing import TypedDict

from sqlalchemy import select

from app.base import clock
from app.base.days import day_words
from app.base.db import db, in_transaction
from app.market.providers.models import Suspension
from app.market.providers.queries import suspensions
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.audit import actions as audit
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import sending
from app.platform.messages.actions import suspensions as notices
from app.platform.messages.rules import About, ToldAs
from app.platform.web.filters import plural
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import staff
from app.support.suspending import queries


def tell_of_suspension(*, suspension_id: int) -> int:
    """Tell the provider's staff, the people with agreed visits and whoever may see them; return how many were told.

    Of its beginning, or once it is ended of its end; each once. One that was taken back before anybody was told of it is
    not spoken of.
    """
    suspension = db.session.get_one(Suspension, suspension_id, with_for_update=True, populate_existing=True)
    is_end = suspension.ended_at is not None
    if (suspension.end_told_at if is_end else suspension.told_at) is not None or (
        is_end and suspension.told_at is None
    ):
        return 0
    told = _tell_staff(suspension, is_end=is_end) + _tell_people(suspension, is_end=is_end)
    if is_end:
        suspension.end_told_at = clock.now()
    else:
        suspension.told_at = clock.now()
    db.session.flush()
    return told


def tell_untold() -> Swept:
    """Tell whoever has not been told of a suspension or its end, because a run was cut short. Safe to run twice."""
    told = sum(in_transaction(partial(tell_of_suspension, suspension_id=number)) for number in suspensions.untold())
    return Swept((f"{plural(told, 'person was', 'people were')} told",))


def _tell_staff(suspension: Suspension, *, is_end: bool) -> int:
    members = staff.staff_of(suspension.provider_id)
    link = "/desk"
    for member in members:
        if is_end:
            sending.send_notice(notices.SUSPENSION_ENDED, member, link=link, about=None, **_said(suspension))
        else:
            sending.send_notice(notices.PROVIDER_SUSPENDED, member, link=link, about=None, **_said(suspension))
    return len(members)


class _Said(TypedDict):
    """What every notice of a suspension says of it."""

    by: str
    provider: str
    day: str
    what: str


def _said(suspension: Suspension) -> _Said:
    whom = "everybody" if suspension.council is None else f"people of {suspension.council.name}"
    what = (
        f"no new bookings for {whom}"
        if suspension.lot is None
        else f"no framework status for {suspension.lot.name}, for {whom}"
    )
    return {
        "by": by_whom(suspension),
        "provider": suspension.provider.name,
        "day": day_words(suspension.from_on),
        "what": what,
    }


def by_whom(suspension: Suspension) -> str:
    """Whose suspension it is, in words."""
    return "Ownway" if suspension.council is None else suspension.council.name


def _tell_people(suspension: Suspension, *, is_end: bool) -> int:
    numbers = queries.ids_touched(suspension)
    readers = readers_of(numbers)
    council = suspension.council
    speak = f"Speak with {council.name}" if council is not None else "Speak with your council"
    if council is not None and council.phone:
        speak += f" on {council.phone}"
    notice = notices.YOUR_PROVIDER_SUSPENDED if suspension.lot is None else notices.YOUR_LOT_SUSPENDED
    for reader, people in readers:
        lot = "" if suspension.lot is None else suspension.lot.name
        if is_end:
            notice = notices.YOUR_PROVIDER_RESUMED
        # It names nobody. Told for one person, it says what that person uses: whoever helps them no more is not told.
        about = None if reader.id in people or len(people) > 1 else About(people[0], ToldAs.SEES)
        link = f"/providers/{suspension.provider.public_id}"
        sending.send_notice(notice, reader, link=link, about=about, lot=lot, speak=speak, **_said(suspension))
        for number in people:
            audit.record(
                action="suspension_end_told" if is_end else "suspension_told",
                actor_id=None,
                for_person_id=number,
                subject_kind="provider",
                subject_id=suspension.provider_id,
                council_id=suspension.council_id,
                told_person_id=reader.id,
            )
    return len(readers)


def readers_of(numbers: list[int]) -> list[tuple[Person, list[int]]]:
    """The people themselves and whoever may see their bookings now, each once, with whom it concerns."""
    concerns: dict[Person, set[int]] = {}
    for person in _people(numbers):
        concerns.setdefault(person, set()).add(person.id)
    for support in circles.standing_beside(numbers):
        if support.supporter is not None and booking_records_permissions.may_see_bookings(support.granted):
            concerns.setdefault(support.supporter, set()).add(support.person.id)
    for entry in circles.on_caseloads(numbers):
        if booking_records_permissions.may_see_bookings(entry.granted):
            concerns.setdefault(entry.care_manager, set()).add(entry.person.id)
    return sorted(((reader, sorted(people)) for reader, people in concerns.items()), key=lambda one: one[0].id)


def _people(numbers: Iterable[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(sorted(numbers)), Person.closed_at.is_(None))))
