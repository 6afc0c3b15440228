"""Reading the ledger: what is left, the entries of an account, and whether every balance is the sum of its entries."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from app.base.db import db
from app.platform.audit.rules.growth_guards import fingerprint
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import (
    CONSTRAINTS,
    POSTGRESQL_CONSTRAINTS,
    POSTGRESQL_TRIGGERS,
    SQLITE_TRIGGERS,
)


def account_of(owner: str) -> LedgerAccount | None:
    """The account whose owner is written so: ``provider:4``."""
    return db.session.scalar(select(LedgerAccount).where(LedgerAccount.owner == owner))


_NUMBERS: BindParameter[int] = bindparam("numbers", expanding=True)
_MOVED_IN = select(func.coalesce(func.sum(Transfer.moved), 0)).where(Transfer.credit_id == LedgerAccount.id)
_MOVED_OUT = select(func.coalesce(func.sum(Transfer.moved), 0)).where(Transfer.debit_id == LedgerAccount.id)
_AVAILABLE = select(
    LedgerAccount.id,
    case(
        (LedgerAccount.guarded, LedgerAccount.credited - LedgerAccount.debited - LedgerAccount.held),
        else_=_MOVED_IN.correlate(LedgerAccount).scalar_subquery()
        - _MOVED_OUT.correlate(LedgerAccount).scalar_subquery(),
    ),
).where(LedgerAccount.id.in_(_NUMBERS))
"""Written once: every page with a balance asks it, and writing it takes longer than running it."""


def available(accounts: Collection[int]) -> dict[int, int]:
    """What is left in each of these accounts, in pence, with one query.

    A guarded account keeps its sums; of another the entries are added up, so do not ask for a council's on every page.
    """
    rows = db.session.execute(_AVAILABLE, {"numbers": sorted(accounts)})
    return {number: int(pence) for number, pence in rows}


def entries(accounts: Collection[int], *, newest_first: bool = False) -> Select[Transfer]:
    """The transfers into and out of these accounts with their events, in order: a select, to be paged."""
    numbers = sorted(accounts)
    return (
        select(Transfer)
        .where(or_(Transfer.debit_id.in_(numbers), Transfer.credit_id.in_(numbers)))
        .options(joinedload(Transfer.journal))
        .order_by(Transfer.id.desc() if newest_first else Transfer.id)
    )


def ledger_differences() -> list[str]:
    """Add everything up again from the entries and say, in words, whatever does not agree; nothing when all is well."""
    return [*_balances(), *_totals(), *_entries_that_cannot_be(), *_orphans(), *guards_missing()]


def guards_missing() -> list[str]:
    """The promises of the database that somebody took down or wrote otherwise: triggers and constraints, by name.

    Whoever owns the tables can do that; nobody should do it unseen.
    """
    is_postgresql = db.session.connection().dialect.name == "postgresql"
    triggers, constraints = (_postgresql_guards if is_postgresql else _sqlite_guards)()
    wanted = POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS
    names = CONSTRAINTS | POSTGRESQL_CONSTRAINTS if is_postgresql else CONSTRAINTS
    return [
        *(f"guard {name}: is not there" for name in sorted(wanted.keys() - triggers.keys())),
        *(
            f"guard {name}: is not as it was made"
            for name in sorted(wanted.keys() & triggers.keys())
            if triggers[name] != wanted[name]
        ),
        *(f"guard {name}: is not there" for name in sorted(names - constraints)),
    ]


_TRIGGERS_OF_POSTGRESQL = text("""
    SELECT t.tgname, t.tgtype || p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
      AND t.tgrelid IN ('ledger_account'::regclass, 'journal'::regclass, 'transfer'::regclass)
""")
_CONSTRAINTS_OF_POSTGRESQL = text("""
    SELECT c.conname FROM pg_constraint c
    WHERE c.convalidated AND c.conrelid IN ('ledger_account'::regclass, 'journal'::regclass, 'transfer'::regclass)
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled NOT IN ('O', 'A'))
""")
_TABLES_OF_SQLITE = text("""
    SELECT type, name, sql FROM sqlite_master
    WHERE tbl_name IN ('ledger_account', 'journal', 'transfer') AND type IN ('table', 'trigger')
""")


def _postgresql_guards() -> tuple[dict[str, str], set[str]]:
    triggers = {name: fingerprint(made) for name, made in db.session.execute(_TRIGGERS_OF_POSTGRESQL)}
    return triggers, set(db.session.scalars(_CONSTRAINTS_OF_POSTGRESQL))


def _sqlite_guards() -> tuple[dict[str, str], set[str]]:
    rows = db.session.execute(_TABLES_OF_SQLITE).all()
    tables = " ".join(made for kind, _, made in rows if kind == "table")
    triggers = {name: fingerprint(made) for kind, name, made in rows if kind == "trigger"}
    return triggers, {name for name in CONSTRAINTS if f"CONSTRAINT {name} " in tables}


KEPT = ("credited", "debited", "held", "applied_id")


def _balances() -> Iterator[str]:
    """Accounts whose kept sums are not the sums of their entries, or that are overdrawn."""
    sides = _both_sides().subquery()
    added = (
        select(
            sides.c.account_id,
            func.sum(sides.c.credited).label("credited"),
            func.sum(sides.c.debited).label("debited"),
            func.sum(sides.c.held).label("held"),
            func.max(sides.c.applied_id).label("applied_id"),
        )
        .group_by(sides.c.account_id)
        .subquery()
    )
    sums = {name: func.coalesce(added.c[name], 0) for name in KEPT}
    kept: dict[str, Any] = {name: getattr(LedgerAccount, name) for name in KEPT}
    should = {name: case((LedgerAccount.guarded, sums[name]), else_=0) for name in KEPT}
    overdrawn = and_(LedgerAccount.guarded, sums["credited"] - sums["debited"] - sums["held"] < 0)
    rows = db.session.execute(
        select(LedgerAccount.owner, *kept.values(), *(should[name].label(f"added_{name}") for name in KEPT))
        .outerjoin(added, added.c.account_id == LedgerAccount.id)
        .where(or_(overdrawn, *(kept[name] != should[name] for name in KEPT)))
        .order_by(LedgerAccount.id)
    )
    for row in rows.mappings():
        yield from _said_of_an_account(row)


def _said_of_an_account(row: RowMapping) -> Iterator[str]:
    for name in KEPT:
        if row[name] != row[f"added_{name}"]:
            yield f"{row['owner']}: {name} is kept as {row[name]}, its entries come to {row[f'added_{name}']}"
    left = row["added_credited"] - row["added_debited"] - row["added_held"]
    if left < 0:
        yield f"{row['owner']}: overdrawn by {-left}"


def _both_sides() -> CompoundSelect[int, int, int, int, int]:
    """Every transfer twice: as the account it came from saw it, and as the one it went to."""
    nothing = literal(0)
    out = select(
        Transfer.debit_id.label("account_id"),
        nothing.label("credited"),
        Transfer.moved.label("debited"),
        Transfer.held.label("held"),
        Transfer.id.label("applied_id"),
    )
    into = select(
        Transfer.credit_id,
        Transfer.moved,
        nothing,
        nothing,
        # What moves nothing (a hold, its release) is not applied to the other side.
        case((Transfer.moved > 0, Transfer.id), else_=0),
    )
    return union_all(out, into)


def _totals() -> Iterator[str]:
    """Money is neither made nor lost: over all accounts, what went out is what came in, and every penny has an account."""
    out = select(func.coalesce(func.sum(Transfer.moved), 0)).join(LedgerAccount, LedgerAccount.id == Transfer.debit_id)
    into = select(func.coalesce(func.sum(Transfer.moved), 0)).join(
        LedgerAccount, LedgerAccount.id == Transfer.credit_id
    )
    moved = select(func.coalesce(func.sum(Transfer.moved), 0))
    row = db.session.execute(select(moved.scalar_subquery(), out.scalar_subquery(), into.scalar_subquery())).one()
    told, left, arrived = (int(pence) for pence in row)
    if left != told or arrived != told:
        yield f"all accounts: {told} moved, {left} left an account and {arrived} reached one"


def _orphans() -> Iterator[str]:
    """Transfers that belong to no event or name accounts that are not there, and holds where nothing is counted."""
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    rows: Iterable[Any] = db.session.execute(
        select(Transfer.id, Journal.id, debit.id, credit.id)
        .outerjoin(Journal, Journal.id == Transfer.journal_id)
        .outerjoin(debit, debit.id == Transfer.debit_id)
        .outerjoin(credit, credit.id == Transfer.credit_id)
        .where(
            or_(
                Journal.id.is_(None),
                debit.id.is_(None),
                credit.id.is_(None),
                and_(Transfer.held != 0, debit.guarded.is_(False)),
            )
        )
        .order_by(Transfer.id)
    )
    for number, event, source, target in rows:
        if event is None:
            yield f"transfer {number}: belongs to no event"
        elif source is None or target is None:
            yield f"transfer {number}: names an account that is not there"
        else:
            yield f"transfer {number}: money set aside where nothing is counted"


def _entries_that_cannot_be() -> Iterator[str]:
    """Transfers of an impossible shape, settlements that do not match their hold, and events that moved nothing."""
    direct = and_(Transfer.settles_id.is_(None), Transfer.held == 0, Transfer.moved > 0)
    held = and_(Transfer.settles_id.is_(None), Transfer.held > 0, Transfer.moved == 0)
    settled = and_(
        Transfer.settles_id.is_not(None), Transfer.held < 0, Transfer.moved >= 0, Transfer.moved <= -Transfer.held
    )
    odd = select(Transfer.id).where(or_(~or_(direct, held, settled), Transfer.debit_id == Transfer.credit_id))
    for number in db.session.scalars(odd.order_by(Transfer.id)):
        yield f"transfer {number}: neither direct, nor a hold, nor the settling of one"
    start = aliased(Transfer)
    matches = and_(
        start.held == -Transfer.held, start.debit_id == Transfer.debit_id, start.credit_id == Transfer.credit_id
    )
    unmatched = (
        select(Transfer.id)
        .outerjoin(start, start.id == Transfer.settles_id)
        .where(Transfer.settles_id.is_not(None), or_(start.id.is_(None), ~matches))
    )
    for number in db.session.scalars(unmatched.order_by(Transfer.id)):
        yield f"transfer {number}: does not match the hold it settles"
    twice = select(Transfer.settles_id).where(Transfer.settles_id.is_not(None)).group_by(Transfer.settles_id)
    for hold in db.session.scalars(twice.having(func.count() > 1).order_by(Transfer.settles_id)):
        yield f"transfer {hold}: settled more than once"
    empty = select(Journal.id).outerjoin(Transfer, Transfer.journal_id == Journal.id).where(Transfer.id.is_(None))
    for number in db.session.scalars(empty.order_by(Journal.id)):
        yield f"event {number}: moved nothing"
