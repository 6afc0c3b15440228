"""The calendar by week and by month, its private address for calendar programs, and a provider's day."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import Signer

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, NotAllowed, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.councils.rules.geography import show_postcode
from app.platform.web.guards import ANYONE, open_to
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import staff
from app.support.booking_records.rules.states import VISIT_WORDS
from app.support.bookings.access import BUYERS, say_looked
from app.support.calendars import actions, queries
from app.support.calendars.models import CalendarFeed
from app.support.calendars.rules import YEARS, Span, as_ical, beside, days_shown

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/bookings/calendar")
@open_to(*BUYERS)
def calendar() -> ResponseReturnValue:
    """The visits of whoever is shopped for, by week or by month (``view=month``), around a day (``on=2026-11-24``)."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(
            f"You may not see the bookings of {looking.person.full_name}. They, or their council, can let you."
        )
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
        words=VISIT_WORDS,
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
    body = as_ical(queries.events(feed), name="Visits", now=clock.now())
    return Response(
        body,
        mimetype="text/calendar",
        headers={
            "Content-Disposition": 'inline; filename="visits.ics"',
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        },
    )


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
    return render_template(
        "calendars/desk_day.html",
        provider=chosen,
        providers=mine,
        on=on,
        stops=queries.day_of([chosen.id], on),
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        show_postcode=show_postcode,
        words=VISIT_WORDS,
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


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="calendar address")


def _address_of(feed: CalendarFeed) -> str:
    signature = _signer().get_signature(feed.public_id.encode()).decode()
    path = url_for("calendars.calendar_file", public_id=feed.public_id, signature=signature)
    return f"{current_app.config['SITE_URL'].rstrip('/')}{path}"
