"""How the record is told."""

from app.platform.audit.rules import acting_as_words, look_words


def test_looking_is_told_to_the_person_whose_affairs_they_are() -> None:
    assert look_words("money_looked_at") == "Looked at your money"
    assert look_words("support_plan_looked_at") == "Looked at your support plan"
    assert look_words("person_view_opened") == "Started to act for you"


def test_by_what_right_is_said_when_it_is_known() -> None:
    assert acting_as_words({"acting_as": "care_manager"}) == "your care manager"
    assert acting_as_words({"acting_as": ["odd"]}) == ""
    assert acting_as_words({}) == ""
