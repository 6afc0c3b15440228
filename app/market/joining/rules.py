"""Who can join, what each kind is asked, who checks it first, and when two names are one."""

from dataclasses import dataclass
from enum import StrEnum

from app.market.catalogue.rules.kinds import KINDS
from app.market.providers.rules import ProviderKind

NAME_LONGEST = 200
NAME_SHORTEST = 2
PROVIDERS_EACH_MOST = 5
"""How many providers one account can bring: more is a register's work, or somebody filling the shop with names."""


class JoiningStatus(StrEnum):
    """Where it stands. A council's no brings it back to a draft, with the reason."""

    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"


JOINING_KINDS: dict[ProviderKind, tuple[str, str]] = {
    ProviderKind.PERSONAL_ASSISTANT: ("Personal assistant", "People you help employ you themselves. We introduce you"),
    ProviderKind.SOLE_TRADER: ("Sole trader", "You work for yourself, for example as a cleaner or gardener"),
    ProviderKind.MICRO_PROVIDER: ("Micro-provider", "Five or fewer full-time staff"),
    ProviderKind.CHARITY: ("Charity or voluntary organisation", ""),
    ProviderKind.USER_LED: ("User-led organisation", "Run by people who use support themselves"),
    ProviderKind.SOCIAL_ENTERPRISE: ("Social enterprise", ""),
    ProviderKind.LOCAL: ("Local company", "One or a few places near each other"),
    ProviderKind.REGIONAL: ("Regional company", ""),
    ProviderKind.NATIONAL: ("National company", ""),
    ProviderKind.COMMUNITY: ("Community group", "A club or group that anybody can join"),
    ProviderKind.IN_HOUSE: ("A council’s own service", "The council confirms it before people see it"),
}
"""Kind, its name and what helps to choose it. Small ones first: they are who had no way in."""

MAY_BE_CHARITIES = frozenset(
    {ProviderKind.CHARITY, ProviderKind.USER_LED, ProviderKind.SOCIAL_ENTERPRISE, ProviderKind.COMMUNITY}
)
"""Who is asked for a charity number; having none is an answer too."""

ASSISTANT_KINDS = ("personal-assistant", "companionship", "home-help", "gardening", "meals", "transport")
"""What one person employed by another can offer."""


def name_key(name: str) -> str:
    """A name as it is compared: ``"St. Ann's  Garden-Care"`` -> ``"stannsgardencare"``."""
    return "".join(one for one in name.casefold() if one.isalnum())


def kinds_open_to(kind: ProviderKind) -> tuple[str, ...]:
    """The kinds of support a kind of provider can offer, by code."""
    return ASSISTANT_KINDS if kind == ProviderKind.PERSONAL_ASSISTANT else tuple(KINDS)


def needs_registration(offer: str | None) -> bool:
    """Whether what is offered is personal care, which only a registered provider may sell (CQC)."""
    return offer in KINDS and KINDS[offer].is_regulated


def is_checked_first(kind: ProviderKind, offer: str | None) -> bool:
    """Whether a council looks at it before anybody else does.

    A council's own service is paid from money the council looks after without a framework, and personal care is a crime to
    sell unregistered (Health and Social Care Act 2008, section 10). Nothing else waits.
    """
    return kind == ProviderKind.IN_HOUSE or needs_registration(offer)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do before a page is published: the name of its page, what it is called, and whether it is done."""

    code: str
    words: str
    is_done: bool
    is_optional: bool = False


def tasks(kind: ProviderKind, *, offer: str | None, has_charity_number: bool, has_registration: bool) -> list[Task]:
    """What there is to do for this kind, in order; nothing is asked that it does not need."""
    found = [Task("who", "Who you are", is_done=True), Task("offer", "What you offer", is_done=offer is not None)]
    if kind in MAY_BE_CHARITIES:
        found.append(Task("numbers", "Charity number", is_done=has_charity_number, is_optional=True))
    if needs_registration(offer):
        found.append(Task("numbers", "Registration with the Care Quality Commission", is_done=has_registration))
    return found


def is_ready(found: list[Task]) -> bool:
    """Whether everything that must be done is."""
    return all(task.is_done or task.is_optional for task in found)
