"""Files of rates, read row by row: what each would make of the rate there is, or why not, in words that say how to mend it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.base.answers import read_money
from app.base.money import Money
from app.base.refusals import BadInput
from app.market.catalogue.rules.cards import Amounts, Band, Card
from app.market.catalogue.rules.rates import DAY_KIND_WORDS, UNIT_WORDS, DayKind, Unit, Vat
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import NoHeader, TableRow, Unreadable
from app.platform.tables.rules.shapes import TableShape
from app.platform.tables.rules.values import day_in
from app.platform.tables.rules.weighing import MEGABYTE, SENT

T = TypeVar("T")
MOST_BYTES = 2 * MEGABYTE
MOST_ROWS = 500
CELL_LONGEST = 200
WORDS_LONGEST = 400

RATE_COLUMNS = {
    "listing": "The code of what is priced. The template has it for each of your listings",
    "service": "Its title. Where it is another than that of the code, the row is refused: a sheet may have been sorted wrongly",
    "from": "The first day of the rate: 05/04/2027 or 2027-04-05. Empty: the day you choose on the page",
    "unit": f"What the price is for: {', '.join(Unit)}. Empty: as it is now",
    "weekday": "The price from Monday to Friday: 24.50",
    "saturday": "The price on Saturdays. Empty only where it costs what a weekday does",
    "sunday": "The price on Sundays, as for Saturdays",
    "bank_holiday": "The price on bank holidays, as for Saturdays",
    "vat": f"The VAT in the price: {', '.join(Vat)}. Empty: as it is now",
    "vat_reason": "Why no VAT is charged, where it is exempt. Empty: as it is now",
}
NEEDED = ("listing", "weekday")
SHAPE = TableShape(
    frozenset(NEEDED),
    {
        "listing": ("code", "listing code"),
        "service": ("title", "name"),
        "from": ("valid from", "first day", "start", "starts on", "from date"),
        "unit": ("per",),
        "weekday": ("monday to friday", "weekday price", "weekday rate"),
        "saturday": ("sat", "saturday price", "saturday rate"),
        "sunday": ("sun", "sunday price", "sunday rate"),
        "bank_holiday": ("bank holidays", "bank holiday price", "bank holiday rate"),
        "vat": (),
        "vat_reason": ("why no vat", "reason"),
    },
)
_UNITS = {**{words.casefold(): unit for unit, words in UNIT_WORDS.items()}, **{unit.value: unit for unit in Unit}}


class RateFate(StrEnum):
    """What becomes of one row of a file of rates."""

    PUBLISHED = "published"
    SAME = "same"
    REFUSED = "refused"
    PASSED = "passed"


RATE_FATE_WORDS = {
    RateFate.PUBLISHED: "Published",
    RateFate.SAME: "Nothing to publish",
    RateFate.REFUSED: "Not published",
    RateFate.PASSED: "Not a rate, passed over",
}
RATE_WILL_WORDS = {
    RateFate.PUBLISHED: "Will be published",
    RateFate.SAME: "Nothing to publish",
    RateFate.REFUSED: "Will not be published",
    RateFate.PASSED: "Not a rate, will be passed over",
}
"""The same before anything is published."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row as it was sent, understood or with what is wrong with it. Amounts in pence; nothing where a cell is empty."""

    line: int
    facts: Mapping[str, str]
    listing: str = ""
    begins: date | None = None
    unit: Unit | None = None
    pence: Mapping[DayKind, int | None] = field(default_factory=dict)
    vat: Vat | None = None
    vat_reason: str = ""
    wrong: str = ""
    is_passed: bool = False


def read_rates(content: bytes | None) -> list[RateRow]:
    """Read a file of rates.

    Raises:
        BadInput: when it is no such file at all, saying what is missing; a single bad row is no reason.
    """
    if not content:
        raise BadInput("Choose a file that is not empty")
    if len(content) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES // MEGABYTE} megabytes. Send it in parts")
    try:
        table = read_table(content, [SHAPE], SENT)
    except NoHeader as wrong:
        raise BadInput(f"We cannot find the columns: {wrong}. There must be: {', '.join(NEEDED)}") from None
    except Unreadable as wrong:
        raise BadInput(f"This file cannot be taken in: {wrong}") from None
    if len(table.rows) > MOST_ROWS:
        raise BadInput(f"The file has more than {MOST_ROWS} rows. Send it in parts")
    if not table.rows:
        raise BadInput("The file names its columns but has no rows")
    passed = [
        RateRow(one.line, {"listing": one.what}, wrong=one.words.capitalize(), is_passed=True) for one in table.passed
    ]
    return sorted([*(rate_row(row) for row in table.rows), *passed], key=lambda row: row.line)


def rate_row(row: TableRow) -> RateRow:
    """One row, understood or with what is wrong with it."""
    facts = {name: row.cells[name][:CELL_LONGEST] for name in RATE_COLUMNS if name in row.cells}
    number = row.number or row.line
    if row.fault is not None:
        return RateRow(number, facts, wrong=f"The row cannot be read: {row.fault}")
    try:
        return _read(row, facts, number)
    except ValueError as wrong:
        return RateRow(number, facts, wrong=str(wrong))


def rate_row_again(line: int, facts: Mapping[str, str]) -> RateRow:
    """A row that was understood before, from what was kept of it."""
    return rate_row(TableRow(line, facts, number=line))


def _read(row: TableRow, facts: Mapping[str, str], number: int) -> RateRow:
    said = facts.get
    code = said("listing", "").strip()
    if not code:
        raise ValueError(f"{row.cell('listing')} is empty. Enter the code of what is priced: the template has it")
    if not said("weekday"):
        raise ValueError(f"{row.cell('weekday')} is empty. Enter the price from Monday to Friday, like 24.50")
    begins = None
    if said("from"):
        try:
            begins = day_in(said("from", "")).value
        except ValueError as wrong:
            raise _no(row, facts, "from", f"{wrong}. Enter the first day like 05/04/2027") from None
    unit = _one_of(row, facts, "unit", _UNITS)
    vat = _one_of(row, facts, "vat", {one.value: one for one in Vat})
    pence = {kind: _pence(row, facts, kind.value) if said(kind.value) else None for kind in DayKind}
    return RateRow(number, facts, code, begins, unit, pence, vat, said("vat_reason", "").strip())


def _pence(row: TableRow, facts: Mapping[str, str], name: str) -> int:
    # A spreadsheet drops the last 0 of 24.50.
    said = re.sub(r"^(£?\s*[0-9,]+\.[0-9])$", r"\g<1>0", facts[name].strip())
    try:
        return read_money(said).pence
    except ValueError as wrong:
        raise _no(row, facts, name, str(wrong)) from None


def _one_of(row: TableRow, facts: Mapping[str, str], name: str, known: Mapping[str, T]) -> T | None:
    said = facts.get(name, "").strip().casefold()
    if not said:
        return None
    if said not in known:
        codes = ", ".join(dict.fromkeys(str(one) for one in known.values()))
        raise _no(row, facts, name, f"It must be one of: {codes}")
    return known[said]


def _no(row: TableRow, facts: Mapping[str, str], name: str, why: str) -> ValueError:
    return ValueError(f"{row.cell(name)} says “{facts[name][:60]}”. {why}")


def card_of_row(before: Card | None, row: RateRow, begins: date) -> Card:
    """The card a row makes of the one before it: its amounts are the row's, all else stays.

    Evening and night prices, and those of other buyers, move by as much as the price of their kind of day.

    Raises:
        ValueError: when the row leaves open what the old card says, or there is no old one to take it from.
    """
    weekday = row.pence[DayKind.WEEKDAY] or 0
    if before is None:
        if row.unit is None or row.vat is None:
            raise ValueError("There is no rate yet, so say what the price is for (unit) and the VAT in it (vat)")
        amounts = Amounts(weekday, *(weekday if (p := row.pence[kind]) is None else p for kind in list(DayKind)[1:]))
        return Card(begins, row.unit, *amounts.each, vat=row.vat, vat_reason=row.vat_reason)
    if row.unit not in {None, before.unit}:
        raise ValueError(
            f"It is priced {UNIT_WORDS[before.unit]} now. To price it {UNIT_WORDS[row.unit or before.unit]}, publish a rate on its own page"
        )
    amounts = Amounts(*(_amount(before, row, kind) for kind in DayKind))
    more = [new - old for new, old in zip(amounts.each, before.basic.each, strict=True)]
    vat = before.vat if row.vat is None else row.vat
    kept_reason = before.vat_reason if row.vat in {None, before.vat} else ""
    return replace(
        before,
        valid_from=begins,
        valid_until=None,
        weekday_pence=amounts.weekday_pence,
        saturday_pence=amounts.saturday_pence,
        sunday_pence=amounts.sunday_pence,
        bank_holiday_pence=amounts.bank_holiday_pence,
        bands=tuple(replace(band, amounts=_moved(band.amounts, more)) for band in before.bands),
        buyers=tuple((buyer, _moved(theirs, more)) for buyer, theirs in before.buyers),
        vat=vat,
        vat_reason=row.vat_reason or kept_reason,
    )


def _amount(before: Card, row: RateRow, kind: DayKind) -> int:
    given = row.pence[kind]
    if given is not None:
        return given
    now = before.pence_on(kind)
    if now != before.weekday_pence:
        raise ValueError(
            f"{kind.value} is empty, but {DAY_KIND_WORDS[kind].lower()} costs {Money(now)} now. Enter what it costs then"
        )
    return row.pence[DayKind.WEEKDAY] or 0


def _moved(amounts: Amounts, more: Sequence[int]) -> Amounts:
    return Amounts(*(old + change for old, change in zip(amounts.each, more, strict=True)))


def names_another(row: RateRow, title: str) -> bool:
    """Whether the row's title is not that of its code, as when one column of a sheet was sorted without the others."""
    said = row.facts.get("service", "")
    return bool(said) and _plain(said) != _plain(title[:CELL_LONGEST])


def _plain(title: str) -> str:
    return "".join(one for one in title.casefold() if one.isalnum())


def what_changes(before: Card | None, card: Card) -> list[str]:
    """What customers would pay, line by line: ``Saturday: £25.00 an hour, before that £24.00``."""
    lines = [
        _line(DAY_KIND_WORDS[kind], card.pence_on(kind), before.pence_on(kind) if before else None, card.per)
        for kind in DayKind
    ]
    if card.is_one_price and (before is None or before.is_one_price):
        lines = [_line("Every day", card.weekday_pence, before.weekday_pence if before else None, card.per)]
    old_bands = {band.name: band for band in before.bands} if before else {}
    for band in card.bands:
        lines.append(_band_line(band, old_bands.get(band.name), card.per))
    if card.buyers:
        lines.append("Prices for other buyers move by as much as the day’s price")
    return lines


def _band_line(band: Band, old: Band | None, per: str) -> str:
    name = f"{band.name.value.capitalize()}, Monday to Friday"
    return _line(name, band.amounts.weekday_pence, old.amounts.weekday_pence if old else None, per)


def _line(what: str, pence: int, old: int | None, per: str) -> str:
    before = "" if old is None else (", as before" if old == pence else f", before that {Money(old)}")
    return f"{what}: {Money(pence)} {per}{before}"
