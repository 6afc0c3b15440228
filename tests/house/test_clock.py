"""One clock: nothing but :mod:`app.base.clock` reads the time, in Python, in SQL or in a script of a page."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READS_THE_TIME = {
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "datetime.fromtimestamp",
        "date.today",
        "date.fromtimestamp",
    ),
    *("time.time", "time.time_ns", "time.gmtime", "time.localtime", "time.ctime", "time.strftime"),
    *("func.now", "func.current_date", "func.current_timestamp", "func.localtimestamp", "func.clock_timestamp"),
}
"""Waiting and measuring by ``monotonic`` is not telling the time, and is left alone."""
SQL_READS_THE_TIME = re.compile(
    r"\bnow\(\)|\bCURRENT_(?:DATE|TIME|TIMESTAMP)\b|\b(?:date|datetime|strftime|julianday|unixepoch)\([^)]*'now'",
    re.IGNORECASE,
)
SCRIPT_READS_THE_TIME = re.compile(r"new Date\(\s*\)|\bDate\(\s*\)|\bDate\.now\b|\bTemporal\b")
KEPT_BY_THE_DATABASE = {"migrations/versions/0008_whole_rate_cards.py"}
"""Its triggers are the last guard of rates in force; they know only the database's own day, and no page shows it."""


def _told(code: str) -> list[str]:
    """What reads the time in some Python: calls, names imported to be called, and SQL in strings that are no docstrings."""
    tree = ast.parse(code)
    said = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            whose = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            found += [f"{whose}.{node.attr}"] if f"{whose}.{node.attr}" in READS_THE_TIME else []
        elif isinstance(node, ast.ImportFrom):
            found += [
                f"{node.module}.{one.name}" for one in node.names if f"{node.module}.{one.name}" in READS_THE_TIME
            ]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
            found += SQL_READS_THE_TIME.findall(node.value)
    return found


def test_only_the_clock_reads_the_time() -> None:
    files = [*(ROOT / "app").rglob("*.py"), *(ROOT / "migrations").rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]
    guilty = {str(file.relative_to(ROOT)) for file in files if _told(file.read_text())}
    assert guilty == {"app/base/clock.py", *KEPT_BY_THE_DATABASE}


def test_no_script_of_a_page_reads_the_time() -> None:
    files = [*(ROOT / "static/src").rglob("*.mjs"), *(ROOT / "templates").rglob("*.html")]
    assert files
    assert [file.name for file in files if SCRIPT_READS_THE_TIME.search(file.read_text())] == []


def test_what_reads_the_time_is_found() -> None:
    assert _told("import datetime as d\nx = d.datetime.now(d.UTC)") == ["datetime.now"]
    assert _told("from datetime import date\nx = date.today()") == ["date.today"]
    assert _told("from time import time") == ["time.time"]
    assert _told("from time import monotonic\nx = monotonic()") == []
    assert _told("x = select(func.now())") == ["func.now"]
    assert _told("x = \"SELECT date('now')\"") == ["date('now'"]
    assert _told('"""What is now() is not read."""') == []
    assert SCRIPT_READS_THE_TIME.search("const at = new Date()")
