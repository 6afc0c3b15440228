"""What the listing desk asks: the words of a listing, and a rate from a day on with its extras."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from app import clock
from app.catalogue.actions.listings import Area, Words, version_of
from app.catalogue.actions.rates import NewAddOn
from app.catalogue.models import Listing
from app.catalogue.rules.kinds import KINDS, NATURE_WORDS
from app.catalogue.rules.quote import Card, Extra
from app.catalogue.rules.rates import ADD_ONS_MOST, BILLING_STEPS, MINIMUM_MINUTES_MOST, AddOnBasis, Unit
from app.catalogue.rules.suits import DAY_WORDS, NEEDS, TIME_WORDS, need_codes
from app.catalogue.rules.words import AGE_MOST, NOTICE_MOST_HOURS
from app.councils.models import Council
from app.web.fields import (
    ChoicesField,
    DayField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    YesField,
)

DAYS = {str(day): words for day, words in DAY_WORDS.items()}
UNITS = {
    Unit.HOUR: "An hour",
    Unit.HALF_HOUR: "A half hour",
    Unit.VISIT: "A visit",
    Unit.SESSION: "A session",
    Unit.SLEEP_IN: "A sleep-in night",
    Unit.WAKING_NIGHT: "A waking night",
    Unit.DAY: "A day",
    Unit.WEEK: "A week",
    Unit.ITEM: "One item",
}
STEPS = {1: "To the minute", 15: "In steps of 15 minutes", 30: "In steps of 30 minutes", 60: "In whole hours"}
BASES = {AddOnBasis.PER_HOUR: "An hour", AddOnBasis.PER_VISIT: "A visit", AddOnBasis.ONCE: "Once for a booking"}
LIST_MOST = 20


class ListingForm(Form):
    """The words of a listing that exists."""

    title = TextField(
        "Title", required="Enter a title", hint="What it is, in a few words: Help at home in the mornings", longest=150
    )
    summary = TextField(
        "Short description", required="Enter a short description", hint="One sentence, shown in search", longest=300
    )
    description = LongTextField("Full description", hint="What you do, who it suits, what a visit is like")
    areas = ChoicesField("Where does it reach?", required="Select at least one place", hint="Select all that apply")
    is_free = YesField("It is free for everybody")
    can_take_new_people = YesField("We can take new people now", default=True)
    notice_hours = NumberField(
        "Notice to cancel, in hours",
        least=0,
        most=NOTICE_MOST_HOURS,
        required="Enter how many hours of notice you need",
        hint="Somebody who cancels at least this long before the visit pays nothing",
        default=24,
    )
    days = ChoicesField("Days it can be had", choices=DAYS, hint="Leave empty if it varies")
    times = ChoicesField(
        "Parts of the day it can be had",
        choices={time.value: words for time, words in TIME_WORDS.items()},
        hint="People filter by these. Leave empty if it varies",
    )
    opening_times = TextField("Times", hint="For example 9am to 5pm, or Tuesdays at 2pm", longest=300)
    how_to_join = TextField("How to join or start", longest=300)
    needs = ChoicesField(
        "Who it suits", choices=NEEDS, hint="Select the needs you know how to meet. People filter by these"
    )
    other_needs = TextField("Anybody else it suits", hint="With commas between: Stroke, Parkinson's", longest=300)
    languages = TextField(
        "Languages spoken", hint="With commas between: English, Urdu, British Sign Language", longest=200
    )
    age_from = NumberField("Youngest age", least=0, most=AGE_MOST, hint="Leave empty for no limit")
    age_to = NumberField("Oldest age", least=0, most=AGE_MOST, hint="Leave empty for no limit")
    address = TextField("Address", hint="Where people come to, if they do", longest=300)
    postcode = TextField("Postcode", longest=8, width="10")
    seen = KeyField()

    def offer(self, councils: Sequence[Council]) -> None:
        """Offer the places there are: each council as a whole, then its localities."""
        self._places: dict[str, Area] = {}
        words = {}
        for council in councils:
            self._places[council.code] = (council.id, None)
            words[council.code] = f"All of {council.name}"
            for locality in council.localities:
                key = f"{council.code}/{locality.slug}"
                self._places[key] = (council.id, locality.id)
                words[key] = f"{locality.name}, {council.name}"
        self.areas.choices = list(words.items())

    def fill_from(self, listing: Listing) -> None:
        """Show what is saved."""
        for name in ("title", "summary", "description", "is_free", "can_take_new_people", "notice_hours"):
            self[name].data = getattr(listing, name)
        for name in ("opening_times", "how_to_join", "age_from", "age_to", "address", "postcode"):
            self[name].data = getattr(listing, name)
        self.days.data = [str(day) for day in listing.days]
        self.times.data = list(listing.times)
        self.needs.data = need_codes(listing.needs)
        known = {NEEDS[code] for code in self.needs.data}
        self.other_needs.data = ", ".join(
            words for words in listing.needs if NEEDS.get(next(iter(need_codes([words])), "")) not in known
        )
        self.languages.data = ", ".join(listing.languages)
        reached = {(area.council_id, area.locality_id) for area in listing.areas}
        self.areas.data = [key for key, area in self._places.items() if area in reached]
        self.seen.data = version_of(listing)

    def words(self) -> Words:
        """What was written, for the action."""
        return Words(
            title=self.title.data or "",
            summary=self.summary.data or "",
            description=self.description.data or "",
            is_free=self.is_free.data,
            can_take_new_people=self.can_take_new_people.data,
            notice_hours=self.notice_hours.data,
            opening_times=self.opening_times.data or "",
            how_to_join=self.how_to_join.data or "",
            days=[int(day) for day in self.days.data or []],
            languages=_parts(self.languages.data),
            needs=list(
                dict.fromkeys([*(NEEDS[code] for code in self.needs.data or []), *_parts(self.other_needs.data)])
            ),
            times=self.times.data or [],
            age_from=self.age_from.data,
            age_to=self.age_to.data,
            address=self.address.data or None,
            postcode=self.postcode.data or None,
        )

    def chosen_areas(self) -> list[Area]:
        """The places selected, as the action takes them."""
        return [self._places[key] for key in self.areas.data or []]

    def validate_age_to(self, field: Any) -> None:
        """Two ages run upwards."""
        if field.data is not None and self.age_from.data is not None and field.data < self.age_from.data:
            raise ValidationError("The oldest age must not be below the youngest")


class NewListingForm(ListingForm):
    """A listing from nothing: its kind is chosen once."""

    kind = ListField(
        "Kind of support",
        required="Select what kind of support it is",
        choices={"": "Select a kind"}
        | {kind.code: f"{kind.name} ({NATURE_WORDS[kind.nature].lower()})" for kind in KINDS.values()},
    )
    seen = KeyField(default="a-listing-not-yet-written")


class RateForm(Form):
    """A rate from a day on. Rows of extras are numbered from 1; an empty row is no extra."""

    valid_from = DayField(
        "From which day?",
        required="Enter the day from which this rate holds",
        hint="Today or later. A published rate is never changed: the next one takes its place",
        default=lambda: clock.today() + timedelta(days=1),
    )
    unit = ListField(
        "What does one price buy?",
        choices={str(unit): words for unit, words in UNITS.items()},
        required="Select what one price buys",
    )
    weekday = MoneyField("Monday to Friday", required="Enter the price from Monday to Friday")
    saturday = MoneyField("Saturday", hint="Leave empty to charge the same as Monday to Friday")
    sunday = MoneyField("Sunday", hint="Leave empty to charge the same as Monday to Friday")
    bank_holiday = MoneyField("Bank holiday", hint="Leave empty to charge the same as Monday to Friday")
    minimum_minutes = NumberField(
        "Shortest visit charged for, in minutes",
        least=0,
        most=MINIMUM_MINUTES_MOST,
        hint="A shorter visit costs as much as this one. Only for prices by the hour or half hour",
    )
    billing_step = ListField(
        "How is time charged?",
        choices={str(step): STEPS[step] for step in BILLING_STEPS},
        hint="Only for prices by the hour or half hour",
    )
    minimum_charge = MoneyField("Minimum charge", hint="The least a visit costs before extras. Leave empty for none")

    @property
    def rows(self) -> list[tuple[int, Any, Any, Any, Any]]:
        """The rows of extras: number, name, amount, basis, whether always charged."""
        parts = ("name", "amount", "basis", "required")
        return [(n, *(self[f"extra_{n}_{part}"] for part in parts)) for n in range(1, ADD_ONS_MOST + 1)]

    def validate(self, **more: Any) -> bool:
        """Each field, then each row as a whole: an extra has a name and an amount, and names differ."""
        is_right: bool = super().validate(**more)
        if self.valid_from.data is not None and self.valid_from.data < clock.today():
            self.refuse("Choose today or a later day: past rates are kept as they were", "valid_from")
        names: set[str] = set()
        for number, name, amount, *_ in self.rows:
            if name.data and amount.data is None and not amount.errors:
                self.refuse(f"Enter the price of extra {number}", amount.name)
            if amount.data is not None and not name.data:
                self.refuse(f"Enter a name for extra {number}", name.name)
            if name.data and name.data.lower() in names:
                self.refuse(f"Give extra {number} a name of its own", name.name)
            names.add((name.data or "").lower())
        for field in self:
            if isinstance(field, MoneyField) and field.data is not None and not field.data and not field.errors:
                self.refuse("Enter an amount of more than £0, or leave it empty", field.name)
        return is_right and not self.errors

    def add_ons(self) -> list[NewAddOn]:
        """The extras written, for the action."""
        return [
            NewAddOn(name.data, AddOnBasis(basis.data or AddOnBasis.PER_VISIT), amount.data.pence, required.data)
            for _, name, amount, basis, required in self.rows
            if name.data
        ]

    def facts(self) -> dict[str, Any]:
        """What was written, as the action takes it; amounts in pence."""
        return {
            "valid_from": self.valid_from.data,
            "unit": Unit(self.unit.data),
            "weekday_pence": self.weekday.data.pence,
            "saturday_pence": _pence(self.saturday),
            "sunday_pence": _pence(self.sunday),
            "bank_holiday_pence": _pence(self.bank_holiday),
            "minimum_minutes": self.minimum_minutes.data or 0,
            "minimum_charge_pence": _pence(self.minimum_charge) or 0,
            "billing_step_minutes": int(self.billing_step.data or 1),
            "add_ons": self.add_ons(),
        }

    def card(self) -> Card:
        """The card as customers would see it, before anything is kept."""
        facts = self.facts()
        new: list[NewAddOn] = facts.pop("add_ons")
        for part in ("saturday_pence", "sunday_pence", "bank_holiday_pence"):
            facts[part] = facts["weekday_pence"] if facts[part] is None else facts[part]
        extras = (
            Extra(str(number), extra.name, extra.basis, extra.amount_pence, is_required=extra.is_required)
            for number, extra in enumerate(new)
        )
        card = Card(**facts, add_ons=tuple(extras))
        return card if card.is_timed else replace(card, minimum_minutes=0, billing_step_minutes=1)


for _number in range(1, ADD_ONS_MOST + 1):
    setattr(RateForm, f"extra_{_number}_name", TextField("Name", longest=100))
    setattr(RateForm, f"extra_{_number}_amount", MoneyField("Price"))
    setattr(
        RateForm,
        f"extra_{_number}_basis",
        ListField(
            "Charged", choices={str(basis): words for basis, words in BASES.items()}, default=str(AddOnBasis.PER_VISIT)
        ),
    )
    setattr(RateForm, f"extra_{_number}_required", YesField("Everybody pays this"))


def _pence(field: Any) -> int | None:
    return None if field.data is None else int(field.data.pence)


def _parts(text: str | None) -> list[str]:
    parts = [" ".join(part.split()) for part in (text or "").split(",")]
    return list(dict.fromkeys(part for part in parts if part))[:LIST_MOST]
