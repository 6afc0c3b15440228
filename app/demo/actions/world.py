"""What the loader carries from step to step: the dice, the days, and everybody it has made so far."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.base import clock
from app.demo.rules.listings import Article
from app.demo.rules.people import Citizen
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.actions import roles, signing_up
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council, Locality, Lot

SEED = 20261122
WEEKS_OF_HISTORY = 78
BEFORE_IT_ALL = timedelta(days=60)
"""How long before the first booking the providers write their listings."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the demonstration is loaded."""

    sellers: int
    listings: int
    citizens: int
    weeks: int
    review_chance: float
    """How likely one delivered visit is to bring a review of its booking; a booking is reviewed once."""


FULL = Size(sellers=60, listings=220, citizens=40, weeks=WEEKS_OF_HISTORY, review_chance=0.075)
SMALL = Size(sellers=60, listings=220, citizens=4, weeks=6, review_chance=0.4)


@dataclass(frozen=True, slots=True)
class Habit:
    """Something one person buys every week, from some week on and until another."""

    person: Person
    listing: Listing
    weekday: int
    starts: time
    minutes: int
    from_week: int
    until_week: int

    def times(self, monday: date) -> tuple[datetime, datetime]:
        """This habit's visit in the week of that Monday."""
        starts = clock.at_london(monday + timedelta(days=self.weekday), self.starts)
        return starts, starts + timedelta(minutes=self.minutes)


@dataclass(slots=True)
class World:
    """Everything made so far. The dice are seeded, so that everybody gets the same town."""

    size: Size
    now: datetime
    """When it is loaded; nothing is done by anybody after that."""
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    council: Council = field(init=False)
    localities: dict[str, Locality] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)
    staff: dict[int, Person] = field(default_factory=dict)
    """Who speaks for each provider, by the provider's id."""
    listings: list[tuple[Article, Listing]] = field(default_factory=list)
    citizens: list[tuple[Citizen, Person]] = field(default_factory=list)
    care_managers: list[Person] = field(default_factory=list)
    commissioners: list[Person] = field(default_factory=list)
    beside: dict[int, Person] = field(default_factory=dict)
    """A supporter who may book, by the person's id."""
    habits: list[Habit] = field(default_factory=list)
    diary: dict[date, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Bookings and visits, by id, to be delivered on a day."""
    reviewed: set[int] = field(default_factory=set)
    """The bookings, by id, that somebody has said something about."""
    next_door: Council = field(init=False)
    """The second council, with the other rule about unspent money."""
    leftovers: list[tuple[Citizen, Person, Council, Person, date]] = field(default_factory=list)
    """Whoever has unspent money to show: themselves, their council, its care manager, the first day of their year."""
    _emails: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        """The day on which it is loaded, in London."""
        return clock.london(self.now).date()

    @property
    def begins_on(self) -> date:
        """The Monday on which the first budget year, and the first booking, begins."""
        monday = self.today - timedelta(days=self.today.weekday())
        return monday - timedelta(weeks=self.size.weeks)

    @property
    def opened_on(self) -> date:
        """The day on which the providers came."""
        return self.begins_on - BEFORE_IT_ALL

    def morning(self, day: date, hour: int = 9) -> datetime:
        """A moment of that day in London."""
        return clock.at_london(day, time(hour))

    def by(self, moment: datetime) -> datetime:
        """The moment, or that of loading when it is still to come: nobody has done anything later than that."""
        return min(moment, self.now)

    def newcomer(
        self,
        name: str,
        role: Role,
        *,
        at: str = "example.org",
        council_id: int | None = None,
        provider_id: int | None = None,
        lives_in: int | None = None,
        postcode: str | None = None,
    ) -> Person:
        """Somebody comes in with an address that has been checked, and is given a role."""
        person = signing_up.enrol(
            email=self._email(name, at), full_name=name, council_id=lives_in or council_id, postcode=postcode
        )
        roles.grant_role(person=person, role=role, council_id=council_id, provider_id=provider_id)
        return person

    def _email(self, name: str, at: str) -> str:
        plain = "".join(
            c if c.isascii() and c.isalpha() else "-" for c in name.lower().replace("ô", "o").replace("â", "a")
        )
        email = f"{plain.strip('-')}@{at}"
        number = 2
        while email in self._emails:
            email = f"{plain}{number}@{at}"
            number += 1
        self._emails.add(email)
        return email
