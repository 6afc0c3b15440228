"""A person with money, a provider with a priced listing, and bookings made as people make them."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import inspect

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.actions import pots as budgets
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.bookings.actions import answers, requests
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import leaving_out
from app.support.visits.actions import recording
from tests.factories import accounts, catalogue, councils, providers
from tests.factories.budgets import looked_after

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""A Friday; set the clock to it, then the visit below is four days off."""
TUESDAY = date(2026, 11, 24)


@dataclass
class Scene:
    """Everybody and everything one booking needs. Names are of this test only."""

    council: Council
    person: Person
    staff: Person
    provider: Provider
    listing: Listing


def scene(*, kind: str = "companionship", **listing: object) -> Scene:
    """A person of a council, and a claimed provider selling company at £27.50 an hour."""
    council = councils.council()
    person = accounts.person(Role.PERSON, name="Ada Example", council_id=council.id)
    provider = providers.provider("Bright Days")
    staff = accounts.person(Role.PROVIDER_STAFF, name="Bob Staff", provider_id=provider.id)
    made = catalogue.listing(provider, kind, council, title="Company at home", **listing)
    catalogue.card(made)
    return Scene(council, person, staff, provider, made)


def pot(person: Person, kind: PotKind, pence: int, council: Council | None = None) -> Pot:
    """A part of somebody's money with so much in it."""
    with transaction():
        made = budgets.open_pot(person=person, kind=kind, council=council)
        if council is not None and kind == PotKind.COUNCIL_MANAGED:
            looked_after(person, council)
        source = ledger.open_account(
            kind=AccountKind.COUNCIL if council else AccountKind.CARD,
            owner=f"council:{council.id}" if council else "card:1",
            guarded=False,
        )
        if pence:
            ledger.post(
                key=f"test:{next(_numbers)}:{made.public_id}",
                kind=JournalKind.ALLOCATE if council else JournalKind.TOP_UP,
                moves=[(source.id, made.account_id, pence)],
            )
    return made


def tuesday(start: time = time(9), end: time = time(10, 30)) -> list[tuple[datetime, datetime]]:
    """One visit on the Tuesday: an hour and a half from 9am unless said otherwise."""
    return [visit_times(TUESDAY, start, end, ends_next_day=False)]


def booking(
    scene: Scene,
    *pots: Pot,
    actor: Person | None = None,
    times: list[tuple[datetime, datetime]] | None = None,
    note: str = "",
) -> Booking:
    """A request for the visit, £41.25 unless other times are given, made at ``NOW``."""
    with clock.set_to(NOW), transaction():
        return request_booking(
            actor=actor or scene.person,
            person=scene.person,
            listing=scene.listing,
            times=times or tuesday(),
            add_on_ids=(),
            pots=[one.id for one in pots],
            key=f"test-booking-{next(_numbers):08d}",
            note=note,
        )


def request_booking(*, actor: Person, person: Person, listing: Listing, **asked: Any) -> Booking:
    """A request as :class:`BookingRequest` says it, for who goes on with the booking itself."""
    sent = requests.send_request(actor=actor, person=person, listing_id=listing.id, asked=BookingRequest(**asked))
    return db.session.get_one(Booking, sent.id)


def accepted(scene: Scene, *pots: Pot, **more: object) -> Booking:
    """The same, accepted by the provider."""
    made = booking(scene, *pots, **more)  # type: ignore[arg-type]
    with clock.set_to(NOW), transaction():
        return answers.accept(actor=scene.staff, booking=made)


def delivered(scene: Scene, *pots: Pot, **more: object) -> Booking:
    """The same, with every visit delivered."""
    made = accepted(scene, *pots, **more)
    for visit in made.visits:
        with clock.set_to(visit.ends_at), transaction():
            recording.mark_delivered(actor=scene.staff, visit=visit)
    return made


def left(pot: Pot) -> tuple[int, int]:
    """What is left in a pot and what is set aside, read anew, whatever session the pot came from."""
    db.session.rollback()
    db.session.expire_all()
    ((number,),) = (inspect(pot).identity,)
    account = db.session.get_one(Pot, number).account
    return account.available_pence, account.held


def cancel_visit(*, actor: Person, visit: Visit, charge_seen: int | None = None) -> Booking:
    """Call off one visit and keep the rest, as its page does."""
    return leaving_out.leave_out(
        actor=actor, booking=visit.booking, name=visit.public_id, scope=Scope.THIS, charge_seen=charge_seen
    )
