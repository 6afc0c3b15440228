"""Writing the flat files of segments that have none: by whoever has just written them, while nobody else writes."""

from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh.reading import SegmentReader

from app.search.index.flat import ENDING, flatten
from app.search.index.segment import Segment


def flatten_all(folder: Path) -> int:
    """Give every segment its flat file: how many were written. Safe on the disk once ``Shelf.put`` has made it so."""
    opened: Any = whoosh_index.open_dir(str(folder), readonly=True)
    written = 0
    for segment in opened._segments():  # noqa: SLF001 - a reader would open all of them, and all but the newest are flat
        path = folder / f"{segment.segment_id()}.{ENDING}"
        if segment.doc_count_all() and not path.exists():
            # A segment closes what it reads from when it is let go.
            flatten(path, Segment(SegmentReader(opened.storage, opened.schema, segment)))
            written += 1
    return written
