"""The links at the top of every page: what each kind of visitor comes for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from app.platform.web.visitor import visitor


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the service navigation. ``starts`` are the path beginnings under which it is the current one."""

    words: str
    endpoint: str
    starts: tuple[str, ...]
    anchor: str | None = None

    @property
    def href(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, _anchor=self.anchor)

    @property
    def is_here(self) -> bool:
        """Whether it leads to the very page being looked at, whatever its address says besides."""
        return request.path == self.href.partition("?")[0].partition("#")[0]

    @property
    def is_current(self) -> bool:
        """Whether the page being looked at lies under this link."""
        return request.path.startswith(self.starts)


FIND = Link("Find support", "storefront.results", ("/search", "/listings", "/providers/"))
WEEK = Link("Cost my week", "storefront.week", ("/week", "/compare"))
MONEY = Link("Your money", "budgets.money", ("/money",))
BOOKINGS = Link("Bookings", "desk.bookings", ("/bookings",))
BASKET = Link("Basket", "basket.basket", ("/basket",))
CIRCLE = Link("People beside you", "circles.beside_you", ("/people-beside-you",))
DESK = Link("Provider desk", "desk.desk", ("/desk",))
CASELOAD = Link("Your caseload", "council_desk.caseload", ("/caseload",))
TRENDS = Link("Trends", "trends.trends", ("/trends",))
COUNCIL = Link("Council desk", "council_desk.desk", ("/council/", "/council-desk"))
CLAIMS = Link("Claims", "providers.claims", ("/claims",))
JOINING = Link("New providers", "joining.to_check", ("/joining",))
SUSPENSIONS = Link("Suspensions", "suspending.suspended", ("/suspensions",))
CARD_PAYMENTS = Link("Card payments", "payments.to_check", ("/card-payments",))
HOW = Link("How it works", "pages.home", (), "how")
HELP = Link("Help", "pages.help_and_contact", ("/help", "/worried-about-somebody"))

FOR_ROLE = {
    "person": (WEEK, BASKET, MONEY, BOOKINGS, CIRCLE),
    "supporter": (WEEK, CIRCLE),
    "provider_staff": (DESK,),
    "care_manager": (WEEK, CASELOAD, COUNCIL),
    "commissioner": (TRENDS, CLAIMS, JOINING, SUSPENSIONS, COUNCIL),
    "contracts": (COUNCIL, CLAIMS, SUSPENSIONS),
    "finance": (COUNCIL,),
    "moderator": (COUNCIL,),
    "administrator": (COUNCIL,),
    "payments": (CARD_PAYMENTS,),
}


MenuForOther = Callable[[], Iterable[Link]]
"""What somebody may open of the person they act for now; nothing when they act for themselves."""

_FOR_OTHER = "menu_for_other"


def keep_menu_for_other(app: Flask, menu_for_other: MenuForOther) -> None:
    """Have this asked for every page: whoever acts for somebody keeps the whole shop."""
    app.extensions[_FOR_OTHER] = menu_for_other


def links() -> list[Link]:
    """The links for whoever is looking, each once; help is last on every page."""
    looking = visitor()
    if looking is None:
        return [FIND, WEEK, HOW, HELP]
    asked: MenuForOther | None = current_app.extensions.get(_FOR_OTHER)
    found = [FIND, *(asked() if asked is not None else ())]
    for grant in looking.current_grants:
        found.extend(link for link in FOR_ROLE[grant.role] if link not in found)
    return [*found, HELP]


def add_navigation(app: Flask) -> None:
    """Add the links of the navigation to every template."""

    @app.context_processor
    def _navigation() -> dict[str, Any]:
        return {"navigation_links": links, "signed_in": visitor}
