"""Lists in pages: every list has an end, and a page past it is not found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, bindparam, func, literal, select
from werkzeug.exceptions import NotFound

from app.base.db import db

PAGE_SIZE = 20
FARTHEST = 10_000
_SIZE, _START = "page_size", "page_start"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1), and how many there are in all."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_item(self) -> int:
        """The place of this page's first item in the whole list, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_item(self) -> int:
        """The place of this page's last item."""
        return min(self.number * self.size, self.total)


def page_number() -> int:
    """The page asked for in the address (``page=2``).

    Raises:
        NotFound: when it is not a number from 1 to a bound no list reaches.
    """
    asked = request.args.get("page", "1")
    if not (
        asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= FARTHEST and len(asked) <= len(str(FARTHEST))
    ):
        raise NotFound
    return int(asked)


def page_of(
    rows: Select[Any], *, number: int, size: int = PAGE_SIZE, values: Mapping[str, Any] | None = None
) -> Page[Any]:
    """One page of an ordered select, with one query whatever its length.

    Args:
        rows: what is listed, in a total order. A list that is drawn often is built once, with bound parameters, and
            turned into its page by :func:`in_pages` where it is built.
        number: the page, from 1.
        size: how many to a page.
        values: what the bound parameters stand for.

    Raises:
        NotFound: when the page lies past the end.
    """
    paged = rows if _SIZE in rows.get_execution_options() else in_pages(rows)
    asked = {**(values or {}), _SIZE: size, _START: (number - 1) * size}
    found = db.session.execute(paged, asked).unique().all()
    if not found and number > 1:
        raise NotFound
    return Page([row[0] for row in found], number, size, found[0][-1] if found else 0)


def in_pages(rows: Select[Any]) -> Select[Any]:
    """The same select ready for :func:`page_of`, each row with the number of all: building it costs more than asking it."""
    # Counted inside the same query, over the rows without their columns: nothing is loaded or sorted to be counted.
    every = rows.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).subquery()
    total = select(func.count()).select_from(every).scalar_subquery()
    paged = rows.add_columns(total).limit(bindparam(_SIZE)).offset(bindparam(_START))
    return paged.execution_options(**{_SIZE: True})
