"""What everybody reads: a council's frameworks, and one of them with who is on it since when."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.market.catalogue.rules.kinds import KINDS
from app.market.frameworks.forms import DayAskedForm
from app.market.frameworks.queries import reading
from app.market.frameworks.rules.applications import weights_words
from app.market.frameworks.views.blueprints import blueprint
from app.people.councils import queries as councils
from app.people.councils.rules.admission import ADMISSION_WORDS
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor


@blueprint.get("/councils/<code>/frameworks")
@open_to(ANYONE)
def council_frameworks(code: str) -> ResponseReturnValue:
    """Every published framework of a council."""
    council = councils.council_by_code(code.replace("\0", "").lower()[:40])
    if council is None:
        raise NotFound("We do not know that council. Choose yours from the list of councils.")
    page = page_of(reading.frameworks_of(council.id, is_published=True), number=page_number())
    return render_template(
        "frameworks/council_frameworks.html", council=council, page=page, today=clock.today(), kinds=KINDS
    )


@blueprint.get("/frameworks/<public_id>")
@open_to(ANYONE)
def framework(public_id: str) -> ResponseReturnValue:
    """One framework: what it is for, what the council checks, who is on it (today, or on another day), and what it means."""
    found, form = reading.framework_for_everybody(public_id), DayAskedForm(formdata=request.args)
    form.validate()
    today = clock.today()
    on = form.on.data or min(max(today, found.starts_on), found.ends_on)
    looking = visitor()
    return render_template(
        "frameworks/framework.html",
        framework=found,
        form=form,
        on=on,
        standing=[one for one in reading.standings(found, on) if one.counts],
        kinds=KINDS,
        admission=ADMISSION_WORDS[found.admission],
        weights=weights_words(found.weights),
        rounds=[one for one in reading.rounds_of(found.id) if one.closes_on >= today],
        discount=reading.discount_on(found.id, on),
        is_open=reading.can_apply(found, today),
        may_apply=looking is not None and bool(looking.provider_ids),
        today=today,
    )
