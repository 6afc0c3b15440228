"""What may be granted, by whom."""

from datetime import UTC, datetime

import pytest

from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.circles import permissions as circles_permissions
from app.people.circles.models import Support
from app.people.circles.rules import NOBODY, ONESELF, Power, Standing, history_words, powers_from, stored_powers

CARE_MANAGER = Standing(frozenset({Power.SHOP}), is_care_manager=True)
SUPPORTER = Standing(frozenset(Power))


def _with_role(number: int, role: Role, council_id: int | None, *, ended: bool = False) -> Person:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    grant = RoleGrant(role=role, council_id=council_id, granted_at=moment, ended_at=moment if ended else None)
    return Person(id=number, council_id=council_id, grants=[grant])


def test_booking_brings_looking_with_it_and_unknown_words_are_passed_over() -> None:
    assert powers_from(["book"]) == {Power.BOOK, Power.SHOP}
    assert powers_from(["everything", "see_money", ""]) == {Power.SEE_MONEY}
    assert powers_from([]) == frozenset()
    assert stored_powers({Power.BOOK, Power.SEE_MONEY}) == ["see_money", "book"]


@pytest.mark.parametrize(
    ("standing", "powers", "allowed"),
    [
        (ONESELF, frozenset(Power), True),
        (CARE_MANAGER, frozenset({Power.SHOP}), True),
        (CARE_MANAGER, frozenset({Power.SHOP, Power.BOOK}), False),
        (SUPPORTER, frozenset({Power.SHOP}), False),
        (NOBODY, frozenset(), False),
    ],
)
def test_nobody_grants_what_they_do_not_have(standing: Standing, powers: frozenset[Power], allowed: bool) -> None:
    assert circles_permissions.may_invite(standing, powers) is allowed


def test_a_care_manager_may_leave_or_lessen_what_is_beyond_their_own_powers_but_not_add_to_it() -> None:
    support = Support(powers=["see_money"])
    assert circles_permissions.may_change_powers(CARE_MANAGER, support, frozenset({Power.SEE_MONEY, Power.SHOP}))
    assert not circles_permissions.may_change_powers(CARE_MANAGER, support, frozenset({Power.SEE_MONEY, Power.BOOK}))


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
