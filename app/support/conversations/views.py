"""Messages about one booking: between the person, those who help them, and the provider."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import shares
from app.support.bookings.access import BUYERS
from app.support.bookings.queries import at_desk
from app.support.conversations import actions, queries, rules
from app.support.conversations.forms import MessageForm
from app.support.conversations.queries import MESSAGES_OF

blueprint = Blueprint("conversations", __name__)


@blueprint.route("/bookings/<public_id>/messages", methods=["GET", "POST"])
@open_to(*BUYERS)
def conversation(public_id: str) -> ResponseReturnValue:
    """What was written about a booking, newest first, and a box to write in; for the buyer's side."""
    found = queries.conversation_for(actor(), public_id)
    whose = shares.acts_for(actor(), found)
    if whose is not None and note_look(
        "booking_messages_looked_at",
        [whose],
        subject_kind="booking_messages",
        subject_id=found.id,
        council_id=found.council_id,
    ):
        found = queries.conversation_for(actor(), public_id)
    return _page(
        found, actions.write_to_provider, here=".conversation", back=url_for("desk.booking", public_id=public_id)
    )


@blueprint.route("/desk/bookings/<public_id>/messages", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_conversation(public_id: str) -> ResponseReturnValue:
    """The same for the provider's staff."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    back = url_for("desk.desk_booking", public_id=public_id)
    return _page(booking, actions.write_as_provider, here=".desk_conversation", back=back)


@blueprint.post("/bookings/<public_id>/messages/read")
@open_to(*BUYERS)
def conversation_read(public_id: str) -> ResponseReturnValue:
    """Mark what was on the page as read."""
    _mark(queries.conversation_for(actor(), public_id))
    return redirect(url_for("conversations.conversation", public_id=public_id))


@blueprint.post("/desk/bookings/<public_id>/messages/read")
@open_to(Role.PROVIDER_STAFF)
def desk_conversation_read(public_id: str) -> ResponseReturnValue:
    """The same for the provider's staff."""
    _mark(at_desk.booking_at_desk(actor(), public_id))
    return redirect(url_for("conversations.desk_conversation", public_id=public_id))


def _page(found: Booking, write: Any, *, here: str, back: str) -> ResponseReturnValue:
    form = MessageForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            in_transaction(
                lambda: write(actor=actor(), booking=found, words=form.words.data or "", key=form.key.data or "")
            )
            flash("Your message is sent.")
            return redirect(url_for(here, public_id=found.public_id))
    page = page_of(MESSAGES_OF, number=page_number(), values={"booking_id": found.id})
    return render_template(
        "conversations/conversation.html",
        form=form,
        booking=found,
        page=page,
        new=queries.new_messages(actor(), [found]).get(found.id, 0),
        read_to=queries.read_up_to(actor(), found),
        is_open=rules.may_still_write(found.status, over_at=queries.over_at(found), now=clock.now()),
        is_desk=here == "conversations.desk_conversation",
        me=actor().id,
        names=shares.names_agreed(found),
        here=url_for(here, public_id=found.public_id),
        back=back,
    )


def _mark(found: Booking) -> None:
    newest = request.form.get("newest", "")
    in_transaction(lambda: actions.mark_messages_read(actor=actor(), booking=found, newest=newest))
    flash("The messages are marked as read.")
