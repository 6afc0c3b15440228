"""Writing the flat files of segments that have none: by whoever has just written them, while nobody else writes."""

from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from app.search.index.flat import ENDING, flatten
from app.search.index.segment import Segment


def flatten_all(folder: Path) -> int:
    """Give every segment its flat file: how many were written. Safe on the disk once ``Shelf.put`` has made it so."""
    reader: Any = whoosh_index.open_dir(str(folder), readonly=True).reader()
    written = 0
    for leaf in [leaf for leaf, _ in reader.leaf_readers()] if reader.doc_count_all() else []:
        path = folder / f"{leaf.segment().segment_id()}.{ENDING}"
        if not path.exists():
            # A segment closes what it reads from when it is let go.
            flatten(path, Segment(leaf))
            written += 1
        else:
            leaf.close()
    return written
