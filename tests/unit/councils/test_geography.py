"""Postcodes are read however they are typed; distances are miles; area codes survive slips of the keyboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.councils.rules.areas import council_words, whose
from app.people.councils.rules.geography import (
    code_fault,
    compact_postcode,
    miles_between,
    show_postcode,
    slug_of,
    words_of,
)
from tests.reaching import reached

letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
digits = st.sampled_from("0123456789")
postcodes = st.builds(
    "".join,
    st.tuples(
        st.text(letters, min_size=1, max_size=2),
        digits,
        st.one_of(st.just(""), letters, digits),
        digits,
        letters,
        letters,
    ),
)


@given(postcodes, st.data())
def test_a_postcode_is_the_same_in_any_case_and_spacing(compact: str, data: st.DataObject) -> None:
    assert compact_postcode(show_postcode(compact)) == compact
    blanks = data.draw(
        st.lists(st.sampled_from(["", " ", "\t", "\u00a0"]), min_size=len(compact), max_size=len(compact))
    )
    typed = "".join(blank + letter for blank, letter in zip(blanks, compact.lower(), strict=True))
    assert compact_postcode(typed) == compact
    assert show_postcode(compact).replace(" ", "") == compact
    assert show_postcode(compact)[-4] == " "


# One letter of a postcode gone wrong, or none: letters drawn without aim never made one.
nearly = st.tuples(postcodes, st.integers(0, 8), st.text("AZa09O -\u0661", max_size=2)).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
)
typed_texts = st.one_of(nearly, nearly, postcodes.map(str.lower), st.text(max_size=12))


def test_what_is_typed_is_sometimes_a_postcode_and_sometimes_not() -> None:
    found = reached(typed_texts, lambda text: ["fault" if _is_refused(text) else "postcode"])
    assert min(found["fault"], found["postcode"]) >= 20


def _is_refused(text: str) -> bool:
    try:
        compact_postcode(text)
    except ValueError:
        return True
    return False


@given(typed_texts)
def test_whatever_is_typed_is_a_postcode_or_refused(text: str) -> None:
    try:
        compact = compact_postcode(text)
    except ValueError as wrong:
        assert str(wrong).endswith("Enter a full postcode, like M31 4FA")
    else:
        assert compact_postcode(show_postcode(compact)) == compact


@pytest.mark.parametrize("wrong", ["", "M31", "M31 4F", "WA154 1HF", "NA", "M31 4FAA", "١M1 1AA"])
def test_what_is_not_a_postcode_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="Enter a full postcode"):
        compact_postcode(wrong)


def test_distances_are_miles() -> None:
    london_to_manchester = miles_between(-0.1276, 51.5072, -2.2426, 53.4808)
    assert round(london_to_manchester) == 163
    assert miles_between(-2.3, 53.4, -2.3, 53.4) == 0


def test_names_are_compared_without_case_signs_and_apostrophes() -> None:
    assert words_of("Bucklow-St Martins") == "bucklow st martins"
    assert words_of("Hale Barns & King's Park") == "hale barns and kings park"
    assert slug_of("Hale Barns & Timperley") == "hale-barns-and-timperley"
    assert council_words("Trafford Metropolitan Borough Council") == "trafford"
    assert council_words("London Borough of Camden") == "camden"
    assert council_words("City of London") == "city of london"


@pytest.mark.parametrize(
    ("code", "area_code", "fault"),
    [
        ("trafford", "E08000009", None),
        ("bath-and-wells", "W06000001", None),
        ("Trafford", "E08000009", "'Trafford' will not do as a code"),
        ("-x", "E08000009", "'-x' will not do as a code"),
        ("a" * 41, "E08000009", "will not do as a code"),
        ("trafford", "E0800009", "'E0800009' is not an ONS area code"),
        ("trafford", "X08000009", "'X08000009' is not an ONS area code"),
    ],
)
def test_codes_have_a_shape(code: str, area_code: str, fault: str | None) -> None:
    said = code_fault(code, area_code)
    assert said is None if fault is None else said is not None and fault in said


def _whose(code: str | None, name: str | None, *, postcode: bool = False) -> tuple[bool, str]:
    found = whose(code=code, name=name, has_our_postcode=postcode, council_code="E08000009", council_name="Trafford")
    return found.is_ours, found.words


def test_a_mistyped_code_does_not_speak_against_the_name() -> None:
    assert _whose("E08000009", "anything") == (True, "")
    assert _whose("E08000010", "Trafford") == (False, "belongs to another council (E08000010)")
    assert _whose("E0800009", "Trafford") == (
        True,
        "area code E0800009 is mistyped, so it was matched by the name of the area",
    )
    assert _whose("E0800009", None, postcode=True) == (
        True,
        "area code E0800009 is mistyped, so it was matched by its postcode",
    )
    assert _whose(None, "Trafford Council") == (True, "")
    assert _whose(None, "Salford", postcode=True) == (False, "belongs to another council (Salford)")
    assert _whose(None, None, postcode=True) == (True, "")
    assert _whose(None, None) == (False, "belongs to another council, or its postcode is not known")
