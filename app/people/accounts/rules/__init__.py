"""Who a signed-in person may be, and the limits on signing in."""

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from app.base.text import clean_line


class Role(StrEnum):
    """What somebody comes to do. One account may hold several, each for one council or provider where that matters."""

    PERSON = "person"
    SUPPORTER = "supporter"
    PROVIDER_STAFF = "provider_staff"
    CARE_MANAGER = "care_manager"
    COMMISSIONER = "commissioner"
    CONTRACTS = "contracts"
    FINANCE = "finance"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    PAYMENTS = "payments"


COUNCIL_ROLES = frozenset(
    {Role.CARE_MANAGER, Role.COMMISSIONER, Role.CONTRACTS, Role.FINANCE, Role.MODERATOR, Role.ADMINISTRATOR}
)
"""Roles that are always held at one council."""
STAFF_ROLES = COUNCIL_ROLES | {Role.PAYMENTS}
"""Roles that only an operator gives: at a council, or for the site itself."""

RUN_FRAMEWORKS = (Role.CONTRACTS, Role.COMMISSIONER)
"""Who lets frameworks, suspends providers and answers claims on their pages."""

RUN_COUNCIL = (Role.ADMINISTRATOR, Role.COMMISSIONER)
"""Who sets a council's rules, its places and how it is reached."""

DESK_ROLES = tuple(role for role in Role if role in COUNCIL_ROLES)
"""Whom the council's desk is open to, in the order in which roles are shown."""


class StaffDuty(StrEnum):
    """What somebody does for a provider. Each is given by itself; whoever brings a provider has all of them."""

    MANAGE = "manage"
    ANSWER = "answer"
    RECORD = "record"
    FINANCE = "finance"


STAFF_DUTY_WORDS = {
    StaffDuty.MANAGE: "Manage: change the page, listings and prices, and say who works here",
    StaffDuty.ANSWER: "Answer: say yes or no to requests, and propose other times",
    StaffDuty.RECORD: "Record: write down what became of visits",
    StaffDuty.FINANCE: "Finance: see what was earned, and answer for funds",
}


ROLE_WORDS = {
    Role.PERSON: "a person who uses support",
    Role.SUPPORTER: "a supporter",
    Role.PROVIDER_STAFF: "provider staff",
    Role.CARE_MANAGER: "a care manager",
    Role.COMMISSIONER: "a commissioner",
    Role.CONTRACTS: "a contracts officer",
    Role.FINANCE: "a finance officer",
    Role.MODERATOR: "a moderator",
    Role.ADMINISTRATOR: "an administrator",
    Role.PAYMENTS: "somebody who looks after card payments for this site",
}

ROLE_CAN = {
    Role.PERSON: "Find support, see what money is left, book and review.",
    Role.SUPPORTER: "Help somebody else find and book support, within what they allowed.",
    Role.PROVIDER_STAFF: "Publish services and rates, answer requests and record visits.",
    Role.CARE_MANAGER: "See the people on a caseload and go shopping with them.",
    Role.COMMISSIONER: "See what is bought across the council, and approve providers.",
    Role.CONTRACTS: "Let frameworks, decide who is on them, suspend providers and answer claims.",
    Role.FINANCE: "Say the second yes to rules that move money, and see that sums are right.",
    Role.MODERATOR: "Read what people report, and answer complaints about support.",
    Role.ADMINISTRATOR: "Invite and remove the council's staff, set its rules and places.",
    Role.PAYMENTS: "Settle card payments that were not as asked, and see nothing else of anybody.",
}
"""What each role comes to do, in a sentence."""


class TokenPurpose(StrEnum):
    """What a link sent by email lets its holder do, once."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose, not a password
    SET_PASSWORD = "set_password"  # noqa: S105 - the same
    """The first password of somebody whose account was made for them."""


TOKEN_LASTS = {
    TokenPurpose.CONFIRM_EMAIL: timedelta(days=3),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.SET_PASSWORD: timedelta(days=7),
}

LINKS_PER_HOUR = 3
"""Links of one kind sent to one person in an hour; more would only be somebody filling their inbox."""

ATTEMPTS_PER_ACCOUNT = 10
ATTEMPTS_PER_ADDRESS = 50
ATTEMPTS_WINDOW = timedelta(minutes=15)
"""Failed sign-ins allowed in the window before the door stays shut until it has passed."""


def network_of(address: str) -> str:
    """The part of a network address by which tries are counted: all of IPv4, the customer's /64 of IPv6.

    ``2001:db8:1:2::7`` -> ``2001:db8:1:2::/64``. What cannot be read is counted together.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:  # noqa: PLR2004 - the other one
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)


def counted_as(kind: str, value: str) -> str:
    """The hash under which tries are counted, so that the table names nobody."""
    return sha256(f"{kind}:{value}".encode()).hexdigest()


def token_hash(token: str) -> str:
    """What is kept of a link's token: enough to recognise it, not enough to use it."""
    return sha256(token.encode()).hexdigest()


def tidy_name(typed: str) -> str:
    """A name on one line with single spaces: a line break in it could forge a line of an email."""
    return clean_line(typed)


LONGEST_PATH = 500


def safe_path(wanted: str | None) -> str | None:
    r"""The address to go on to after signing in, when it is a plain path of this site; else nothing.

    ``/money?page=2`` -> itself; ``//elsewhere.example``, ``https://elsewhere.example`` and ``/\\elsewhere`` -> nothing:
    browsers read all of those as another site.
    """
    if not wanted or len(wanted) > LONGEST_PATH or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if "\\" in wanted or any(ord(c) <= 32 or ord(c) == 127 for c in wanted):  # noqa: PLR2004 - space and delete
        return None
    parts = urlsplit(wanted)
    return None if parts.scheme or parts.netloc else wanted
