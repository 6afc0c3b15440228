"""What every table is made of: the base all models share, and columns for money, moments and names."""

import enum
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, Numeric, String, TypeDecorator, inspect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are named, so that migrations can speak of them and forms can tell which field to blame."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on databases that know zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs a time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def stored_by_value(kind: type[enum.StrEnum], name: str | None = None) -> Enum:
    """Keep an enum as its value in a text column with a named check, so that a dump of the table can be read.

    The check is called as the class is, or ``name`` where the migrations know it by an older name.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name or _snake(kind.__name__),
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


_READABLE = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Fourteen readable characters, about 69 random bits: fit for an address, useless for guessing at others."""
    # One draw of the system's chance instead of fourteen; 30 and 31 stand for no letter and are passed over.
    letters = [_READABLE[number] for byte in secrets.token_bytes(28) if (number := byte & 31) < len(_READABLE)]
    return "".join(letters[:14]) if len(letters) >= 14 else new_public_id()  # noqa: PLR2004 - as said above


BigInt = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere; SQLite numbers rows by itself only when the column is called INTEGER."""


class WholePence(TypeDecorator[int]):
    """Pence that the database itself refuses to round: a plain number on PostgreSQL, beside a CHECK that it is whole.

    A whole-number column there turns 0.5 into 1 without a word, before any CHECK or trigger can see it.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column for this database."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Integer())

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """Give back pence as they are counted everywhere else."""
        del dialect
        return None if value is None else int(value)


Key = Annotated[int, mapped_column(BigInt, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(20), unique=True, default=new_public_id)]
Pence = Annotated[int, mapped_column(BigInt)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]


class Base(DeclarativeBase):
    """What every model shares."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - read once by SQLAlchemy, never changed

    def __repr__(self) -> str:
        """Say which row this is and nothing that is in it: ``<Booking 12 k7mq2xw9ab3cde>``, ``<Booking unsaved>``.

        Rows are printed into logs and faults, where a name, an amount or a note must never be. So only whole-number keys
        and the random public id are said (a postcode is a key, too). Only what is loaded is said: printing a row asks
        the database nothing, and works after its session has ended.
        """
        state = inspect(self)
        keys = [str(part) for part in state.identity if isinstance(part, int)] if state.identity else ["unsaved"]
        public_id = state.dict.get("public_id")
        return f"<{' '.join([type(self).__name__, *keys, *([public_id] if public_id else [])])}>"
