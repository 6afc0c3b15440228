"""The doors of this room: a person's messages, and in a demonstration the letter box where all emails land."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.platform.messages import gateway, queries
from app.platform.messages.actions import sending
from app.platform.messages.models import Message
from app.platform.messages.rules import about_of
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor

blueprint = Blueprint("messages", __name__)


def unread_messages() -> int:
    """How many messages the signed-in person has not read: asked once a request, and only by pages that show it."""
    looking = visitor()
    if looking is None:
        return 0
    if "unread_messages" not in g:
        g.unread_messages = queries.count_unread(looking.id)
    return int(g.unread_messages)


blueprint.add_app_template_global(unread_messages, "unread_messages")


@blueprint.before_app_request
def _send_beside() -> None:
    """Start at the first request, not before: a command sends by itself, and forks come first. Tests send at once."""
    if current_app.config.get("WORKS_BESIDE", not current_app.testing):
        gateway.start_sender()


@blueprint.get("/messages")
@open_to(SIGNED_IN)
def inbox() -> ResponseReturnValue:
    """Everything we told this person, newest first."""
    page = page_of(queries.messages_to(visitor().id), number=page_number())
    return render_template("messages/inbox.html", page=page)


@blueprint.post("/messages/read")
@open_to(SIGNED_IN)
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    with transaction():
        sending.mark_all_read(person_id=visitor().id)
    flash("All your messages are marked as read.")
    return redirect(url_for(".inbox"))


@blueprint.get("/messages/<public_id>")
@open_to(SIGNED_IN)
def message(public_id: str) -> ResponseReturnValue:
    """One message. Looking at it changes nothing; a button marks it as read.

    One about somebody whom its reader may no longer be told of says only that, and leads nowhere.
    """
    found = queries.message_to(visitor().id, public_id)
    return render_template("messages/message.html", message=found, is_closed=not _may_be_told(found))


@blueprint.post("/messages/<public_id>/read")
@open_to(SIGNED_IN)
def read(public_id: str) -> ResponseReturnValue:
    """Mark one message as read, and go to what it is about."""
    with transaction():
        found = queries.message_to(visitor().id, public_id)
        sending.mark_read(message=found)
        onwards = found.link if found.link and _may_be_told(found) else url_for(".inbox")
    return redirect(onwards)


def _may_be_told(message: Message) -> bool:
    return gateway.may_still_be_told(message.to_person_id, about_of(message))


@blueprint.get("/demonstration/post")
@open_to(ANYONE)
def letter_box() -> ResponseReturnValue:
    """The last emails of a demonstration, whose people have no real addresses. Anywhere else: no such page."""
    if not current_app.config["IS_DEMONSTRATION"]:
        abort(404)
    gateway.wait_for_the_post()
    return render_template("messages/letter_box.html", emails=gateway.last_emails())
