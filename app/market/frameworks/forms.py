"""The questions of frameworks: writing one, its lots and terms; applying; answering."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms.validators import ValidationError

from app.market.catalogue.rules.kinds import KINDS
from app.market.frameworks.queries.reading import where_let
from app.market.frameworks.rules.applications import (
    ANSWER_LONGEST,
    DOCUMENT_MOST_BYTES,
    FIRST_QUESTIONS,
    REASON_LONGEST,
    questions_from,
    weights_from,
    weights_words,
)
from app.people.councils.models import Framework, Locality
from app.people.councils.rules.admission import ADMISSION_WORDS
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    ListField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    UnseenField,
)


def _weights(form: Any, field: Any) -> None:
    del form
    try:
        weights_from(field.data or "")
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


def _questions(form: Any, field: Any) -> None:
    del form
    try:
        questions_from(field.data or "")
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


class _WordsForm(Form):
    """What a framework says."""

    name = TextField("Name", required="Enter the framework's name", hint="For example, Support at home", longest=120)
    about = LongTextField("What is it for?", hint="In plain words: people and providers read this.", rows=4)
    checks = LongTextField(
        "What does the council check?",
        hint="One thing on each line. For example: Insurance and references",
        rows=4,
    )
    admission = ChoiceField(
        "When can providers apply?",
        required="Select when providers can apply",
        choices={one.value: words for one, words in ADMISSION_WORDS.items()},
    )
    weights = LongTextField(
        "What are answers weighed by?",
        hint="One on each line, a name and a number; together 100. For example: Quality 60. Leave it empty where each "
        "answer must be met by itself.",
        rows=3,
        rules=[_weights],
    )
    questions = LongTextField(
        "What do you ask providers?", hint="One question on each line, at most 12.", rows=6, rules=[_questions]
    )

    def facts(self) -> dict[str, Any]:
        """What was written, as the framework keeps it."""
        return {
            "name": self.name.data,
            "about": self.about.data or "",
            "checks": self.checks.data or "",
            "admission": self.admission.data,
            "weights": weights_from(self.weights.data or ""),
            "questions": questions_from(self.questions.data or ""),
        }


class _LotFields(Form):
    """A lot: what it is called, and what it covers."""

    lot_name = TextField(
        "Name of the lot", required="Enter the lot's name", hint="For example, Care at home", longest=120
    )
    kinds = ChoicesField(
        "Which kinds of support does it cover?",
        required="Select at least one kind of support",
        choices={one.code: one.name for one in KINDS.values()},
    )
    localities = ChoicesField(
        "Where is it let?",
        hint="Select places to let it in each of them for itself. Select none to let it in the whole council.",
    )

    def offer(self, localities: Sequence[Locality]) -> None:
        """Offer the council's localities."""
        self.localities.choices = [(one.slug, one.name) for one in localities]

    def chosen(self, localities: Sequence[Locality]) -> list[Locality]:
        """Those that were ticked."""
        return [one for one in localities if one.slug in (self.localities.data or [])]


class NewFrameworkForm(_LotFields, _WordsForm):
    """A framework with its first lot."""

    starts_on = DayField("First day", required="Enter the first day", hint="For example, 1 4 2027")
    ends_on = DayField("Last day", required="Enter the last day", hint="For example, 31 3 2031")
    extend_until = DayField(
        "Last day if it is extended",
        hint="Leave it empty where the contract allows no extension. For example, 31 3 2033",
    )

    def begin(self) -> None:
        """What a new one asks until its council writes its own."""
        if not self.is_submitted():
            self.questions.data = "\n".join(FIRST_QUESTIONS)


class ChangeFrameworkForm(_WordsForm):
    """What a framework says now."""

    version = UnseenField()

    def fill_from(self, framework: Framework) -> None:
        """Show what is kept."""
        for name in ("name", "about", "checks"):
            self[name].data = getattr(framework, name)
        self.admission.data = framework.admission.value
        self.weights.data = "" if not framework.weights else weights_words(framework.weights).replace(", ", "\n")
        self.questions.data = "\n".join(framework.questions)
        self.version.data = str(framework.version)


class LotForm(_LotFields):
    """Another lot."""


class ExtendForm(Form):
    """Until when?"""

    ends_on = DayField("New last day", required="Enter the new last day", hint="For example, 31 3 2033")


class DiscountForm(Form):
    """From which day, over how much, how many percent?"""

    valid_from = DayField("From which day?", required="Enter the first day", hint="Today or later")
    threshold = MoneyField(
        "Over how much in four weeks?",
        required="Enter the amount",
        hint="The discount is on the whole invoice of a provider whose four weeks come to more than this.",
    )
    percent = NumberField(
        "Percent", required="Enter the percent", least=0, most=100, hint="Enter 0 for no discount from that day on."
    )


class RoundForm(Form):
    """Between which days?"""

    opens_on = DayField("First day", required="Enter the first day", hint="For example, 1 4 2027")
    closes_on = DayField("Last day", required="Enter the last day", hint="For example, 30 4 2027")


class ProviderNamedForm(Form):
    """Which provider?"""

    provider = TextField(
        "Name of the provider",
        required="Enter the provider's name",
        hint="The whole name, as on its page. You see whom you ask before you confirm.",
    )
    chosen = UnseenField()


class HistoryForm(Form):
    """Was this provider on this lot, there, on that day?"""

    provider = ListField("Provider", required="Select a provider")
    lot = ListField("Lot", required="Select a lot")
    locality = ListField("Where")
    on = DayField("On which day?", required="Enter the day", hint="For example, 3 5 2026")

    def offer(self, providers: Mapping[str, str], framework: Framework, localities: Sequence[Locality]) -> None:
        """Say what can be chosen."""
        self.provider.choices = [("", "Select one"), *providers.items()]
        self.lot.choices = [
            ("", "Select one"),
            *((str(one.number), f"{one.number}, {one.name}") for one in framework.lots),
        ]
        self.locality.choices = [("", "Anywhere in the council"), *((one.slug, one.name) for one in localities)]


class DayAskedForm(Form):
    """On which day?"""

    on = DayField("On which day?", hint="For example, 3 5 2026")


class ApplyForm(Form):
    """For which lots, and what are the answers?"""

    provider = ListField("For which organisation?")
    lots = ChoicesField("Which lots do you apply for?", required="Select at least one lot")


def apply_form(framework: Framework) -> ApplyForm:
    """The form of one framework: its lots, and a box for each of its questions."""
    boxes = {
        f"answer_{number}": LongTextField(
            f"{number + 1}. {question}", longest=ANSWER_LONGEST, rows=6, hint="You can come back and finish it later."
        )
        for number, question in enumerate(framework.questions)
    }
    made: ApplyForm = type("ApplyForm", (ApplyForm,), boxes)()
    made.lots.choices = [
        (
            f"{lot.number}{f'/{where.slug}' if where else ''}",
            f"Lot {lot.number}, {lot.name}{f', in {where.name}' if where else ''}",
        )
        for lot in framework.lots
        for where in where_let(lot)
    ]
    return made


class DocumentField(FileField):  # type: ignore[misc] # flask_wtf has no types
    """A file to send along; ``content`` is its bytes, at most a few more than may be kept."""

    shape = "file"

    @property
    def content(self) -> bytes:
        """What was sent; nothing when nothing was chosen."""
        if not self.data or not getattr(self.data, "filename", ""):
            return b""
        self.data.stream.seek(0)
        return bytes(self.data.stream.read(DOCUMENT_MOST_BYTES + 1))


class DocumentForm(Form):
    """Which document?"""

    title = TextField(
        "What is it?", required="Enter what it is", hint="For example, Insurance certificate", longest=120
    )
    document = DocumentField("The file", description="A PDF, or a photo (JPG or PNG), smaller than 5MB.")


class AnswerLotForm(Form):
    """Yes or no, why, and from when?"""

    answer = ChoiceField(
        "What do you answer?",
        required="Select yes or no",
        choices={"award": "Put them on this lot", "refuse": "Not this time"},
    )
    from_on = DayField("If yes, from which day?", hint="For example, 1 4 2027")
    reason = LongTextField(
        "Why?",
        required="Enter the reason",
        hint="The provider reads this. Say what was strong, and what was missing.",
        longest=REASON_LONGEST,
    )


def lot_answer_form(weights: Sequence[Mapping[str, Any]]) -> tuple[AnswerLotForm, dict[str, str]]:
    """The form of one lot with a box for each thing that is weighed; and the boxes' names, by what they are of."""
    names = {f"score_{number}": str(one["name"]) for number, one in enumerate(weights)}
    boxes = {
        field: NumberField(
            f"{one['name']}, which counts {one['percent']} in 100",
            required=f"Enter the score for {one['name']}",
            least=0,
            most=100,
            hint="From 0 to 100",
        )
        for field, one in zip(names, weights, strict=True)
    }
    return type("AnswerLotForm", (AnswerLotForm,), boxes)(), names
