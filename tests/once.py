"""What a run of tests does once, although every test makes an application and an engine of its own.

Without it two thirds of the time of most tests went into work that the last test had done already: the same addresses
and the same statements compiled again, and a collector that walked through every module at each of its rounds. A site
does each of these once as well, when it starts.
"""

import gc
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule

COMPILED = ("_parts", "_trace", "_converters", "arguments")


def compile_addresses_once() -> None:
    """Nine tenths of making an application is compiling its addresses to the same functions again."""
    kept: dict[tuple[object, ...], tuple[Callable[..., Any], ...]] = {}
    compile_rule = Rule.compile

    def once(self: Rule) -> None:
        if self.defaults or type(self) is not Rule or type(self.map) is not Map:
            compile_rule(self)
            return
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, self.map.host_matching)
        if key not in kept:
            compile_rule(self)
            kept[key] = (
                *(getattr(self, name) for name in COMPILED),
                self._build.__func__,
                self._build_unknown.__func__,
            )
            return
        *found, build, build_unknown = kept[key]
        for name, value in zip(COMPILED, found, strict=True):
            setattr(self, name, value)
        self._build = build.__get__(self, None)
        self._build_unknown = build_unknown.__get__(self, None)

    Rule.compile = once  # type: ignore[method-assign]


_shared: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}


def share_statements(engine: Engine) -> None:
    """Let this engine use what the engines of earlier tests compiled for the same kind of database."""
    kind = engine.dialect.name
    if kind not in _shared:
        # Joined once, a dialect knows what its database can do; one that was never joined would not.
        engine.connect().close()
        _shared[kind] = (engine.dialect, LRUCache(20_000))
    dialect, compiled = _shared[kind]
    engine.dialect = dialect
    engine.pool._dialect = dialect
    engine._compiled_cache = compiled


def collect_less_often() -> None:
    """Leave the modules of the program out of each collection, and collect when there is something to gain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
