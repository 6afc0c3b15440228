"""The links at the top of every page: what each kind of visitor comes for."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

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
CASELOAD = Link("Your caseload", "circles.caseload", ("/caseload",))
TRENDS = Link("Trends", "trends.trends", ("/trends",))
CLAIMS = Link("Claims", "providers.claims", ("/claims",))
SUSPENSIONS = Link("Suspensions", "suspending.suspended", ("/suspensions",))
CARD_PAYMENTS = Link("Card payments", "payments.to_check", ("/card-payments",))
HOW = Link("How it works", "pages.home", (), "how")
HELP = Link("Help", "pages.help_and_contact", ("/help", "/worried-about-somebody"))

FOR_ROLE = {
    "person": (WEEK, BASKET, MONEY, BOOKINGS, CIRCLE),
    "supporter": (WEEK, CIRCLE),
    "provider_staff": (DESK,),
    "care_manager": (WEEK, CASELOAD),
    "commissioner": (TRENDS, CLAIMS, SUSPENSIONS),
    "finance": (CARD_PAYMENTS,),
}


def links() -> list[Link]:
    """The links for whoever is looking, each once; help is last on every page."""
    looking = visitor()
    if looking is None:
        return [FIND, WEEK, HOW, HELP]
    found = [FIND]
    for grant in looking.current_grants:
        found.extend(link for link in FOR_ROLE[grant.role] if link not in found)
    return [*found, HELP]


def add_navigation(app: Flask) -> None:
    """Add the links of the navigation to every template."""

    @app.context_processor
    def _navigation() -> dict[str, Any]:
        return {"navigation_links": links, "signed_in": visitor}
