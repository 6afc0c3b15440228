"""Machines that watch the site learn what is missing."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.base import clock
from app.base.db import db, transaction
from app.contents import JOBS
from app.market.search.actions.building import rebuild
from app.platform.jobs.actions import running
from app.platform.jobs.queries import NO_WORKER
from tests.inspection import InspectingClient


def test_all_is_well(client: InspectingClient) -> None:
    rebuild()
    answer = client.get("/health")
    told = {"status": "ok", "database": "ok", "search": "ok: 0 listings", "jobs": NO_WORKER}
    assert (answer.status_code, answer.get_json()) == (200, told)
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_an_index_the_site_is_well_and_says_so(client: InspectingClient) -> None:
    answer = client.get("/health")
    search = "no index yet: the database answers until it is built"
    told = {"status": "ok", "database": "ok", "search": search, "jobs": NO_WORKER}
    assert (answer.status_code, answer.get_json()) == (200, told)


@pytest.mark.usefixtures("app")
def test_a_database_that_does_not_answer_is_said(client: InspectingClient) -> None:
    rebuild()

    def silent(*_asked: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", silent)
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (
        503,
        {
            "status": "down",
            "database": "down",
            "search": "ok: 0 listings",
            "jobs": "unknown: the database does not answer",
        },
    )


@pytest.mark.usefixtures("app")
def test_jobs_that_are_late_are_said_with_why_and_the_site_is_well(client: InspectingClient) -> None:
    with transaction():
        running.make_jobs_known(JOBS)
    assert client.get("/health").get_json()["jobs"] == "ok"
    due = clock.now()
    with clock.set_to(due + timedelta(minutes=6)):
        answer = client.get("/health")
    told = answer.get_json()["jobs"].split("; ")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    # Those that run oftener than that, and no other.
    assert [one.split()[0] for one in told] == sorted(job.name for job in JOBS if job.every <= timedelta(minutes=5))
    (expiring,) = (one for one in told if one.startswith("ledger-expire "))
    assert expiring.startswith("ledger-expire late: due ")
    assert expiring.endswith(" UTC, no worker runs it")
