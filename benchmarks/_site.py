"""The site as it is served in production, for benchmarks: two workers with four threads each, every request logged."""

import http.client
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
BROWSER = {"User-Agent": "benchmark"}
"""A session belongs to the browser that signed in: every request must come from the same."""


def served(module: str, environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start gunicorn on the environment's ``PORT`` and wait until it answers."""
    port = int(environment["PORT"])
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    with log.open("wb") as written:
        serving = subprocess.Popen(command, env=dict(environment), cwd=ROOT, stderr=written)
    for _ in range(200):
        try:
            fetch(port, "/", "")
        except OSError:
            _a_moment(serving)
        else:
            return serving
    serving.terminate()
    raise SystemExit(f"{module} did not start")


def _a_moment(serving: "subprocess.Popen[bytes]") -> None:
    try:
        serving.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


def fetch(port: int, path: str, cookie: str) -> tuple[int, int]:
    """The status of an answer and its bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {**BROWSER, "Accept-Encoding": "gzip", **({"Cookie": cookie} if cookie else {})}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def cpu_of(process: int) -> float:
    """Seconds of CPU, user and system, of all the processes this one has started, and of those that have ended."""
    parent = psutil.Process(process)
    ended: float = sum(parent.cpu_times()[2:4])
    return ended + float(sum(sum(worker.cpu_times()[:2]) for worker in parent.children(recursive=True)))
