"""What the desk asks of a rate: from when, how much by day, in the evening, for whom, with which extras."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from app.base import clock
from app.base.money import Money
from app.market.catalogue.actions.rates import NewAddOn
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.checks import faults, faults_of_dates
from app.market.catalogue.rules.rates import (
    ADD_ONS_MOST,
    BANDED_UNITS,
    BILLING_STEPS,
    BUYER_WORDS,
    LENGTH_BAND_MOST_MINUTES,
    LENGTH_BANDS_MOST,
    MINIMUM_MINUTES_MOST,
    TIMED_UNITS,
    AddOnBasis,
    BandName,
    Buyer,
    DayKind,
    Unit,
    Vat,
    When,
)
from app.platform.web.fields import (
    DayField,
    Form,
    ListField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    TimeField,
    YesField,
)

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
BASES = {
    AddOnBasis.PER_HOUR: "An hour",
    AddOnBasis.PER_VISIT: "A visit",
    AddOnBasis.PER_MILE: "A mile",
    AddOnBasis.ONCE: "Once for a booking",
}
WHENS = {
    When.ALWAYS: "At any time",
    When.WEEKENDS: "Only on Saturdays and Sundays",
    When.BANK_HOLIDAYS: "Only on bank holidays",
    When.OUT_OF_HOURS: "Only in the evening and at night",
}
VATS = {
    Vat.EXEMPT: "No VAT is charged (exempt)",
    Vat.ZERO: "0% (zero rated)",
    Vat.REDUCED: "5% is in the price",
    Vat.STANDARD: "20% is in the price",
}
DAYS = {
    DayKind.WEEKDAY: "Monday to Friday",
    DayKind.SATURDAY: "Saturday",
    DayKind.SUNDAY: "Sunday",
    DayKind.BANK_HOLIDAY: "Bank holiday",
}
BANDS = {BandName.EVENING: "Evening", BandName.NIGHT: "Night"}
ROWS = tuple(range(1, ADD_ONS_MOST + 1))
LENGTHS = tuple(range(1, LENGTH_BANDS_MOST + 1))


class RateForm(Form):
    """A rate from a day on. Rows of extras are numbered from 1; an empty row is no extra."""

    valid_from = DayField(
        "From which day?",
        required="Enter the day from which this rate holds",
        hint="Today or later. A published rate is never changed: the next one takes its place",
        default=lambda: clock.today() + timedelta(days=1),
    )
    valid_until = DayField(
        "Until which day? (optional)", hint="Only if you promise this price until a day. Else it holds until the next"
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
    vat = ListField(
        "VAT",
        choices={"": "Select"} | {str(vat): words for vat, words in VATS.items()},
        required="Select how VAT is charged",
        hint="Every price you enter is what people pay, with the VAT in it",
    )
    vat_reason = TextField(
        "Why is no VAT charged?",
        hint="If it is exempt. For example: welfare services by a registered provider",
        longest=200,
    )
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

    others: Sequence[tuple[date, date | None]] = ()
    """The days of the cards already published: the view sets them."""

    @property
    def rows(self) -> list[tuple[int, Any, Any, Any, Any, Any, Any]]:
        """The rows of extras: number, name, amount, basis, whether always charged, when, only with which other."""
        parts = ("name", "amount", "basis", "required", "when", "only_with")
        return [(n, *(self[f"extra_{n}_{part}"] for part in parts)) for n in ROWS]

    @property
    def band_fields(self) -> list[tuple[str, Any, Any, list[Any], bool]]:
        """Evening and night: words, from, until, the four amounts, and whether anything is answered or wrong there."""
        found = []
        for name, words in BANDS.items():
            fields = [self[f"{name}_{part}"] for part in ("starts", "ends", *DAYS)]
            found.append((words, fields[0], fields[1], fields[2:], _is_touched(fields)))
        return found

    @property
    def length_fields(self) -> list[tuple[Any, Any]]:
        """The rows for short visits: up to how many minutes, and how much more."""
        return [(self[f"length_{n}_up_to"], self[f"length_{n}_more"]) for n in LENGTHS]

    @property
    def buyer_fields(self) -> list[tuple[str, list[Any]]]:
        """Each buyer in words, with their four amounts."""
        return [(BUYER_WORDS[buyer], [self[f"{buyer}_{kind}"] for kind in DAYS]) for buyer in Buyer]

    @property
    def has_lengths(self) -> bool:
        """Whether anything is answered or wrong about short visits."""
        return _is_touched([field for row in self.length_fields for field in row])

    @property
    def has_buyers(self) -> bool:
        """Whether anything is answered or wrong about buyers."""
        return _is_touched([field for _, fields in self.buyer_fields for field in fields])

    def fill(self, card: Card) -> None:
        """Begin with a rate that holds, so that what is left as it is stays as it is. From when it holds is asked anew.

        An amount that is the same as another by which it may be left empty stays empty, and follows that one.
        """
        basic = card.basic
        self.unit.data = str(card.unit)
        for kind, amount in zip(DAYS, basic.each, strict=True):
            if kind == DayKind.WEEKDAY or amount != basic.weekday_pence:
                self[kind].data = Money(amount)
        self.vat.data, self.vat_reason.data = str(card.vat or ""), card.vat_reason
        self.minimum_minutes.data = card.minimum_minutes or None
        self.minimum_charge.data = Money(card.minimum_charge_pence) if card.minimum_charge_pence else None
        self.billing_step.data = str(card.billing_step_minutes)
        for band in card.bands:
            self[f"{band.name}_starts"].data = time(*divmod(band.starts, 60))
            self[f"{band.name}_ends"].data = time(*divmod(band.ends, 60))
            self._fill_amounts(band.name, band.amounts, basic)
        for number, length in enumerate(card.length_bands, 1):
            self[f"length_{number}_up_to"].data = length.up_to_minutes
            self[f"length_{number}_more"].data = Money(length.more_pence)
        for buyer, amounts in card.buyers:
            self._fill_amounts(buyer, amounts, basic)
        self._fill_extras(card.add_ons)

    def _fill_amounts(self, of: str, amounts: Amounts, otherwise: Amounts) -> None:
        is_same = amounts == otherwise
        for kind in DAYS:
            if is_same or amounts.pence_on(kind) != otherwise.pence_on(kind):
                self[f"{of}_{kind}"].data = Money(amounts.pence_on(kind))

    def _fill_extras(self, extras: Sequence[Extra]) -> None:
        numbers = {extra.name: number for number, extra in enumerate(extras, 1)}
        for extra, (_, name, amount, basis, required, when, only_with) in zip(extras, self.rows, strict=False):
            name.data, amount.data = extra.name, Money(extra.amount_pence)
            basis.data, when.data = str(extra.basis), str(extra.when)
            required.data = extra.is_required
            only_with.data = str(numbers.get(extra.only_with or "", ""))

    def validate(self, **more: Any) -> bool:
        """Each field, then each row as a whole, then the card, then the card beside the others."""
        super().validate(**more)
        if self.valid_from.data is not None and self.valid_from.data < clock.today():
            self.refuse("Choose today or a later day: past rates are kept as they were", "valid_from")
        self._check_rows()
        self._check_groups()
        for field in self:
            if isinstance(field, MoneyField) and field.data is not None and not field.data and not field.errors:
                otherwise = "" if field is self.weekday else ", or leave it empty"
                self.refuse(f"Enter an amount of more than £0{otherwise}", field.name)
        if not self.errors:
            self._check_card()
        return not self.errors

    def _check_rows(self) -> None:
        names: set[str] = set()
        for number, name, amount, _basis, _required, _when, only_with in self.rows:
            if name.data and amount.data is None and not amount.errors:
                self.refuse(f"Enter the price of extra {number}", amount.name)
            if amount.data is not None and not name.data:
                self.refuse(f"Enter a name for extra {number}", name.name)
            if name.data and name.data.lower() in names:
                self.refuse(f"Give extra {number} a name of its own", name.name)
            if name.data and only_with.data and not self[f"extra_{only_with.data}_name"].data:
                self.refuse(f"Extra {only_with.data} is empty. Choose another, or none", only_with.name)
            names.add((name.data or "").lower())

    def _check_groups(self) -> None:
        for words, starts, ends, amounts, is_touched in self.band_fields:
            given = [field for field in amounts if field.data is not None]
            for field, edge in ((starts, "starts"), (ends, "ends")):
                if is_touched and field.data is None and not field.errors:
                    self.refuse(f"Enter when the {words.lower()} {edge}, or clear its prices", field.name)
            if is_touched and not given and not amounts[0].errors:
                self.refuse(f"Enter a price for the {words.lower()}, or clear its times", amounts[0].name)
        for up_to, dearer in self.length_fields:
            if dearer.data is not None and up_to.data is None and not up_to.errors:
                self.refuse("Enter up to how many minutes, or clear the price", up_to.name)
            if up_to.data is not None and dearer.data is None and not dearer.errors:
                self.refuse("Enter how much more it costs, or clear the minutes", dearer.name)

    def _check_card(self) -> None:
        rows = [number for number, name, *_ in self.rows if name.data]
        card = self.card()
        for question, words in [
            *faults(card),
            *faults_of_dates(card.valid_from, card.valid_until, self.others, today=clock.today()),
        ]:
            named = question
            if question.startswith("extra_"):
                _, number, rest = question.split("_", 2)
                named = f"extra_{rows[int(number) - 1]}_{rest}"
            if not self[named].errors:
                self.refuse(words, named)

    def add_ons(self) -> list[NewAddOn]:
        """The extras written, for the action."""
        return [
            NewAddOn(
                name.data,
                AddOnBasis(basis.data or AddOnBasis.PER_VISIT),
                amount.data.pence,
                required.data,
                When(when.data or When.ALWAYS),
                self[f"extra_{only_with.data}_name"].data if only_with.data else None,
            )
            for _, name, amount, basis, required, when, only_with in self.rows
            if name.data
        ]

    def facts(self) -> dict[str, Any]:
        """What was written, as the action takes it; amounts in pence. Only what the unit can have."""
        unit = Unit(self.unit.data)
        by_day = self._by_day()
        return {
            "valid_from": self.valid_from.data,
            "valid_until": self.valid_until.data,
            "unit": unit,
            "weekday_pence": by_day.weekday_pence,
            "saturday_pence": by_day.saturday_pence,
            "sunday_pence": by_day.sunday_pence,
            "bank_holiday_pence": by_day.bank_holiday_pence,
            "minimum_minutes": (self.minimum_minutes.data or 0) if unit in TIMED_UNITS else 0,
            "minimum_charge_pence": _pence(self.minimum_charge, 0),
            "billing_step_minutes": int(self.billing_step.data or 1) if unit in TIMED_UNITS else 1,
            "bands": self._bands(by_day) if unit in BANDED_UNITS else (),
            "length_bands": self._lengths() if unit in TIMED_UNITS else (),
            "buyers": self._buyers(by_day),
            "vat": Vat(self.vat.data),
            "vat_reason": (self.vat_reason.data or "") if self.vat.data == Vat.EXEMPT else "",
            "add_ons": self.add_ons(),
        }

    def _by_day(self) -> Amounts:
        weekday = _pence(self.weekday, 0)
        return Amounts(weekday, *(_pence(self[kind], weekday) for kind in list(DAYS)[1:]))

    def _bands(self, by_day: Amounts) -> tuple[Band, ...]:
        found = []
        for name in BANDS:
            starts, ends = self[f"{name}_starts"].data, self[f"{name}_ends"].data
            if starts is not None and ends is not None:
                amounts = (_pence(self[f"{name}_{kind}"], by_day.pence_on(kind)) for kind in DAYS)
                found.append(Band(name, _minute(starts), _minute(ends), Amounts(*amounts)))
        return tuple(found)

    def _lengths(self) -> tuple[LengthBand, ...]:
        return tuple(
            LengthBand(up_to.data, dearer.data.pence)
            for up_to, dearer in self.length_fields
            if up_to.data is not None and dearer.data is not None
        )

    def _buyers(self, by_day: Amounts) -> tuple[tuple[Buyer, Amounts], ...]:
        found = []
        for buyer in Buyer:
            amounts = Amounts(*(_pence(self[f"{buyer}_{kind}"], by_day.pence_on(kind)) for kind in DAYS))
            if amounts != by_day:
                found.append((buyer, amounts))
        return tuple(found)

    def card(self) -> Card:
        """The card as customers would see it, before anything is kept."""
        facts = self.facts()
        new: list[NewAddOn] = facts.pop("add_ons")
        extras = (
            Extra(str(n), extra.name, extra.basis, extra.amount_pence, extra.is_required, extra.when, extra.only_with)
            for n, extra in enumerate(new)
        )
        return Card(**facts, add_ons=tuple(extras))


for _number in ROWS:
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
    setattr(
        RateForm,
        f"extra_{_number}_when",
        ListField("When", choices={str(when): words for when, words in WHENS.items()}, default=str(When.ALWAYS)),
    )
    setattr(
        RateForm,
        f"extra_{_number}_only_with",
        ListField(
            "Only together with",
            choices={"": "It can be had by itself"} | {str(n): f"Extra {n}" for n in ROWS if n != _number},
        ),
    )
for _band, _words in BANDS.items():
    setattr(RateForm, f"{_band}_starts", TimeField(f"{_words} starts", hint="For example, 6pm"))
    setattr(RateForm, f"{_band}_ends", TimeField(f"{_words} ends", hint="For example, 10pm"))
    for _kind, _day in DAYS.items():
        setattr(RateForm, f"{_band}_{_kind}", MoneyField(f"{_words}, {_day}"))
for _number in LENGTHS:
    setattr(
        RateForm,
        f"length_{_number}_up_to",
        NumberField("Visits of up to so many minutes", least=1, most=LENGTH_BAND_MOST_MINUTES),
    )
    setattr(RateForm, f"length_{_number}_more", MoneyField("cost this much more for each unit"))
for _buyer in Buyer:
    for _kind, _day in DAYS.items():
        setattr(RateForm, f"{_buyer}_{_kind}", MoneyField(f"{_day}, {BUYER_WORDS[_buyer].lower()}"))


class WithdrawForm(Form):
    """Why is this rate withdrawn?"""

    reason = LongTextField(
        "Why do you withdraw it?",
        required="Enter why you withdraw it",
        hint="People can read this beside the rate",
        longest=300,
        rows=3,
    )


def _is_touched(fields: Sequence[Any]) -> bool:
    return any(field.errors or field.data is not None for field in fields)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _pence(field: Any, otherwise: int) -> int:
    return otherwise if field.data is None else int(field.data.pence)
