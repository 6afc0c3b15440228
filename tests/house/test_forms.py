"""What goes along with a form unseen is never drawn as a box to fill in."""

from collections.abc import Iterator

from wtforms import HiddenField
from wtforms.fields.core import UnboundField

import app.contents  # noqa: F401 - all forms are there once the pages are
from app.platform.web.fields import Form, UnseenField


def _forms(of: type[Form] = Form) -> Iterator[type[Form]]:
    for form in of.__subclasses__():
        yield form
        yield from _forms(form)


def test_hidden_fields_know_that_they_are() -> None:
    hidden = [
        (form.__name__, name, field.field_class)
        for form in _forms()
        for name, field in vars(form).items()
        if isinstance(field, UnboundField) and issubclass(field.field_class, HiddenField)
    ]
    assert len(hidden) > 5
    assert [(form, name) for form, name, kind in hidden if not issubclass(kind, UnseenField)] == []
