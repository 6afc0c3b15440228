"""The questions about what became of visits: recording, the code, doubts and answers, hours saved, files."""

from datetime import datetime

from app.base.refusals import BadInput
from app.platform.tables.forms import SheetField
from app.platform.tables.rules.weighing import MEGABYTE
from app.platform.web.fields import (
    ChoiceField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    NumberField,
    SeenField,
    TextField,
    TimeField,
    YesField,
    new_key,
)
from app.support.booking_journey.forms import which_of_two
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions.telling import REASON_LONGEST
from app.support.bookings.rules.agreements import QUANTITY_MOST
from app.support.recurrence.rules import times as times_rules
from app.support.visits.rules import disputes, endings
from app.support.visits.rules.disputes import CLAIM_WORDS, THING_CLAIM_WORDS
from app.support.visits.rules.endings import NO_TIMES, RECORDABLE, TimesWorked
from app.support.visits.rules.things import RECORDABLE_THINGS
from app.support.visits.rules.uploads import MOST_BYTES, MOST_ROWS

OUTCOME_WORDS = {
    VisitStatus.DELIVERED: "The worker came",
    VisitStatus.REFUSED: "The person turned the worker away at the door",
    VisitStatus.UNUSED: "Nobody was in, and nobody had said so",
    VisitStatus.MISSED: "It did not happen: nobody came",
    VisitStatus.FRUSTRATED: "It could not go ahead, and that was nobody’s fault",
    VisitStatus.CANCELLED_LATE: "It was called off too late, so it is charged",
    VisitStatus.CANCELLED_IN_TIME: "It was called off in time, so nothing is charged",
}
THING_OUTCOME_WORDS = {
    **OUTCOME_WORDS,
    VisitStatus.DELIVERED: "It arrived",
    VisitStatus.DAMAGED: "It arrived damaged",
    VisitStatus.MISSED: "It did not arrive",
}
"""The same of things that were bought."""


class TimesForm(Form):
    """When did the worker come and leave? Times of day only: which day they fall on follows from the visit."""

    came = TimeField("When did the worker come?", hint="To the minute. For example, 9:02am")
    left = TimeField(
        "When did the worker leave?", hint="For example, 10:28am. If that was after midnight, still the time"
    )

    def stay_near(self, visit: Visit) -> TimesWorked:
        """The times as moments of this visit; none when neither was entered.

        Raises:
            BadInput: when one of them is missing.
        """
        came, left = self.came.data, self.left.data
        if came is None and left is None:
            return NO_TIMES
        if came is None or left is None:
            raise BadInput("Enter both when the worker came and when they left")
        came_at = endings.near(came, visit.starts_at)
        return TimesWorked(came_at, endings.near(left, visit.ends_at, after=came_at))


class RecordForm(TimesForm):
    """What became of this visit?"""

    ending = ChoiceField(
        "What became of this visit?",
        choices={status.value: OUTCOME_WORDS[status] for status in RECORDABLE},
        required="Select what became of the visit",
    )
    words = LongTextField(
        "What happened?",
        hint="Needed when nobody was helped. The person can read it.",
        longest=REASON_LONGEST,
        rows=3,
    )


class ArrivedForm(Form):
    """How many of the things bought arrived whole?"""

    arrived = NumberField(
        "How many arrived whole?",
        least=0,
        most=QUANTITY_MOST,
        hint="Leave this empty when all of them did, or when none of them did.",
    )


class RecordThingsForm(ArrivedForm):
    """What became of what was bought?"""

    ending = ChoiceField(
        "What became of it?",
        choices={status.value: THING_OUTCOME_WORDS[status] for status in RECORDABLE_THINGS},
        required="Select what became of it",
    )
    words = LongTextField(
        "What happened?",
        hint="Needed when something was damaged. The person can read it.",
        longest=REASON_LONGEST,
        rows=3,
    )


class CodeForm(Form):
    """What is the person’s code?"""

    code = TextField(
        "The person’s code",
        required="Enter the code",
        hint="Six numbers. The person, or somebody beside them, has it for this visit.",
        longest=12,
        is_heard=False,
    )


class DisputeForm(TimesForm):
    """What really happened?"""

    claim = ChoiceField(
        "What do you want to say?",
        choices={claim.value: words for claim, words in CLAIM_WORDS.items()},
        required="Select what you want to say",
    )
    words = LongTextField(
        "Tell us what happened",
        required="Enter what happened",
        hint="The provider will read this. Whoever decides, if you do not agree, may read it too.",
        longest=REASON_LONGEST,
        rows=4,
    )


class DisputeThingsForm(ArrivedForm):
    """What really happened?"""

    claim = ChoiceField(
        "What do you want to say?",
        choices={claim.value: words for claim, words in THING_CLAIM_WORDS.items()},
        required="Select what you want to say",
    )
    words = LongTextField(
        "Tell us what happened",
        required="Enter what happened",
        hint="The provider will read this. Whoever decides, if you do not agree, may read it too.",
        longest=REASON_LONGEST,
        rows=4,
    )


class AnswerForm(TimesForm):
    """Is the person right?"""

    agrees = ChoiceField(
        "Is that right?",
        choices={"yes": "Yes, that is right", "no": "No, we see it differently"},
        required="Select whether that is right",
    )
    words = LongTextField(
        "What do you say?",
        hint="Needed when you see it differently. The person reads it, and whoever decides.",
        longest=REASON_LONGEST,
        rows=4,
    )


class DecideDisputeForm(TimesForm, ArrivedForm):
    """What do you find?"""

    ending = ChoiceField(
        "What do you find?",
        required="Select what you find",
    )
    words = LongTextField(
        "Why?",
        required="Enter why",
        hint="Both sides read this.",
        longest=REASON_LONGEST,
        rows=4,
    )

    def offer(self, visit: Visit) -> None:
        """Say what may be found of this visit."""
        of_things = visit.booking.is_of_things
        may = disputes.may_decide_as(visit.status, of_things=of_things)
        every = THING_OUTCOME_WORDS if of_things else OUTCOME_WORDS
        self.ending.choices = [(status.value, words) for status, words in every.items() if status in may]


class UseHoursForm(Form):
    """When do you want these hours?"""

    on = DayField("What day?", required="Enter the day you want it", hint="For example, 27 3 2027")
    start = TimeField("Start", required="Enter when it should start", hint="For example, 9am or 2:30pm")
    end = TimeField("End", required="Enter when it should end", hint="For example, 10:30am")
    ends_next_day = YesField("It ends the next day", hint="Tick this for a night")
    which = which_of_two()
    key = KeyField(default=new_key)
    price = SeenField()

    @property
    def price_seen(self) -> int | None:
        """The pence shown when the page was made; none the first time."""
        return self.price.number if self.price.data else None

    @property
    def times(self) -> tuple[datetime, datetime]:
        """The one visit, aware.

        Raises:
            TimesRefused: when the times make no visit.
        """
        return times_rules.visit_times(
            self.on.data,
            self.start.data,
            self.end.data,
            ends_next_day=bool(self.ends_next_day.data),
            which=self.which.data or None,
        )


class UploadForm(Form):
    """Which file of visits?"""

    provider = ListField("Whose visits are these?")
    sheet = SheetField(
        "The file",
        most_bytes=MOST_BYTES,
        description=f"CSV, xlsx or ods: at most {MOST_ROWS} rows and {MOST_BYTES // MEGABYTE}MB.",
    )
