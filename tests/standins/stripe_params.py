"""Holds a request to the card company's own rules: the parameter types inside the pinned ``stripe`` package.

An unknown name at any depth, a missing one, pence that are not whole or a word that is not one of those listed is
refused. The package writes its lists of words as ``Literal[...] | str``; the ``str`` is dropped, so a typo is caught.
"""

import re
from collections.abc import Iterable
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import TypedDict, is_typeddict

EMPTY = Literal[""]
"""How the package writes "send an empty word to clear this": then the other words are free."""
OPTIONS = frozenset(RequestOptions.__annotations__)
"""Names that belong to the client, and never travel as parameters."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The parameters are not what the card company takes; ``name`` is the one to blame."""

    def __init__(self, message: str, name: str, code: str | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.code = code


def read(params: type, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read a form (``line_items[0][quantity]=1``) as the parameters ``params``.

    Raises:
        Refused: naming the first parameter that is wrong.
    """
    try:
        return dict(_checker(params).validate_python(_nested(fields)))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = _in_brackets(first["loc"])
        if first["type"] == "extra_forbidden":
            raise Refused(f"Received unknown parameter: {name}", name, "parameter_unknown") from None
        if first["type"] == "missing":
            raise Refused(f"Missing required param: {name}.", name, "parameter_missing") from None
        raise Refused(f"Invalid {name}: {first['msg']}", name, "parameter_invalid") from None


def _in_brackets(where: tuple[str | int, ...]) -> str:
    first, *others = [str(part) for part in where if not str(part).startswith(("literal[", "list[", "dict["))]
    return first + "".join(f"[{part}]" for part in others)


def _nested(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in fields:
        *path, last = re.findall(r"[^\[\]]+", name) or [name]
        node = root
        for part in path:
            inner = node.setdefault(part, {})
            if not isinstance(inner, dict):
                raise Refused(f"Invalid {name}", name, "parameter_invalid")
            node = inner
        node[last] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(inner) for name, inner in value.items()}


@cache
def _checker(params: type) -> TypeAdapter[Any]:
    return TypeAdapter(_strict_dict(params))


@cache
def _strict_dict(params: Any) -> Any:
    # The options every request inherits name types of another module; their values are dropped below.
    hints = get_type_hints(params, localns={"Mapping": dict, "StripeContext": str}, include_extras=True)
    fields = {name: _strict(hint) for name, hint in hints.items() if name not in OPTIONS}
    made = TypedDict(params.__name__, fields)  # type: ignore[misc] # built at run time
    return with_config(ConfigDict(extra="forbid"))(made)


def _strict(kind: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        return _strict_dict(kind)
    if origin in {NotRequired, Required}:
        return origin[_strict(inside[0])]
    if origin in {Union, UnionType}:
        return _strict_union(inside)
    if origin in {list, dict}:
        return origin[tuple(_strict(one) for one in inside)]
    return kind


def _strict_union(members: tuple[Any, ...]) -> Any:
    known = [one for one in members if one is not UntypedStripeObject and get_origin(one) is not UntypedStripeObject]
    if any(get_origin(one) is Literal and one != EMPTY for one in known):
        known = [one for one in known if one is not str]
    return Union[tuple(_strict(one) for one in known)]  # noqa: UP007 - built from a list at run time
