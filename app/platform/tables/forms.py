"""The field in which somebody chooses a table."""

from typing import Any

from flask_wtf.file import FileField


class SheetField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A table that is read at once; ``content`` is its bytes, at most one more than may be sent, or nothing."""

    shape = "file"

    def __init__(self, label: str, *, most_bytes: int, **more: Any) -> None:
        super().__init__(label, **more)
        self._most = most_bytes

    @property
    def content(self) -> bytes | None:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return None
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(self._most + 1))
