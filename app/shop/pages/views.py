"""The doors of this room."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import number_of
from app.market.catalogue.rules.kinds import KINDS
from app.market.search import queries as search
from app.people.accounts.rules import Role
from app.people.circles.access import shopping_for
from app.people.councils.access import visitor_council
from app.platform.jobs import queries as jobs
from app.platform.jobs.access import jobs_here
from app.platform.messages import queries as messages
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.visitor import visitor
from app.shop.pages import queries, rules
from app.shop.reviews.queries.figures import year_of_reviews
from app.shop.reviews.rules import REPORT_REASON_WORDS
from app.shop.reviews.rules.figures import duration_words
from app.support.basket.queries import count_waiting

blueprint = Blueprint("pages", __name__)
# The footer of every page names the council and its telephone.
blueprint.add_app_template_global(visitor_council, "visitor_council")


@blueprint.get("/")
@open_to(ANYONE)
def home() -> str:
    """The front window: one question, kinds of support as pictures, how it works, a door for each audience.

    Whoever is signed in reads there first what waits for their own yes; nothing of anybody they help.
    """
    looking = visitor()
    roles = set() if looking is None else {grant.role for grant in looking.current_grants}
    is_own = looking is not None and Role.PERSON in roles and shopping_for() is None
    return render_template(
        "pages/home.html",
        shortcuts=rules.shortcuts(roles),
        popular=rules.POPULAR,
        community=rules.COMMUNITY,
        all_kinds=len(KINDS),
        steps=rules.STEPS,
        doors=() if roles else rules.DOORS,
        suggested=count_waiting(number_of(looking)) if looking is not None and is_own else 0,
    )


@blueprint.get("/health")
@open_to(ANYONE)
def health() -> ResponseReturnValue:
    """Whether the site can serve people, for machines that watch it: 200, or 503 while pages cannot be served.

    Everything else is told too, with its reason, and the site is ``degraded`` while somebody must look: the database
    answers where search cannot, and pages are served while a job is late, a letter waits, or the disk is nearly full.
    """
    serves = {"database": queries.database_health(), "pages": queries.pages_health()}
    told = {"disk": queries.disk_health(queries.folders_written(current_app.config))}
    if serves["database"] == queries.OK:
        told |= {
            "search": search.health(),
            "jobs": jobs.jobs_health(jobs_here()),
            "letters": messages.messages_health(),
        }
    else:
        told |= dict.fromkeys(("search", "jobs", "letters"), "unknown: the database cannot be asked")
    is_well = all(said == queries.OK for said in serves.values())
    is_all_well = all(said.startswith(queries.OK) for said in told.values())
    status = "down" if not is_well else "ok" if is_all_well else "degraded"
    return {"status": status, **serves, **told}, 200 if is_well else 503


@blueprint.get("/help")
@open_to(ANYONE)
def help_and_contact() -> str:
    """How to do the main things, and whom to ask; ``about=`` says which page of a listing has something wrong."""
    return render_template("pages/help.html", about=rules.listing_path(request.args.get("about", "")))


@blueprint.get("/accessibility")
@open_to(ANYONE)
def accessibility() -> str:
    """The accessibility statement that the law asks for, and what we know to be wrong."""
    return render_template("pages/accessibility.html")


@blueprint.get("/privacy")
@open_to(ANYONE)
def privacy() -> str:
    """What is kept about people, why, for how long, and their rights."""
    return render_template("pages/privacy.html")


@blueprint.get("/cookies")
@open_to(ANYONE)
def cookies() -> str:
    """The few things kept in the browser."""
    return render_template("pages/cookies.html")


@blueprint.get("/reviews-policy")
@open_to(ANYONE)
def reviews_policy() -> str:
    """How reviews are asked for, checked, shown, answered and taken down, with the figures of the last twelve months."""
    return render_template(
        "pages/reviews_policy.html",
        year=year_of_reviews(clock.today()),
        took=duration_words,
        reasons=REPORT_REASON_WORDS,
    )


@blueprint.get("/how-results-are-ordered")
@open_to(ANYONE)
def how_results_are_ordered() -> str:
    """What decides which result comes first, and the part of reviews in it."""
    return render_template("pages/how_results_are_ordered.html")


@blueprint.get("/worried-about-somebody")
@open_to(ANYONE)
def worried_about_somebody() -> str:
    """Whom to tell when somebody may be being hurt or neglected."""
    return render_template("pages/worried_about_somebody.html")
