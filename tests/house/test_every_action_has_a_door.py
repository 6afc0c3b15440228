"""Whatever can be done has a door: a page or a command outside the demonstration reaches it; every rule is read.

Names are followed as they are written. A function reaches what it names: a name of its own file, one imported from
where it is defined, or ``module.name``. What a file does when it is imported belongs to whoever imports from it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from app.people.councils.rules.policies import POLICIES

ROOT = Path(__file__).parents[2]
DOORS = {"views", "commands", "access"}
"""Files by which the world comes in. What ``app.platform.web`` and ``app`` itself name is reached too."""

PERSON = "The person decides, and danger is met with help"
JOURNEYS = "True sums, and journeys walked to their end"
COUNCIL = "A council opens: frameworks, people, policies, staff, all from the site"
PROVIDERS = "Providers join in ten minutes, advertise well, and are believed"
MONEY = "Money in and out: cards, refunds, funds, four-weekly settlement, providers paid"
TITLES = {PERSON, JOURNEYS, COUNCIL, PROVIDERS, MONEY}

WITHOUT_A_DOOR = {}
"""Actions that only tests and the demonstration reach, each with the issue that gives it a door."""

READ_BY_NOBODY = {
    "isf_notice_days": MONEY,
}
"""Rules a council may set and nothing asks about, each with the issue whose rule will read it."""

Name = tuple[str, str]
"""A module, and a name of it; the empty name is what the module does when it is imported."""


def _module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_module_of(file): ast.parse(file.read_text()) for file in sorted((ROOT / "app").rglob("*.py"))}


def _top(module: str) -> dict[str, list[ast.stmt]]:
    """What a module defines at its top, by name; what has no name (a call, a decorated hook) under the empty one."""
    defined: dict[str, list[ast.stmt]] = defaultdict(list)
    for one in FILES[module].body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined[one.name].append(one)
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        defined[name.id].append(one)
        else:
            defined[""].append(one)
    return defined


TOPS = {module: _top(module) for module in FILES}


def _imported(module: str) -> dict[str, Name]:
    """What each imported name stands for: a module of ours (with the empty name), or a name of one."""
    stands_for: dict[str, Name] = {}
    for one in ast.walk(FILES[module]):
        if isinstance(one, ast.ImportFrom) and (one.module or "").split(".")[0] == "app":
            for name in one.names:
                whole = f"{one.module}.{name.name}"
                stands_for[name.asname or name.name] = (whole, "") if whole in FILES else (str(one.module), name.name)
        elif isinstance(one, ast.Import):
            for name in one.names:
                assert not name.name.startswith("app."), f"{module} imports {name.name} by its whole path"
    return stands_for


IMPORTED = {module: _imported(module) for module in FILES}


def _named(module: str, statements: list[ast.stmt]) -> Iterator[Name]:
    """Every name of ours in some statements."""
    imported, own = IMPORTED[module], TOPS[module]
    nodes = [node for statement in statements for node in ast.walk(statement)]
    asked = {id(one.value) for one in nodes if isinstance(one, ast.Attribute)}
    for one in nodes:
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in imported:
            of, name = imported[one.value.id]
            yield (of, name) if name else (of, one.attr)
        elif isinstance(one, ast.Name) and one.id in imported and id(one) not in asked:
            of, name = imported[one.id]
            # A module that is handed on, as that of a database is, may be asked for anything in it.
            yield from [(of, name)] if name else [(of, each) for each in TOPS[of]]
        elif isinstance(one, ast.Name) and one.id in own:
            yield module, one.id


def _is_door(module: str) -> bool:
    """Whether a module is on a floor of doors: ``app.STOREY.ROOM.FLOOR``, the demonstration's not."""
    return not module.startswith("app.demo") and bool(DOORS & set(module.split(".")[3:4]))


def _entries() -> Iterator[Name]:
    for module, top in TOPS.items():
        if module == "app" or module.startswith("app.platform.web") or _is_door(module):
            yield from ((module, name) for name in top)


def _reached() -> set[Name]:
    waiting, seen = list(_entries()), set()
    while waiting:
        here = waiting.pop()
        module, name = here
        if here in seen or module not in FILES or module.startswith("app.demo"):
            continue
        seen.add(here)
        waiting.append((module, ""))
        waiting.extend(_named(module, TOPS[module].get(name, [])))
    return seen


def _actions() -> Iterator[Name]:
    for module, top in TOPS.items():
        if "actions" in module.split(".") and not module.startswith("app.demo"):
            for name, (first, *_) in top.items():
                if isinstance(first, ast.FunctionDef) and not name.startswith("_") and not _is_condition(first):
                    yield module, name


def _is_condition(function: ast.FunctionDef) -> bool:
    """A context manager does nothing by itself: it says under what condition others do."""
    return any(isinstance(one, ast.Name) and one.id == "contextmanager" for one in function.decorator_list)


def _spoken(module: str, name: str) -> str:
    return f"{module.split('.')[2]}.{name}"


def test_every_action_has_a_door() -> None:
    """What stands in the list and is reached, or is not there any more, fails too: the list only shrinks."""
    reached = _reached()
    assert {_spoken(*one) for one in _actions() if one not in reached} == set(WITHOUT_A_DOOR)
    assert set(WITHOUT_A_DOOR.values()) <= TITLES


def _read() -> Iterator[str]:
    """Every text in code that has to do with rules of a council: where a name says policy, rule or policies.

    A listing has a word for its own ``notice_hours`` too: that reads no council's rule.
    """
    for module, tree in FILES.items():
        if module.startswith("app.demo") or module == "app.people.councils.rules.policies":
            continue
        names = {
            word
            for one in ast.walk(tree)
            for word in (getattr(one, "id", ""), getattr(one, "arg", ""), getattr(one, "name", ""))
            if isinstance(word, str)
        }
        if any("polic" in name.lower() for name in names):
            yield from (
                one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_every_rule_of_a_council_is_read() -> None:
    assert set(POLICIES) - set(_read()) == set(READ_BY_NOBODY)
    assert set(READ_BY_NOBODY.values()) <= TITLES


def test_a_rule_nobody_reads_is_never_told_as_one_in_force() -> None:
    assert {name for name, known in POLICIES.items() if not known.is_obeyed} == set(READ_BY_NOBODY)
