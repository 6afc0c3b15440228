"""The doors of the site against the grants that tell most: what is refused changes nothing, and what is let is done.

Every grant at every door takes minutes: that is ``make prove-matrix`` (:mod:`tests.matrix`).
"""

from tests.integration.web import test_hostile
from tests.integration.web.matrix import NEEDS, OF_THEIR_OWN, SPENDS, TELLING, doors_of_helpers, try_every_door
from tests.integration.web.test_hostile import Sweep, _rules

sweep = test_hostile.sweep


def test_every_door_says_what_somebody_beside_a_person_needs(sweep: Sweep) -> None:
    doors = {rule.endpoint for rule in doors_of_helpers(sweep)}
    assert doors - NEEDS.keys() == set(), "say what somebody acting for a person needs here, in the matrix"
    assert NEEDS.keys() - doors == set()
    assert OF_THEIR_OWN - {rule.endpoint for rule in _rules(sweep.app, "POST")} == set()


def test_the_widest_grants_do_what_they_say_and_not_a_thing_more(sweep: Sweep) -> None:
    done = try_every_door(sweep, TELLING, is_chosen=False)
    assert sweep.faults == [], "\n".join(sweep.faults)
    spent = {one.split()[0] for one in done if one.endswith(" supporter")}
    assert set(SPENDS) - spent == {"booking_journey.money", "repeating.change_visit"}, "each of the rest was done once"
    assert not {one.split()[0] for one in done if one.endswith(" care_manager")} & set(SPENDS)
