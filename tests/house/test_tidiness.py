"""What must never be in the repository, and what must be where a stranger looks for it."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = {
    *("views", "commands", "access", "forms", "actions", "gateway", "index"),
    *("queries", "permissions", "models", "rules"),
}
WITHOUT_FLOORS = {"web"}
MOST_LINES = 5_000
# Spelt in pieces, so that this file is not its own finding.
REGISTRIES = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "yarnpkg" + r"\.com"))
)
SECRETS = re.compile(r"sk_live_[0-9a-zA-Z]{8}|-----BEGIN [A-Z ]*PRIVATE KEY")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in _tracked():
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text()))
        except UnicodeDecodeError:
            continue
    return found


def test_no_registry_and_no_secret_is_named() -> None:
    guilty = [name for name, text in _texts() if REGISTRIES.search(text) or SECRETS.search(text)]
    assert guilty == []


def test_lock_files_hold_no_addresses() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    guilty = [path.name for path in (ROOT / "requirements").glob("*.txt") if "http" in path.read_text()]
    assert guilty == []


def test_nothing_generated_is_kept() -> None:
    kept = [str(path.relative_to(ROOT)) for path in _tracked()]
    assert [name for name in kept if name.startswith(("static/built/", "instance/", "node_modules/"))] == []
    assert sorted(name for name in kept if name.startswith("search_index/")) == [
        "search_index/.gitignore",
        "search_index/README.md",
    ]


STOREYS = ("insight", "shop", "support", "funding", "market", "people", "platform")


def _rooms() -> list[Path]:
    return [
        room
        for storey in STOREYS
        for room in sorted((ROOT / "app" / storey).iterdir())
        if room.is_dir() and room.name != "__pycache__"
    ]


def test_the_tower_has_its_storeys_and_no_others() -> None:
    inside = {path.name for path in (ROOT / "app").iterdir()} - {"__pycache__"}
    assert inside == {*STOREYS, "demo", "base", "__init__.py", "contents.py"}


def test_every_room_has_its_floors_and_no_others() -> None:
    odd = []
    for room in _rooms():
        inside = {path.stem for path in room.iterdir() if path.name != "__pycache__"} - {"__init__"}
        if room.name not in WITHOUT_FLOORS:
            odd.extend(f"{room.name}/{name}" for name in sorted(inside - FLOORS))
    assert odd == []


def test_every_storey_and_room_says_what_it_is_for() -> None:
    folders = [*_rooms(), *(ROOT / "app" / storey for storey in (*STOREYS, "demo", "base"))]
    assert [one.name for one in folders if not (one / "__init__.py").read_text().startswith('"""')] == []


def test_no_room_is_two_subjects() -> None:
    lines = {room.name: sum(len(file.read_text().splitlines()) for file in room.rglob("*.py")) for room in _rooms()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_a_name_is_imported_from_where_it_is_defined() -> None:
    """No floor re-exports: an ``__init__`` imports nothing, save the views that hang their pages on its blueprint."""
    guilty = []
    for file in sorted((ROOT / "app").rglob("*.py")):
        tree = ast.parse(file.read_text())
        defines = {name.id for one in tree.body for name in ast.walk(one) if isinstance(name, ast.Name)}
        for one in tree.body:
            if not isinstance(one, ast.ImportFrom) or not (one.module or "").startswith("app"):
                continue
            unused = {name.asname or name.name for name in one.names} - defines
            if unused and file.parent.name != "views":
                guilty.append(f"{file.relative_to(ROOT)}: {sorted(unused)}")
    assert guilty == []


def test_other_rooms_import_no_views_and_nothing_private() -> None:
    guilty = []
    for file in sorted((ROOT / "app").rglob("*.py")):
        own = ".".join(file.relative_to(ROOT).parts[:3])
        for one in ast.walk(ast.parse(file.read_text())):
            if not isinstance(one, ast.ImportFrom) or not (one.module or "").startswith("app."):
                continue
            of = str(one.module)
            names = [f"{of}.{name.name}" for name in one.names]
            if file.name == "contents.py" or of.startswith(own):
                continue
            shut = [name for name in names if {"views", "commands", "gateway"} & set(name.split(".")[3:])]
            private = [name for name in names if any(part.startswith("_") for part in name.split("."))]
            guilty += [f"{file.relative_to(ROOT)}: {name}" for name in [*shut, *private]]
    assert guilty == []


def test_templates_are_named_after_their_room() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - {room.name for room in _rooms()} == {"layouts", "components", "emails", "errors"} & folders


def test_no_test_is_skipped_or_sleeps() -> None:
    forbidden = re.compile(
        r"pytest\.mark\.(skip|xfail)|pytest\.skip\(|time\.sleep\(" + r"|assert " + "True$", re.MULTILINE
    )
    guilty = [
        name for name, text in _texts() if name.startswith("tests/test_") or "/test_" in name if forbidden.search(text)
    ]
    assert guilty == []


def test_what_is_prepared_once_is_written_once() -> None:
    """A statement made anew for each question would be compiled each time and kept for nobody."""
    guilty = [
        f"{file.relative_to(ROOT)}:{one.lineno}"
        for file in sorted((ROOT / "app").rglob("*.py"))
        for one in ast.walk(ast.parse(file.read_text()))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in {"fetch_rows", "write_rows"}
        if not _is_kept(one.args[0])
    ]
    assert guilty == []


def _is_kept(statement: ast.expr) -> bool:
    """A constant of its file, one of a table of such, or handed on under the name ``statement`` by whoever keeps it."""
    of = statement.value if isinstance(statement, ast.Subscript) else statement
    return isinstance(of, ast.Name) and (of.id.strip("_").isupper() or of.id == "statement")
