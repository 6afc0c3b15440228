"""The private addresses of calendars: made, renewed, ended. Only by the person whose calendar program reads them."""

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, number_of
from app.base.refusals import NotFound
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.support.calendars import queries
from app.support.calendars.models import CalendarFeed, DeskFeed


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


def keep_desk_feed(*, actor: Person, provider: Provider) -> DeskFeed:
    """Make the address of a provider's days for one of its staff. An address that is there stays.

    Raises:
        NotFound: when they do not work for it.
    """
    _must_work_there(actor, provider)
    feed = queries.desk_feed_of(number_of(actor), provider.id)
    if feed is None:
        feed = DeskFeed(
            person_id=number_of(actor), provider_id=provider.id, public_id=new_public_id(), made_at=clock.now()
        )
        db.session.add(feed)
        _record("desk_calendar_address_made", actor, provider)
        db.session.flush()
    return feed


def renew_desk_feed(*, actor: Person, provider: Provider) -> DeskFeed | None:
    """Give it a new address: the old one shows nothing any more, at once.

    Raises:
        NotFound: when they do not work for it.
    """
    _must_work_there(actor, provider)
    feed = queries.desk_feed_of(number_of(actor), provider.id)
    if feed is not None:
        feed.public_id, feed.made_at = new_public_id(), clock.now()
        _record("desk_calendar_address_renewed", actor, provider)
        db.session.flush()
    return feed


def end_desk_feed(*, actor: Person, provider: Provider) -> None:
    """Take the address away. Somebody who has left may do so too: it only takes."""
    feed = queries.desk_feed_of(number_of(actor), provider.id)
    if feed is not None:
        db.session.delete(feed)
        _record("desk_calendar_address_ended", actor, provider)
        db.session.flush()


def _must_work_there(actor: Person, provider: Provider) -> None:
    if provider.id not in actor.provider_ids:
        raise NotFound("We cannot find that desk among yours.")


def _record(action: str, person: Person, provider: Provider | None = None) -> None:
    if provider is not None:
        audit.record(action=action, actor_id=number_of(person), subject_kind="provider", subject_id=provider.id)
        return
    audit.record(
        action=action, actor_id=number_of(person), for_person_id=number_of(person), council_id=person.council_id
    )
