"""What the home page shows and to whom: chosen kinds, the three steps, a door for each audience, shortcuts by role."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from app.market.catalogue.rules.kinds import KINDS, Kind, Nature


@dataclass(frozen=True, slots=True)
class PictureLink:
    """A picture, a few words, and (for doors and shortcuts) where they lead.

    ``picture`` is one of the drawn family, ``endpoint`` a page, ``anchor`` a part of it.
    """

    picture: str
    words: str
    endpoint: str = ""
    more: str = ""
    link: str = ""
    anchor: str | None = None


POPULAR: tuple[Kind, ...] = tuple(
    KINDS[code]
    for code in (
        "care-at-home",
        "personal-assistant",
        "companionship",
        "day-activities",
        "home-help",
        "meals",
        "transport",
        "respite",
        "gardening",
        "mental-health",
        "daily-living",
        "telecare",
    )
)
"""What most people come for, most looked-for first."""

COMMUNITY: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.nature is Nature.COMMUNITY)

STEPS = (
    PictureLink(
        "step-find",
        "Find what suits you",
        more="Say what you want in your own words, and where. You need no account to look.",
    ),
    PictureLink(
        "step-compare",
        "See the whole price",
        more="Weekdays, weekends, bank holidays and extras: the price is shown before you ask, not after.",
    ),
    PictureLink(
        "step-book",
        "Book it from your budget",
        more="See what you would have left, choose which money pays, and book. You pay once the visit has happened.",
    ),
)

DOORS = (
    PictureLink(
        "money",
        "You have a personal budget",
        "accounts.sign_in",
        "Spend it your way, and always see what is left.",
        "Sign in to see your money",
    ),
    PictureLink(
        "card",
        "You pay for yourself",
        "accounts.sign_up",
        "The same prices and the same reviews. Pay by card when you need to.",
        "Create an account",
    ),
    PictureLink(
        "personal-assistant",
        "You help somebody else",
        "accounts.sign_up",
        "Look, plan and book beside a relative or friend who asks you to. They can see all you do.",
        "Create an account to help",
    ),
    PictureLink(
        "provider",
        "You provide support",
        "joining.join",
        "Two short pages, and people find you: your words, your prices, no register needed for most support.",
        "Join as a provider",
    ),
    PictureLink(
        "council",
        "You work for a council",
        "accounts.sign_in",
        "Support the people on your caseload, and see what people look for and what it costs.",
        "Sign in",
    ),
)

_MONEY = PictureLink("money", "Your money", "budgets.money")
_BOOKINGS = PictureLink("step-book", "Your bookings", "desk.bookings")
_CIRCLE = PictureLink("personal-assistant", "People beside you", "circles.beside_you")
_MESSAGES = PictureLink("talk", "Messages", "messages.inbox")
_DESK = PictureLink("provider", "Provider desk", "desk.desk")
_CASELOAD = PictureLink("support-planning", "Your caseload", "council_desk.caseload")
_TRENDS = PictureLink("council", "Trends", "trends.trends")
_CLAIMS = PictureLink("safe", "Claims to decide", "providers.claims")

_BY_ROLE: dict[str, tuple[PictureLink, ...]] = {
    "person": (_MONEY, _BOOKINGS, _CIRCLE),
    "supporter": (_CIRCLE,),
    "provider_staff": (_DESK,),
    "care_manager": (_CASELOAD,),
    "commissioner": (_TRENDS, _CLAIMS),
}


def shortcuts(roles: Collection[str]) -> tuple[PictureLink, ...]:
    """Where people with these roles go most, each place once, messages last; nothing for a stranger."""
    if not roles:
        return ()
    found = [way for role, ways in _BY_ROLE.items() if role in roles for way in ways]
    return (*dict.fromkeys(found), _MESSAGES)


_LISTING_PATH = re.compile(r"/listings/[23456789abcdefghjkmnpqrstvwxyz]{14}")


def listing_path(asked: str) -> str | None:
    """The path of a listing's page, when that is what was given and nothing else; it is shown to people as it stands."""
    return asked if _LISTING_PATH.fullmatch(asked) else None
