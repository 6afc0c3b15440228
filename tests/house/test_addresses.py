"""An address is written where its route is. Everywhere else it is asked for by the name of its page, or checked here."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from jinja2 import nodes
from werkzeug.exceptions import HTTPException

from app.platform.web import navigation
from app.shop.pages import rules as pages_rules

ROOT = Path(__file__).parents[2]
ASKS = {"views", "commands", "access", "forms", "web"}
"""Floors that know Flask, and so can ask for an address. Those below write what a message keeps, as a path."""

WRITTEN_OUT = {
    "app/platform/web/assets.py": "static files are served before the application and have no route",
    "app/platform/web/navigation.py": "beginnings of paths, compared with the one asked for; held to the routes below",
}
"""Files above that write an address out all the same, and why."""

PATTERNS = {"app/shop/pages/rules.py": "what the address of a listing looks like; it leads nowhere"}
"""Files below that hold a regular expression for an address."""

ADDRESS = re.compile(r"/[a-z][a-z-]*(?:[/?#]|$)")
IN_ATTRIBUTE = re.compile(r"""\b(?:href|action|formaction|data-[a-z-]+)=["']/(?!/)""")
SAMPLE = "222222222222222"


@dataclass(frozen=True)
class Asked:
    """One wish for an address: where it stands, the page, and the names of what is given (all of them when known)."""

    where: str
    endpoint: str
    given: frozenset[str]
    is_all: bool


def _sources() -> Iterator[tuple[str, tuple[str, ...], ast.Module]]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT)
        yield str(name), name.with_suffix("").parts, ast.parse(path.read_text())


def _templates(app: Flask) -> Iterator[tuple[str, nodes.Template]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT)), app.jinja_env.parse(path.read_text())


def _asked_in_python() -> Iterator[Asked]:
    for name, parts, tree in _sources():
        for call in ast.walk(tree):
            match call:
                case ast.Call(func=ast.Name("url_for"), args=[ast.Constant(str(endpoint))], keywords=given):
                    whole = f"{parts[2]}{endpoint}" if endpoint.startswith(".") else endpoint
                    names = frozenset(one.arg for one in given if one.arg is not None)
                    yield Asked(name, whole, names, len(names) == len(given))


def _asked_in_templates(app: Flask) -> Iterator[Asked]:
    for name, tree in _templates(app):
        for call in tree.find_all(nodes.Call):
            match call:
                case nodes.Call(node=nodes.Name(name="url_for"), args=[nodes.Const(value=str(endpoint))]):
                    names = frozenset(one.key for one in call.kwargs)
                    yield Asked(name, endpoint, names, call.dyn_kwargs is None)


def test_every_address_asked_for_is_there(app: Flask) -> None:
    """A short name (``.booking``) is looked for in the room it stands in; a template may be drawn by any room."""
    needs = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
    asked = [*_asked_in_python(), *_asked_in_templates(app)]
    assert len(asked) > 400
    wrong = [one for one in asked if one.endpoint not in needs or (one.is_all and not needs[one.endpoint] <= one.given)]
    assert wrong == []


def test_a_short_name_is_used_only_where_the_room_itself_answers() -> None:
    """It is looked for in the room that answers the request, and what serves the whole site is called by others too."""
    guilty = []
    for name, parts, tree in _sources():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                serves_all = any("blueprint.app_" in ast.unparse(one) for one in function.decorator_list)
                calls = [ast.unparse(one) for one in ast.walk(function) if isinstance(one, ast.Call)]
                if serves_all or "views" not in parts:
                    guilty += [(name, function.name) for call in calls if call.startswith("url_for('.")]
    assert guilty == []


def test_links_kept_by_the_name_of_their_page_are_there(app: Flask) -> None:
    links = {link for kept in navigation.FOR_ROLE.values() for link in kept}
    links |= {navigation.FIND, navigation.HOW, navigation.HELP}
    ways = (*pages_rules.DOORS, *pages_rules.shortcuts(navigation.FOR_ROLE))
    assert {one.endpoint for one in (*links, *ways)} - set(app.view_functions) == set()
    starts = {start for link in links for start in link.starts}
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    assert {start for start in starts if not any(rule.startswith(start) for rule in rules)} == set()


def test_templates_write_no_address_out(app: Flask) -> None:
    guilty = []
    for name, tree in _templates(app):
        guilty += [(name, one.data) for one in tree.find_all(nodes.TemplateData) if IN_ATTRIBUTE.search(one.data)]
        guilty += [
            (name, one.value)
            for one in tree.find_all(nodes.Const)
            if isinstance(one.value, str) and ADDRESS.match(one.value)
        ]
    assert guilty == []


def _routes_of(tree: ast.Module) -> set[int]:
    """The literals that are routes: what a decorator of a view is given."""
    return {
        id(part)
        for view in ast.walk(tree)
        if isinstance(view, ast.FunctionDef)
        for decorator in view.decorator_list
        for part in ast.walk(decorator)
    }


def _written_in(tree: ast.Module) -> list[str]:
    """Addresses written out, with a sample for each part that is filled in; a beginning is filled up."""
    within = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
    skipped = _routes_of(tree) | within
    found = []
    for one in ast.walk(tree):
        if id(one) in skipped:
            continue
        match one:
            case ast.Constant(str(text)):
                words = text
            case ast.JoinedStr(values=parts):
                words = "".join(str(part.value) if isinstance(part, ast.Constant) else SAMPLE for part in parts)
            case _:
                continue
        # An ending written to an address made elsewhere is half an address: no route can be looked up for it.
        if ADDRESS.match(words) or re.match(rf"{SAMPLE}/[a-z-]+$", words):
            found.append(words + (SAMPLE if words.endswith("/") else ""))
    return found


def test_floors_that_know_flask_write_no_address_out() -> None:
    guilty = {
        name: written
        for name, parts, tree in _sources()
        if ASKS & set(parts) and name not in WRITTEN_OUT and (written := _written_in(tree))
    }
    assert guilty == {}


def _leads_somewhere(app: Flask, path: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True


def test_addresses_kept_in_messages_lead_somewhere_and_each_room_writes_one_once(app: Flask) -> None:
    written = [
        (parts[1:3], path)
        for name, parts, tree in _sources()
        if not ASKS & set(parts) and name not in PATTERNS
        for path in _written_in(tree)
    ]
    assert len(written) > 20
    assert [one for one in written if not _leads_somewhere(app, one[1])] == []
    assert [one for one, times in Counter(written).items() if times > 1] == []


def test_the_exceptions_are_still_needed() -> None:
    written = {name for name, _, tree in _sources() if _written_in(tree)}
    assert (WRITTEN_OUT.keys() | PATTERNS.keys()) - written == set()
