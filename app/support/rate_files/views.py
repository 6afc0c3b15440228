"""Rates by file at the desk: get the template, send it, see what becomes of every row, publish, mend what was refused."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction, rehearse
from app.base.refusals import BadInput, Conflict
from app.market.catalogue.queries import provider_for_staff
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.downloads import csv_file
from app.platform.web.filters import plural
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.rate_files import actions, queries
from app.support.rate_files.forms import RateFileForm
from app.support.rate_files.models import RateFile
from app.support.rate_files.rules import RATE_COLUMNS, RATE_FATE_WORDS, RATE_WILL_WORDS, RateFate, read_rates

blueprint = Blueprint("rate_files", __name__)


@blueprint.route("/desk/<provider_id>/rate-files", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def rate_files(provider_id: str) -> ResponseReturnValue:
    """The files sent so far, and sending another: looked at first, nothing is published."""
    provider = provider_for_staff(actor(), provider_id)
    form = RateFileForm()
    if form.validate_on_submit():
        with attempt(form, "sheet", only=(BadInput, Conflict)):
            rows, name = read_rates(form.sheet.content), str(form.sheet.data.filename)
            facts = {"actor": actor(), "provider": provider, "rows": rows, "starts_on": form.starts_on.data}
            foretold = rehearse(lambda: actions.foretell_rates(**facts))
            kept = in_transaction(
                lambda: actions.keep_rates_to_look_at(**facts, name=name, foretold=foretold).public_id
            )
            return redirect(url_for(".rate_file", provider_id=provider_id, public_id=kept))
    return render_template(
        "rate_files/rate_files.html",
        provider=provider,
        form=form,
        page=page_of(queries.rate_files_of(provider.id), number=page_number()),
        columns=RATE_COLUMNS,
    )


@blueprint.get("/desk/<provider_id>/rate-files/template.csv")
@open_to(Role.PROVIDER_STAFF)
def rate_template(provider_id: str) -> ResponseReturnValue:
    """A sheet with all that is offered for money, each with its newest price, to change and send back."""
    provider = provider_for_staff(actor(), provider_id)
    listings = db.session.scalars(queries.listings_to_price(provider.id)).all()
    newest = queries.newest_cards([listing.id for listing in listings])
    rows = []
    for listing in listings:
        card = newest.get(listing.id)
        pence = (
            [card.weekday_pence, card.saturday_pence, card.sunday_pence, card.bank_holiday_pence]
            if card
            else [None] * 4
        )
        prices = ["" if one is None else f"{one // 100}.{one % 100:02d}" for one in pence]
        rows.append([listing.public_id, listing.title, "", card.unit.value if card else "", *prices, "", ""])
    return csv_file("rates.csv", list(RATE_COLUMNS), rows)


@blueprint.get("/desk/<provider_id>/rate-files/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def rate_file(provider_id: str, public_id: str) -> ResponseReturnValue:
    """What becomes of every row of one file; with ``show=refused`` those to mend."""
    provider = provider_for_staff(actor(), provider_id)
    found = queries.rate_file_of(provider.id, public_id)
    only_refused = request.args.get("show") == "refused"
    return render_template(
        "rate_files/rate_file.html",
        provider=provider,
        file=found,
        page=page_of(queries.rate_rows_of(found.id, only_refused=only_refused), number=page_number()),
        only_refused=only_refused,
        told=queries.people_told(found.id),
        fates=RateFate,
        words=RATE_FATE_WORDS if found.published_at else RATE_WILL_WORDS,
    )


@blueprint.post("/desk/<provider_id>/rate-files/<public_id>/publish")
@open_to(Role.PROVIDER_STAFF)
def publish_rate_file(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Yes: publish the rates of a file that was looked at."""
    found = _found(provider_id, public_id)
    counts, is_new = in_transaction(lambda: _counted(actions.publish_rate_file(actor=actor(), file=found)))
    if is_new:
        flash(f"{plural(counts[RateFate.PUBLISHED], 'rate')} published. See below what became of every row.")
    else:
        flash("This was done already.")
    return redirect(url_for(".rate_file", provider_id=provider_id, public_id=public_id))


def _counted(answer: tuple[RateFile, bool]) -> tuple[dict[str, int], bool]:
    file, is_new = answer
    return file.counts, is_new


@blueprint.post("/desk/<provider_id>/rate-files/<public_id>/discard")
@open_to(Role.PROVIDER_STAFF)
def discard_rate_file(provider_id: str, public_id: str) -> ResponseReturnValue:
    """No: forget a file that was looked at."""
    found = _found(provider_id, public_id)
    in_transaction(lambda: actions.discard_rate_file(actor=actor(), file=found))
    flash("The file is gone. Nothing was published.")
    return redirect(url_for(".rate_files", provider_id=provider_id))


@blueprint.get("/desk/<provider_id>/rate-files/<public_id>/rows.csv")
@open_to(Role.PROVIDER_STAFF)
def rate_rows_file(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Every row with what became of it; with ``show=refused`` those not published, to mend and send again."""
    found = _found(provider_id, public_id)
    only_refused = request.args.get("show") == "refused"
    words = RATE_FATE_WORDS if found.published_at else RATE_WILL_WORDS
    rows = db.session.scalars(queries.rate_rows_of(found.id, only_refused=only_refused)).all()
    return csv_file(
        "rates-to-mend.csv" if only_refused else "rates-sent.csv",
        [*RATE_COLUMNS, "row", "what became of it", "why"],
        ([*(row.facts.get(name, "") for name in RATE_COLUMNS), row.line, words[row.fate], row.words] for row in rows),
    )


def _found(provider_id: str, public_id: str) -> RateFile:
    return queries.rate_file_of(provider_for_staff(actor(), provider_id).id, public_id)
