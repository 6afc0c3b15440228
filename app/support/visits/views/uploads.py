"""Files of visits at the provider's desk: send one, read what became of every row, and fetch a sheet to fill in."""

import csv
import io
from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, Conflict, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records.queries import staff
from app.support.visits.actions import uploads as uploads_actions
from app.support.visits.forms import UploadForm
from app.support.visits.queries import uploads as uploads_queries
from app.support.visits.rules import uploads as uploads_rules
from app.support.visits.rules.uploads import FATE_WORDS, LAYOUT_WORDS, OWN_COLUMNS, UploadOutcome
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
            upload, is_new = in_transaction(
                lambda: _facts(
                    uploads_actions.take_in(
                        actor=actor(), provider=provider, name=name, content=content or b"", sheet=sheet
                    )
                )
            )
            flash(
                "The file was read. See below what became of every row."
                if is_new
                else "This file was sent before. Nothing was changed."
            )
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
        fate_words=FATE_WORDS,
        layouts=LAYOUT_WORDS,
    )


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
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(OWN_COLUMNS)
    for visit in found:
        starts = clock.london(visit.starts_at)
        writer.writerow([visit.booking.reference, f"{starts:%d/%m/%Y}", f"{starts:%H:%M}", "", "", "", ""])
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="visits.csv"'
    return answer
