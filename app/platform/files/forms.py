"""The field in which somebody chooses a file. What was chosen waits with the form while another answer is wrong."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from app.base import clock
from app.base.refusals import Refusal
from app.base.sizes import FILE_MOST_BYTES, FILE_MOST_WORDS
from app.platform.files import queries
from app.platform.files.actions import hold_file, let_go
from app.platform.files.models import StoredFile
from app.platform.files.rules.photos import Unfit, made_fit

KEY_LENGTHS = range(16, 65)


class ChosenFileField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A photo or a PDF, chosen now or before.

    A view calls :meth:`wait_with` before it looks at the answers. From then on ``waits_for`` is what an action settles, and
    ``waiting`` is what the page shows.
    """

    shape = "file"
    is_photo = False
    """Whether nothing but a photo will do."""

    def __init__(self, label: str, *, required: str | None = None, hint: str = "", **more: Any) -> None:
        kinds = "A photo" if self.is_photo else "A photo or a PDF"
        super().__init__(label, description=f"{hint} {kinds}, up to {FILE_MOST_WORDS}.".strip(), **more)
        self.required = required
        self.waiting: StoredFile | None = None
        self.waits_for: str | None = None
        self._unfit = ""

    @property
    def is_chosen(self) -> bool:
        """Whether a file was sent with this request."""
        return bool(self.data and getattr(self.data, "filename", ""))

    @property
    def leave_out(self) -> str:
        """The name of the tick that lets a waiting file go."""
        return f"{self.name}-leave-out"

    def wait_with(self, person_id: int, key: str | None) -> None:
        """Hold what was chosen now, and find what was chosen before, for one person and one form.

        Args:
            person_id: who fills in the form: nobody else ever sees what waits.
            key: of the form, as its hidden field sent it back.
        """
        if not key or len(key) not in KEY_LENGTHS:
            return
        waits_for = f"{self.name}:{key}"
        if request.method == "POST":
            self._take(person_id, waits_for)
        self.waiting = queries.file_waiting(person_id, waits_for, clock.now())
        self.waits_for = waits_for if self.waiting is not None else None

    def _take(self, person_id: int, waits_for: str) -> None:
        if self.is_chosen:
            self.data.stream.seek(0)
            try:
                fit = made_fit(self.data.stream.read(FILE_MOST_BYTES + 1), is_photo=self.is_photo)
                hold_file(person_id=person_id, waits_for=waits_for, name=self.data.filename, fit=fit)
            except (Unfit, Refusal) as no:
                self._unfit = str(no)
        elif request.form.get(self.leave_out):
            let_go(person_id=person_id, waits_for=waits_for)

    def pre_validate(self, form: Any) -> None:
        """Say what is wrong with the file chosen now; one that waits from before stays."""
        del form
        if self._unfit:
            raise StopValidation(self._unfit)
        if self.required and self.waiting is None:
            raise StopValidation(self.required)


class ChosenPhotoField(ChosenFileField):
    """A photo, chosen now or before; a PDF is refused."""

    is_photo = True
