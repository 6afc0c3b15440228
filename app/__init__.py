"""Ownway: an online marketplace for self-directed support."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask

from app import db
from app.accounts import access
from app.accounts import commands as account_commands
from app.accounts import views as account_views
from app.audit import views as audit_views
from app.bookings import commands as booking_commands
from app.bookings import views as booking_views
from app.budgets import commands as budget_commands
from app.budgets import views as budget_views
from app.catalogue import commands as catalogue_commands
from app.catalogue import views as catalogue_views
from app.circles import views as circle_views
from app.councils import commands as council_commands
from app.councils import views as council_views
from app.demo import commands as demo_commands
from app.ledger import commands as ledger_commands
from app.messages import commands as message_commands
from app.messages import views as message_views
from app.pages import views as page_views
from app.payments import commands as payment_commands
from app.payments import views as payment_views
from app.providers import commands as provider_commands
from app.providers import views as provider_views
from app.reviews import views as review_views
from app.search import commands as search_commands
from app.search import views as search_views
from app.search.index.starting import check_engine
from app.storefront import views as storefront_views
from app.trends import views as trend_views
from app.web import assets, errors, filters, logs, navigation, security, squeezing
from app.webhooks import views as webhook_views
from config import HERE, settings

DOORS = (
    page_views,
    storefront_views,
    account_views,
    audit_views,
    message_views,
    council_views,
    circle_views,
    provider_views,
    catalogue_views,
    search_views,
    budget_views,
    payment_views,
    booking_views,
    review_views,
    trend_views,
    webhook_views,
)
"""The rooms people can walk into."""

COMMANDS = (
    account_commands,
    message_commands,
    ledger_commands,
    council_commands,
    provider_commands,
    catalogue_commands,
    search_commands,
    budget_commands,
    payment_commands,
    booking_commands,
    demo_commands,
)
"""The rooms with a ``flask <room> ...`` group."""

WITH_TABLES = (
    "accounts",
    "audit",
    "messages",
    "ledger",
    "councils",
    "circles",
    "providers",
    "catalogue",
    "search",
    "budgets",
    "payments",
    "bookings",
    "reviews",
    "storefront",
)
"""The rooms that keep something: their tables must all be known before the first query."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application: a table of contents, in the order things are needed.

    Args:
        overrides: settings that replace those of the environment; for tests and commands.
    """
    app = Flask(__name__, static_folder=None, template_folder=str(HERE / "templates"))
    app.config.from_mapping({**settings(), **(overrides or {})})

    for room in WITH_TABLES:
        import_module(f"app.{room}.models")
    logs.start(app)
    db.connect(app)
    check_engine(app)
    squeezing.add_to(app)
    security.protect(app)
    access.guard(app)
    errors.explain(app)
    filters.add_to(app)
    navigation.add_to(app)
    assets.serve(app)

    for door in DOORS:
        app.register_blueprint(door.blueprint)
    for desk in COMMANDS:
        app.cli.add_command(desk.group)
    return app
