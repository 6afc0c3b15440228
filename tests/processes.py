"""Real processes, each with an application of its own on one database, started together and perhaps killed."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app import create_app
from app.base.refusals import Refusal
from tests.conftest import settings_for

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.processes", "tests.integration.ledger.working"])
PATIENCE = 120


def rounds(few: int) -> int:
    """How often to do something: ``ROUNDS`` of the environment for the long run, few times in CI."""
    return int(os.environ.get("ROUNDS", few))


def together(url: str, folder: Path, job: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run ``job`` in one process for each of ``jobs`` (its arguments), from the same moment; what each answered.

    The answer is what it returned, the name of the refusal, or the whole trace of a fault.
    """
    gate, answers = CONTEXT.Barrier(len(jobs)), CONTEXT.Queue()
    workers = [
        CONTEXT.Process(target=_work, args=(url, str(folder), job, number, arguments, gate, answers), daemon=True)
        for number, arguments in enumerate(jobs)
    ]
    for worker in workers:
        worker.start()
    found = dict(answers.get(timeout=PATIENCE) for _ in workers)
    for worker in workers:
        worker.join(timeout=PATIENCE)
    return [found[number] for number in range(len(jobs))]


def _work(url: str, folder: str, job: Callable[..., Any], number: int, arguments: Any, gate: Any, answers: Any) -> None:
    app = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        gate.wait(timeout=PATIENCE)
        try:
            answer = job(*arguments)
        except Refusal as refusal:
            answer = type(refusal).__name__
        except Exception:  # noqa: BLE001 - the parent shows it
            answer = traceback.format_exc()
    answers.put((number, answer))


class Mortal:
    """A process that says things on a pipe until it is killed without warning."""

    def __init__(self, url: str, folder: Path, job: Callable[..., None], *arguments: Any) -> None:
        self.heard, says = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(target=_live, args=(url, str(folder), job, arguments, says), daemon=True)
        self.process.start()
        says.close()

    def kill(self) -> list[Any]:
        """End it as a power cut would, and give what it had said and nobody had heard."""
        if self.process.pid is not None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(timeout=PATIENCE)
        said = []
        try:
            while self.heard.poll():
                said.append(self.heard.recv())
        except EOFError:
            pass
        self.heard.close()
        return said


def _live(url: str, folder: str, job: Callable[..., None], arguments: Any, says: Any) -> None:
    app = create_app(settings_for(url, Path(folder)))
    with app.app_context():
        try:
            job(says.send, *arguments)
        except Exception:  # noqa: BLE001 - the parent shows it
            says.send(traceback.format_exc())
