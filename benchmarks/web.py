"""What a page costs: CPU, queries and bytes, beside a bare Flask page in the same run.

The site is served by gunicorn as in production (two workers, four threads) on a full demonstration council; four clients
ask for one page at a time. CPU is the workers' own (user and system) over all requests, so that a busy machine changes it
little; queries and bytes are exact.
"""

import gzip
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from app import create_app
from app.accounts.queries import demonstration_people
from app.db import db
from benchmarks._table import show, verdict
from tests.live import free_port
from tests.queries import counted

ROOT = Path(__file__).parents[1]
CLIENTS = 4
REQUESTS = 60
ROUNDS = 5
WARM_UP = 24


@dataclass(frozen=True)
class Target:
    """The most a page may cost."""

    cpu_ms: float
    queries: int


RESULTS = Target(10, 12)
OTHER = Target(6, 10)
FIRST_VISIT_BYTES = 60 * 1024


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "INSTANCE_DIR": str(folder / "instance"),
        "SEARCH_INDEX_DIR": str(folder / "search_index"),
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder / 'site.sqlite'}"),
        "PORT": str(port),
    }


def _served(module: str, port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    serving = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            _fetch(port, "/", "")
        except OSError:
            _a_moment(serving)
        else:
            return serving
    raise SystemExit(f"{module} did not start")


def _a_moment(serving: "subprocess.Popen[bytes]") -> None:
    try:
        serving.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


def _fetch(port: int, path: str, cookie: str) -> tuple[int, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def _cpu_of(serving: "subprocess.Popen[bytes]") -> float:
    workers = psutil.Process(serving.pid).children(recursive=True)
    return sum(sum(worker.cpu_times()[:2]) for worker in workers)


def _measure(serving: "subprocess.Popen[bytes]", port: int, path: str, cookie: str) -> tuple[float, int]:
    """CPU milliseconds a request (the least of several rounds) and the bytes of the answer."""
    sizes: list[int] = []

    def ask(times: int) -> None:
        for _ in range(times):
            status, size = _fetch(port, path, cookie)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            sizes.append(size)

    def crowd(times: int) -> None:
        threads = [threading.Thread(target=ask, args=(times // CLIENTS,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    crowd(WARM_UP)
    rounds = []
    for _ in range(ROUNDS):
        before = _cpu_of(serving)
        crowd(REQUESTS)
        rounds.append((_cpu_of(serving) - before) * 1000 / REQUESTS)
    return min(rounds), round(statistics.mean(sizes))


def _load(folder: Path, small: bool) -> dict[str, str]:
    environment = _environment(folder, free_port())
    for command in (["demo", "load", *(["--small"] if small else [])],):
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], env=environment, cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return environment
