"""When the offers of Quaybridge can be had, for which ages, and which languages are spoken there besides English."""

from dataclasses import dataclass

from app.market.catalogue.rules.suitability import TimeOfDay

_M, _A, _E, _N = TimeOfDay.MORNING, TimeOfDay.AFTERNOON, TimeOfDay.EVENING, TimeOfDay.NIGHT
_WEEKDAYS, _WORKING, _EVERY = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week and parts of the day."""

    days: tuple[int, ...]
    times: tuple[TimeOfDay, ...]


_BY_DAY = Hours(_WEEKDAYS, (_M, _A))
_ALWAYS = Hours(_EVERY, (_M, _A, _E, _N))
_ANY_DAY = Hours(_EVERY, (_M, _A, _E))

HOURS: dict[str, Hours] = {
    "care-at-home": _ANY_DAY,
    "live-in-care": _ALWAYS,
    "night-support": Hours(_EVERY, (_N,)),
    "supported-living": _ALWAYS,
    "respite": _ALWAYS,
    "care-home": _ALWAYS,
    "extra-care": _ALWAYS,
    "personal-assistant": _ANY_DAY,
    "companionship": Hours(_EVERY, (_M, _A)),
    "home-help": Hours(_WORKING, (_M, _A)),
    "gardening": Hours(_WORKING, (_M, _A)),
    "meals": Hours(_EVERY, (_A, _E)),
    "transport": _ANY_DAY,
    "mental-health": Hours(_WEEKDAYS, (_M, _A, _E)),
    "telecare": Hours(_EVERY, ()),
    "daily-living": Hours(_EVERY, ()),
    "mobility": Hours(_EVERY, ()),
    "clubs": Hours((2, 4, 6), (_A, _E)),
    "libraries": Hours(_WORKING, (_M, _A)),
    "sport": Hours(_EVERY, (_M, _E)),
    "support-groups": Hours((1, 3, 5), (_A, _E)),
    "food-banks": Hours((2, 5), (_M, _A)),
}
"""By kind; the others keep office hours."""

_TITLES: dict[str, Hours] = {
    "morning": Hours(_EVERY, (_M,)),
    "get up": Hours(_EVERY, (_M,)),
    "evening": Hours(_EVERY, (_E,)),
    "weekend": Hours((5, 6, 7), (_M, _A, _E)),
    "night": Hours(_EVERY, (_N,)),
}
"""Words of a title that say when, whatever the kind."""

LANGUAGES: dict[str, tuple[str, ...]] = {
    "Larkmoor Home Care": ("Polish",),
    "Copperfold Care": ("Urdu", "Punjabi"),
    "Northlight Support": ("British Sign Language", "Somali"),
    "Open Gate Days": ("Makaton",),
    "Say So Advocacy": ("British Sign Language", "Urdu", "Arabic"),
    "Anchor Minds": ("Punjabi", "Farsi"),
    "Gentle Hours": ("Cantonese",),
    "Harbourlight Home Care": ("Polish", "Ukrainian"),
    "Tasty Roads Kitchen": ("Bengali", "Gujarati"),
    "Lantern Counselling": ("Welsh",),
    "Voices Together": ("Arabic", "Somali", "Makaton"),
}
"""By the seller's name, besides those the seller says itself."""

OF_ALL_AGES = frozenset({"libraries", "food-banks", "sport", "charities", "meals", "transport"})


def hours(kind: str, title: str) -> Hours:
    """When an offer of this kind and title can be had."""
    said = title.lower()
    return next((when for word, when in _TITLES.items() if word in said), HOURS.get(kind, _BY_DAY))


def ages(kind: str, title: str, needs: tuple[str, ...]) -> tuple[int | None, int | None]:
    """The youngest and the oldest it is for; nothing for no limit."""
    said = title.lower()
    if "young" in said:
        return 18, 40
    if "children" in said or "famil" in said:
        return 0, None
    if kind in OF_ALL_AGES:
        return None, None
    return (60, None) if set(needs) <= {"Older people", "Dementia"} and needs else (18, None)
