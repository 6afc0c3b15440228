"""One name, one meaning: whoever searches for a class or a rule finds one thing."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _modules() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in sorted((ROOT / "app").rglob("*.py"))]


def test_a_class_name_is_given_once() -> None:
    files = defaultdict(list)
    for name, tree in _modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                files[node.name].append(name)
    assert {name: where for name, where in files.items() if len(where) > 1} == {}


SEARCH_LEARNS = "the catalogue's does the providers', and search learns of it"
BY_DATABASE = "the ledger's step for SQLite and for PostgreSQL"
SAME_IDEA = {
    **dict.fromkeys(
        ("decide_claim", "end_suspension", "place_on_framework", "resume_place", "suspend_place", "suspend_provider"),
        SEARCH_LEARNS,
    ),
    **dict.fromkeys(("holds", "remaining", "settled", "told", "write"), BY_DATABASE),
}
"""Names that two files give to one idea, each with the reason."""


def test_a_function_of_rules_queries_and_actions_is_named_once() -> None:
    files = defaultdict(list)
    for name, tree in _modules():
        # A view is called as the action that it leads to.
        if {"views", "commands"} & set(Path(name).with_suffix("").parts):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                files[node.name].append(name)
    twice = {name: where for name, where in files.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in SAME_IDEA or len(where) > 2} == {}
    assert set(SAME_IDEA) <= set(twice)
