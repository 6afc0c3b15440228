"""The question about rates by file: which one, and from when."""

from flask_wtf.file import FileField

from app.platform.tables.rules.weighing import MEGABYTE
from app.platform.web.fields import DayField, Form
from app.support.rate_files.rules import MOST_BYTES, MOST_ROWS


class RateSheetField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A file of rates; ``content`` is its bytes, at most one more than may be sent, or nothing."""

    shape = "file"

    @property
    def content(self) -> bytes | None:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return None
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(MOST_BYTES + 1))


class RateFileForm(Form):
    """Which file, and from which day?"""

    asks_about_danger = False

    sheet = RateSheetField(
        "The file", description=f"CSV, xlsx or ods: at most {MOST_ROWS} rows and {MOST_BYTES // MEGABYTE}MB."
    )
    starts_on = DayField(
        "The first day of rows that name none (optional)",
        hint="People with visits booked must hear of a dearer price before it begins: choose tomorrow or later.",
    )
