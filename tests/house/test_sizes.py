"""Functions fit a screen, and files hold one subject."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES_OF_A_FUNCTION = 70
LINES_OF_A_FILE = 420
LONG_FILES = {
    "app/demo/rules/offers.py": "what the demonstration's providers offer and charge: data, one listing after the other",
    "app/demo/rules/sellers.py": "the demonstration's providers: data, one after the other",
}


def _files() -> dict[str, str]:
    return {str(file.relative_to(ROOT)): file.read_text() for file in sorted((ROOT / "app").rglob("*.py"))}


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_no_function_is_over_a_screen() -> None:
    long = {
        f"{name}: {one.name}": _lines(one)
        for name, text in _files().items()
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(one) > LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_no_file_is_two_subjects() -> None:
    """The list of those that may be longer holds nothing that is short."""
    long = {name for name, text in _files().items() if len(text.splitlines()) > LINES_OF_A_FILE}
    assert long == set(LONG_FILES)
