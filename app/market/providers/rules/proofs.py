"""What shows that somebody works for a provider: an email address that is the provider's, or a code that reached it."""

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

CODE_LASTS = timedelta(days=30)
"""How long a code to a registered address or telephone works."""
CODE_TRIES = 5
"""Wrong tries after which a code is dead."""


class ClaimProof(StrEnum):
    """What a claim proved, as the record keeps it."""

    EMAIL = "email_of_the_provider"
    LETTER = "code_by_letter"
    TELEPHONE = "code_by_telephone"
    COUNCIL = "checked_by_the_council"


PROOF_WORDS = {
    ClaimProof.EMAIL: "Their confirmed email address is one of the provider's",
    ClaimProof.LETTER: "They typed the code that went by letter to the registered address",
    ClaimProof.TELEPHONE: "They typed the code that was read out on the registered telephone",
    ClaimProof.COUNCIL: "The council checked it",
}
CODE_WAYS = (ClaimProof.LETTER, ClaimProof.TELEPHONE)
"""How a code can reach a provider."""

_SHARED = frozenset(
    [
        "aol.com",
        "btconnect.com",
        "btinternet.com",
        "facebook.com",
        "gmail.com",
        "google.com",
        "googlemail.com",
        "gmx.co.uk",
        "gmx.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "instagram.com",
        "linkedin.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "nhs.net",
        "ntlworld.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "virginmedia.com",
        "wordpress.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
        "zoho.com",
    ]
)
"""Where anybody can have an address or a page: such a domain says nothing about who somebody is."""


def is_the_providers(email: str, *, registered_emails: list[str], websites: list[str]) -> bool:
    """Whether an email address is the very one a register gives, or lies at the domain of a registered address or website.

    A domain that many share (a mail company's) proves nothing, and neither does a longer or shorter one that only looks alike.
    """
    address = email.strip().lower()
    known = [one.strip().lower() for one in registered_emails if one]
    if address in known:
        return True
    domain = address.rpartition("@")[2]
    if not domain or domain in _SHARED:
        return False
    return domain in {one.rpartition("@")[2] for one in known} | {_host(one) for one in websites if one}


def _host(website: str) -> str:
    host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    return host.lower().removeprefix("www.")
