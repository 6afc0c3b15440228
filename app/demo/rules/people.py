"""The people of the demonstration, all invented, and the money they have."""

from dataclasses import dataclass, replace
from typing import Any

from app.funding.budgets.rules.kinds import PotKind


@dataclass(frozen=True, slots=True)
class Citizen:
    """One person with money to spend. ``yearly`` is each pot's yearly money in pence; ``likes`` what they buy most."""

    name: str
    locality: str
    yearly: tuple[tuple[PotKind, int], ...]
    contribution: int
    likes: tuple[str, ...]
    own_money: int = 0
    """Pence paid in by card over the time."""
    contingency: int = 0
    """Pence of a year kept back for a bad spell."""
    agent: str = ""
    """Who holds the direct payment for them, when they do not hold it themselves."""
    outside: tuple[tuple[str, str, int], ...] = ()
    """Whom they pay outside the marketplace every four weeks, what for and how many pence."""


_DIRECT, _COUNCIL = PotKind.DIRECT_PAYMENT, PotKind.COUNCIL_MANAGED


def _of(name: str, locality: str, direct: int, council: int, contribution: int, likes: str, own: int = 0) -> Citizen:
    yearly = tuple((kind, pounds * 100) for kind, pounds in ((_DIRECT, direct), (_COUNCIL, council)) if pounds)
    return Citizen(name, locality, yearly, contribution * 100, tuple(likes.split()), own * 100)


def _with(citizen: Citizen, **more: Any) -> Citizen:
    """The same person with something that few have; an agent holds the direct payment."""
    if more.get("agent"):
        kinds = {PotKind.DIRECT_PAYMENT: PotKind.INDIRECT_PAYMENT}
        more["yearly"] = tuple((kinds.get(kind, kind), pence) for kind, pence in citizen.yearly)
    return replace(citizen, **more)


SWIMMING = ("Quayside Baths", "swimming", 1_800)
TAXIS = ("Harbour Cars", "taxis to the day centre", 4_600)
CLEANER = ("Mrs Pell", "cleaning", 9_600)

CITIZENS: tuple[Citizen, ...] = (
    # name, locality, direct payment and council-managed money in pounds a year, contribution, what they buy, own money
    _with(
        _of(
            "Maureen Ashby",
            "Harbour",
            3200,
            2600,
            520,
            "care-at-home day-activities personal-assistant home-help",
            600,
        ),
        contingency=300_00,
        outside=(SWIMMING,),
    ),
    _of("Peter Lindqvist", "Northfields", 0, 0, 0, "care-at-home home-help meals gardening", 9000),
    _with(
        _of("Aisha Rahman", "Riverside", 6600, 0, 0, "personal-assistant day-activities work-and-learning"),
        outside=(TAXIS, SWIMMING),
    ),
    _of("George Pellow", "Southdown", 0, 3200, 630, "care-at-home meals companionship"),
    _with(
        _of("Kayleigh Marsh", "Northfields", 4600, 2500, 0, "supported-living work-and-learning day-activities"),
        contingency=400_00,
        agent="Denise Marsh",
    ),
    _of("Edwin Okafor", "Harbour", 0, 6900, 1380, "care-at-home night-support day-activities"),
    _with(
        _of("Susan Treloar", "Riverside", 4300, 0, 450, "companionship home-help personal-assistant", 300),
        outside=(CLEANER, TAXIS),
    ),
    _with(
        _of("Daniel Fairweather", "Southdown", 6200, 0, 0, "personal-assistant day-activities transport"),
        agent="Fairweather Family Trust",
        outside=(TAXIS,),
    ),
    _of("Bronwen Hughes", "Northfields", 0, 2900, 560, "care-at-home meals transport"),
    _of("Yusuf Demir", "Harbour", 3800, 2000, 180, "personal-assistant mental-health work-and-learning"),
    _of("Patience Moyo", "Riverside", 0, 7000, 1050, "care-at-home respite day-activities"),
    _of("Leonard Stubbs", "Southdown", 3000, 0, 500, "home-help gardening companionship", 450),
    _of("Chloe Bannister", "Harbour", 10700, 0, 0, "supported-living personal-assistant day-activities"),
    _of("Harjit Sandhu", "Northfields", 2500, 1500, 370, "care-at-home day-activities transport"),
    _of("Doris Wetherby", "Riverside", 0, 3200, 690, "care-at-home companionship meals"),
    _of("Callum Reid", "Southdown", 3500, 0, 0, "work-and-learning personal-assistant day-activities"),
    _of("Mei-Ling Zhou", "Harbour", 4000, 0, 0, "mental-health companionship work-and-learning"),
    _of("Arthur Penrose", "Northfields", 0, 5400, 1060, "care-at-home night-support respite"),
    _of("Grace Adeyemi", "Riverside", 2500, 1400, 180, "care-at-home personal-assistant transport"),
    _of("Norman Tully", "Southdown", 0, 0, 0, "home-help gardening meals", 4200),
    _of("Rebecca Stone", "Harbour", 5800, 0, 0, "day-activities personal-assistant"),
    _of("Ivan Petrov", "Northfields", 0, 3200, 480, "care-at-home meals"),
    _of("Shirley Cooke", "Riverside", 2400, 1900, 390, "day-activities home-help transport"),
    _of("Lewis Grant", "Southdown", 6800, 0, 0, "supported-living day-activities work-and-learning"),
    _of("Fatima Noor", "Harbour", 2200, 1700, 0, "care-at-home personal-assistant"),
    _of("Winifred Dale", "Northfields", 0, 2100, 510, "care-at-home companionship"),
    _of("Jamie Quill", "Riverside", 4400, 0, 0, "personal-assistant work-and-learning day-activities"),
    _of("Stanley Broome", "Southdown", 3000, 0, 390, "gardening home-help"),
    _of("Olga Marchetti", "Harbour", 0, 4200, 630, "care-at-home day-activities respite"),
    _of("Nathan Cole", "Northfields", 8700, 0, 0, "supported-living day-activities"),
    _of("Beryl Inkerman", "Riverside", 0, 3500, 710, "care-at-home meals companionship"),
    _of("Samira Haddad", "Southdown", 4100, 0, 0, "mental-health personal-assistant"),
    _of("Frank Devlin", "Harbour", 0, 4400, 920, "care-at-home night-support"),
    _of("Hannah Lowe", "Northfields", 4300, 0, 0, "day-activities work-and-learning personal-assistant"),
    _of("Cyril Nash", "Riverside", 0, 0, 0, "care-at-home companionship", 6800),
    _of("Abena Owusu", "Southdown", 3100, 2100, 290, "care-at-home day-activities"),
    _of("Terry Golding", "Harbour", 4000, 0, 0, "personal-assistant transport"),
    _of("Marjorie Finch", "Northfields", 0, 3600, 840, "care-at-home meals day-activities"),
    _of("Ryan Thistle", "Riverside", 8400, 0, 0, "supported-living personal-assistant work-and-learning"),
    _of("Elsie Crompton", "Southdown", 0, 4300, 860, "care-at-home home-help companionship"),
)
"""Forty. The first two are those a visitor may sign in as."""

SUPPORTERS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Joanne Ashby", "Maureen Ashby", "my daughter", ("see_plan", "see_money", "suggest", "book")),
    ("Nasreen Rahman", "Aisha Rahman", "my sister", ("suggest",)),
    ("Colin Pellow", "George Pellow", "my son", ("see_plan", "see_money", "suggest", "book")),
    ("Denise Marsh", "Kayleigh Marsh", "my mum", ("see_plan", "see_money", "suggest", "book")),
    ("Blessing Okafor", "Edwin Okafor", "my wife", ("see_plan", "see_money", "suggest", "book")),
    ("Hugh Fairweather", "Daniel Fairweather", "my dad", ("see_plan", "see_money", "suggest", "book")),
    ("Siân Hughes", "Bronwen Hughes", "my niece", ("suggest",)),
    ("Tendai Moyo", "Patience Moyo", "my grandson", ("see_plan", "see_money", "suggest")),
    ("Laura Bannister", "Chloe Bannister", "my mum", ("see_plan", "see_money", "suggest", "book")),
    ("Manpreet Sandhu", "Harjit Sandhu", "my wife", ("see_plan", "see_money", "suggest", "book")),
    (
        "Alan Wetherby",
        "Doris Wetherby",
        "my son",
        (
            "see_plan",
            "see_money",
        ),
    ),
    ("Kirsty Reid", "Callum Reid", "my advocate", ("see_plan", "see_money", "suggest")),
)
"""Supporter, person, how the person calls them, and what was granted."""

CARE_MANAGERS = ("Helen Marchbank", "Kwame Boateng", "Judith Sorrell")
COMMISSIONERS = ("Rashid Karim", "Anita Forsyth")
FINANCE_OFFICER = "Noor Haddad"
MODERATORS = ("Ines Calder", "Howard Teale")
"""Two, so that an appeal is decided by somebody else."""

STAFF_FIRST = (
    "Nicola",
    "Sanjay",
    "Moira",
    "Lee",
    "Teresa",
    "Wayne",
    "Olu",
    "Carol",
    "Marek",
    "Jess",
    "Gareth",
    "Rina",
    "Keith",
    "Simone",
    "Paul",
)
STAFF_LAST = (
    "Hadley",
    "Mistry",
    "Kerr",
    "Dunmore",
    "Alvarez",
    "Pike",
    "Bello",
    "Winters",
    "Nowak",
    "Tandy",
    "Rees",
    "Das",
    "Lomax",
    "Baptiste",
    "Snow",
)
"""Names of provider staff, combined."""

SAID_NO = frozenset({"Aisha Rahman"})
"""Who lets their care manager look and suggest, and said no to everything about money."""
NOT_ANSWERED = frozenset({"Susan Treloar"})
"""Who was asked and has not said anything yet."""
DECIDED_FOR = frozenset({"Winifred Dale"})
"""Who cannot decide one thing now, so that it was decided for them, by two, until it is looked at again."""
ATTORNEYS = frozenset({"Colin Pellow"})
"""Who helps as attorney for money."""
ADVOCATES = frozenset({"Kirsty Reid"})
