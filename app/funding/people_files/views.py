"""The doors of this room: send a file of people, see what would become of every row, say yes, follow it, undo it."""

import secrets
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import BadInput, Conflict
from app.funding.people_files import queries
from app.funding.people_files.actions import bringing, undoing
from app.funding.people_files.actions.foretelling import foretell_people
from app.funding.people_files.actions.mending import note_download, refused_rows, staying_rows
from app.funding.people_files.forms import PeopleFileForm
from app.funding.people_files.models import PeopleFile
from app.funding.people_files.rules import (
    COLUMNS,
    FATE_WORDS,
    FILE_WORDS,
    FORGET_AFTER,
    UNDO_WITHIN,
    FileStatus,
    read_people,
)
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils.access import council_of_staff
from app.platform.files.actions import hold_file
from app.platform.files.rules.photos import Fit
from app.platform.tables.rules.outcomes import Outcome
from app.platform.web.attempts import attempt
from app.platform.web.downloads import columns_file, csv_file
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("people_files", __name__)

WHO = (Role.COMMISSIONER,)
TABLE_TYPE = "application/octet-stream"


@blueprint.route("/council/<code>/people-files", methods=["GET", "POST"])
@open_to(*WHO)
def files(code: str) -> ResponseReturnValue:
    """The files a council brought, and sending another: it is looked at, and nothing changes yet."""
    council, form = council_of_staff(code, *WHO), PeopleFileForm()
    if form.validate_on_submit():
        with attempt(form, "sheet", only=(BadInput, Conflict)):
            return redirect(url_for(".file", code=code, public_id=_kept(code, form)))
        council = council_of_staff(code, *WHO)
    return render_template(
        "people_files/files.html",
        council=council,
        form=form,
        columns=COLUMNS,
        file_words=FILE_WORDS,
        page=page_of(queries.people_files_of(council.id), number=page_number()),
    )


def _kept(code: str, form: PeopleFileForm) -> str:
    """Look at the file and keep it with what would become of every row; the public id of what waits now."""
    content, name = form.sheet.content, str(getattr(form.sheet.data, "filename", ""))
    table = read_people(content)
    fates = foretell_people(actor=actor(), council=council_of_staff(code, *WHO), table=table)
    waits_for = f"people:{secrets.token_urlsafe(16)}"
    sender = actor().id
    db.session.rollback()
    hold_file(person_id=sender, waits_for=waits_for, name=name, fit=Fit(content or b"", TABLE_TYPE))

    def keep() -> str:
        council = council_of_staff(code, *WHO)
        return bringing.keep_file(actor=actor(), council=council, name=name, waits_for=waits_for, fates=fates).public_id

    return in_transaction(keep)


@blueprint.get("/council/<code>/people-files/<public_id>")
@open_to(*WHO)
def file(code: str, public_id: str) -> ResponseReturnValue:
    """One file: what would become of it, how far it is, or what became of every row."""
    council = council_of_staff(code, *WHO)
    found = queries.people_file_of(council.id, public_id)
    is_undone = found.status in {FileStatus.UNDOING, FileStatus.UNDONE}
    done, of = queries.done_of(found.id, undone=is_undone)
    return render_template(
        "people_files/file.html",
        council=council,
        file=found,
        counts=queries.fates_in(found.id),
        fates=Outcome,
        fate_words=FATE_WORDS,
        file_words=FILE_WORDS,
        states=FileStatus,
        done=done,
        of=of,
        staying=queries.staying_in(found.id) if is_undone else 0,
        may_undo=_may_undo(found),
        forget_on=found.made_at + FORGET_AFTER,
        page=page_of(queries.people_rows_of(found.id), number=page_number()),
        plain=PlainForm(formdata=None),
    )


def _may_undo(found: PeopleFile) -> bool:
    is_there = found.status == FileStatus.BROUGHT and found.ended_at is not None
    return is_there and found.ended_at is not None and clock.now() - found.ended_at <= UNDO_WITHIN


@blueprint.post("/council/<code>/people-files/<public_id>/bring")
@open_to(*WHO)
def bring(code: str, public_id: str) -> ResponseReturnValue:
    """Yes: have these people asked."""
    found = queries.people_file_of(council_of_staff(code, *WHO).id, public_id)
    in_transaction(lambda: bringing.say_yes_to_file(actor=actor(), file=found).public_id)
    flash("Thank you. The people are being brought in. You can close this page and come back.")
    return redirect(url_for(".file", code=code, public_id=public_id))


@blueprint.post("/council/<code>/people-files/<public_id>/discard")
@open_to(*WHO)
def discard(code: str, public_id: str) -> ResponseReturnValue:
    """No: forget a file that was looked at."""
    found = queries.people_file_of(council_of_staff(code, *WHO).id, public_id)
    in_transaction(partial(bringing.discard_file, actor=actor(), file=found))
    flash("The file is gone. Nobody was asked.")
    return redirect(url_for(".files", code=code))


@blueprint.post("/council/<code>/people-files/<public_id>/undo")
@open_to(*WHO)
def undo(code: str, public_id: str) -> ResponseReturnValue:
    """Undo a file within a day."""
    found = queries.people_file_of(council_of_staff(code, *WHO).id, public_id)
    in_transaction(lambda: undoing.ask_to_undo(actor=actor(), file=found).public_id)
    flash("The file is being undone. You can close this page and come back.")
    return redirect(url_for(".file", code=code, public_id=public_id))


@blueprint.get("/council/<code>/people-files/<public_id>/rows.csv")
@open_to(*WHO)
def rows(code: str, public_id: str) -> ResponseReturnValue:
    """What became of every row; ``show=mend``: the refused rows as they came, to mend; ``show=stays``: who was not undone."""
    council = council_of_staff(code, *WHO)
    found = queries.people_file_of(council.id, public_id)
    show = request.args.get("show", "")
    if show == "mend":
        names, lines = refused_rows(found)
        in_transaction(partial(note_download, actor=actor(), file=found))
        return csv_file("people-to-mend.csv", names, lines)
    if show == "stays":
        return csv_file("people-not-undone.csv", ["line", "reference", "why"], staying_rows(found))
    everything = db.session.scalars(queries.people_rows_of(found.id)).all()
    return csv_file(
        "people-sent.csv",
        ["line", "reference", "what became of it", "why", "done"],
        ([row.line, row.what, FATE_WORDS[row.fate], row.words, row.is_done] for row in everything),
    )


@blueprint.get("/council/<code>/people-columns.csv")
@open_to(*WHO)
def columns(code: str) -> ResponseReturnValue:
    """What each column of a file of people means."""
    council_of_staff(code, *WHO)
    return columns_file("people-columns.csv", COLUMNS.items())
