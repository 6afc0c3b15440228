"""Whether somebody may be told about a person's affairs at this moment."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.base.db import db
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Power
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records import permissions
from app.support.visits.queries import deciding


def may_be_told(reader_id: int, about: About) -> bool:
    """Whether this account still has the right by which a letter tells it about that person's affairs.

    Read anew: what was granted may have ended since the letter was written, and so may the account.
    """
    reader = _as_it_is_now(reader_id)
    person = _as_it_is_now(about.person_id)
    if reader is None or person is None or reader.closed_at is not None:
        return False
    if about.told_as is ToldAs.STAFF:
        return about.provider_id in reader.provider_ids
    return reader.id == person.id or _RIGHTS[about.told_as](reader, person)


def _as_it_is_now(person_id: int) -> Person | None:
    return db.session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .options(selectinload(Person.grants))
        .execution_options(populate_existing=True)
    )


_RIGHTS: dict[ToldAs, Callable[[Person, Person], bool]] = {
    ToldAs.SEES: lambda reader, person: permissions.may_see_bookings(circles.powers_over(reader, person.id)),
    ToldAs.SEES_MONEY: lambda reader, person: Power.SEE_MONEY in circles.powers_over(reader, person.id),
    ToldAs.ARRANGES: lambda reader, person: permissions.may_talk(circles.powers_over(reader, person.id)),
    ToldAs.SUGGESTS: lambda reader, person: permissions.may_fill_basket(circles.powers_over(reader, person.id)),
    ToldAs.ANSWERS: lambda reader, person: Power.DECIDE in circles.powers_over(reader, person.id),
    ToldAs.COMPLAINS: lambda reader, person: Power.COMPLAIN in circles.powers_over(reader, person.id),
    ToldAs.CARE_MANAGER: lambda reader, person: circles.standing_over(reader, person.id).is_care_manager,
    ToldAs.DECIDES: deciding.may_be_asked_to_decide,
}
