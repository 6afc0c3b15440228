"""How much a workbook becomes when it is unpacked, found by walking through it, before any library opens it.

A workbook is a compressed folder of XML. A few hundred bytes may unpack to gigabytes, say one cell a billion times, or name a
cell so far out that whoever makes room for everything before it is out of memory. So the files are unpacked piece by piece,
counted, and read by a parser that keeps nothing and knows no entities; what is too much is refused.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from app.platform.tables.rules.rows import Unreadable

PIECE = 1024 * 1024
"""Bytes unpacked at once."""
MEGABYTE = 1024 * 1024
FILES_MOST = 2000
"""Files inside a workbook: real ones have a few dozen."""
NO_VALUE = "#a formula whose value was not saved"
"""What stands in a cell whose formula was never worked out by the program that wrote it."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may come to: bytes of XML unpacked, cells with the empty ones between them, letters in cells."""

    unpacked: int
    cells: int
    letters: int


SENT = Limits(unpacked=64 * MEGABYTE, cells=1_000_000, letters=20_000_000)
"""For what people send through a page: far more than any such sheet, and little enough for a busy small machine."""
IMPORTED = Limits(unpacked=4096 * MEGABYTE, cells=30_000_000, letters=2_000_000_000)
"""For what the operator imports: the regulator's largest book, several times."""


@dataclass(slots=True)
class SheetFacts:
    """What a library does not tell of a sheet, by row and column from 0."""

    area: int = 0
    """Cells down to the lowest and out to the widest: so much room is made, however few say anything."""

    spoilt: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold an error of a formula (``#REF!``), or a formula without a value."""
    tall: list[tuple[int, int, int]] = field(default_factory=list)
    """Cells merged downwards: row, column, and how many rows."""


def is_packed(content: bytes) -> bool:
    """Whether a file is a compressed folder, as workbooks are."""
    return content[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def weigh(content: bytes, limits: Limits) -> Mapping[str, SheetFacts]:
    """Walk through a workbook and give, for each sheet by its name, what is special about it.

    Raises:
        Unreadable: when it is no xlsx or ods workbook, is broken, or comes to more than it may.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return _Walk(book, limits).facts()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        expat.ExpatError,
    ) as no:
        msg = "the workbook cannot be opened: open it in your spreadsheet, save it again as xlsx, ods or CSV and send that"
        raise Unreadable(msg) from no


def _too_much(what: str) -> Unreadable:
    return Unreadable(
        f"the workbook {what}: copy the rows that matter into a new sheet, save that as CSV and send it instead"
    )


class _Walk:
    """One walk through a book."""

    def __init__(self, book: zipfile.ZipFile, limits: Limits) -> None:
        self._book, self._limits = book, limits
        self._left = limits.unpacked
        self.cells = 0
        self.letters = 0
        self.shared: list[int] = []
        """How long each shared text of an xlsx is."""
        self.uses: Counter[int] = Counter()
        self.sheets: dict[str, SheetFacts] = {}
        """By file in an xlsx, by name in an ods."""
        self.names: dict[str, str] = {}
        """Names of the sheets of an xlsx by the id of their relation."""
        self.targets: dict[str, str] = {}
        """Files of an xlsx by the id of their relation."""

    def facts(self) -> Mapping[str, SheetFacts]:
        members = self._book.infolist()
        names = [member.filename for member in members]
        if len(names) > FILES_MOST or len(set(names)) != len(names):
            raise Unreadable("it is no workbook: save the sheet as CSV, xlsx or ods and send that")
        is_ods = "mimetype" in names and self._book.read("mimetype")[: len(_ODS) + 1].strip() == _ODS
        if not is_ods and "xl/workbook.xml" not in names:
            raise Unreadable("it is no workbook we can read: save the sheet as CSV, xlsx or ods and send that")
        if sum(member.file_size for member in members) > self._limits.unpacked:
            raise _too_much(f"unpacks to more than {self._limits.unpacked // MEGABYTE} megabytes")
        for member in members:
            self._walk(member, is_ods=is_ods)
        if self.letters + sum(times * self._length(one) for one, times in self.uses.items()) > self._limits.letters:
            raise _too_much("has too much text in it")
        if is_ods:
            return self.sheets
        return {
            name: self.sheets.get(posixpath.normpath(posixpath.join("xl", self.targets.get(one, ""))), SheetFacts())
            for one, name in self.names.items()
        }

    def _length(self, shared: int) -> int:
        return self.shared[shared] if shared < len(self.shared) else 0

    def reach(self, sheet: SheetFacts, rows: int, columns: int) -> None:
        """Note how far a sheet reaches.

        Raises:
            Unreadable: when it is too far.
        """
        area = max(sheet.area, rows * columns)
        self.cells += area - sheet.area
        sheet.area = area
        if self.cells > self._limits.cells:
            raise _too_much(f"reaches over more than {self._limits.cells:,} cells, counting the empty ones")

    def add(self, letters: int) -> None:
        """Count letters.

        Raises:
            Unreadable: when there are too many.
        """
        self.letters += letters
        if self.letters > self._limits.letters:
            raise _too_much("has too much text in it")

    def _walk(self, member: zipfile.ZipInfo, *, is_ods: bool) -> None:
        with self._book.open(member) as file:
            piece = file.read(PIECE)
            if piece.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"<":
                # A picture: only its size counts. What is XML in another encoding no library here reads.
                while piece:
                    piece = self._taken(file.read(PIECE))
                return
            parser = expat.ParserCreate()
            parser.buffer_text = True
            parser.StartDoctypeDeclHandler = _no_entities
            handler = _OdsHandler(self) if is_ods else _XlsxHandler(self, member.filename)
            parser.StartElementHandler = handler.start
            parser.EndElementHandler = handler.end
            parser.CharacterDataHandler = handler.text
            while piece:
                parser.Parse(self._taken(piece))
                piece = file.read(PIECE)
            parser.Parse(b"", True)

    def _taken(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise _too_much(f"unpacks to more than {self._limits.unpacked // MEGABYTE} megabytes")
        return piece


def _no_entities(*_: object) -> None:
    raise Unreadable(
        "the workbook defines words of its own, as no spreadsheet does: save it again as CSV and send that"
    )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


_WHERE = re.compile(r"([A-Za-z]{1,4})([0-9]{1,8})")


class _XlsxHandler:
    """What matters in one file of an xlsx: sheets and where they lie, shared texts, and the cells of a sheet."""

    def __init__(self, walk: _Walk, file: str) -> None:
        self._walk, self._file = walk, file
        self._facts = SheetFacts()
        self._row, self._column, self._wide = -1, -1, 0
        self._at = (0, 0)
        self._kind = ""
        self._has_formula, self._value = False, ""
        self._is_in = ""
        self._shared = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._cell(attributes)
        elif name in {"v", "f", "t"}:
            self._is_in = name
            self._has_formula = self._has_formula or name == "f"
        elif name == "row":
            self._row = max(self._row + 1, _whole(attributes.get("r", "")) - 1)
            self._column = -1
        elif name == "si":
            self._shared = 0
        elif name == "worksheet":
            self._walk.sheets[self._file] = self._facts
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if _local(key) == "id" and ":" in key), "")
            self._walk.names[relation] = attributes.get("name", "")
        elif name == "Relationship" and self._file == "xl/_rels/workbook.xml.rels":
            target = attributes.get("Target", "")
            self._walk.targets[attributes.get("Id", "")] = target.removeprefix("/").removeprefix("xl/")

    def _cell(self, attributes: dict[str, str]) -> None:
        said = _WHERE.fullmatch(attributes.get("r", ""))
        if said is None:
            row, column = max(self._row, 0), self._column + 1
        else:
            row, column = max(int(said[2]) - 1, 0), _number_of(said[1])
        self._row, self._column = max(self._row, row), column
        self._wide = max(self._wide, column + 1)
        self._at = (row, column)
        self._kind, self._has_formula, self._value = attributes.get("t", ""), False, ""
        self._walk.reach(self._facts, self._row + 1, self._wide)

    def text(self, words: str) -> None:
        if self._is_in == "v":
            self._value += words[:64]
        elif self._is_in == "t":
            self._shared += len(words)

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "si":
            self._walk.shared.append(self._shared)
            self._shared = 0
        elif name == "c":
            self._end_cell()
        elif name in {"v", "f", "t"}:
            self._is_in = ""

    def _end_cell(self) -> None:
        if self._kind == "s":
            self._walk.uses[_whole(self._value)] += 1
        elif self._kind == "e":
            self._facts.spoilt[self._at] = self._value.strip() or "#ERROR!"
        elif self._has_formula and not self._value and self._kind != "str":
            self._facts.spoilt[self._at] = NO_VALUE
        self._walk.add(self._shared + len(self._value))
        self._shared = 0


def _number_of(letters: str) -> int:
    """``A`` -> 0, ``AA`` -> 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


class _OdsHandler:
    """What matters in the files of an ods: how often rows and cells are repeated, and what is merged downwards."""

    def __init__(self, walk: _Walk) -> None:
        self._walk = walk
        self._facts = SheetFacts()
        self._row, self._row_times = 0, 1
        self._column, self._filled = 0, 0
        self._times, self._letters, self._says = 1, 0, False
        self._wide = self._row_letters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name in {"table-cell", "covered-table-cell"}:
            self._times = _often(attributes, "table:number-columns-repeated")
            self._letters = 0
            self._says = any(_local(key) in {"value-type", "value", "formula"} for key in attributes)
            tall = _often(attributes, "table:number-rows-spanned")
            if tall > 1:
                self._facts.tall.append((self._row, self._column, tall))
        elif name == "table-row":
            self._row_times = _often(attributes, "table:number-rows-repeated")
            self._column = self._filled = self._row_letters = 0
        elif name == "table":
            self._facts = self._walk.sheets.setdefault(attributes.get("table:name", ""), SheetFacts())
            self._row = self._wide = 0

    def text(self, words: str) -> None:
        self._letters += len(words)

    def end(self, name: str) -> None:
        name = _local(name)
        if name in {"table-cell", "covered-table-cell"}:
            self._column += self._times
            if self._says or self._letters:
                self._filled = self._column
                self._row_letters += self._letters * self._times
            self._letters = 0
        elif name == "table-row":
            self._row += self._row_times
            if self._filled:
                # Empty rows cost nothing unless something stands below them.
                self._wide = max(self._wide, self._filled)
                self._walk.reach(self._facts, self._row, self._wide)
                self._walk.add(self._row_letters * self._row_times)


def _often(attributes: dict[str, str], name: str) -> int:
    return max(1, _whole(attributes.get(name, "")))


def _whole(text: str) -> int:
    """A whole number, of the size that matters; 0 for what is none."""
    text = text.strip()[:12]
    return int(text) if text.isascii() and text.isdigit() else 0
