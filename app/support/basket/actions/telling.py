"""Who is told that something was suggested, taken or left, and by what right somebody acts."""

from datetime import datetime

from sqlalchemy import exists, select

from app.base.db import db, number_of
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import Standing
from app.platform.messages.actions import sending, suggestions
from app.platform.messages.rules import About, ToldAs
from app.support.basket.models import BasketLine
from app.support.basket.rules import SITTING
from app.support.booking_records import permissions as booking_records_permissions

PATH = "/basket"
"""Where what was suggested stands, for both sides."""


def role_of(standing: Standing) -> str:
    """By what right somebody acts, as lines and codes keep it."""
    if standing.is_oneself:
        return "person"
    return "care_manager" if standing.is_care_manager else "supporter"


def tell_person(actor: Person, person: Person, now: datetime) -> None:
    """Tell a person that somebody suggests something, once for a sitting; called before the line is written."""
    waits = exists().where(
        BasketLine.person_id == number_of(person),
        BasketLine.added_by_id == number_of(actor),
        BasketLine.suggested_at > now - SITTING,
        BasketLine.taken_at.is_(None),
        BasketLine.left_at.is_(None),
    )
    if not db.session.scalar(select(waits)):
        sending.send_notice(suggestions.SUGGESTED, person, link=PATH, by_name=actor.full_name)


def tell_suggester(line: BasketLine, by: Person) -> None:
    """Tell whoever suggested it what became of it, as long as they still may suggest to this person."""
    suggester = line.added_by
    if number_of(suggester) == number_of(by):
        return
    if booking_records_permissions.may_fill_basket(circles.powers_over(suggester, line.person_id)):
        template = suggestions.TAKEN if line.taken_at is not None else suggestions.LEFT
        about = About(line.person_id, ToldAs.SUGGESTS)
        sending.send_notice(template, suggester, link=PATH, about=about, name=line.person.full_name)
