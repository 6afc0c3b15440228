"""Machines that watch the site learn what is missing."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.base.db import db
from app.market.search.actions.building import rebuild
from tests.inspection import InspectingClient


def test_all_is_well(client: InspectingClient) -> None:
    rebuild()
    answer = client.get("/health")
    told = {"status": "ok", "database": "ok", "search": "ok: 0 listings"}
    assert (answer.status_code, answer.get_json()) == (200, told)
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_an_index_the_site_is_well_and_says_so(client: InspectingClient) -> None:
    answer = client.get("/health")
    search = "no index yet: the database answers until it is built"
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "database": "ok", "search": search})


@pytest.mark.usefixtures("app")
def test_a_database_that_does_not_answer_is_said(client: InspectingClient) -> None:
    rebuild()

    def silent(*_asked: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", silent)
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (
        503,
        {"status": "down", "database": "down", "search": "ok: 0 listings"},
    )
