"""What must never be in the repository, and what must be where a stranger looks for it."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = {
    *("views", "commands", "access", "forms", "actions", "gateway", "index"),
    *("queries", "permissions", "models", "rules"),
}
WITHOUT_FLOORS = {"web", "demo"}
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


def test_every_room_has_its_floors_and_no_others() -> None:
    odd = []
    for room in sorted((ROOT / "app").iterdir()):
        if not room.is_dir() or room.name in WITHOUT_FLOORS or room.name.startswith("__"):
            continue
        inside = {path.stem for path in room.iterdir() if path.name != "__pycache__"} - {"__init__"}
        odd.extend(f"{room.name}/{name}" for name in sorted(inside - FLOORS))
    assert odd == []


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        room.name
        for room in sorted((ROOT / "app").iterdir())
        if room.is_dir() and room.name != "__pycache__" and not (room / "__init__.py").read_text().startswith('"""')
    ]
    assert silent == []


def test_templates_are_named_after_their_room() -> None:
    rooms = {path.name for path in (ROOT / "app").iterdir() if path.is_dir()}
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - rooms == {"layouts", "components", "emails", "errors"} & folders


def test_no_test_is_skipped_or_sleeps() -> None:
    forbidden = re.compile(
        r"pytest\.mark\.(skip|xfail)|pytest\.skip\(|time\.sleep\(" + r"|assert " + "True$", re.MULTILINE
    )
    guilty = [
        name for name, text in _texts() if name.startswith("tests/test_") or "/test_" in name if forbidden.search(text)
    ]
    assert guilty == []
