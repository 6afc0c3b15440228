"""The doors of pictures: seeing one, and the desk on which a provider keeps its own."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import BadInput, Conflict
from app.market.pictures import actions, queries
from app.market.pictures.actions import UnfitPicture
from app.market.pictures.forms import PictureForm, PictureWordsForm
from app.market.pictures.rules import PICTURE_WORDS, PICTURES_MOST
from app.market.provider_staff.queries import provider_managed
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.files.actions import file_content
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.guards import ANYONE, open_to

blueprint = Blueprint("pictures", __name__)

KEPT_FOR = 24 * 60 * 60
"""Seconds for which a browser shows a picture again without asking: one that is taken away is asked for by no page."""


@blueprint.get("/pictures/<public_id>/<int(max=4096):width>")
@open_to(ANYONE)
def picture(public_id: str, width: int) -> ResponseReturnValue:
    """A picture in one width: drawn by us, never what somebody sent, and never anything but a picture."""
    file = queries.picture_file(public_id, width)
    if file.digest in request.if_none_match:
        answer = Response(status=304)
    else:
        try:
            answer = Response(file_content(file), mimetype=file.media_type)
        except Conflict as no:
            return Response(str(no), status=503, mimetype="text/plain")
    answer.set_etag(file.digest)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return answer


@blueprint.get("/desk/<provider_id>/pictures")
@open_to(Role.PROVIDER_STAFF)
def pictures(provider_id: str) -> ResponseReturnValue:
    """The pictures of a provider's page, in their order."""
    provider = provider_managed(actor(), provider_id)
    shown = queries.pictures_shown(provider.id)
    return render_template(
        "pictures/pictures.html",
        provider=provider,
        shown=shown,
        words=PICTURE_WORDS,
        is_full=len(shown) >= PICTURES_MOST,
    )


@blueprint.route("/desk/<provider_id>/pictures/new", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def add_picture(provider_id: str) -> ResponseReturnValue:
    """Which picture, and what does it show?"""
    provider = provider_managed(actor(), provider_id)
    form = PictureForm()
    form.photo.wait_with(actor().id, form.key.data)
    if form.validate_on_submit():
        with attempt(form, blame={UnfitPicture: "photo", BadInput: "alt"}, only=Conflict):
            actions.add_picture(
                actor=actor(),
                provider=provider,
                kind=form.chosen_kind,
                alt=form.alt.data,
                waits_for=form.photo.waits_for or "",
                key=form.key.data or "",
            )
            flash("The picture is on your page.")
            return redirect(url_for(".pictures", provider_id=provider_id))
    form.key.data = form.key.data or new_key()
    return render_template("pictures/add_picture.html", provider=provider, form=form)


@blueprint.route("/desk/<provider_id>/pictures/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def describe_picture(provider_id: str, public_id: str) -> ResponseReturnValue:
    """What does the picture show?"""
    provider = provider_managed(actor(), provider_id)
    found = queries.picture_shown(provider.id, public_id)
    form = PictureWordsForm()
    if not form.is_submitted():
        form.alt.data = found.alt
    elif form.validate():
        with attempt(form, "alt", only=(BadInput, Conflict)):
            with transaction():
                actions.describe_picture(actor=actor(), provider=provider, picture=found, alt=form.alt.data)
            flash("Saved.")
            return redirect(url_for(".pictures", provider_id=provider_id))
    return render_template("pictures/describe_picture.html", provider=provider, form=form, picture=found)


@blueprint.post("/desk/<provider_id>/pictures/<public_id>/earlier")
@open_to(Role.PROVIDER_STAFF)
def move_picture_earlier(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Show a picture one place earlier."""
    provider = provider_managed(actor(), provider_id)
    found = queries.picture_shown(provider.id, public_id)
    with transaction():
        actions.move_picture_earlier(actor=actor(), provider=provider, picture=found)
    flash("The picture is one place earlier.")
    return redirect(url_for(".pictures", provider_id=provider_id))


@blueprint.post("/desk/<provider_id>/pictures/<public_id>/take-away")
@open_to(Role.PROVIDER_STAFF)
def take_away_picture(provider_id: str, public_id: str) -> ResponseReturnValue:
    """Show a picture no more."""
    provider = provider_managed(actor(), provider_id)
    found = queries.picture_shown(provider.id, public_id)
    with transaction():
        actions.take_away_picture(actor=actor(), provider=provider, picture=found)
    flash("The picture is taken away, and its file is removed.")
    return redirect(url_for(".pictures", provider_id=provider_id))
