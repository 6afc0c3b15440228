"""Who is being shopped for in this request: oneself, or somebody who let this account stand beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, flash, g, request, session

from app.base.db import number_of, transaction
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.circles import queries
from app.people.circles.rules import ONESELF, POWER_LACKED, Power, Spender, Standing
from app.platform.audit.actions import record_each
from app.platform.web.guards import ANYONE
from app.platform.web.visitor import visitor

SHOPPING_FOR = "shopping_for"
"""Where the session keeps the public id of the person somebody acts for."""
OPENED_FOR = "acting_for"
"""What a form says of the same when its page was made; nothing when it was one's own."""


@dataclass(frozen=True, slots=True)
class Shopper:
    """The account that acts, the person it acts for, and what it may do about that person's affairs."""

    actor: Person
    person: Person
    standing: Standing

    @property
    def powers(self) -> frozenset[Power]:
        """What the actor may do here."""
        return self.standing.powers

    @property
    def spender(self) -> Spender:
        """The actor, as whoever wants to spend the person's money."""
        return Spender(number_of(self.actor), self.powers)

    @property
    def is_for_other(self) -> bool:
        """Whether somebody acts for somebody else."""
        return number_of(self.actor) != number_of(self.person)

    @property
    def is_care_manager(self) -> bool:
        """Whether the actor is here as the person's care manager."""
        return self.standing.is_care_manager

    def may(self, power: Power) -> bool:
        """Whether this was granted; about oneself, everything is."""
        return power in self.powers

    def require(self, *powers: Power) -> None:
        """Stop here unless all of these were granted.

        Raises:
            NotAllowed: naming what is missing, and who can mend it.
        """
        for power in powers:
            if not self.may(power):
                name = self.person.full_name
                mend = f"Ask {name} to allow it, or stop acting for {name} to go on for yourself."
                raise NotAllowed(f"You are acting for {name}, and you may not {POWER_LACKED[power]}. {mend}")


class NoLongerBeside(NotAllowed):
    """The grant under which somebody acted has ended (403). From the next page on they act for themselves."""

    def __init__(self) -> None:
        super().__init__(
            "You can no longer act for the person you were helping: it was ended, it rests because you work for a provider "
            "they use, or their account is closed. "
            "Nothing was done. From now on you act for yourself."
        )


class ForSomebodyElse(Conflict):
    """A form that was opened for one person is sent while another window acts for another (409)."""

    def __init__(self) -> None:
        super().__init__(
            "Since you opened that page you began to act for somebody else, or stopped. Nothing was done. Look at the top "
            "of this page for whom you act now, then open the page again."
        )


def shopper() -> Shopper:
    """Whoever is being shopped for now. What was granted is read anew in every request, so an ending bites at once.

    Raises:
        RuntimeError: when nobody is signed in; the guard should have stopped them.
        NoLongerBeside: when the grant has ended. A form meant for another's money must never fall on one's own.
        ForSomebodyElse: when the form sent was opened for another person: the window beside it has moved on.
    """
    found = _shopper()
    now = session.get(SHOPPING_FOR, "")
    if request.method == "POST" and request.form.get(OPENED_FOR, now) != now:
        raise ForSomebodyElse
    return found


def _shopper() -> Shopper:
    if "shopper" not in g:
        me = actor()
        wanted = session.get(SHOPPING_FOR)
        if wanted is None:
            g.shopper = Shopper(me, me, ONESELF)
        else:
            helped = queries.person_helped(me, str(wanted))
            if helped is None:
                stop()
                raise NoLongerBeside
            g.shopper = Shopper(me, *helped)
    return g.shopper  # type: ignore[no-any-return]


def shopper_or_none() -> Shopper | None:
    """The same for pages open to all: nobody when nobody is signed in; oneself, with a notice, when a grant has ended."""
    if visitor() is None:
        return None
    try:
        return _shopper()
    except NoLongerBeside:
        flash("You can no longer act for the person you were helping. You are looking for yourself now.")
        return _shopper()


def shopping_for() -> Person | None:
    """The other person this request is for; nobody when somebody acts for themselves. For the layout."""
    found = shopper_or_none()
    return found.person if found is not None and found.is_for_other else None


def home_shopped_from() -> str:
    """The postcode of whoever is shopped for, to say what is near; empty when it is not known, or not the reader's to know.

    How far things are from somebody's home tells where that is: somebody else measures from it only when they may look for
    support for that person, and the person sees that they did (:func:`note_page`).
    """
    found = shopper_or_none()
    if found is None or not found.person.postcode:
        return ""
    if found.is_for_other:
        if Power.SUGGEST not in found.powers:
            return ""
        g.is_measured_from_home = True
    return found.person.postcode


def start_acting_for(person: Person) -> None:
    """Act for this person from the next request on."""
    session[SHOPPING_FOR] = person.public_id
    g.pop("shopper", None)


def stop() -> None:
    """Act for oneself again."""
    session.pop(SHOPPING_FOR, None)
    g.pop("shopper", None)


def note_look(
    action: str,
    people: Iterable[Person] | None = None,
    *,
    standing: Standing | None = None,
    **about: Any,
) -> bool:
    """Record that the actor looked at other people's affairs, each time; about one's own, nothing is.

    Args:
        action: what was looked at, ending ``_looked_at``: ``money_looked_at``.
        people: whose; without any, the person who is shopped for.
        standing: by what right; looked up when it is not given.
        about: ``subject_kind`` and ``subject_id`` (else the person), and facts, as for
            :func:`app.platform.audit.actions.record`.

    Returns:
        Whether anything was recorded, so that what was read before it must be read again.
    """
    me = actor()
    if people is None:
        looking = shopper()
        people, standing = [looking.person], looking.standing
    others = {one.id: one for one in people if one.id != me.id}
    if not others:
        return False
    facts = [
        {
            "actor_id": me.id,
            "for_person_id": one.id,
            "acting_as": _by_what_right(me, one, standing),
            "subject_kind": "person",
            "subject_id": one.id,
            "council_id": one.council_id,
            **about,
        }
        for one in others.values()
    ]
    with transaction():
        record_each(action, facts)
    looked_at().update(others)
    return True


def looked_at() -> set[int]:
    """The numbers of the people whose affairs this request has put on record as looked at."""
    kept: set[int] = request.environ.setdefault("ownway.looked_at", set())
    return kept


def note_page(response: Response) -> Response:
    """Record a page opened for somebody else when nothing about it is on record yet: no page is left out.

    For every page that asks who comes in, but those about whoever looks; what is open to the whole world shows the same to
    all, unless it says how far things are from the person's home.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    is_ones_own = ANYONE not in getattr(view, "open_to", {ANYONE}) and not (
        request.blueprint in _ABOUT_ONESELF or request.endpoint in _ABOUT_ONESELF
    )
    is_measured = g.get("is_measured_from_home", False)
    # A form that was refused comes back with its page.
    is_shown = request.method in {"GET", "POST"} and response.status_code == HTTPStatus.OK
    found = g.get("shopper")
    if (
        (is_ones_own or is_measured)
        and is_shown
        and found is not None
        and found.is_for_other
        and number_of(found.person) not in looked_at()
    ):
        what = _PAGES.get(request.blueprint or "", "affairs") if is_ones_own else "distances_from_home"
        note_look(f"{what}_looked_at", [found.person], standing=found.standing)
    return response


_ABOUT_ONESELF = frozenset({"accounts", "council_desk", "messages", "conflicts.resting", "taking_on.your_council"})
"""Rooms and pages about whoever looks, also while they act for somebody else."""


_PAGES = {
    "basket": "basket",
    "booking_journey": "money_that_can_pay",
    "bookings": "bookings",
    "budgets": "money",
    "calendars": "calendar",
    "changing_provider": "bookings",
    "circles": "people_beside_you",
    "complaints": "complaints",
    "homes": "home_and_way_in",
    "payments": "payments",
    "price_rises": "bookings",
    "repeating": "bookings",
    "sessions": "bookings",
    "sharing": "shared_support",
    "storefront": "typical_week",
    "visits": "bookings",
}
"""What the pages of a room show of a person, as the record names it."""


def _by_what_right(me: Person, person: Person, standing: Standing | None) -> str | None:
    if standing is None:
        found = queries.person_helped(me, person.public_id)
        standing = found[1] if found is not None else None
    return None if standing is None else role_here(standing)


def role_here(standing: Standing) -> str:
    """By what right somebody acts, as the record keeps it."""
    if standing.is_oneself:
        return "person"
    return "care_manager" if standing.is_care_manager else "supporter"
