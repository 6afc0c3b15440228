"""The council reads applications and answers about each lot, with its reason."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import NotFound
from app.market.frameworks.actions import deciding
from app.market.frameworks.forms import lot_answer_form
from app.market.frameworks.models import ApplicationLot, FrameworkApplication
from app.market.frameworks.queries import applying as queries
from app.market.frameworks.rules.applications import (
    APPLICATION_STATUS_WORDS,
    LOT_ANSWER_WORDS,
    LotAnswer,
    weighed,
    weights_words,
)
from app.market.frameworks.views.blueprints import as_file, blueprint
from app.market.providers import queries as providers
from app.market.providers.rules import CQC_RATING_WORDS
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.access import council_of_staff
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of


def _here(code: str, public_id: str) -> FrameworkApplication:
    council, found = council_of_staff(code, *RUN_FRAMEWORKS), queries.application_to(actor(), public_id)
    if found.framework.council_id != council.id:
        raise NotFound(queries.NO_APPLICATION)
    return found


@blueprint.get("/council/<code>/applications")
@open_to(*RUN_FRAMEWORKS)
def applications_to_answer(code: str) -> ResponseReturnValue:
    """The applications that wait for the council, the oldest first."""
    council = council_of_staff(code, *RUN_FRAMEWORKS)
    page = page_of(queries.applications_to({council.id}), number=page_number())
    return render_template("frameworks/to_answer.html", council=council, page=page)


@blueprint.get("/council/<code>/applications/<public_id>")
@open_to(*RUN_FRAMEWORKS)
def application_to_answer(code: str, public_id: str) -> ResponseReturnValue:
    """One application: answers, documents, what the regulator says, and each lot to answer."""
    found = _here(code, public_id)
    return render_template(
        "frameworks/application_to_answer.html",
        application=found,
        framework=found.framework,
        council=found.framework.council,
        documents=queries.application_documents(found),
        registrations=providers.registrations_of([found.provider_id]),
        ratings=CQC_RATING_WORDS,
        status_words=APPLICATION_STATUS_WORDS,
        answer_words=LOT_ANSWER_WORDS,
        weights=weights_words(found.weights),
        weighed={one.id: weighed(one.scores, found.weights) for one in found.lots},
    )


@blueprint.get("/council/<code>/applications/<public_id>/documents/<document_id>")
@open_to(*RUN_FRAMEWORKS)
def document_to_read(code: str, public_id: str, document_id: str) -> Response:
    """A document of an application, as a file."""
    return as_file(queries.document_in(_here(code, public_id), document_id))


@blueprint.route("/council/<code>/applications/<public_id>/lots/<number>", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def answer_lot(code: str, public_id: str, number: str) -> ResponseReturnValue:
    """Say yes or no about one lot."""
    found = _here(code, public_id)
    wanted = _lot(found, number)
    form, names = lot_answer_form(found.weights)
    if form.validate_on_submit():
        is_award = form.answer.data == "award"
        with attempt(form, "from_on" if is_award else "reason"):
            with transaction():
                deciding.answer_lot(
                    actor=actor(),
                    wanted=wanted,
                    award=is_award,
                    reason=form.reason.data or "",
                    from_on=form.from_on.data,
                    scores={name: form[field].data for field, name in names.items()},
                )
            flash("Answered. The provider was told, and reads your reason.")
            return redirect(url_for(".application_to_answer", code=code, public_id=public_id))
        found = _here(code, public_id)
        wanted = _lot(found, number)
    return render_template(
        "frameworks/answer_lot.html",
        application=found,
        framework=found.framework,
        wanted=wanted,
        form=form,
        names=names,
    )


def _lot(application: FrameworkApplication, number: str) -> ApplicationLot:
    """The lot of an application by its place in it, from 1.

    Raises:
        NotFound: when there is none, or it was answered.
    """
    at = int(number) if number.isascii() and number.isdigit() and len(number) <= 3 else 0  # noqa: PLR2004 - far more than lots
    if not 1 <= at <= len(application.lots) or application.lots[at - 1].answer != LotAnswer.WAITING:
        raise NotFound("There is no such lot to answer about, or a colleague has answered.")
    return application.lots[at - 1]
