"""Ownway: an online marketplace for self-directed support."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.cli import AppGroup

from app.base import clock, db
from app.base.sizes import REQUEST_MOST_BYTES
from app.contents import CHECKS, COMMANDS, JOBS, PAGES
from app.funding.budgets.queries.choices import is_looked_after
from app.market.catalogue.queries.sold_in import councils_sold_in
from app.market.providers.queries import served
from app.market.search_index.index.engine_check import check_engine
from app.people.accounts import access
from app.people.circles import queries as circles
from app.people.circles.access import shopping_for
from app.people.councils.access import ask_who_is_shopped_for
from app.people.interests import queries as interests
from app.platform.jobs import access as jobs
from app.platform.ledger import access as ledger
from app.platform.messages.actions.sending import ask_before_sending
from app.platform.unsent.access import stand_at_every_door
from app.platform.web import assets, compression, drawing, errors, filters, logs, navigation, security
from app.platform.web.navigation import keep_menu_for_other
from app.support.bookings.access import menu_for_other
from app.support.conflicts.queries import uses_provider
from app.support.recipients.queries import may_be_told
from config import HERE, settings


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application: a table of contents, in the order things are needed.

    Args:
        overrides: settings that replace those of the environment; for tests and commands.
    """
    app = Flask(__name__, static_folder=None, template_folder=str(HERE / "templates"))
    app.config.from_mapping({"MAX_CONTENT_LENGTH": REQUEST_MOST_BYTES, **settings(), **(overrides or {})})
    clock.run_from(app.config["CLOCK"])

    db.load_models("app")
    logs.start_logging(app)
    db.connect(app)
    check_engine(app)
    compression.add_compression(app)
    security.protect(app)
    access.guard(app)
    errors.explain(app)
    stand_at_every_door(app)
    filters.add_filters(app)
    drawing.leave_nothing(app)
    navigation.add_navigation(app)
    assets.serve(app)

    ask_before_sending(app, may_be_told)
    interests.learn(uses_provider)
    served.learn_where_sold(councils_sold_in)
    keep_menu_for_other(app, menu_for_other)
    ask_who_is_shopped_for(app, shopping_for)
    circles.learn_looked_after(is_looked_after)

    for room in PAGES:
        app.register_blueprint(room.blueprint)
    for group in COMMANDS:
        # Several storeys add to one group: what happens to providers also happens to those who booked them.
        known = app.cli.commands.get(str(group.name))
        also = known.commands if isinstance(known, AppGroup) else {}
        app.cli.add_command(AppGroup(group.name, commands={**also, **group.commands}, help=group.help))
    jobs.keep(app, JOBS)
    ledger.keep_checks(app, CHECKS)
    return app
