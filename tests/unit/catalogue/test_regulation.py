"""What the regulator asks of each kind: personal care is never called anything else, and an employed assistant is an exception."""

import pytest

from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.regulation import regulation_of


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.is_regulated])
def test_personal_care_needs_a_registration_whoever_offers_it(kind):
    for is_employed in (True, False):
        said = regulation_of(kind, "Ash House", is_employed=is_employed)
        assert said.short == "No registration known"
        assert said.words.startswith("This is personal care, which needs a registration")


def test_an_assistant_whom_people_employ_is_an_exception_and_it_is_said_why():
    said = regulation_of(KINDS["personal-assistant"], "Jo Marsh", is_employed=True)
    assert said.short == "Not inspected: you employ them"
    assert "Help to wash, dress or eat is personal care." in said.words
    assert "Jo Marsh needs no registration while you are the employer" in said.words


def test_an_agency_that_sends_assistants_must_be_registered():
    said = regulation_of(KINDS["personal-assistant"], "Able Hands", is_employed=False)
    assert said.short == "No registration known: ask"
    assert "If it sends its own workers to help you to wash, dress or eat, it must be registered." in said.words


def test_only_what_is_no_personal_care_says_so():
    for kind in KINDS.values():
        said = regulation_of(kind, "Ash House", is_employed=False).words
        may_be_care = kind.is_regulated or kind.may_be_employed
        assert ("because it is not personal care" in said) == (kind.nature is Nature.SERVICE and not may_be_care)
