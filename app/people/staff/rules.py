"""How the roles of a council's staff are told, and which acts of its record are about running it."""

from collections.abc import Collection

from app.people.accounts.rules import COUNCIL_ROLES, ROLE_WORDS, Role

RUNNING = (
    "claim",
    "complaint",
    "council",
    "framework",
    "framework_application",
    "import_batch",
    "locality",
    "lot",
    "policy",
    "provider",
    "report",
    "role_grant",
    "staff",
)
"""Kinds of subjects by which the record of a council is told to its administrators. Nothing about a person's care."""

COUNCIL_ACT_WORDS = {
    "role_granted": "Gave a role",
    "role_ended": "Took a role away",
    "staff_invited": "Invited somebody",
    "staff_link_sent": "Sent a new link to choose a password",
    "staff_removed": "Removed somebody",
    "council_added": "Opened the council",
    "council_contact_set": "Changed how to reach the council",
    "policy_set": "Set a rule",
    "provider_suspended": "Suspended a provider",
    "provider_suspension_ended": "Ended a suspension",
    "claim_made": "Asked for a provider's page",
    "claim_approved": "Said yes to a claim",
    "claim_refused": "Said no to a claim",
    "framework_added": "Made a framework",
    "framework_place_given": "Put a provider on a framework",
}
"""Acts in the record, as administrators read them; any other is told by its own name."""


def council_act_words(action: str) -> str:
    """``policy_set`` -> ``Set a rule``; ``locality_renamed`` -> ``Locality renamed``."""
    return COUNCIL_ACT_WORDS.get(action) or action.replace("_", " ").capitalize()


def roles_from(values: Collection[str]) -> frozenset[Role]:
    """The council roles a form names; what is none is left out."""
    known = {str(role): role for role in COUNCIL_ROLES}
    return frozenset(known[value] for value in values if value in known)


def roles_words(roles: Collection[Role]) -> str:
    """``{CONTRACTS, FINANCE}`` -> ``a contracts officer and a finance officer``; of none: ``no role``."""
    words = [ROLE_WORDS[role] for role in Role if role in roles]
    if len(words) < 2:  # noqa: PLR2004 - one needs no "and"
        return words[0] if words else "no role"
    return f"{', '.join(words[:-1])} and {words[-1]}"
