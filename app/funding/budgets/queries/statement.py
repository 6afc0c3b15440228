"""The statement: every line of somebody's money, explained, with where to read more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, cast, func, literal, or_, select

from app.base.columns import UtcDateTime
from app.base.db import fetch_rows
from app.funding.budgets.models import OutsideSpending
from app.funding.budgets.queries.balances import PotBalance, PotFacts
from app.funding.budgets.queries.year import FAR, LONG_AGO
from app.funding.budgets.rules.words import happened, leads_to
from app.market.providers.models import Provider
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import AccountKind, JournalKind
from app.platform.web.paging import Page

_PAID = {JournalKind.CHARGE: "Paid to", JournalKind.CORRECT: "Put right: paid to"}


class StatementLine(NamedTuple):
    """One line of a statement, from one transfer. Amounts in pence; ``set_aside`` is negative when some is given back."""

    at: datetime
    kind: JournalKind
    purse: str
    whom: str | None
    """The provider's name, or who was paid outside, when there is one."""
    about: str | None
    came_in: int
    went_out: int
    set_aside: int
    paid_for: str | None = None
    spent_on: date | None = None
    """What for, and on which day, when it was spent outside."""

    @property
    def words(self) -> str:
        """What happened, in plain words."""
        if self.paid_for is not None:
            paid = _PAID.get(self.kind, "Taken back: paid to")
            return f"{paid} {self.whom} outside Ownway, for {self.paid_for}"
        return happened(self.kind, self.whom, self.about)

    @property
    def href(self) -> str | None:
        """Where what it is about can be read."""
        return leads_to(self.about)


def _rows(*, is_page: bool) -> Any:
    numbers: Any = bindparam("numbers", expanding=True)
    # A page is cut out and counted by day and number first, so that only its own lines are read and look for names.
    mine = (
        select(Transfer.id, Journal.at)
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(
            or_(Transfer.debit_id.in_(numbers), Transfer.credit_id.in_(numbers)),
            Journal.at >= bindparam("since", type_=UtcDateTime()),
            Journal.at < bindparam("until", type_=UtcDateTime()),
        )
        .cte("mine")
    )
    lines = select(mine.c.id)
    how_many: Any = literal(0)
    if is_page:
        how_many = select(func.count()).select_from(mine).scalar_subquery()
        lines = lines.order_by(mine.c.at.desc(), mine.c.id.desc())
        lines = lines.limit(bindparam("size")).offset(bindparam("before"))
    line = lines.subquery("line")
    other = case((Transfer.debit_id.in_(numbers), Transfer.credit_id), else_=Transfer.debit_id)
    provider_of = case(
        (LedgerAccount.kind == AccountKind.PROVIDER, cast(func.substr(LedgerAccount.owner, 10), BigInteger))
    )
    return (
        select(
            Transfer.debit_id,
            Transfer.credit_id,
            Transfer.held,
            Transfer.moved,
            Journal.at,
            Journal.kind,
            Journal.about,
            Provider.name,
            OutsideSpending.paid_to,
            OutsideSpending.paid_for,
            OutsideSpending.spent_on,
            how_many.label("how_many"),
        )
        .select_from(line)
        .join(Transfer, Transfer.id == line.c.id)
        .join(Journal, Journal.id == Transfer.journal_id)
        .outerjoin(LedgerAccount, LedgerAccount.id == other)
        .outerjoin(Provider, Provider.id == provider_of)
        .outerjoin(
            OutsideSpending,
            and_(Journal.about.like("outside:%"), OutsideSpending.public_id == func.substr(Journal.about, 9)),
        )
        .order_by(Journal.at.desc(), Transfer.id.desc())
    )


_ALL = _rows(is_page=False)
_PAGE = _rows(is_page=True)
"""Built once: they are asked for every look at somebody's money."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a moment until before another."""

    since: datetime = LONG_AGO
    until: datetime = FAR


EVER = Stretch()


def statement_page(
    balances: Iterable[PotBalance], *, number: int, size: int, stretch: Stretch = EVER
) -> Page[StatementLine]:
    """One page of the statement of these pots, newest first, with one query. A page past the end is empty."""
    mine, asked = _asked(balances, stretch)
    rows = fetch_rows(_PAGE, {**asked, "size": size, "before": (number - 1) * size}).all()
    total = rows[0][-1] if rows else 0
    return Page([line for row in rows for line in _lines_of(row, mine)], number, size, total)


def statement(balances: Iterable[PotBalance], stretch: Stretch = EVER) -> list[StatementLine]:
    """The whole statement of these pots, newest first."""
    mine, asked = _asked(balances, stretch)
    return [line for row in fetch_rows(_ALL, asked) for line in _lines_of(row, mine)]


def _asked(balances: Iterable[PotBalance], stretch: Stretch) -> tuple[dict[int, PotFacts], dict[str, Any]]:
    mine = {balance.pot.account_id: balance.pot for balance in balances}
    return mine, {"numbers": sorted(mine), "since": stretch.since, "until": stretch.until}


def _lines_of(row: Sequence[Any], mine: Mapping[int, PotFacts]) -> list[StatementLine]:
    debit, credit, held, moved, at, kind, about, name, paid_to, paid_for, spent_on, _ = row
    whom = paid_to or name
    statement_lines = []
    if debit in mine:
        statement_lines.append(
            StatementLine(at, kind, mine[debit].name, whom, about, 0, moved, held, paid_for, spent_on)
        )
    if credit in mine and moved:
        statement_lines.append(StatementLine(at, kind, mine[credit].name, whom, about, moved, 0, 0, paid_for, spent_on))
    return statement_lines
