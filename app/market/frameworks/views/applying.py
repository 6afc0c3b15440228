"""A provider's staff apply: a draft with answers and documents, sent, looked at again, taken back."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction, transaction
from app.base.refusals import NotFound
from app.market.frameworks.actions import applying
from app.market.frameworks.actions.applying import LotWanted
from app.market.frameworks.forms import ApplyForm, DocumentForm, apply_form
from app.market.frameworks.models import FrameworkApplication
from app.market.frameworks.queries import applying as queries
from app.market.frameworks.queries import reading
from app.market.frameworks.rules.applications import (
    APPLICATION_STATUS_WORDS,
    LOT_ANSWER_WORDS,
    ApplicationStatus,
    weights_words,
)
from app.market.frameworks.views.blueprints import as_file, blueprint
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils.models import Framework
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of


@blueprint.route("/frameworks/<public_id>/apply", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def apply(public_id: str) -> ResponseReturnValue:
    """Write an application, or go on with one; it is saved and not sent."""
    framework = reading.framework_for_everybody(public_id)
    providers = queries.providers_spoken_for(actor())
    form = apply_form(framework)
    form.provider.choices = [(one.public_id, one.name) for one in providers]
    asked = form.provider.data or request.args.get("provider") or providers[0].public_id
    provider = next((one for one in providers if one.public_id == asked), providers[0])
    form.provider.data = provider.public_id
    draft = queries.open_application(provider, framework)
    if draft is not None and draft.status == ApplicationStatus.SENT:
        return redirect(url_for(".application", public_id=draft.public_id))
    if draft is not None and not form.is_submitted():
        _fill(form, draft)
    if form.validate_on_submit():
        with attempt(form, "lots"):
            made = in_transaction(lambda: _written(form, provider, framework).public_id)
            flash("Saved. Add documents if you want to, then send it.")
            return redirect(url_for(".application", public_id=made))
    return render_template(
        "frameworks/apply.html",
        framework=framework,
        form=form,
        providers=providers,
        weights=weights_words(framework.weights),
        is_open=reading.can_apply(framework, clock.today()),
    )


def _written(form: ApplyForm, provider: Provider, framework: Framework) -> FrameworkApplication:
    return applying.write_application(
        actor=actor(),
        provider=provider,
        framework=framework,
        wanted=_wanted(form, framework),
        answers=[form[f"answer_{number}"].data or "" for number in range(len(framework.questions))],
    )


def _wanted(form: ApplyForm, framework: Framework) -> list[LotWanted]:
    """The lots that were ticked: ``2`` for the whole council, ``2/riverside`` for a locality."""
    chosen = set(form.lots.data or [])
    return [
        (lot.id, where.id if where else None)
        for lot in framework.lots
        for where in reading.where_let(lot)
        if f"{lot.number}{f'/{where.slug}' if where else ''}" in chosen
    ]


def _fill(form: ApplyForm, draft: FrameworkApplication) -> None:
    form.lots.data = [f"{one.lot.number}{f'/{one.locality.slug}' if one.locality else ''}" for one in draft.lots]
    for number, answer in enumerate(draft.answers):
        if f"answer_{number}" in form:
            form[f"answer_{number}"].data = answer


@blueprint.get("/desk/applications")
@open_to(Role.PROVIDER_STAFF)
def applications() -> ResponseReturnValue:
    """The applications of one's organisations, and what was answered."""
    page = page_of(queries.applications_by(actor()), number=page_number())
    return render_template("frameworks/applications.html", page=page, status_words=APPLICATION_STATUS_WORDS)


@blueprint.get("/desk/applications/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def application(public_id: str) -> ResponseReturnValue:
    """One application: the lots with the council's answers, one's own answers, and its documents."""
    return _application(queries.application_by(actor(), public_id), DocumentForm(formdata=None))


def _application(found: FrameworkApplication, form: DocumentForm) -> ResponseReturnValue:
    return render_template(
        "frameworks/application.html",
        application=found,
        framework=found.framework,
        documents=queries.application_documents(found),
        form=form,
        plain=PlainForm(formdata=None),
        is_draft=found.status == ApplicationStatus.DRAFT,
        may_withdraw=found.status in {ApplicationStatus.DRAFT, ApplicationStatus.SENT},
        status_words=APPLICATION_STATUS_WORDS,
        answer_words=LOT_ANSWER_WORDS,
        weights=weights_words(found.weights),
    )


@blueprint.post("/desk/applications/<public_id>/send")
@open_to(Role.PROVIDER_STAFF)
def send_application(public_id: str) -> ResponseReturnValue:
    """Send it to the council."""
    found, form = queries.application_by(actor(), public_id), DocumentForm(formdata=None)
    with attempt(form):
        with transaction():
            applying.send_application(actor=actor(), application=found)
        flash("Sent. The council answers about each lot, with its reason.")
        return redirect(url_for(".application", public_id=public_id))
    return _application(queries.application_by(actor(), public_id), form)


@blueprint.route("/desk/applications/<public_id>/withdraw", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def withdraw_application(public_id: str) -> ResponseReturnValue:
    """Take it back, after asking once."""
    found, form = queries.application_by(actor(), public_id), PlainForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                applying.withdraw_application(actor=actor(), application=found)
            flash("Taken back. You can apply again while the framework lets providers in.")
            return redirect(url_for(".applications"))
    return render_template("frameworks/withdraw.html", application=found, form=form)


@blueprint.post("/desk/applications/<public_id>/documents")
@open_to(Role.PROVIDER_STAFF)
def add_document(public_id: str) -> ResponseReturnValue:
    """Put a document to a draft."""
    found, form = queries.application_by(actor(), public_id), DocumentForm()
    if form.validate_on_submit():
        with attempt(form, "document"):
            with transaction():
                applying.add_document(
                    actor=actor(), application=found, name=form.title.data, content=form.document.content
                )
            flash("The document is there.")
            return redirect(url_for(".application", public_id=public_id))
    return _application(queries.application_by(actor(), public_id), form)


@blueprint.get("/desk/applications/<public_id>/documents/<document_id>")
@open_to(Role.PROVIDER_STAFF)
def document(public_id: str, document_id: str) -> Response:
    """One's own document, as a file."""
    return as_file(queries.document_in(queries.application_by(actor(), public_id), document_id))


@blueprint.post("/desk/applications/<public_id>/documents/<document_id>/remove")
@open_to(Role.PROVIDER_STAFF)
def remove_document(public_id: str, document_id: str) -> ResponseReturnValue:
    """Take a document away from a draft."""
    found = queries.application_by(actor(), public_id)
    if found.status != ApplicationStatus.DRAFT:
        raise NotFound("This application was sent: its documents stay with it.")
    with transaction():
        applying.remove_document(actor=actor(), application=found, document=queries.document_in(found, document_id))
    flash("The document is taken away.")
    return redirect(url_for(".application", public_id=public_id))
