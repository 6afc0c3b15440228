"""How the record is told to the people it is about."""

LOOKED = "_looked_at"
"""How the names of acts of looking end."""

VIEW_OPENED = "person_view_opened"
"""Opening somebody's view is looking, too."""

_LOOKED_WORDS = {
    "money_looked_at": "Looked at your money",
    "money_in_a_list_looked_at": "Saw what you have left, in the list of people they work with",
    "bookings_looked_at": "Looked at your bookings",
    "bookings_in_a_list_looked_at": "Saw when your next visits are, in the list of people a suspended provider comes to",
    VIEW_OPENED: "Started to act for you",
}

ACTING_AS_WORDS = {
    "supporter": "your supporter",
    "care_manager": "your care manager",
    "commissioner": "the council",
    "provider_staff": "a provider's staff",
}


def look_words(action: str) -> str:
    """What was done, to the person whose affairs they are: ``statement_looked_at`` -> ``Looked at your statement``."""
    return _LOOKED_WORDS.get(action) or f"Looked at your {action.removesuffix(LOOKED).replace('_', ' ')}"


def acting_as_words(details: dict[str, object]) -> str:
    """By what right somebody looked, when the record says so."""
    return ACTING_AS_WORDS.get(str(details.get("acting_as")), "")
