"""What a visit at home needs, sealed with a key of the site: who reads the table, or a copy of it, reads nothing."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from app.base.refusals import Conflict
from app.base.sealing import Seal

PURPOSE = "what a visit at home needs"

ADDRESS_LONGEST, WAY_IN_LONGEST, CONTACT_LONGEST = 300, 500, 80

KEPT_AFTER = timedelta(days=7)
"""After the last visit its provider still sees where it was: to bring back a key, or to settle what was recorded."""
LATE_MOST = timedelta(hours=2)
"""After a visit should have ended whoever comes late still finds the way in."""


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """Where to come, and whom to call. The postcode is the account's: it says where somebody shops, too."""

    address: str
    """Without the postcode; one or more lines."""
    phone: str
    contact_name: str = ""
    contact_phone: str = ""


WORDS_OF_FACTS = {
    "address": "the address",
    "phone": "the telephone number",
    "contact_name": "who to call",
    "contact_phone": "who to call",
    "postcode": "the postcode",
    "way_in": "how to get in",
}


class HomeSeal:
    """Seals and opens the facts of one person; put beside another's name, they do not open."""

    def __init__(self, seal: Seal) -> None:
        self._of_the_site = seal

    def seal_facts(self, facts: HomeFacts, whose: str) -> bytes:
        """Seal the facts for one person (a public id): put beside another's name, they do not open."""
        return self._seal({"whose": whose, **asdict(facts)})

    def seal_way_in(self, words: str, whose: str) -> bytes | None:
        """Seal how to get in; nothing when there is nothing to say."""
        return self._seal({"whose": whose, "way_in": words}) if words else None

    def facts_in(self, token: bytes, whose: str) -> HomeFacts | None:
        """The facts; nothing where they were sealed with a secret nobody has any more, or for somebody else."""
        found = self._open(token, whose)
        return HomeFacts(**{one.name: found[one.name] for one in fields(HomeFacts)}) if found else None

    def way_in_of(self, token: bytes | None, whose: str) -> str:
        """How to get in; empty as for the facts."""
        return (self._open(token, whose) or {}).get("way_in", "") if token else ""

    def _seal(self, said: dict[str, str]) -> bytes:
        return self._of_the_site.seal(json.dumps(said).encode())

    def _open(self, token: bytes, whose: str) -> dict[str, str] | None:
        words = self._of_the_site.opened(token)
        found: dict[str, str] = {} if words is None else json.loads(words)
        return found if found.get("whose") == whose else None


def may_still_see_home(last_ends: datetime | None, *, now: datetime) -> bool:
    """Whether whoever comes may still see where: until some days after the last visit; nothing when none was planned."""
    return last_ends is not None and now < last_ends + KEPT_AFTER


def shows_way_in(day_before: datetime, ends: datetime, *, now: datetime) -> bool:
    """Whether how to get in is shown for a visit: from the beginning of the day before until it is over."""
    return day_before <= now < ends + LATE_MOST


class HomeNotSaid(Conflict):
    """Something that comes to the home is asked for, and nobody has said where that is (409)."""

    def __init__(self) -> None:
        super().__init__(
            "Say first where they should come: open Your account, then What a visit at home needs. Nothing was booked."
        )


class HomeChangedMeanwhile(Conflict):
    """Two people changed what a visit at home needs; the second is told (409)."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this while you wrote, so yours is not saved yet. What stands now is shown below. "
            "Change your answers if you need to, then save again"
        )
