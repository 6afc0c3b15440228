"""Writing the flat files of segments that have none: by whoever has just written them, while nobody else writes."""

from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from app.search.index.flat import ENDING, flatten
from app.search.index.segment import Segment


def flatten_large(folder: Path, least: int) -> int:
    """Give every segment of ``least`` documents and more its flat file: how many were written."""
    reader: Any = whoosh_index.open_dir(str(folder), readonly=True).reader()
    written = 0
    for leaf in [leaf for leaf, _ in reader.leaf_readers()] if reader.doc_count_all() else []:
        path = folder / f"{leaf.segment().segment_id()}.{ENDING}"
        if leaf.doc_count_all() >= least and not path.exists():
            # A segment closes what it reads from when it is let go.
            flatten(path, Segment(leaf))
            written += 1
        else:
            leaf.close()
    return written
