"""The calendar by week and by month, its private address for calendar programs, and a provider's day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import Signer

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, NotAllowed, NotFound
from app.market.catalogue.rules.kinds import COMES_HOME
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.councils.rules.geography import show_postcode
from app.platform.web.guards import ANYONE, open_to
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import staff
from app.support.booking_records.rules.words import SAID, Reader
from app.support.bookings.access import BUYERS, keep_in_mind, said_to, say_looked
from app.support.calendars import actions, queries
from app.support.calendars.models import CalendarFeed
from app.support.calendars.rules import YEARS, CalendarEvent, Span, as_ical, beside, days_shown, tag_of

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/bookings/calendar")
@open_to(*BUYERS)
def calendar() -> ResponseReturnValue:
    """The visits of whoever is shopped for, by week or by month (``view=month``), around a day (``on=2026-11-24``)."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}. Only they can let you.")
    person_id = looking.person.id
    say_looked(looking.person)
    span, on = Span.MONTH if request.args.get("view") == "month" else Span.WEEK, _day("on")
    days = days_shown(span, on)
    by_day: dict[date, list[queries.CalendarEntry]] = {day: [] for day in days}
    for one in queries.calendar_entries(person_id, days[0], days[-1]):
        by_day.setdefault(clock.london(one.starts).date(), []).append(one)
    before, after = beside(span, on)
    return render_template(
        "calendars/calendar.html",
        looking=looking,
        span=span,
        on=on,
        weeks=[days[number : number + 7] for number in range(0, len(days), 7)],
        by_day=by_day,
        before=before if before.year in YEARS else None,
        after=after if after.year in YEARS else None,
        today=clock.today(),
        said=said_to(looking.person),
    )


@blueprint.route("/bookings/calendar/address", methods=["GET", "POST"])
@open_to(*BUYERS)
def calendar_address() -> ResponseReturnValue:
    """The private address of one's own calendar: make it, choose what it says, renew it, take it away."""
    me = actor()
    if request.method == "POST":
        act = request.form.get("act")
        titles = request.form.get("titles") == "y"
        if act == "keep":
            in_transaction(lambda: actions.keep_feed(person=me, shows_titles=titles))
            flash("Your calendar has an address.")
        elif act == "renew":
            in_transaction(lambda: actions.renew_feed(person=me))
            flash("Your calendar has a new address. The old one shows nothing any more.")
        elif act == "end":
            in_transaction(lambda: actions.end_feed(person=me))
            flash("The address is gone. It shows nothing any more.")
        else:
            raise BadInput("Choose what should happen with the address.")
        return redirect(url_for("calendars.calendar_address"))
    feed = queries.feed_of(me.id)
    return render_template(
        "calendars/calendar_address.html", feed=feed, address=None if feed is None else _address_of(feed)
    )


@blueprint.get("/calendar/<public_id>/<signature>.ics")
@open_to(ANYONE)
def calendar_file(public_id: str, signature: str) -> ResponseReturnValue:
    """Somebody's visits for a calendar program. Who knows the address may read it; it says no more than was chosen."""
    feed = queries.feed_called(public_id)
    if feed is None or not _signer().verify_signature(public_id.encode(), signature.encode()):
        abort(404)
    return _ical(queries.events(feed, _visit_link), "Visits")


def _visit_link(one: queries.CalendarEntry) -> str:
    return _site(url_for("repeating.one_visit", public_id=one.booking, name=one.name))


def _ical(events: Sequence[CalendarEvent], name: str) -> ResponseReturnValue:
    """A calendar with a tag that tells its state: a program that has it already is told so, and fetches nothing."""
    body = as_ical(events, name=name, now=clock.now())
    answer = Response(
        body,
        mimetype="text/calendar",
        headers={
            "Content-Disposition": 'inline; filename="visits.ics"',
            # Kept by the program it is for, and asked about each time.
            "Cache-Control": "private, no-cache",
            "X-Robots-Tag": "noindex",
        },
    )
    answer.set_etag(tag_of(body))
    return answer.make_conditional(request)


@blueprint.get("/desk/day")
@open_to(Role.PROVIDER_STAFF)
def desk_day() -> ResponseReturnValue:
    """Every visit of one day with one of the providers somebody works for, to print or to record."""
    mine = staff.providers_of(actor())
    wanted = request.args.get("provider")
    chosen = next((one for one in mine if one.public_id == wanted), None) if wanted else mine[0]
    if chosen is None:
        raise NotFound("We cannot find that desk among yours.")
    on = _day("on")
    stops = queries.day_of([chosen.id], on)
    keep_in_mind((stop.person_id, stop.provider_id, False) for stop in stops)
    return render_template(
        "calendars/desk_day.html",
        provider=chosen,
        providers=mine,
        on=on,
        stops=stops,
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        show_postcode=show_postcode,
        comes_home=COMES_HOME,
        said=SAID[Reader.PROVIDER],
    )


@blueprint.route("/desk/day/address", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_address() -> ResponseReturnValue:
    """The private address of a provider's days for one's own calendar program: make it, renew it, take it away."""
    mine = staff.providers_of(actor())
    wanted = request.args.get("provider")
    provider = next((one for one in mine if one.public_id == wanted), None) if wanted else mine[0]
    if provider is None:
        raise NotFound("We cannot find that desk among yours.")
    if request.method == "POST":
        act = _DESK_ACTS.get(request.form.get("act", ""))
        if act is None:
            raise BadInput("Choose what should happen with the address.")
        do, words = act
        in_transaction(lambda: do(actor=actor(), provider=provider) and None)
        flash(words)
        return redirect(url_for("calendars.desk_address", provider=provider.public_id))
    feed = queries.desk_feed_of(actor().id, provider.id)
    address = None if feed is None else _site(_signed("calendars.desk_file", feed.public_id, _DESK_SALT))
    return render_template("calendars/desk_address.html", provider=provider, address=address)


_DESK_ACTS: Mapping[str, tuple[Callable[..., Any], str]] = {
    "keep": (actions.keep_desk_feed, "The calendar has an address."),
    "renew": (actions.renew_desk_feed, "The calendar has a new address. The old one shows nothing any more."),
    "end": (actions.end_desk_feed, "The address is gone. It shows nothing any more."),
}


@blueprint.get("/calendar/desk/<public_id>/<signature>.ics")
@open_to(ANYONE)
def desk_file(public_id: str, signature: str) -> ResponseReturnValue:
    """A provider's days for the calendar program of one of its staff: no names, and nothing once they have left."""
    feed = queries.desk_feed_called(public_id)
    if feed is None or not _signer(_DESK_SALT).verify_signature(public_id.encode(), signature.encode()):
        abort(404)
    return _ical(
        queries.desk_events(feed, lambda one: _site(url_for("visits.desk_visit", public_id=one.visit))),
        "Visits to make",
    )


def _day(name: str) -> date:
    """The day in the address; today when it says none.

    Raises:
        BadInput: when it is no day of a calendar.
    """
    said = request.args.get(name)
    if not said:
        return clock.today()
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise BadInput("We cannot read that day. Go back to the calendar and choose again.") from None
    if day.year not in YEARS:
        raise BadInput("We cannot read that day. Go back to the calendar and choose again.")
    return day


_SALT, _DESK_SALT = "calendar address", "address of a desk's days"


def _signer(salt: str = _SALT) -> Signer:
    return Signer(current_app.secret_key or "", salt=salt)


def _address_of(feed: CalendarFeed) -> str:
    return _site(_signed("calendars.calendar_file", feed.public_id, _SALT))


def _signed(endpoint: str, public_id: str, salt: str) -> str:
    return url_for(endpoint, public_id=public_id, signature=_signer(salt).get_signature(public_id.encode()).decode())


def _site(path: str) -> str:
    return f"{current_app.config['SITE_URL'].rstrip('/')}{path}"
