"""Every setting that is read stands in the table of the README, and nothing that is not read."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""(?:environment|os\.environ)(?:\.get\(|\[)"([A-Z][A-Z0-9_]+)\"""")


def _told() -> set[str]:
    table = (ROOT / "README.md").read_text().partition("| name | what it is | at home |")[2].partition("\n\n")[0]
    return {
        name
        for row in table.splitlines()
        for name in re.findall(r"[A-Z][A-Z0-9_]+", row.split("|")[1] if "|" in row else "")
    }


def _read() -> set[str]:
    config = (ROOT / "config.py").read_text()
    return set(READ.findall(config)) | {
        name
        for path in (ROOT / "app").rglob("*.py")
        for name in READ.findall(path.read_text())
        if "demo" not in path.parts
    }


def test_the_table_of_settings_is_all_of_them() -> None:
    assert _told() == _read()
    assert {"MAIL_FROM", "INSTANCE_DIR", "OWNWAY_MODE", "FILES_URL"} <= _told()
