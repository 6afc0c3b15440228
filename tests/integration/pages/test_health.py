"""Machines that watch the site learn what is missing."""

import secrets
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app.base import clock
from app.base.db import db, transaction
from app.base.schema import UnknownSchema, refuse_unknown_schema, tables_out_of_reach
from app.contents import JOBS
from app.market.catalogue.actions.changes import mark_changed
from app.market.search.actions.building import rebuild
from app.platform.jobs.actions import running
from app.platform.jobs.queries import NO_WORKER
from app.platform.messages.actions import sending
from app.shop.pages import queries
from tests.factories import accounts, catalogue, schema
from tests.inspection import InspectingClient

WELL = {"database": "ok", "pages": "ok", "disk": "ok", "search": "ok: 0 listings", "jobs": "ok", "letters": "ok"}


@pytest.fixture
def well(app):
    """A site of which nothing is wrong."""
    rebuild()
    with transaction():
        running.make_jobs_known(JOBS)
    return app


def _health(client):
    answer = client.get("/health")
    told = answer.get_json()
    return answer.status_code, told.pop("status"), {name: said for name, said in told.items() if said != WELL[name]}


def test_all_is_well(client: InspectingClient, well) -> None:
    assert _health(client) == (200, "ok", {})
    assert client.get("/health").headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("app")
def test_without_an_index_or_a_worker_pages_are_served_and_it_is_said(client: InspectingClient) -> None:
    search = "no index yet: the database answers until it is built"
    assert _health(client) == (200, "degraded", {"search": search, "jobs": NO_WORKER})


NOT_ASKED = dict.fromkeys(("search", "jobs", "letters"), "unknown: the database cannot be asked")


def test_a_database_that_does_not_answer_is_said(client: InspectingClient, well) -> None:
    def silent(*_asked: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", silent)
    assert _health(client) == (503, "down", {"database": "down", **NOT_ASKED})


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("0001", "wrong tables: the database is at 0001, and this code needs {}: run flask --app wsgi db upgrade"),
        (
            "9999",
            "wrong tables: the database is at 9999, which this code does not know (it knows {}): start the newer code",
        ),
        (None, "wrong tables: the database has no tables yet, and this code needs {}: run flask --app wsgi db upgrade"),
    ],
)
def test_tables_that_are_not_ours_are_said_with_what_mends_them(client: InspectingClient, well, at, said) -> None:
    said = said.format(schema.HEAD)
    with schema.said_to_be_at(at):
        assert _health(client) == (503, "down", {"database": said, **NOT_ASKED})
        with pytest.raises(UnknownSchema, match=r"run flask --app wsgi db upgrade|start the newer code"):
            refuse_unknown_schema()
        told = well.test_cli_runner().invoke(args=["jobs", "work"])
        assert (told.exit_code, told.output) == (1, f"Error: {said.removeprefix('wrong tables: ')}.\n")


def test_a_table_our_role_may_not_read_is_named(client: InspectingClient, well) -> None:
    if db.engine.dialect.name == "sqlite":
        # One file has one right for all; whoever is root may write it all the same.
        assert tables_out_of_reach() == []
        return
    role = f"reader_{secrets.token_hex(6)}"
    for statement in (
        f"CREATE ROLE {role}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}",
        f"REVOKE SELECT ON booking FROM {role}",
        f"REVOKE INSERT ON visit FROM {role}",
    ):
        db.session.execute(text(statement))
    db.session.commit()
    as_role = event.listen(db.engine, "begin", lambda connection: connection.exec_driver_sql(f"SET LOCAL ROLE {role}"))
    del as_role
    assert _health(client) == (
        503,
        "down",
        {"database": "our role may not read and write: booking, visit", **NOT_ASKED},
    )


def test_pages_that_were_not_built_are_named(client: InspectingClient, well, tmp_path, monkeypatch) -> None:
    assert {"built/app.css", "built/app.js", "built/pictures.svg", "built/results.js"} <= set(queries.built_files())
    monkeypatch.setattr(queries.pages_health, "__defaults__", (tmp_path,))
    for name in queries.built_files()[1:]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert _health(client) == (503, "down", {"pages": f"not built: {queries.built_files()[0]}: run make assets"})


def test_a_disk_without_room_is_said(client: InspectingClient, well, monkeypatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=7 * 1024 * 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage)
    code, status, wrong = _health(client)
    assert (code, status, list(wrong)) == (200, "degraded", ["disk"])
    assert "7 MB free where search_index is" in wrong["disk"]


def test_an_index_that_is_behind_says_since_when(client: InspectingClient, well) -> None:
    changed = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with clock.set_to(changed), transaction():
        mark_changed(catalogue.listing().id)
    with clock.set_to(changed + timedelta(minutes=1)):
        assert "search" not in _health(client)[2]
    with clock.set_to(changed + timedelta(minutes=3)):
        code, status, wrong = _health(client)
    assert (code, status) == (200, "degraded")
    assert wrong["search"] == "behind: 1 changes since 2026-11-20 12:00 UTC are not in it"


def test_letters_that_wait_or_were_given_up_are_counted(client: InspectingClient, well) -> None:
    well.config["MAIL_URL"] = "pigeon://"
    made = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ada = accounts.person()
    with clock.set_to(made), transaction():
        sending.tell(to_person_id=ada.id, to_email=ada.email, subject="Something happened", body="x")
    with clock.set_to(made + timedelta(minutes=2)):
        assert "letters" not in _health(client)[2]
    with clock.set_to(made + timedelta(minutes=6)):
        assert _health(client)[2]["letters"] == "1 waiting, the oldest since 2026-11-20 12:00 UTC"
    with clock.set_to(made + timedelta(days=4)):
        sending.send_again()
        assert _health(client)[2]["letters"] == "1 given up: flask messages list"


@pytest.mark.usefixtures("app")
def test_jobs_that_are_late_are_said_with_why_and_the_site_is_well(client: InspectingClient) -> None:
    with transaction():
        running.make_jobs_known(JOBS)
    assert client.get("/health").get_json()["jobs"] == "ok"
    due = clock.now()
    with clock.set_to(due + timedelta(minutes=6)):
        answer = client.get("/health")
    told = answer.get_json()["jobs"].split("; ")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    # Those that run oftener than that, and no other.
    assert [one.split()[0] for one in told] == sorted(job.name for job in JOBS if job.every <= timedelta(minutes=5))
    (expiring,) = (one for one in told if one.startswith("ledger-expire "))
    assert expiring.startswith("ledger-expire late: due ")
    assert expiring.endswith(" UTC, no worker runs it")
