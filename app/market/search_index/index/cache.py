"""A cache bounded in bytes: what was not asked for longest is dropped first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class BoundedCache(Generic[Thing]):
    """Values by their keys. Two threads at once may work out a value twice; nothing else can go wrong."""

    def __init__(self, most: int, size_of: Callable[[Thing], int]) -> None:
        """Keep up to ``most`` bytes, a thing being as large as ``size_of`` says."""
        self._most = most
        self._size_of = size_of
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable, work: Callable[[], Thing]) -> Thing:
        """What is kept under a key, or else what ``work`` makes, kept from now on."""
        try:
            found = self._things[key]
            self._things.move_to_end(key)
        except KeyError:
            found = self._things[key] = work()
            self.bytes += self._size_of(found)
            self._forget()
        return found

    def _forget(self) -> None:
        while self.bytes > self._most and len(self._things) > 1:
            try:
                _, gone = self._things.popitem(last=False)
            except KeyError:
                return
            self.bytes -= self._size_of(gone)
