"""The sheet a typical week is drawn on: one small form for each line of visits, and what stands above and below them."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.base.answers import read_time
from app.base.money import Money
from app.base.text import clean_code
from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.rates import MILES_MOST
from app.platform.web.fields import (
    ChoicesField,
    Form,
    KeyField,
    ListField,
    MoneyField,
    NumberField,
    TextField,
    TimeField,
    UnseenField,
)
from app.shop.storefront.actions.plans import NAME_LONGEST
from app.shop.storefront.queries.sheet import Drawing, PricedWeek
from app.shop.storefront.rules import week
from app.shop.storefront.rules.week import EXTRAS_MOST, LINES_MOST, WHAT_LONGEST, WeekLine
from app.support.recurrence.rules.clocks import clock_words

WEEKDAYS = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}
BOUGHT = {code: kind.name for code, kind in KINDS.items() if kind.nature == Nature.SERVICE}
UNTIL = ("until", "til", "till", "to")


class LineForm(Form):
    """Visits alike: what for, when, how long, and who."""

    class Meta:
        """The sheet as a whole carries the token."""

        csrf = False

    what = TextField("What is it for?", hint="For example, help to get up", longest=WHAT_LONGEST)
    days = ChoicesField("Which days?", choices=WEEKDAYS, required="Select at least one day")
    start = TimeField("When does it start?", required="Enter when it starts, like 8am")
    length = TextField("How long is it?", hint="Like 45 minutes, or until 9am", required=week.HOW_LONG, longest=40)
    kind = ListField("What kind of support?", choices={"": "Choose", **BOUGHT}, required="Select a kind of support")
    who = ListField("Who could do it?")
    extras = ChoicesField("Extras")
    miles = NumberField(
        "How many miles is each visit?",
        least=0,
        most=MILES_MOST,
        hint="There and back, in whole miles. It is charged by the mile",
    )
    asks_miles = False
    """Whether whoever is chosen charges anything by the mile."""

    def __init__(self, key: str, formdata: Any, **more: Any) -> None:
        super().__init__(formdata=formdata, prefix=f"v{key}-", **more)
        self.key = key
        # What may be chosen is known once all the sheet is read; until then, what was sent stands.
        sent = [] if self.extras.data is None else list(self.extras.data)
        self.who.choices = [(self.who.data or "", "")]
        self.extras.choices = [(one, "") for one in sent]
        self.minutes: int | None = None

    @classmethod
    def of(cls, line: WeekLine) -> "LineForm":
        """A line that is known, to be changed."""
        made = cls(
            line.key,
            None,
            data={
                "what": line.what,
                "days": [str(day) for day in line.days],
                "start": line.start,
                "length": week.length_as_typed(line.minutes),
                "kind": line.kind,
                "who": line.listing,
                "extras": list(line.extras),
                "miles": line.miles,
            },
        )
        made.start.typed = clock_words(line.start)
        return made

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said of when it is."""
        return not (self.what.data or self.days.data or self.start.typed or self.length.data)

    @property
    def line(self) -> WeekLine | None:
        """The line once it can be read; errors stand beside the fields when it cannot."""
        if not self.validate():
            self._say_length()
            return None
        self._say_length()
        if self.minutes is None:
            return None
        return WeekLine(
            key=self.key,
            days=tuple(sorted(int(day) for day in self.days.data or ())),
            start=self.start.data,
            minutes=self.minutes,
            what=self.what.data or "",
            kind=self.kind.data,
            listing=_id(self.who.data),
            extras=tuple(_id(one) for one in self.extras.data or () if _id(one))[:EXTRAS_MOST],
            miles=self.miles.data,
        )

    def _say_length(self) -> None:
        typed = clean_code(self.length.data or "")
        self.minutes = None
        if not typed or self.length.errors:
            return
        try:
            first, _, rest = typed.lower().partition(" ")
            if first in UNTIL:
                self.minutes = None if self.start.data is None else week.length_until(self.start.data, read_time(rest))
            else:
                self.minutes = week.read_length(typed)
        except ValueError as wrong:
            self.refuse(str(wrong), "length")

    @property
    def drawing(self) -> Drawing:
        """How it stands on the sheet."""
        line = None if self.is_blank else self.line
        kind = self.kind.data if self.kind.data in BOUGHT else ""
        extras = tuple(_id(one) for one in self.extras.data or () if _id(one))[:EXTRAS_MOST]
        return Drawing(self.key, kind, _id(self.who.data), extras, line)

    def offer(self, sheet: PricedWeek, listing: str) -> None:
        """Say who could do it, with the price of a week each, and which extras there are."""
        nobody = "Nobody chosen yet" if sheet.options[self.key] else "Nobody found for this yet"
        options = [(one.listing, one.words) for one in sheet.options[self.key]]
        self.who.choices = [("", nobody), *options]
        self.who.data = listing if listing in dict(options) else ""
        self.extras.choices = list(sheet.extras[self.key])
        self.extras.data = list(sheet.chosen_extras[self.key])
        self.asks_miles = self.key in sheet.by_the_mile


class PatternForm(Form):
    """The visits one has in mind, asked on the page where listings stand side by side. It is sent by its address."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    days = ChoicesField("Which days?", choices=WEEKDAYS, required="Select at least one day")
    start = TimeField("When does it start?", required="Enter when it starts, like 8am")
    length = TextField("How long is it?", hint="Like 45 minutes", required=week.HOW_LONG, longest=40)

    def __init__(self, args: "MultiDict[str, str] | None", **more: Any) -> None:
        self.is_sent = args is not None and any(name in args for name in ("days", "start", "length"))
        super().__init__(formdata=args if self.is_sent else None, **more)

    @classmethod
    def of(cls, line: WeekLine) -> "PatternForm":
        """A pattern that is known, to be changed."""
        length = week.length_as_typed(line.minutes)
        made = cls(None, data={"days": [str(day) for day in line.days], "start": line.start, "length": length})
        made.start.typed = clock_words(line.start)
        return made

    @property
    def line(self) -> WeekLine | None:
        """The visits once they can be read; errors stand beside the fields when they cannot."""
        if not self.validate():
            return None
        try:
            minutes = week.read_length(self.length.data or "")
        except ValueError as wrong:
            self.refuse(str(wrong), "length")
            return None
        return WeekLine("1", tuple(sorted(int(day) for day in self.days.data or ())), self.start.data, minutes)


class OneGoForm(Form):
    """Booking the coming week in one go: the same key twice is the same booking."""

    key = KeyField(default=lambda: secrets.token_urlsafe(24))


def _id(sent: str | None) -> str:
    """A public id as sent, or nothing when it cannot be one."""
    return sent if sent and len(sent) <= 20 and sent.isascii() and sent.isalnum() else ""  # noqa: PLR2004 - their length


class AroundForm(Form):
    """What stands around the lines: a name to keep it by, and the money somebody says there is."""

    class Meta:
        """The token stands in the page's one form, and is checked for every form sent."""

        csrf = False

    name = TextField("Name of this week", hint="For example, My usual week", longest=NAME_LONGEST)
    money = MoneyField("How much money is there for a year? (if you want to compare)", hint="For example, 12000")
    before = UnseenField()
    revision = UnseenField()
    lines = UnseenField()


class WeekForm:
    """The whole sheet, as templates and the error summary read it."""

    def __init__(self, around: AroundForm, lines: list[LineForm]) -> None:
        self.around = around
        self.lines = lines

    @classmethod
    def sent(cls, formdata: "MultiDict[str, str]") -> "WeekForm":
        """What was sent, whatever it was; lines beyond the most are left out."""
        around = AroundForm(formdata=formdata)
        keys = [key for key in dict.fromkeys((around.lines.data or "").split()) if key.isdigit() and len(key) <= 3]  # noqa: PLR2004
        return cls(around, [LineForm(key, formdata) for key in keys[:LINES_MOST] if key.isascii()])

    @classmethod
    def of(cls, lines: Sequence[WeekLine], *, name: str = "", revision: int = 0) -> "WeekForm":
        """A week that is known, to be changed."""
        around = AroundForm(formdata=None, data={"name": name, "revision": str(revision or "")})
        return cls(around, [LineForm.of(line) for line in lines])

    def __getitem__(self, name: str) -> Any:
        """A field by the name of its box."""
        return next(field for form in self._forms() for field in form if field.name == name)

    @property
    def errors(self) -> dict[str | None, list[str]]:
        """What is wrong, by the name of the box."""
        errors: dict[str | None, list[str]] = {}
        for form in self._forms():
            for field in form:
                if field.errors:
                    errors[field.name] = [self._said(form, str(error)) for error in field.errors]
            if form.form_errors:
                errors.setdefault(None, []).extend(form.form_errors)
        return errors

    def _forms(self) -> Iterator[Form]:
        yield from self.lines
        yield self.around

    def _said(self, form: Form, error: str) -> str:
        """Which visit it is about, when there are several."""
        if form is self.around or len(self.lines) == 1:
            return error
        return f"Visit {self.lines.index(form) + 1}: {error}"

    @property
    def drawings(self) -> list[Drawing]:
        """Every line as it stands."""
        return [form.drawing for form in self.lines]

    @property
    def typed_pence(self) -> int | None:
        """The money somebody says there is for a year."""
        self.around.validate()
        money: Money | None = self.around.money.data
        return None if money is None else money.pence

    @property
    def revision(self) -> int:
        """The revision of the kept week that the page showed."""
        kept = self.around.revision.data or ""
        return int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 9 else 0  # noqa: PLR2004 - fits any count

    def forgive_blanks(self) -> None:
        """Let lines on which nothing was written stand without complaint; a sheet of nothing else is told what to do."""
        for form in self.lines:
            if form.is_blank:
                for field in form:
                    field.errors = []

    def forget_errors(self) -> None:
        """Say nothing yet of what is missing: the sheet is still being drawn."""
        for form in self._forms():
            for field in form:
                field.errors = []

    def add(self) -> None:
        """One more line, of the same kind and by the same as the last."""
        if len(self.lines) >= LINES_MOST:
            self.around.refuse(f"A week has at most {LINES_MOST} lines. Put visits alike on one line.")
            return
        key = str(max((int(form.key) for form in self.lines), default=0) + 1)
        last = self.lines[-1] if self.lines else None
        data = {} if last is None else {"kind": last.kind.data, "who": last.who.data}
        self.lines.append(LineForm(key, None, data=data))

    def remove(self, key: str) -> None:
        """Take one line off the sheet; one blank line always stays."""
        self.lines = [form for form in self.lines if form.key != key]
        if not self.lines:
            self.add()
