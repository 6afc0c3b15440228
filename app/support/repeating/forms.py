"""The questions of cancelling, moving and putting back visits; and what a provider should know."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.base.refusals import BadInput
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    KeyField,
    LongTextField,
    SeenField,
    TimeField,
    YesField,
    new_key,
)
from app.support.booking_journey.forms import WEEKDAYS, time_in_address, which_of_two
from app.support.booking_records.models.changes import VisitChange
from app.support.bookings.actions.requests import NOTE_LONGEST
from app.support.bookings.actions.telling import REASON_LONGEST
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import FIRST, SECOND
from app.support.repeating.actions.replanning import Wish
from app.support.repeating.rules import Consequence


class LeaveOutForm(Form):
    """Which visits should be cancelled?"""

    scope = ChoiceField("Which visits do you want to cancel?", required="Select which visits you want to cancel")
    reason = LongTextField(
        "Why are you cancelling? (optional)",
        hint="The provider will read this.",
        longest=REASON_LONGEST,
        rows=3,
    )
    charge_this = SeenField()
    charge_later = SeenField()
    charge_all = SeenField()
    seen = SeenField()

    def offer(self, found: Mapping[Scope, Consequence], revision: int) -> None:
        """Say which ways there are, and remember what each was said to cost."""
        names = SCOPE_WORDS if len(found) > 1 else {Scope.THIS: SCOPE_WORDS[Scope.THIS]}
        self.scope.choices = [(scope.value, words) for scope, words in names.items()]
        for scope, one in found.items():
            self[f"charge_{scope.value}"].data = str(one.charged_pence)
        self.seen.data = str(revision)

    @property
    def charge_seen(self) -> int:
        """The pence the page said the chosen way would cost."""
        seen: SeenField = self[f"charge_{self.scope.data}"]
        return seen.number


SCOPE_WORDS = {
    Scope.THIS: "Only this visit",
    Scope.LATER: "This visit and all later ones",
    Scope.ALL: "All visits to come",
}


class ChangeForm(Form):
    """When should it be instead?"""

    scope = ChoiceField("Which visits do you want to change?", required="Select which visits you want to change")
    on = DayField("The day for this visit", hint="Only if you change only this visit. For example, 27 3 2027")
    days = ChoicesField(
        "The days of the week",
        choices={str(number): name for number, name in WEEKDAYS.items()},
        hint="Only if you change later visits or all of them",
    )
    start = TimeField("Start", required="Enter when it should start", hint="For example, 9am or 2:30pm")
    end = TimeField("End", required="Enter when it should end", hint="For example, 10:30am")
    ends_next_day = YesField("It ends the next day", hint="Tick this for a night")
    which = which_of_two()

    def is_whole(self) -> bool:
        """Whether what belongs together was answered together; else says so beside the question."""
        if self.scope.data == Scope.THIS and self.on.data is None:
            self.refuse("Enter the day for this visit", "on")
        if self.scope.data != Scope.THIS and not self.days.data:
            self.refuse("Select the days of the week", "days")
        return not self.errors

    @property
    def query(self) -> dict[str, Any]:
        """What was answered, as arguments of an address."""
        query: dict[str, Any] = {
            "scope": self.scope.data,
            "from": f"{self.start.data:%H:%M}",
            "to": f"{self.end.data:%H:%M}",
        }
        if self.ends_next_day.data:
            query["overnight"] = "yes"
        if self.which.data:
            query["which"] = self.which.data
        if self.scope.data == Scope.THIS:
            query["on"] = self.on.data.isoformat()
        else:
            query["day"] = sorted(self.days.data or ())
        return query


def wish_in(args: "MultiDict[str, str]") -> tuple[Scope, Wish]:
    """Read what :attr:`ChangeForm.query` wrote, or that a day is put back (``back=yes``).

    Raises:
        BadInput: when somebody else wrote it.
    """
    if args.get("back") == "yes":
        return Scope.THIS, Wish(is_back=True)
    try:
        scope = Scope(args.get("scope", ""))
        start, end = (time_in_address(args.get(name, "")) for name in ("from", "to"))
        on = date.fromisoformat(args.get("on", "")) if scope is Scope.THIS else None
        days = tuple(sorted({int(day) for day in args.getlist("day")[:7]} & set(WEEKDAYS)))
    except ValueError:
        raise BadInput("We cannot read that time. Go back to the visit and choose again.") from None
    which = args.get("which")
    is_overnight = args.get("overnight") == "yes"
    return scope, Wish(start, end, is_overnight, on, () if on else days, which if which in {FIRST, SECOND} else None)


def query_of(change: VisitChange) -> dict[str, Any]:
    """The arguments of the address on which a change is asked for again, as it was wished."""
    wanted = change.wanted
    if wanted["back"]:
        return {"back": "yes"}
    found: dict[str, Any] = {"scope": change.scope.value, "from": wanted["start"], "to": wanted["end"]}
    if wanted["overnight"]:
        found["overnight"] = "yes"
    if wanted["which"]:
        found["which"] = wanted["which"]
    if wanted["on"]:
        found["on"] = wanted["on"]
    else:
        found["day"] = [str(day) for day in wanted["days"]]
    return found


def name_of(change: VisitChange) -> str:
    """How the visit a change begins with is named in an address."""
    if change.visit is not None:
        return change.visit.public_id
    return "" if change.slot is None else f"{change.slot.public_id}-{change.day:%Y%m%d}"


class ConfirmChangeForm(Form):
    """Is this what you want to change?"""

    key = KeyField(default=new_key)
    after = SeenField()
    seen = SeenField()


class NoteForm(Form):
    """What should they know?"""

    note = LongTextField(
        "What should they know?",
        hint="For example, how to get in. Do not put card or bank details here. Nothing else changes.",
        longest=NOTE_LONGEST,
        rows=5,
    )
