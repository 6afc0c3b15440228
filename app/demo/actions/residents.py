"""The people with money to spend, those beside them, and the budgets they agree."""

from datetime import timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.demo.actions.world import World
from app.demo.rules import places
from app.demo.rules.people import (
    ADVOCATES,
    ATTORNEYS,
    CARE_MANAGERS,
    CITIZENS,
    DECIDED_FOR,
    NOT_ANSWERED,
    SAID_NO,
    SUPPORTERS,
    Citizen,
)
from app.funding.agreeing.actions.agreeing import agree_budget
from app.funding.budgets.actions.pots import open_own_money
from app.funding.budgets.queries.choices import choice_in_force
from app.funding.budgets.rules.periods import PERIOD_DAYS, PERIODS_IN_A_YEAR
from app.funding.choosing.actions import choose_money
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.actions import decisions
from app.people.circles.actions.caseloads import answer_asked, ask_powers, put_on_caseload
from app.people.circles.actions.invitations import accept_invitation, invite_supporter
from app.people.circles.models import CaseloadEntry
from app.people.circles.queries import on_caseloads, standing_beside
from app.people.circles.rules import (
    DECISION_LASTS_MOST_DAYS,
    AuthorityEvidence,
    CapacityEvidence,
    HelperKind,
    Power,
)
from app.people.councils.models import Council
from app.people.homes.access import seal_here
from app.people.homes.actions import save_home
from app.people.homes.rules import HomeFacts
from app.platform.messages.models import Message

ASKED = frozenset({Power.SEE_PLAN, Power.SEE_COUNCIL_MONEY, Power.SUGGEST, Power.BOOK_COUNCIL_MANAGED})
WHY_ASKED = "So that I can look for support together with you, and book what the council pays for."
NOT_MY_MONEY = frozenset({Power.SEE_COUNCIL_MONEY, Power.BOOK_COUNCIL_MANAGED})

STREETS = ("Cooper Row", "Saltmarsh Lane", "Lock Street", "Pilot Hill", "Ropewalk", "Harbour View", "Millgate")
WAYS_IN = (
    "Ring the bell and wait: I walk slowly.",
    "Key safe to the left of the door, 4711.",
    "",
    "The side door is open.",
)

SHOWN = ("Maureen Ashby", "Peter Lindqvist")
"""Those a visitor may sign in as."""


def move_in(world: World) -> None:
    """Everybody signs up, is put on a caseload where the council pays, and agrees a budget for the first year."""
    with clock.set_to(world.morning(world.begins_on - timedelta(days=14))):
        for name in CARE_MANAGERS:
            manager = world.newcomer(name, Role.CARE_MANAGER, at="quaybridge.example", council_id=world.council.id)
            world.care_managers.append(manager)
        for number, citizen in enumerate(CITIZENS[: world.size.citizens]):
            person = world.newcomer(
                citizen.name, Role.PERSON, lives_in=world.council.id, postcode=_home_of(citizen, number)
            )
            person.is_demonstration = citizen.name in SHOWN
            say_home(person, number)
            world.citizens.append((citizen, person))
            if citizen.yearly:
                entry = put_on_caseload(
                    actor=world.commissioners[0],
                    care_manager=_manager_of(world, number),
                    person=person,
                    council=world.council,
                )
                _ask(world, entry)
            if citizen.own_money:
                open_own_money(person=person)
        world.care_managers[0].is_demonstration = True
        world.commissioners[0].is_demonstration = True
        world.staff[world.providers["Larkmoor Home Care"].id].is_demonstration = True
        db.session.flush()
        _name_supporters(world)


def say_home(person: Person, number: int) -> None:
    """What a visit at home needs to know."""
    save_home(
        actor=person,
        person=person,
        facts=HomeFacts(f"{number + 1} {STREETS[number % len(STREETS)]}\nQuaybridge", f"01632 9603{number:02d}"),
        way_in=WAYS_IN[number % len(WAYS_IN)],
        postcode=person.postcode or "",
        seen=0,
        seal=seal_here(),
    )


def agree_budgets(world: World, year: int) -> None:
    """Each care manager agrees the year's budgets of the people on the caseload."""
    starts_on = world.begins_on + timedelta(days=year * PERIOD_DAYS * PERIODS_IN_A_YEAR)
    with clock.set_to(world.morning(starts_on - timedelta(days=7), 15)):
        for number, (citizen, person) in enumerate(world.citizens):
            if citizen.yearly:
                choose_ways(citizen, person, world.council)
                agree_budget(
                    actor=_manager_of(world, number),
                    person=person,
                    council=world.council,
                    year_starts_on=starts_on,
                    total_pence=sum(pence for _, pence in citizen.yearly) + citizen.contingency,
                    contribution_pence=citizen.contribution,
                    contingency_pence=citizen.contingency,
                )


def choose_ways(citizen: Citizen, person: Person, council: Council) -> None:
    """The person says how they want the money looked after, once; it stays so until they choose again."""
    if choice_in_force(person.id, council.id) is None:
        choose_money(
            actor=person,
            person=person,
            council=council,
            shares=dict(citizen.yearly),
            key=f"demo-choice-{person.public_id}",
            agent_name=citizen.agent or None,
            agent=next((one for name, one in _helpers_of(person) if name == citizen.agent), None),
        )


def _helpers_of(person: Person) -> list[tuple[str, Person]]:
    """Whoever stands beside them, by name: what somebody holds is bound to their account; a trust's name is not, yet."""
    beside = (one.supporter for one in standing_beside([person.id]))
    return [(one.full_name, one) for one in beside if one is not None]


def _ask(world: World, entry: CaseloadEntry) -> None:
    """The care manager asks; the person says yes, no to some, nothing yet; or it was decided for them, by two."""
    person, manager = entry.person, entry.care_manager
    if person.full_name in DECIDED_FOR:
        made = decisions.record_capacity_decision(
            actor=manager,
            entry=entry,
            powers=ASKED,
            reasons=decisions.Reasons(
                "Which agency comes in the morning and the evening, and at what times",
                "Pictures of the workers, short talks at her best time of day, and her sister beside her",
                "She still chooses between the workers herself, and everything about her days out",
                "Ruth Calloway",
                "best interests assessor",
            ),
            evidence=CapacityEvidence.BEST_INTERESTS,
            review_on=clock.today() + timedelta(days=DECISION_LASTS_MOST_DAYS),
        )
        decisions.answer_capacity_decision(actor=world.commissioners[0], decision=made, agrees=True)
        return
    ask_powers(actor=manager, entry=entry, powers=ASKED, why=WHY_ASKED)
    if person.full_name in NOT_ANSWERED:
        return
    no = NOT_MY_MONEY if person.full_name in SAID_NO else frozenset[Power]()
    answer_asked(actor=person, entry=entry, yes=ASKED - no, no=no)


def _see_paper(world: World, person: Person, helper: Person) -> None:
    """An attorney's paper, seen by the care manager and by a second of the council."""
    entry = on_caseloads([person.id])[0]
    support = decisions.note_authority(
        actor=entry.care_manager,
        entry=entry,
        email=helper.email,
        relation="my son",
        kind=HelperKind.ATTORNEY,
        authority=AuthorityEvidence.LASTING_POWER,
    )
    decisions.answer_authority(actor=world.commissioners[0], support=support, agrees=True)


def _manager_of(world: World, number: int) -> Person:
    return world.care_managers[number % len(world.care_managers)]


def _home_of(citizen: Citizen, number: int) -> str:
    nearby = [made.postcode for made in places.postcodes() if made.locality == citizen.locality]
    return nearby[number * 31 % len(nearby)]


def _name_supporters(world: World) -> None:
    by_name = {person.full_name: person for _, person in world.citizens}
    for name, of_whom, relation, powers in SUPPORTERS:
        person = by_name.get(of_whom)
        if person is None:
            continue
        helper = world.newcomer(name, Role.SUPPORTER)
        invite_supporter(
            actor=person,
            person=person,
            email=helper.email,
            relation=relation,
            powers=frozenset(Power(power) for power in powers),
            kind=HelperKind.ADVOCATE if name in ADVOCATES else HelperKind.FAMILY_OR_FRIEND,
        )
        accept_invitation(actor=helper, token=_token_sent_to(helper))
        if name == "Joanne Ashby":
            helper.is_demonstration = True
        if name in ATTORNEYS:
            _see_paper(world, person, helper)
        if "book" in powers:
            world.beside[person.id] = helper
    db.session.flush()


def _token_sent_to(helper: Person) -> str:
    """Open the letter as the supporter would and take the link from it."""
    newest = (
        select(Message).where(Message.to_email == helper.email, Message.link.is_not(None)).order_by(Message.id.desc())
    )
    letter = db.session.scalars(newest).first()
    if letter is None or letter.link is None:
        raise RuntimeError("the invitation was never written")
    return letter.link.rsplit("/", 1)[-1]
