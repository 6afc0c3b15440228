"""The ``flask demo`` commands: load the invented council, and serve the site with one command."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from app.base import clock
from app.base.db import db, migrate
from app.demo.actions import load
from app.market.search.actions.building import rebuild
from app.people.accounts.queries import demonstration_people
from config import HERE

group = AppGroup("demo", help="The invented council to try the site with.")

HOST = "127.0.0.1"
WORKERS = "2"
THREADS = "4"


@group.command("load")
@click.option("--small", is_flag=True, help="Four people and six weeks, for a quick look and for tests.")
def load_command(small: bool) -> None:
    """Build the invented council in an empty database."""
    migrate()
    if not load.is_empty():
        raise click.ClickException("There are people in this database already. Nothing was changed.")
    _load(small=small)


def _load(*, small: bool) -> None:
    began = time.monotonic()
    # No bar where nobody watches: a log wants the summary only.
    with tqdm(total=load.steps(small=small), unit="step", leave=False, disable=None) as bar:

        def tell(words: str) -> None:
            bar.set_description(words)
            bar.update()

        load.load(small=small, tell=tell)
        bar.set_description("The search index")
        rebuild()
    made = load.made()
    print(
        f"The invented council is loaded: {made.people:,} people, {made.listings:,} listings, {made.visits:,} visits "
        f"and {made.reviews:,} reviews in {time.monotonic() - began:.0f} seconds."
    )


@group.command("sign-ins")
def sign_ins() -> None:
    """Say whom a visitor may sign in as."""
    for one in demonstration_people():
        print(f"  {one.person.full_name:<18} {one.role.replace('_', ' ')}")


@group.command("serve")
@click.option("--small", is_flag=True, help="Load only the small demonstration when there is none.")
@click.option("--reload", "reloads", is_flag=True, help="Start again whenever the code changes; for work on the site.")
@click.option("--no-worker", is_flag=True, help="Start no worker: jobs run only by hand, as tests want it.")
def serve(small: bool, reloads: bool, no_worker: bool) -> None:
    """Do everything and serve: migrate, load the demonstration into an empty database, index, start, with one worker."""
    if not current_app.config["IS_DEMONSTRATION"]:
        raise click.ClickException("This serves the demonstration. In production start gunicorn; see the README.")
    port = int(current_app.config["PORT"])
    if not _is_free(port):
        raise click.ClickException(f"Port {port} is taken. Stop what runs there, or choose another: make run PORT=5001")
    migrate()
    if load.is_empty():
        _load(small=small)
    # As seconds, so that every process has the same clock however late it starts.
    environment = {**os.environ, "OWNWAY_CLOCK": f"{clock.ahead() // timedelta(seconds=1):+d}"}
    children = []
    if not current_app.config["STRIPE_API_KEY"]:
        children.append(_pretend_card_page(port, environment))
    if not no_worker:
        worker = ["flask", "--app", "wsgi", "jobs", "work"]
        children.append(subprocess.Popen([sys.executable, "-m", *worker], env=environment, stdout=subprocess.DEVNULL))
    server = _reloading_server(port) if reloads else _server(port)
    children.append(subprocess.Popen([sys.executable, "-m", *server], env=environment))
    print(f"\nOwnway is at http://{HOST}:{port}  (Ctrl-C stops it)\n\nSign in at /sign-in, with one click, as:")
    for one in demonstration_people():
        print(f"  {one.person.full_name:<18} {one.role.replace('_', ' ')}")
    print(flush=True)
    db.session.close()
    _wait_for(children)


def _server(port: int) -> list[str]:
    return [
        *("gunicorn", "wsgi:app", "--bind", f"{HOST}:{port}"),
        *("--worker-class", "gthread", "--workers", WORKERS, "--threads", THREADS),
        *("--log-level", "warning", "--graceful-timeout", "5"),
    ]


def _reloading_server(port: int) -> list[str]:
    """Flask's own server, since it outlives code that does not start: gunicorn's reloader ends at the first wrong name.

    Templates are read again by themselves. The addresses of built files and the vocabulary are read once, so they count
    as code. Without the debugger in the page: faults are told in the terminal, and nothing typed in a browser is run.
    """
    read_once = [*(HERE / "static" / "built").glob("*"), *(HERE / "app").rglob("*.txt")]
    return [
        *("flask", "--app", "wsgi", "run", "--debug", "--no-debugger", "--host", HOST, "--port", str(port)),
        *("--extra-files", os.pathsep.join(sorted(map(str, read_once)))),
    ]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _pretend_card_page(site_port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the stand-in for Stripe beside the site, and tell the site to use it.

    It is a program of its own, never imported here: the site speaks to it as it would to the real one.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    secret = "whsec_" + secrets.token_hex(16)
    environment["STRIPE_API_KEY"] = "sk_test_pretend"
    environment["STRIPE_API_BASE"] = f"http://{HOST}:{port}"
    environment["STRIPE_WEBHOOK_SECRET"] = secret
    webhook = f"http://{HOST}:{site_port}/webhooks/stripe"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.standins.card_page", "--port", str(port), "--webhook-url", webhook],
        env={**environment, "STANDIN_WEBHOOK_SECRET": secret},
    )


def _wait_for(children: "list[subprocess.Popen[bytes]]") -> None:
    """Stay until the server (the last child) ends or we are told to stop; then stop everything."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for told in (signal.SIGTERM, signal.SIGHUP):  # a terminal that is closed says the second
        signal.signal(told, stop)
    try:
        children[-1].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                # A worker in the middle of a long sweep: it may be killed at any moment.
                child.kill()
                child.wait()
