"""Two councils with the two rules about unspent money, and in each somebody who has some: a talk here, gone back there."""

from datetime import date, timedelta

from app.base import clock
from app.demo.actions.residents import ASKED, choose_ways, say_home
from app.demo.actions.town import bring_postcodes
from app.demo.actions.world import World
from app.demo.rules import neighbours, places
from app.demo.rules.neighbours import IRIS, RUBY
from app.demo.rules.people import Citizen
from app.funding.agreeing.actions.agreeing import agree_budget
from app.funding.budgets.rules.periods import PERIOD_DAYS, PERIODS_IN_A_YEAR
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.actions.caseloads import answer_asked, ask_powers, put_on_caseload
from app.people.councils.actions.councils import add_council, set_contact, set_policy
from app.people.councils.models import Council

AT = "saltmere.example"
WHY_ASKED = "So that I can look with you at what your money was used for."
BEGAN_BEFORE = timedelta(days=2 * PERIOD_DAYS)
"""How long before everybody else's the budget year of whoever is to be talked with began, so that a quarter is over."""


def found_next_door(world: World) -> None:
    """The second council, with its own rule about unspent money, and who works for it."""
    with clock.set_to(world.morning(world.opened_on)):
        council = add_council(
            code=neighbours.COUNCIL_CODE,
            name=neighbours.COUNCIL_NAME,
            area_code=neighbours.AREA_CODE,
            is_demonstration=True,
        )
        set_contact(
            actor=None,
            council=council,
            phone=neighbours.PHONE,
            email=neighbours.EMAIL,
            safeguarding_phone=neighbours.SAFEGUARDING_PHONE,
            safeguarding_hours=places.SAFEGUARDING_HOURS,
        )
        bring_postcodes(council, neighbours.postcodes_next_door())
        first_day = {"budget_year_starts_on": world.begins_on.isoformat()}
        for policy, value in (neighbours.POLICIES | first_day).items():
            set_policy(actor=None, council=council, name=policy, value=value, valid_from=world.opened_on)
        world.next_door = council


def move_in_next_door(world: World) -> None:
    """Ruby, whose unspent money goes back; Iris, who is talked with. Each has a care manager who may look."""
    here, there = world.council, world.next_door
    with clock.set_to(world.morning(world.begins_on - timedelta(days=14), 11)):
        officer = world.newcomer(neighbours.COMMISSIONER, Role.COMMISSIONER, at=AT, council_id=there.id)
        manager = world.newcomer(neighbours.CARE_MANAGER, Role.CARE_MANAGER, at=AT, council_id=there.id)
        ruby = _settle_in(world, RUBY, there, neighbours.postcodes_next_door()[0].postcode, manager, officer)
        ruby.is_demonstration = True
        iris = _settle_in(
            world, IRIS, here, places.postcodes()[-1].postcode, world.care_managers[0], world.commissioners[0]
        )
        world.leftovers = [
            (RUBY, ruby, there, manager, world.begins_on),
            (IRIS, iris, here, world.care_managers[0], world.begins_on - BEGAN_BEFORE),
        ]


def _settle_in(
    world: World, citizen: Citizen, council: Council, postcode: str, manager: Person, officer: Person
) -> Person:
    person = world.newcomer(citizen.name, Role.PERSON, lives_in=council.id, postcode=postcode)
    say_home(person, len(world.citizens))
    entry = put_on_caseload(actor=officer, care_manager=manager, person=person, council=council)
    ask_powers(actor=manager, entry=entry, powers=ASKED, why=WHY_ASKED)
    answer_asked(actor=person, entry=entry, yes=ASKED, no=frozenset())
    return person


def agree_years_begun_before(world: World, year: int) -> None:
    """Their budgets of a year; that of Iris has begun already."""
    days = timedelta(days=year * PERIOD_DAYS * PERIODS_IN_A_YEAR)
    with clock.set_to(world.morning(world.begins_on + days - timedelta(days=7), 16)):
        for citizen, person, council, manager, begins in world.leftovers:
            _agree(citizen, person, council, manager, begins + days)


def _agree(citizen: Citizen, person: Person, council: Council, manager: Person, starts_on: date) -> None:
    choose_ways(citizen, person, council)
    agree_budget(
        actor=manager,
        person=person,
        council=council,
        year_starts_on=starts_on,
        total_pence=sum(pence for _, pence in citizen.yearly),
        contribution_pence=citizen.contribution,
    )
