"""How the basket of a person is locked, and how what happens to a line is put on record."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from app.base.db import db, fetch_rows, number_of
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.support.basket.models import BasketLine

_LOCK_PERSON = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


def lock_basket_of(person: Person) -> None:
    """Let whatever is done with one person's basket and money pass one at a time; first of all locks."""
    fetch_rows(_LOCK_PERSON, {"person_id": number_of(person)})


def locked_lines(person: Person, public_ids: Sequence[str]) -> list[BasketLine]:
    """These lines of the person's basket, locked, as they are now; by listing, so that all take places in one order."""
    rows = (
        select(BasketLine)
        .where(BasketLine.person_id == number_of(person), BasketLine.public_id.in_(public_ids))
        .order_by(BasketLine.listing_id, BasketLine.id)
        .with_for_update(of=BasketLine)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def record_line(action: str, line: BasketLine, actor: Person) -> None:
    """Keep on record what somebody did with a line."""
    audit.record(
        action=action,
        actor_id=number_of(actor),
        for_person_id=line.person_id,
        subject_kind="basket_line",
        subject_id=line.id,
    )
