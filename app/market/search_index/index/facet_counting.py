"""Counting what bears which value: every value a row of bits, so that one pass over all of them counts each exactly."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Bits = NDArray[np.uint64]
Counts = NDArray[np.int64]


def bits_of(mask: Mask) -> Bits:
    """A mask as bits, eight bytes at a time."""
    packed = np.packbits(mask)
    whole = np.zeros(-(-len(packed) // 8) * 8, np.uint8)
    whole[: len(packed)] = packed
    return whole.view(np.uint64)


class FacetTable:
    """Values of filters, each with the documents that bear it."""

    def __init__(self, values: Iterable[tuple[str, str, Mask]]) -> None:
        """Take the filter, the value and who bears it; values of one filter stand together."""
        held = list(values)
        self.names = [(name, value) for name, value, _ in held]
        self._rows = np.stack([bits_of(mask) for _, _, mask in held]) if held else np.empty((0, 0), np.uint64)
        self.bytes = self._rows.nbytes
        self._of: dict[str, slice] = {}
        for place, (name, _) in enumerate(self.names):
            begin = self._of[name].start if name in self._of else place
            self._of[name] = slice(begin, place + 1)
        self._values = {name: [value for _, value in self.names[of]] for name, of in self._of.items()}

    def count(self, among: Mask, instead: dict[str, Mask]) -> Counts:
        """How many of ``among`` bear each value; for the filters in ``instead``, how many of those."""
        if not self.names:
            return np.zeros(0, np.int64)
        counts = _ones(self._rows, among)
        for name, mask in instead.items():
            if name in self._of:
                counts[self._of[name]] = _ones(self._rows[self._of[name]], mask)
        return counts

    def told(self, counts: Counts) -> dict[str, dict[str, int]]:
        """Counts by filter and value; zeros are left out."""
        found: dict[str, dict[str, int]] = {}
        many = counts.tolist()
        for name, values in self._values.items():
            own = dict(zip(values, many[self._of[name]], strict=True))
            if not all(own.values()):
                own = {value: count for value, count in own.items() if count}
            if own:
                found[name] = own
        return found


def _ones(rows: NDArray[np.uint64], mask: Mask) -> NDArray[np.int64]:
    counted: NDArray[np.int64] = np.bitwise_count(rows & bits_of(mask)).sum(axis=1, dtype=np.int64)
    return counted
