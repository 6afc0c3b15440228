"""Form fields as people fill them in: each knows its shape and says how to mend what it cannot read.

Templates draw them with ``field(form.name)`` from ``components/form.html``; ``shape`` tells the macro which component.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError

from app.base.answers import DAY_PARTS, read_day, read_money, read_number, read_time
from app.base.money import Money
from app.base.refusals import BadInput
from app.base.text import clean_code, clean_email, clean_line, clean_text, is_blank
from app.platform.web.asking_first import AskingForm

TEXT_LONGEST = 200
WORDS_LONGEST = 2000


class Form(AskingForm):
    """A page's question. ``refuse`` puts a refusal from an action beside the field it is about."""

    class Meta(AskingForm.Meta):  # type: ignore[name-defined,misc] # flask_wtf has no types
        """How the fields are made."""

        csrf = False
        """The token of everything sent is looked at before any view (``app.platform.web.security``): looking again says nothing
        new, and a second token would be signed for every form, those that only answer with another page too."""

    def refuse(self, message: str, field: str | None = None) -> None:
        """Show a refusal as an error of one field, or of the form as a whole."""
        if field is None:
            self.form_errors.append(message)
        else:
            self[field].errors = [*self[field].errors, message]


class PlainForm(Form):
    """A button and nothing to fill in."""


class _Filled:
    """Refuse an empty answer in the page's own words, and stop there."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        del form
        if field.data is None or (isinstance(field.data, str) and is_blank(field.data)) or field.data == []:
            # What could not be read has already said so.
            field.errors = list(field.process_errors)
            raise StopValidation("" if field.process_errors else self.message)


def _rules(required: str | None, rules: Sequence[Any]) -> list[Any]:
    return [*([_Filled(required)] if required else []), *rules]


def _no_control_characters(form: Any, field: Any) -> None:
    del form
    if field.data and any(ord(c) < 32 and c not in "\n\r\t" for c in field.data):  # noqa: PLR2004 - space is the first printable
        message = "Use ordinary letters, numbers and punctuation only"
        raise ValidationError(message)


class TextField(StringField):
    """One line of text. ``required`` is the error to show when it is empty."""

    shape = "text"
    clean: Callable[[str], str] = staticmethod(clean_line)
    """How what was typed or pasted is freed of what nobody sees."""
    data: Any

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        hint: str = "",
        longest: int = TEXT_LONGEST,
        rules: Sequence[Any] = (),
        autocomplete: str | None = None,
        width: str | None = None,
        is_heard: bool = True,
        **more: Any,
    ) -> None:
        too_long = Length(max=longest, message=f"{label} must be {longest} characters or fewer")
        super().__init__(
            label, validators=_rules(required, [too_long, _no_control_characters, *rules]), description=hint, **more
        )
        self.autocomplete = autocomplete
        self.width = width
        self.is_heard = is_heard and not autocomplete and not width
        """Whether words of danger are listened for: not in names, codes, numbers and addresses."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed without what nobody sees; a line break that came along with it is a space."""
        super().process_formdata(valuelist)
        if self.data:
            self.data = self.clean(self.data)


class EmailField(TextField):
    """An email address, lower-cased: addresses are the same in any case here."""

    shape = "email"
    clean = staticmethod(clean_email)


class PasswordField(TextField):
    """A password: never trimmed, never sent back to the page. Its normal form is taken where it is hashed."""

    shape = "password"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep it exactly as typed."""
        self.data = valuelist[0] if valuelist else None


class LongTextField(TextField):
    """Several lines of text."""

    shape = "long_text"
    clean = staticmethod(clean_text)

    def __init__(self, label: str, *, longest: int = WORDS_LONGEST, rows: int = 5, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)
        self.rows = rows
        self.longest = longest


class _ReadField(TextField):
    """One answer that is read: ``typed`` is what somebody wrote, ``data`` what it means, or nothing."""

    clean = staticmethod(clean_code)
    data: Any

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.validators = [v for v in self.validators if not isinstance(v, Length) and v is not _no_control_characters]
        self.typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it.

        Raises:
            ValueError: saying what was understood and how to mend it.
        """
        self.typed = self.clean(valuelist[0]) if valuelist else ""
        self.data = self.read(self.typed) if self.typed else None

    def read(self, typed: str) -> Any:
        """What it means; a ValueError says why it means nothing."""
        raise NotImplementedError

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else self.written())

    def written(self) -> str:
        """What it means, as it stands in the box."""
        return str(self.data)


class MoneyField(_ReadField):
    """An amount of money; ``data`` is :class:`Money` or nothing."""

    shape = "money"

    def read(self, typed: str) -> Money:
        """Read pounds and pence."""
        return read_money(typed)

    def written(self) -> str:
        """Without its sign, which stands before the box."""
        return str(self.data).replace("£", "")


class NumberField(_ReadField):
    """A whole number between two bounds; ``data`` is ``int`` or nothing."""

    shape = "number"

    def __init__(self, label: str, *, least: int, most: int, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most

    def read(self, typed: str) -> int:
        """Read the number and hold it to its bounds."""
        try:
            number = read_number(typed)
        except ValueError:
            msg = f"{self.label.text} must be a whole number, like {self.least or 1}"
            raise ValueError(msg) from None
        if not self.least <= number <= self.most:
            msg = f"{self.label.text} must be between {self.least} and {self.most:,}"
            raise ValueError(msg)
        return number


class DayField(Field):
    """A date in three boxes (``NAME-day``, ``NAME-month``, ``NAME-year``); ``data`` is a date or nothing.

    Missing boxes are an unanswered question, never a fault.
    """

    shape = "day"
    parts = DAY_PARTS

    def __init__(
        self, label: str, *, required: str | None = None, hint: str = "", rules: Sequence[Any] = (), **more: Any
    ) -> None:
        super().__init__(label, validators=_rules(required, rules), description=hint, **more)
        self.typed: dict[str, str] = dict.fromkeys(self.parts, "")

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Gather the three boxes."""
        del extra_filters
        self.process_errors = []
        self.data = data if isinstance(data, date) else self._made()
        if self.data:
            self.typed = {part: str(getattr(self.data, part)) for part in self.parts}
        if formdata is None or not any(f"{self.name}-{part}" in formdata for part in self.parts):
            return
        self.typed = {part: clean_code(formdata.get(f"{self.name}-{part}", "")) for part in self.parts}
        self.data = None
        if any(self.typed.values()):
            try:
                self.data = read_day(self.typed)
            except ValueError as wrong:
                self.process_errors.append(str(wrong))

    def _made(self) -> Any:
        return self.default() if callable(self.default) else self.default


class TimeField(_ReadField):
    """A time of day as people write it (9am, 9:30, half past nine); ``data`` is a time or nothing."""

    shape = "time"

    def read(self, typed: str) -> time:
        """Read the time."""
        return read_time(typed)

    def written(self) -> str:
        """By the clock of 24 hours."""
        return f"{self.data:%H:%M}"


class _Boxes:
    """What a field of choices gives the GOV.UK macros."""

    id: str
    hints: Mapping[str, str]

    def boxes(self) -> list[dict[str, Any]]:
        """Every choice as ``items`` of the macros: value, text, whether it is chosen, and its own hint.

        The first box is ``NAME-0``, where a link of the error summary leads.
        """
        return [
            {
                "id": f"{self.id}-{number}",
                "value": str(value),
                "text": words,
                "checked": is_chosen,
                "selected": is_chosen,
                "hint": {"text": self.hints[value]} if value in self.hints else None,
            }
            for number, (value, words, is_chosen, *_) in enumerate(self.iter_choices())  # type: ignore[attr-defined]
        ]


class ChoiceField(_Boxes, RadioField):
    """One of a few; ``choices={"value": "Words"}``. ``hints`` explains single choices."""

    shape = "radios"

    def __init__(
        self,
        label: str,
        *,
        choices: Mapping[str, str] | None = None,
        required: str = "Select one",
        hint: str = "",
        hints: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(
            label,
            choices=dict(choices or {}),
            validators=[DataRequired(required)],
            description=hint,
            validate_choice=True,
            **more,
        )
        self.hints = dict(hints or {})

    def pre_validate(self, form: Any) -> None:
        """A value that was never offered is an unanswered question."""
        if self.data and self.data not in dict(self._offered()):
            self.data = None
        del form

    def _offered(self) -> list[tuple[str, str]]:
        return [(str(value), words) for value, words, *_ in self.iter_choices()]


class ListField(_Boxes, SelectField):
    """One of many, in a drop-down list."""

    shape = "select"
    hints: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        label: str,
        *,
        choices: Mapping[str, str] | None = None,
        required: str | None = None,
        hint: str = "",
        **more: Any,
    ) -> None:
        super().__init__(label, choices=dict(choices or {}), validators=_rules(required, []), description=hint, **more)

    def pre_validate(self, form: Any) -> None:
        """A value that was never offered is an unanswered question."""
        del form
        if self.data and self.data not in {str(value) for value, *_ in self.iter_choices()}:
            self.data = ""


class ChoicesField(_Boxes, SelectMultipleField):
    """Any number of choices, as tick boxes; ``data`` is a list."""

    shape = "checkboxes"

    def __init__(
        self,
        label: str,
        *,
        choices: Mapping[str, str] | None = None,
        required: str | None = None,
        hint: str = "",
        hints: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, choices=dict(choices or {}), validators=_rules(required, []), description=hint, **more)
        self.hints = dict(hints or {})

    def pre_validate(self, form: Any) -> None:
        """Forget values that were never offered."""
        del form
        offered = {str(value) for value, *_ in self.iter_choices()}
        self.data = [value for value in self.data or [] if value in offered]


class YesField(BooleanField):
    """One tick box."""

    shape = "yes"

    def __init__(self, label: str, *, required: str | None = None, hint: str = "", **more: Any) -> None:
        super().__init__(label, validators=[DataRequired(required)] if required else [], description=hint, **more)


class UnseenField(HiddenField):
    """A hidden field of a form."""

    shape = "hidden"


class SeenField(UnseenField):
    """A number the page said, sent back with the form: nobody agrees to another one than they saw."""

    @property
    def number(self) -> int:
        """The pence, or the count, that was shown.

        Raises:
            BadInput: when somebody changed it into something else.
        """
        return number_sent(self.data)


SEEN_LONGEST = 12
"""Digits: above any price."""


def number_sent(sent: str | None) -> int:
    """A number that a page said and somebody sent back.

    Raises:
        BadInput: when somebody changed it into something else.
    """
    if sent is None or not (sent.isascii() and sent.isdigit() and len(sent) <= SEEN_LONGEST):
        raise BadInput("Go back, load the page again and send it once more.")
    return int(sent)


def new_key() -> str:
    """A fresh key, for one form."""
    return secrets.token_urlsafe(24)


class KeyField(UnseenField):
    """An idempotency key made with the form, so that a second click is the same act."""

    def __init__(self, **more: Any) -> None:
        super().__init__("", validators=[Length(min=16, max=64)], **more)
