"""What stands in a list of emails: words people understand, the same for everybody, and nothing of anybody."""

import importlib
import pkgutil
import re

import pytest

from app.platform.messages import actions
from app.platform.messages.actions.sending import MessageTemplate
from app.platform.messages.rules import SUBJECT_LONGEST

MODULES = [importlib.import_module(one.name) for one in pkgutil.iter_modules(actions.__path__, f"{actions.__name__}.")]
NOTICES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": notice
    for module in MODULES
    for name, notice in vars(module).items()
    if isinstance(notice, MessageTemplate)
}


def test_there_are_notices() -> None:
    assert len(NOTICES) > 40


@pytest.mark.parametrize("name", NOTICES)
def test_a_subject_has_no_code_and_nothing_put_in(name: str) -> None:
    subject = NOTICES[name].subject
    assert "{" not in subject
    assert not re.search(r"[A-Z]{2}|\d", subject)
    assert subject[0].isupper()
    assert subject[-1] not in ".!"
    assert len(subject) <= min(SUBJECT_LONGEST, 60)
    assert not re.search(r"\b(care|health|money|budget|pay|carer|illness|£)\b", subject)
