"""The private address of a person's calendar: made, renewed, ended. Only by the person themself."""

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, number_of
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.support.calendars import queries
from app.support.calendars.models import CalendarFeed


def keep_feed(*, person: Person, shows_titles: bool) -> CalendarFeed:
    """Make the address, or say anew whether titles say what a visit is for. An address that is there stays.

    Args:
        person: whose calendar; nobody makes it for somebody else, since whoever knows it goes on reading.
        shows_titles: whether a visit's title says what it is for.
    """
    feed = queries.feed_of(number_of(person))
    if feed is None:
        feed = CalendarFeed(
            person_id=number_of(person), public_id=new_public_id(), shows_titles=shows_titles, made_at=clock.now()
        )
        db.session.add(feed)
        _record("calendar_address_made", person)
    feed.shows_titles = shows_titles
    db.session.flush()
    return feed


def renew_feed(*, person: Person) -> CalendarFeed | None:
    """Give it a new address: the old one shows nothing any more, at once."""
    feed = queries.feed_of(number_of(person))
    if feed is not None:
        feed.public_id = new_public_id()
        feed.made_at = clock.now()
        _record("calendar_address_renewed", person)
        db.session.flush()
    return feed


def end_feed(*, person: Person) -> None:
    """Take the address away."""
    feed = queries.feed_of(number_of(person))
    if feed is not None:
        db.session.delete(feed)
        _record("calendar_address_ended", person)
        db.session.flush()


def _record(action: str, person: Person) -> None:
    audit.record(
        action=action, actor_id=number_of(person), for_person_id=number_of(person), council_id=person.council_id
    )
