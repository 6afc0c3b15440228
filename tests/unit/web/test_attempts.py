"""A refusal beside the field it is about; what is no answer to the form passes."""

import pytest
from flask import Flask
from wtforms import StringField

from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.platform.web.attempts import attempt
from app.platform.web.fields import Form


class _DayRefused(BadInput):
    field = "day"


class _Form(Form):
    day = StringField("Day")
    reason = StringField("Reason")


@pytest.fixture
def form() -> _Form:
    with Flask(__name__).test_request_context("/"):
        return _Form()


def _shown(form: _Form) -> dict[str, list[str]]:
    return {name or "": list(errors) for name, errors in form.errors.items()}


def test_all_goes_well_and_nothing_is_shown(form: _Form) -> None:
    with attempt(form, "reason"):
        pass
    assert _shown(form) == {}


def test_a_refusal_is_shown_beside_the_field_and_the_view_goes_on(form: _Form) -> None:
    with attempt(form, "reason"):
        raise Refusal("Say why")
    assert _shown(form) == {"reason": ["Say why"]}


def test_without_a_field_the_form_as_a_whole_is_to_blame(form: _Form) -> None:
    with attempt(form):
        raise Conflict("It is too late")
    assert _shown(form) == {"": ["It is too late"]}


def test_a_kind_of_refusal_may_have_a_field_of_its_own(form: _Form) -> None:
    for refusal in (_DayRefused("Another day"), BadInput("Say why"), NotFound("No such thing")):
        with attempt(form, blame={_DayRefused: "day", BadInput: "reason"}):
            raise refusal
    assert _shown(form) == {"day": ["Another day"], "reason": ["Say why"], "": ["No such thing"]}


def test_a_field_may_be_told_from_the_refusal(form: _Form) -> None:
    with attempt(form, blame={_DayRefused: lambda refusal: refusal.field}):
        raise _DayRefused("Another day")
    with attempt(form, lambda refusal: "reason" if str(refusal) == "Say why" else None):
        raise Refusal("Say why")
    assert _shown(form) == {"day": ["Another day"], "reason": ["Say why"]}


def test_only_what_is_named_is_shown(form: _Form) -> None:
    with pytest.raises(NotAllowed), attempt(form, "reason", only=(BadInput, Conflict)):
        raise NotAllowed("This is not yours")
    with attempt(form, "reason", only=(BadInput, Conflict)):
        raise Conflict("It is too late")
    assert _shown(form) == {"reason": ["It is too late"]}


def test_what_is_named_to_pass_passes_first(form: _Form) -> None:
    with pytest.raises(Conflict), attempt(form, "reason", blame={Conflict: "day"}, passing=Conflict):
        raise Conflict("It is too late")
    assert _shown(form) == {}


def test_a_fault_is_no_refusal(form: _Form) -> None:
    with pytest.raises(ZeroDivisionError), attempt(form, "reason"):
        raise ZeroDivisionError
    assert _shown(form) == {}
