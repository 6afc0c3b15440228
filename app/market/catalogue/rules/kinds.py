"""The kinds of support people shop for: one list, used in addresses, frameworks, search, pictures and trends."""

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """What a listing is, at the widest."""

    SERVICE = "service"
    EQUIPMENT = "equipment"
    COMMUNITY = "community"


NATURE_WORDS = {
    Nature.SERVICE: "Services",
    Nature.EQUIPMENT: "Equipment",
    Nature.COMMUNITY: "Community and free",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of support.

    ``is_regulated``: personal care, sold only by a provider registered with the regulator. ``may_be_employed``: may be
    personal care too, which needs no registration only where the person helped is the employer.
    """

    code: str
    name: str
    nature: Nature
    is_regulated: bool = False
    may_be_employed: bool = False


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("care-at-home", "Care at home", Nature.SERVICE, is_regulated=True),
        Kind("live-in-care", "Live-in care", Nature.SERVICE, is_regulated=True),
        Kind("night-support", "Night support", Nature.SERVICE, is_regulated=True),
        Kind("supported-living", "Supported living", Nature.SERVICE, is_regulated=True),
        Kind("respite", "Respite and short breaks", Nature.SERVICE, is_regulated=True),
        Kind("care-home", "Care homes", Nature.SERVICE, is_regulated=True),
        Kind("extra-care", "Extra care and shared lives", Nature.SERVICE, is_regulated=True),
        Kind("personal-assistant", "Personal assistants", Nature.SERVICE, may_be_employed=True),
        Kind("companionship", "Company and befriending", Nature.SERVICE),
        Kind("day-activities", "Day activities", Nature.SERVICE),
        Kind("work-and-learning", "Work and learning", Nature.SERVICE),
        Kind("home-help", "Cleaning and home help", Nature.SERVICE),
        Kind("gardening", "Gardening and odd jobs", Nature.SERVICE),
        Kind("meals", "Meals", Nature.SERVICE),
        Kind("transport", "Transport", Nature.SERVICE),
        Kind("advocacy", "Advocacy", Nature.SERVICE),
        Kind("support-planning", "Support planning and brokerage", Nature.SERVICE),
        Kind("payroll", "Payroll for personal assistants", Nature.SERVICE),
        Kind("mental-health", "Mental health support", Nature.SERVICE),
        Kind("telecare", "Telecare and alarms", Nature.EQUIPMENT),
        Kind("daily-living", "Daily living equipment", Nature.EQUIPMENT),
        Kind("mobility", "Mobility equipment", Nature.EQUIPMENT),
        Kind("clubs", "Clubs and lunch clubs", Nature.COMMUNITY),
        Kind("libraries", "Libraries", Nature.COMMUNITY),
        Kind("sport", "Sport and keeping active", Nature.COMMUNITY),
        Kind("support-groups", "Support groups", Nature.COMMUNITY),
        Kind("food-banks", "Food banks", Nature.COMMUNITY),
        Kind("charities", "Charities", Nature.COMMUNITY),
    )
}


THINGS = frozenset(code for code, kind in KINDS.items() if kind.nature is Nature.EQUIPMENT)
"""Kinds of things: bought by number. They last no hours, so no figure of hours counts them."""

COMES_HOME = THINGS | {
    *("care-at-home", "personal-assistant", "live-in-care", "night-support", "respite", "companionship"),
    *("home-help", "gardening", "meals", "transport"),
}
"""Kinds for which somebody comes to where the person lives, or brings something there: whoever comes must know where."""


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds that people look for together."""

    code: str
    name: str
    kinds: tuple[str, ...]


KIND_GROUPS: dict[str, KindGroup] = {
    group.code: group
    for group in (
        KindGroup(
            "at-home",
            "Care at home",
            ("care-at-home", "personal-assistant", "live-in-care", "night-support", "respite"),
        ),
        KindGroup("living", "A place to live", ("supported-living", "extra-care", "care-home")),
        KindGroup("house", "Help round the house", ("home-help", "gardening", "meals", "transport")),
        KindGroup(
            "company",
            "Company and things to do",
            ("companionship", "day-activities", "work-and-learning", "clubs", "sport", "libraries"),
        ),
        KindGroup(
            "advice",
            "Advice and a listening ear",
            ("mental-health", "support-groups", "charities", "food-banks", "advocacy", "support-planning", "payroll"),
        ),
        KindGroup("equipment", "Equipment and alarms", ("telecare", "daily-living", "mobility")),
    )
}
"""Every kind stands in exactly one group."""
