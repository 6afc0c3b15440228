"""What one person may be trusted to do for another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Power(StrEnum):
    """One thing a person may let somebody beside them do. Nobody but the person says so, or who decides for them."""

    SEE_PLAN = "see_plan"
    SEE_COUNCIL_MONEY = "see_council_money"
    SEE_MONEY = "see_money"
    SUGGEST = "suggest"
    BOOK_COUNCIL_MANAGED = "book_council_managed"
    BOOK = "book"
    DECIDE = "decide"
    COMPLAIN = "complain"


EVERY_POWER = frozenset(Power)

COUNCIL_STAFF_POWERS = EVERY_POWER - {Power.BOOK, Power.DECIDE, Power.COMPLAIN}
"""What somebody may let their care manager do: never spend own money or a direct payment, decide or complain for them."""

DECISION_POWERS = COUNCIL_STAFF_POWERS - {Power.SEE_MONEY}
"""What a recorded decision about somebody who lacks capacity for it can open: nothing of their private money."""

BRINGS = {
    Power.SEE_MONEY: frozenset({Power.SEE_COUNCIL_MONEY}),
    Power.BOOK_COUNCIL_MANAGED: frozenset({Power.SUGGEST, Power.SEE_PLAN}),
    Power.BOOK: frozenset({Power.BOOK_COUNCIL_MANAGED, Power.SUGGEST, Power.SEE_PLAN}),
}
"""What makes no sense without the other: whoever books sees what is arranged, and may suggest."""

POWER_WORDS = {
    Power.SEE_PLAN: "see what is arranged for me",
    Power.SEE_COUNCIL_MONEY: "see my money from the council, and what it pays for",
    Power.SEE_MONEY: "see all my money and what I have spent",
    Power.SUGGEST: "look for support for me and suggest it",
    Power.BOOK_COUNCIL_MANAGED: "book support from the money the council looks after for me",
    Power.BOOK: "book support and spend any of my money for me",
    Power.DECIDE: "say yes or no for me to what the council may do, and choose how my money is looked after",
    Power.COMPLAIN: "complain for me about support or the council, and read the answers",
}
"""As the person says it, after "they may"."""

POWER_LACKED = {
    Power.SEE_PLAN: "see what is arranged for them",
    Power.SEE_COUNCIL_MONEY: "see their money from the council",
    Power.SEE_MONEY: "see all their money",
    Power.SUGGEST: "look for support for them",
    Power.BOOK_COUNCIL_MANAGED: "book for them or spend their money",
    Power.BOOK: "book for them from their own money or a direct payment",
    Power.DECIDE: "decide for them",
    Power.COMPLAIN: "complain for them",
}
"""As the page says it to somebody who may not, after "you may not"."""

BY_LAW = (
    "How much money the council agreed for you, and how it is looked after",
    "When the council's money is paid in",
    "How much of the council's money is spent and how much is left",
)
"""What the council may see of its own budget without being let: the sums of its money, never what one's own money does."""


class HelperKind(StrEnum):
    """By what right somebody helps."""

    FAMILY_OR_FRIEND = "family_or_friend"
    ADVOCATE = "advocate"
    BROKER = "broker"
    TRUST_OR_AGENT = "trust_or_agent"
    ATTORNEY = "attorney"
    DEPUTY = "deputy"
    APPOINTEE = "appointee"


HELPER_WORDS = {
    HelperKind.FAMILY_OR_FRIEND: "Family or friend",
    HelperKind.ADVOCATE: "Advocate",
    HelperKind.BROKER: "Broker",
    HelperKind.TRUST_OR_AGENT: "Trust or agent who holds money for you",
    HelperKind.ATTORNEY: "Attorney for money",
    HelperKind.DEPUTY: "Deputy for money",
    HelperKind.APPOINTEE: "Appointee",
}

WITH_AUTHORITY = frozenset({HelperKind.ATTORNEY, HelperKind.DEPUTY, HelperKind.APPOINTEE})
"""Who may act about money without the person's yes, once two people of the council have seen their paper."""


class AuthorityEvidence(StrEnum):
    """The paper that shows such an authority."""

    LASTING_POWER = "lasting_power"
    COURT_ORDER = "court_order"
    APPOINTEE_LETTER = "appointee_letter"


AUTHORITY_WORDS = {
    AuthorityEvidence.LASTING_POWER: "Registered lasting or enduring power of attorney for property and money",
    AuthorityEvidence.COURT_ORDER: "Court order that names a deputy for property and money",
    AuthorityEvidence.APPOINTEE_LETTER: "Letter that names an appointee for benefits",
}


class EndingEvidence(StrEnum):
    """What somebody from the council has seen before they end the help of another."""

    SAFEGUARDING = "safeguarding"
    POLICE = "police"
    COURT = "court"
    PERSON_SAID = "person_said"


ENDING_WORDS = {
    EndingEvidence.SAFEGUARDING: "Record of a safeguarding enquiry",
    EndingEvidence.POLICE: "Report to the police",
    EndingEvidence.COURT: "Decision of a court or of the Public Guardian",
    EndingEvidence.PERSON_SAID: "The person said so, and somebody else heard it",
}


class CapacityEvidence(StrEnum):
    """The record behind a decision made for somebody who cannot make it."""

    ASSESSMENT = "assessment"
    BEST_INTERESTS = "best_interests"
    COURT = "court"


CAPACITY_WORDS = {
    CapacityEvidence.ASSESSMENT: "Capacity assessment, signed",
    CapacityEvidence.BEST_INTERESTS: "Record of a best interests meeting",
    CapacityEvidence.COURT: "Decision of the Court of Protection",
}

DECISION_LASTS_MOST_DAYS = 366
"""A decision about somebody's capacity is looked at again within a year."""
CODE_TRIES = 5
"""Wrong tries after which a spoken code opens nothing: of a million, that is one in two hundred thousand."""

INVITATION_LASTS = timedelta(days=14)
INVITATIONS_A_DAY = 10
"""How many invitations may be sent about one person in a day: they go to strangers in our name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one account may do about one person's affairs, and by what right."""

    powers: frozenset[Power]
    is_oneself: bool = False
    is_care_manager: bool = False

    @property
    def may_read_decisions(self) -> bool:
        """The person, and whoever they let decide, read what was decided for them; and their care manager."""
        return self.is_oneself or self.is_care_manager or Power.DECIDE in self.powers

    @property
    def is_anybody(self) -> bool:
        """Whether this account has anything to do with the person at all."""
        return self.is_oneself or self.is_care_manager or bool(self.powers)


@dataclass(frozen=True, slots=True)
class Spender:
    """Which account wants to spend a person's money, and with which powers over them: some money is one account's to spend."""

    account_id: int
    powers: frozenset[Power]


ONESELF = Standing(EVERY_POWER, is_oneself=True)
NOBODY = Standing(frozenset())


def powers_from(kept: Iterable[str]) -> frozenset[Power]:
    """The powers in a list that was kept or sent, with what they bring; words that name none are passed over."""
    known = {power.value for power in Power}
    found = {Power(word) for word in kept if word in known}
    return frozenset(found.union(*(BRINGS.get(power, ()) for power in found)))


def stored_powers(powers: Iterable[Power]) -> list[str]:
    """Powers as a list to keep, always in the same order."""
    wanted = set(powers)
    return [power.value for power in Power if power in wanted]


HISTORY_KINDS = ("support", "caseload_entry", "capacity_decision")
"""The kinds of things in the record that are about who stands beside a person."""

_HISTORY_WORDS = {
    "supporter_invited": "Asked somebody to help",
    "supporter_accepted": "Said yes to helping",
    "supporter_declined": "Said no to helping",
    "supporter_powers_changed": "Changed what a supporter may do",
    "supporter_ended": "Ended the help of a supporter",
    "supporter_code_made": "Made a code to tell somebody who was asked to help",
    "authority_noted": "Noted a paper that lets somebody act about your money",
    "authority_seen": "Saw that paper too, so it counts",
    "authority_not_seen": "Did not agree that the paper is right, so it does not count",
    "powers_asked": "Asked you what they may do",
    "powers_answered": "Said what the care manager may do",
    "powers_narrowed": "Took back some of what the care manager may do",
    "capacity_decision_made": "Recorded a decision made for you",
    "capacity_decision_agreed": "Agreed to a decision made for you, so it counts",
    "capacity_decision_refused": "Did not agree to a decision made for you, so it does not count",
    "capacity_decision_ended": "Ended a decision made for you",
    "put_on_caseload": "Put a care manager beside you",
    "taken_off_caseload": "Took a care manager away",
    "cover_named": "Named somebody to stand in for your care manager",
    "cover_ended": "Ended the days on which somebody stood in for your care manager",
    "opening_found_right": "Looked at why a colleague opened your page, and found it right",
    "opening_ended": "Looked at why a colleague opened your page, and ended it",
}


def history_words(action: str) -> str:
    """What happened, as told to the person."""
    return _HISTORY_WORDS.get(action, action.replace("_", " ").capitalize())
