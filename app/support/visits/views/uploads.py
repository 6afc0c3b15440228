"""Files of visits at the provider's desk: send one, see what will become of every row, say yes, and mend what was refused."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction, rehearse
from app.base.refusals import BadInput, Conflict, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.downloads import csv_file
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records.queries import staff
from app.support.visits.actions import uploads as uploads_actions
from app.support.visits.forms import UploadForm
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.queries import uploads as uploads_queries
from app.support.visits.rules import uploads as uploads_rules
from app.support.visits.rules.uploads import (
    FATE_WORDS,
    KEPT,
    LAYOUT_WORDS,
    OWN_COLUMNS,
    TO_MEND,
    WILL_WORDS,
    Layout,
    UploadOutcome,
)
from app.support.visits.views.blueprints import blueprint

SHEET_COVERS = timedelta(days=7)
MOST_IN_A_SHEET = 500


@blueprint.route("/desk/uploads", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def uploads() -> ResponseReturnValue:
    """The files sent so far, and sending another."""
    providers = {one.public_id: one for one in staff.providers_of(actor())}
    form = UploadForm()
    form.provider.choices = [(public_id, one.name) for public_id, one in providers.items()]
    if form.validate_on_submit():
        provider = providers.get(form.provider.data or "")
        if provider is None:
            raise NotFound("We cannot find that organisation among yours.")
        content = form.sheet.content
        with attempt(form, "sheet", only=(BadInput, Conflict)):
            sheet, name = uploads_rules.read_sheet(content), str(form.sheet.data.filename)
            foretold = rehearse(lambda: uploads_actions.foretell(actor=actor(), provider=provider, sheet=sheet))
            upload, is_waiting = in_transaction(
                lambda: _facts(
                    uploads_actions.keep_to_look_at(
                        actor=actor(),
                        provider=provider,
                        name=name,
                        content=content or b"",
                        sheet=sheet,
                        foretold=foretold,
                    )
                )
            )
            if not is_waiting:
                flash("This file was sent before. Nothing was changed.")
            return redirect(url_for("visits.upload", public_id=upload))
    page = page_of(uploads_queries.uploads_of(actor().provider_ids), number=page_number())
    return render_template(
        "visits/uploads.html",
        form=form,
        page=page,
        unlooked=uploads_queries.unlooked(page.items),
        columns=OWN_COLUMNS,
        layouts=LAYOUT_WORDS,
    )


def _facts(answer: tuple[object, bool]) -> tuple[str, bool]:
    upload, is_new = answer
    return upload.public_id, is_new  # type: ignore[attr-defined] # it is an upload


@blueprint.get("/desk/uploads/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def upload(public_id: str) -> ResponseReturnValue:
    """What became of every row of one file; with ``show=look`` those that somebody should look at."""
    found = uploads_queries.upload_at_desk(actor(), public_id)
    to_look_at = request.args.get("show") == "look"
    return render_template(
        "visits/upload.html",
        upload=found,
        page=page_of(uploads_queries.rows_of(found, to_look_at=to_look_at), number=page_number()),
        to_look_at=to_look_at,
        unlooked=uploads_queries.unlooked([found]).get(found.id, 0),
        fates=UploadOutcome,
        fate_words=FATE_WORDS if found.taken_at else WILL_WORDS,
        layouts=LAYOUT_WORDS,
        has_to_mend=any(found.counts.get(fate) for fate in TO_MEND),
    )


@blueprint.post("/desk/uploads/<public_id>/take-in")
@open_to(Role.PROVIDER_STAFF)
def take_in_upload(public_id: str) -> ResponseReturnValue:
    """Yes: record the visits of a file that was looked at."""
    found = uploads_queries.upload_at_desk(actor(), public_id)
    _, is_new = in_transaction(lambda: _facts(uploads_actions.take_in(actor=actor(), upload=found)))
    flash("The visits were recorded. See below what became of every row." if is_new else "This was done already.")
    return redirect(url_for("visits.upload", public_id=public_id))


@blueprint.post("/desk/uploads/<public_id>/discard")
@open_to(Role.PROVIDER_STAFF)
def discard_upload(public_id: str) -> ResponseReturnValue:
    """No: forget a file that was looked at."""
    found = uploads_queries.upload_at_desk(actor(), public_id)
    in_transaction(lambda: uploads_actions.discard(actor=actor(), upload=found))
    flash("The file is gone. No visit was recorded.")
    return redirect(url_for("visits.uploads"))


@blueprint.get("/desk/uploads/<public_id>/rows.csv")
@open_to(Role.PROVIDER_STAFF)
def upload_file(public_id: str) -> ResponseReturnValue:
    """Every row of a file with what became of it; with ``show=mend`` those not recorded, to mend and send again."""
    found = uploads_queries.upload_at_desk(actor(), public_id)
    to_mend = request.args.get("show") == "mend"
    columns = KEPT[Layout(found.layout)]
    rows = db.session.scalars(
        uploads_queries.to_mend(found) if to_mend else uploads_queries.rows_of(found, to_look_at=False)
    ).all()
    words = FATE_WORDS if found.taken_at else WILL_WORDS
    again = _reference_again(found, rows) if to_mend else {}
    return csv_file(
        "visits-to-mend.csv" if to_mend else "visits-sent.csv",
        [*columns, "row", "what became of it", "why"],
        (
            [*({**row.facts, **again}.get(name, "") for name in columns), row.line, words[row.fate], _why(row)]
            for row in rows
        ),
    )


def _why(row: UploadRow) -> str:
    return ". ".join(words for words in (row.words, row.remark) if words)


def _reference_again(upload: VisitUpload, rows: Sequence[UploadRow]) -> dict[str, str]:
    """Mended rows of an Abacus file are another file, so they get a reference of their own."""
    said = upload.file_reference or next((row.facts.get("FileReference") for row in rows), None)
    if upload.layout != Layout.ABACUS or not said:
        return {}
    beginning = uploads_rules.reference_again(said, 0).removesuffix("0)")
    return {
        "FileReference": uploads_rules.reference_again(
            said, 2 + uploads_queries.times_named(upload.provider_id, beginning)
        )
    }


@blueprint.post("/desk/uploads/<public_id>/rows/<int(max=999999):line>/looked")
@open_to(Role.PROVIDER_STAFF)
def look_at_row(public_id: str, line: int) -> ResponseReturnValue:
    """Note that somebody has looked at a row that was not recorded."""
    found = uploads_queries.upload_at_desk(actor(), public_id)
    in_transaction(lambda: uploads_actions.look_at_row(actor=actor(), upload=found, line=line))
    return redirect(url_for("visits.upload", public_id=public_id, show="look"))


@blueprint.get("/desk/visits.csv")
@open_to(Role.PROVIDER_STAFF)
def visits_file() -> ResponseReturnValue:
    """A sheet of the last seven days' visits that are not recorded, ready to be filled in and sent back."""
    now = clock.now()
    found = uploads_queries.unrecorded_between(actor().provider_ids, now - SHEET_COVERS, now, most=MOST_IN_A_SHEET)
    starts = [clock.london(visit.starts_at) for visit in found]
    return csv_file(
        "visits.csv",
        list(OWN_COLUMNS),
        (
            [visit.booking.reference, at.date(), at.time(), "", "", "", ""]
            for visit, at in zip(found, starts, strict=True)
        ),
    )
