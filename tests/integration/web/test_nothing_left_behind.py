"""Pages leave nothing in circles: what a page was drawn with is gone when it is drawn, and no collection stalls another."""

import gc
from weakref import ref

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.base import clock
from app.base.db import db
from app.market.search.actions import building
from app.people.accounts.models import Person
from tests.factories.accounts import sign_in
from tests.integration.web.world import NOW, half
from tests.rubbish import left_in_circles

OF_WERKZEUG = 8
"""Objects: a function that calls itself, made anew for each address it matches, with what it holds."""
OF_SQLALCHEMY = 8
"""Objects: a list of values in a statement, copied twice by SQLAlchemy, each copy in a set of itself."""


def _cookie(app: Flask, who: Person) -> str:
    client = app.test_client()
    sign_in(client, who)
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept is not None
    return f"{name}={kept.value}"


@pytest.mark.mostly_on("sqlite")
def test_measured_pages_leave_next_to_nothing_in_circles(app: Flask) -> None:
    app.test_client_class = FlaskClient
    with clock.set_to(NOW):
        own = half("own")
        building.rebuild()
        listing = f"/listings/{own.ids['storefront.listing']['public_id']}"
        results = f"/search?q=company&council={own.council.code}"
        nobody, person, staff, commissioner = (
            {"Cookie": _cookie(app, who)} if who else {} for who in (None, own.person, own.staff, own.commissioner)
        )
        db.session.close()
        found = {
            (address, bool(who)): left_in_circles(app.wsgi_app, address, **who)
            for address, who in (
                *((one, nobody) for one in ("/", results, listing)),
                *((one, person) for one in ("/", results, listing, "/money", "/bookings", "/bookings/calendar")),
                ("/desk", staff),
                ("/trends", commissioner),
            )
        }
    copied = {"/bookings": 1, "/desk": 1, "/bookings/calendar": 4}
    too_many = {
        page: left
        for page, left in found.items()
        if left.total() > OF_WERKZEUG + copied.get(page[0], 0) * OF_SQLALCHEMY
    }
    assert too_many == {}


class Given:
    """Something a page is drawn with."""


def test_a_page_with_macros_of_its_own_lets_go_of_what_it_was_given(app: Flask) -> None:
    given = Given()
    gone = ref(given)
    with app.test_request_context("/"):
        page = app.jinja_env.from_string("{% macro shown() %}{{ given }}{% endmacro %}{{ shown() }}")
        gc.disable()
        try:
            assert "Given" in page.render(given=given)
            del given
            assert gone() is None
        finally:
            gc.enable()
