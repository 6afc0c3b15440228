"""``make run`` starts the site and one worker beside it, and takes both away again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from app.base.db import db
from app.platform.jobs import queries
from tests.factories import accounts
from tests.live import free_port
from tests.processes import PATIENCE

ROOT = Path(__file__).parents[3]


@pytest.mark.usefixtures("app")
def test_the_demonstration_is_served_with_a_worker(database_url: str, tmp_path: Path) -> None:
    # Somebody is there, so nothing is loaded.
    accounts.person()
    db.session.close()
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "OWNWAY_", "MAIL_"))}
    environment = {
        **kept,
        "DATABASE_URL": database_url,
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "SEARCH_INDEX_DIR": str(tmp_path / "search_index"),
        "PORT": str(port),
    }
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_the_jobs_are_well(f"http://127.0.0.1:{port}/health", tmp_path / "log")
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(PATIENCE) == 0
        assert [one.holder for one in queries.job_states().values() if one.holder] == []
    finally:
        serving.terminate()
        serving.wait(PATIENCE)


def _wait_until_the_jobs_are_well(address: str, log: Path) -> None:
    give_up, moment, told = time.monotonic() + PATIENCE, threading.Event(), ""
    while told != "ok":
        assert time.monotonic() < give_up, f"{told}\n{log.read_text()[-3000:]}"
        moment.wait(0.2)
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                told = json.load(answer)["jobs"]
        except (URLError, ConnectionError, TimeoutError):
            continue
