"""Machines that watch the site learn what is missing."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.db import db
from tests.inspection import InspectingClient


@pytest.fixture
def index(app: Flask) -> Path:
    folder = Path(app.config["SEARCH_INDEX_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_MAIN_1.toc").write_bytes(b"")
    return folder


@pytest.mark.usefixtures("index")
def test_all_is_well(client: InspectingClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "database": "ok", "search": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_an_index_nothing_can_be_found(client: InspectingClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "down", "database": "ok", "search": "not built"})


@pytest.mark.usefixtures("index", "app")
def test_a_database_that_does_not_answer_is_said(client: InspectingClient) -> None:
    def silent(*_asked: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", silent)
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "down", "database": "down", "search": "ok"})
