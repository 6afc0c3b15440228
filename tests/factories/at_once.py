"""Several doing the same at the same moment, each with a database session of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from app.base.db import db
from app.base.refusals import Refusal


def at_once(app: Flask, job: Callable[[int], None], how_many: int) -> list[str]:
    """Run ``job(number)`` that many times together; ``done`` or the name of the refusal, for each."""
    db.session.commit()
    gate = threading.Barrier(how_many)

    def one(number: int) -> str:
        with app.app_context():
            gate.wait(timeout=20)
            try:
                job(number)
            except Refusal as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(how_many) as pool:
        answers = list(pool.map(one, range(how_many)))
    db.session.expire_all()
    return answers
