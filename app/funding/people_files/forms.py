"""The question of this room: which file."""

from app.base.sizes import MEGABYTE
from app.funding.people_files.rules import MOST_BYTES, MOST_ROWS
from app.platform.tables.forms import SheetField
from app.platform.web.fields import Form


class PeopleFileForm(Form):
    """Which file of people?"""

    sheet = SheetField(
        "The file",
        most_bytes=MOST_BYTES,
        description=f"CSV, xlsx or ods: at most {MOST_ROWS:,} rows and {MOST_BYTES // MEGABYTE}MB.",
    )
