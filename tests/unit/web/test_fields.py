"""Form fields read what people type, and say how to mend what they cannot read."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from app.base.money import Money
from app.platform.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    MoneyField,
    NumberField,
    PasswordField,
    TextField,
    TimeField,
    YesField,
)


class EveryForm(Form):
    """One of each, all of them required."""

    name = TextField("Your name", required="Enter your name", longest=20)
    email = EmailField("Email", required="Enter your email address")
    password = PasswordField("Password", required="Enter your password")
    words = LongTextField("Words", required="Enter some words", longest=30)
    amount = MoneyField("Amount", required="Enter an amount")
    hours = NumberField("Hours", least=1, most=24, required="Enter the hours")
    when = DayField("When", required="Enter a date")
    at = TimeField("From", required="Enter a time")
    one = ChoiceField("One", choices={"a": "A", "b": "B"}, required="Select one")
    area = ListField("Area", choices={"": "", "n": "North"}, required="Select an area")
    some = ChoicesField("Some", choices={"a": "A", "b": "B"}, required="Select some")
    agree = YesField("Agree", required="Confirm that you agree")
    key = KeyField()


GOOD: dict[str, Any] = {
    "name": " Ada ",
    "email": " Ada@Example.ORG ",
    "password": " with spaces ",
    "words": "Some words\nin lines",
    "amount": "£1,234.50",
    "hours": "3",
    "when-day": "27",
    "when-month": "3",
    "when-year": "2027",
    "at": "9:30",
    "one": "a",
    "area": "n",
    "some": ["a", "b"],
    "agree": "y",
    "key": "k" * 20,
}


@pytest.fixture(autouse=True)
def posting() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for-tests", WTF_CSRF_ENABLED=False)
    yield app


@pytest.fixture
def filled(posting: Flask) -> Any:
    def fill(**changed: Any) -> EveryForm:
        values = {name: value for name, value in _with(changed).items() if value is not None}
        with posting.test_request_context("/", method="POST", data=values):
            form = EveryForm()
            form.validate()
            return form

    return fill


def _with(changed: Mapping[str, Any]) -> dict[str, Any]:
    return {**GOOD, **{name.replace("__", "-"): value for name, value in changed.items()}}


def test_a_well_filled_form_gives_what_it_says(filled: Any) -> None:
    form = filled()
    assert form.errors == {}
    assert form.data == {
        "name": "Ada",
        "email": "ada@example.org",
        "password": " with spaces ",
        "words": "Some words\nin lines",
        "amount": Money(123450),
        "hours": 3,
        "when": date(2027, 3, 27),
        "at": time(9, 30),
        "one": "a",
        "area": "n",
        "some": ["a", "b"],
        "agree": True,
        "key": "k" * 20,
    }


def test_a_form_sent_with_nothing_in_it_says_what_to_do_once_for_each_field(posting: Flask) -> None:
    with posting.test_request_context("/", method="POST", data={"unknown": "x"}):
        form = EveryForm()
        assert not form.validate()
    errors = {name: list(said) for name, said in form.errors.items() if name != "key"}
    assert errors == {
        "name": ["Enter your name"],
        "email": ["Enter your email address"],
        "password": ["Enter your password"],
        "words": ["Enter some words"],
        "amount": ["Enter an amount"],
        "hours": ["Enter the hours"],
        "when": ["Enter a date"],
        "at": ["Enter a time"],
        "one": ["Select one"],
        "area": ["Select an area"],
        "some": ["Select some"],
        "agree": ["Confirm that you agree"],
    }


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("2.5", "We read £2, but not ‘.5’. "),
        ("-1", ""),
        ("lots of pounds", ""),
        ("1e9", "We read £1, but not ‘e9’. "),
        ("9" * 40, ""),
        ("\x00", ""),
        ("£", ""),
        ("9,999,999,999", ""),
    ],
)
def test_an_amount_that_cannot_be_read_is_kept_and_explained(filled: Any, typed: str, understood: str) -> None:
    form = filled(amount=typed)
    assert list(form.amount.errors) == [f"{understood}Enter an amount in pounds, like 27 or 27.50"]
    assert form.amount.data is None
    assert form.amount._value() == typed.strip()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x", "Hours must be a whole number, like 1"),
        ("2.5", "Hours must be a whole number, like 1"),
        ("٣", "Hours must be a whole number, like 1"),
        ("9" * 5000, "Hours must be a whole number, like 1"),
        ("0", "Hours must be between 1 and 24"),
        ("25", "Hours must be between 1 and 24"),
    ],
)
def test_a_number_outside_its_bounds_is_explained(filled: Any, typed: str, said: str) -> None:
    assert list(filled(hours=typed).hours.errors) == [said]


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (("", "3", "2027"), "The date must include a day"),
        (("27", "", ""), "The date must include a month and a year"),
        ((None, None, "2027"), "The date must include a day and a month"),
        (("31", "2", "2027"), "There is no 31 February 2027. The date must be a real date, like 27 3 2027"),
        (("27", "3", "0"), "We could not read the year ‘0’. The date must be a real date, like 27 3 2027"),
        (
            ("27", "Marchember", "x"),
            "We could not read the month ‘Marchember’ and the year ‘x’. The date must be a real date, like 27 3 2027",
        ),
        (("27", "3", "7"), "We could not read the year ‘7’. The date must be a real date, like 27 3 2027"),
        (("31", "12", "9999"), "We could not read the year ‘9999’. The date must be a real date, like 27 3 2027"),
        (("1", "1", "1899"), "We could not read the year ‘1899’. The date must be a real date, like 27 3 2027"),
        (("27", "3", "20270"), "We could not read the year ‘20270’. The date must be a real date, like 27 3 2027"),
        (("٢", "3", "2027"), "We could not read the day ‘٢’. The date must be a real date, like 27 3 2027"),
        (("-1", "3", "2027"), "We could not read the day ‘-1’. The date must be a real date, like 27 3 2027"),
    ],
)
def test_a_date_that_is_none_is_explained(filled: Any, boxes: tuple[str | None, ...], said: str) -> None:
    day, month, year = boxes
    form = filled(when__day=day, when__month=month, when__year=year)
    assert list(form.when.errors) == [said]
    assert form.when.data is None
    assert form.when.typed == {"day": day or "", "month": month or "", "year": year or ""}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9am", time(9)),
        ("9:30", time(9, 30)),
        ("17.45", time(17, 45)),
        ("5:30 PM", time(17, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        ("00:00", time(0)),
        ("7", time(7)),
    ],
)
def test_times_are_read_as_people_write_them(filled: Any, typed: str, read: time) -> None:
    form = filled(at=typed)
    assert form.errors == {}
    assert form.at.data == read


@pytest.mark.parametrize("typed", ["25:00", "9:60", "13pm", "0am", "9:5", "ninety", "9:30:30", "-1", "٩"])
def test_a_time_that_is_none_is_explained(filled: Any, typed: str) -> None:
    form = filled(at=typed)
    understood = {"25:00": "There is no 25:00 in a day. ", "9:60": "There is no 9:60 in a day. "}.get(typed, "")
    if typed in {"13pm", "0am"}:
        understood = f"We read ‘{typed}’, but the hours before am and pm go from 1 to 12. "
    assert list(form.at.errors) == [f"{understood}Enter a time, like 9am or 5:30pm"]
    assert form.at._value() == typed


def test_words_that_are_too_long_or_hold_control_characters_are_refused(filled: Any) -> None:
    assert list(filled(name="x" * 21).name.errors) == ["Your name must be 20 characters or fewer"]
    assert list(filled(words="x" * 31).words.errors) == ["Words must be 30 characters or fewer"]
    assert list(filled(name="Ada\x00").name.errors) == ["Use ordinary letters, numbers and punctuation only"]


def test_one_line_is_one_line_and_several_stay_several(filled: Any) -> None:
    form = filled(name="A walk\r\nBCC:x\rX\u2028Y", words="One\nTwo")
    assert form.errors == {}
    assert (form.name.data, form.words.data) == ("A walk BCC:x X Y", "One\nTwo")


def test_what_was_never_offered_is_not_chosen(filled: Any) -> None:
    form = filled(one="z", area="z", some=["z"])
    assert {name: list(form[name].errors) for name in ("one", "area", "some")} == {
        "one": ["Select one"],
        "area": ["Select an area"],
        "some": ["Select some"],
    }
    assert filled(some=["b", "z"]).some.data == ["b"]


def test_a_password_is_never_sent_back(filled: Any) -> None:
    assert "with spaces" not in str(filled().password.label)


def test_a_refusal_from_below_stands_beside_its_field_or_above_all(filled: Any) -> None:
    form = filled()
    form.refuse("You have £3.05 left", "amount")
    form.refuse("Try again")
    assert form.errors == {"amount": ["You have £3.05 left"], "": ["Try again"]}


def test_a_form_not_yet_sent_shows_what_it_was_given(posting: Flask) -> None:
    with posting.test_request_context("/"):
        form = EveryForm(data={"amount": Money(2750), "when": date(2027, 3, 27), "at": time(9), "hours": 2})
    assert (form.amount._value(), form.when.typed, form.at._value(), form.hours._value()) == (
        "27.50",
        {"day": "27", "month": "3", "year": "2027"},
        "09:00",
        "2",
    )
