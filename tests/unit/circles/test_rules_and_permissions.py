"""What may be granted, by whom."""

from datetime import UTC, datetime

import pytest

from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.circles import permissions as circles_permissions
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import (
    COUNCIL_STAFF_POWERS,
    DECISION_POWERS,
    NOBODY,
    ONESELF,
    Power,
    Standing,
    history_words,
    powers_from,
    stored_powers,
)

CARE_MANAGER = Standing(frozenset({Power.SUGGEST}), is_care_manager=True)
SUPPORTER = Standing(frozenset(Power))


def _with_role(number: int, role: Role, council_id: int | None, *, ended: bool = False) -> Person:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    grant = RoleGrant(role=role, council_id=council_id, granted_at=moment, ended_at=moment if ended else None)
    return Person(id=number, council_id=council_id, grants=[grant])


def test_booking_brings_looking_with_it_and_unknown_words_are_passed_over() -> None:
    assert powers_from(["book"]) == {Power.BOOK, Power.BOOK_COUNCIL_MANAGED, Power.SUGGEST, Power.SEE_PLAN}
    assert powers_from(["book_council_managed"]) == {Power.BOOK_COUNCIL_MANAGED, Power.SUGGEST, Power.SEE_PLAN}
    assert powers_from(["everything", "see_money", "shop", ""]) == {Power.SEE_MONEY, Power.SEE_COUNCIL_MONEY}
    assert powers_from([]) == frozenset()
    assert stored_powers({Power.BOOK, Power.SEE_MONEY}) == ["see_money", "book"]


def test_council_staff_never_spend_private_money_nor_decide_and_a_decision_opens_less() -> None:
    assert set(Power) - COUNCIL_STAFF_POWERS == {Power.BOOK, Power.DECIDE, Power.COMPLAIN}
    assert set(Power) - DECISION_POWERS == {Power.BOOK, Power.DECIDE, Power.SEE_MONEY, Power.COMPLAIN}
    for powers in (COUNCIL_STAFF_POWERS, DECISION_POWERS):
        assert powers_from(powers) == powers, "nothing of it brings anything beyond it"


@pytest.mark.parametrize(
    ("standing", "allowed"), [(ONESELF, True), (CARE_MANAGER, False), (SUPPORTER, False), (NOBODY, False)]
)
def test_only_the_person_chooses_who_helps_and_with_what(standing: Standing, allowed: bool) -> None:
    assert circles_permissions.may_invite(standing) is allowed
    assert circles_permissions.may_change_powers(standing) is allowed


def test_asking_is_answered_by_the_person_or_whom_they_let_decide_never_by_who_asks() -> None:
    entry = CaseloadEntry(care_manager_id=9)
    decides, books = Standing(frozenset({Power.DECIDE})), Standing(frozenset({Power.BOOK}))
    assert circles_permissions.may_answer_asked(Person(id=1), ONESELF, entry)
    assert circles_permissions.may_answer_asked(Person(id=2), decides, entry)
    assert not circles_permissions.may_answer_asked(Person(id=2), books, entry)
    assert not circles_permissions.may_answer_asked(Person(id=9), decides, entry)


def test_whoever_is_neither_of_the_two_says_why() -> None:
    support = Support(person_id=1, supporter_id=2)
    assert [circles_permissions.must_say_why(Person(id=one), support) for one in (1, 2, 3)] == [False, False, True]


def test_either_of_the_two_or_a_care_manager_ends_it() -> None:
    support = Support(person_id=1, supporter_id=2)
    somebody = Person(id=3)
    assert circles_permissions.may_end_support(Person(id=1), ONESELF, support)
    assert circles_permissions.may_end_support(Person(id=2), SUPPORTER, support)
    assert circles_permissions.may_end_support(somebody, CARE_MANAGER, support)
    assert not circles_permissions.may_end_support(somebody, SUPPORTER, support)
    assert not circles_permissions.may_end_support(somebody, NOBODY, support)


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (_with_role(1, Role.CARE_MANAGER, 7), True),
        (_with_role(1, Role.COMMISSIONER, 7), True),
        (_with_role(1, Role.CARE_MANAGER, 8), False),
        (_with_role(1, Role.CARE_MANAGER, 7, ended=True), False),
        (_with_role(1, Role.PERSON, None), False),
    ],
)
def test_caseloads_are_kept_by_the_councils_own_staff(actor: Person, allowed: bool) -> None:
    assert circles_permissions.may_keep_caseloads(actor, 7) is allowed


def test_a_care_manager_has_people_of_their_own_council_only_and_never_themselves() -> None:
    cara = _with_role(1, Role.CARE_MANAGER, 7)
    assert circles_permissions.may_have_on_caseload(cara, Person(id=2, council_id=7), 7)
    assert not circles_permissions.may_have_on_caseload(cara, Person(id=2, council_id=8), 7)
    assert not circles_permissions.may_have_on_caseload(cara, Person(id=2, council_id=8), 8)
    assert not circles_permissions.may_have_on_caseload(cara, Person(id=1, council_id=7), 7)
    assert not circles_permissions.may_have_on_caseload(
        _with_role(3, Role.COMMISSIONER, 7), Person(id=2, council_id=7), 7
    )


def test_what_happened_is_told_in_words() -> None:
    assert history_words("supporter_ended") == "Ended the help of a supporter"
    assert history_words("something_new") == "Something new"
