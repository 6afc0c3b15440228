"""How far an index has come: the one record that says which of those built is in use."""

from dataclasses import dataclass, field

from app.market.search_index.index.layout import LAYOUT


class Damaged(Exception):  # noqa: N818 - it names the state of the index
    """The index cannot be read; the database answers until it is built again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which index is in use, and how far it has come.

    ``folder`` names it (a folder, or what its tables are called); ``change_id`` is the newest change taken in; ``gaps``
    are numbers below it that were not there to be read, with the moment that was noticed: a transaction begun earlier may
    yet commit one. ``day`` is the date its prices and framework places are of. ``files`` has the size and the checksum of
    each of its files.
    """

    folder: str
    generation: int
    documents: int
    change_id: int
    day: str
    layout: str = LAYOUT
    gaps: dict[str, float] = field(default_factory=dict)
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
