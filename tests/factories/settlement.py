"""A council that looks after money, a provider it pays for, and what was charged, to the penny."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.actions.pots import provider_account_number
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.frameworks.models import VolumeDiscount
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Framework
from app.platform.ledger.actions import transfers
from app.platform.ledger.rules import JournalKind
from app.support.booking_records.models.bookings import Visit
from app.support.settlement.actions import running
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, councils, providers

FIRST, LAST = date(2026, 11, 16), date(2026, 12, 13)
"""Four weeks, counted from Monday 6 April 2026."""
IN_WEEKS = datetime(2026, 11, 20, 12, tzinfo=UTC)
AFTER = datetime(2026, 12, 14, 3, tzinfo=UTC)
IN_NEXT = datetime(2026, 12, 20, 12, tzinfo=UTC)
AFTER_NEXT = datetime(2027, 1, 11, 3, tzinfo=UTC)

_numbers = itertools.count(1)


@dataclass
class Weeks:
    """Everybody an invoice needs: whose money, who sells, and two finance officers."""

    scene: bookings.Scene
    pot: Pot
    framework: Framework
    finance: Person
    second: Person


def weeks(pence: int = 100_000_00) -> Weeks:
    """A person whose money the council looks after, and a framework provider."""
    scene = bookings.scene()
    framework = councils.framework(scene.council, ["companionship"])
    providers.place(scene.provider, framework.lots[0])
    pot = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, pence, scene.council)
    finance, second = (
        accounts.person(Role.FINANCE, name=name, council_id=scene.council.id) for name in ("Fay Finance", "Sam Second")
    )
    return Weeks(scene, pot, framework, finance, second)


def charge(all_of: Weeks, pence: int, at: datetime = IN_WEEKS, *, pot: Pot | None = None) -> int:
    """So much charged to money the council looks after, given back where it is less than nothing."""
    with clock.set_to(at), transaction():
        provider = provider_account_number(all_of.scene.provider.id)
        account = (pot or all_of.pot).account_id
        return transfers.post(
            key=f"test-charge-{next(_numbers)}",
            kind=JournalKind.CHARGE if pence > 0 else JournalKind.REFUND,
            moves=[(account, provider, pence) if pence > 0 else (provider, account, -pence)],
            about="test:charge",
        ).id


def visited(all_of: Weeks, *, with_times: bool, at: datetime | None = None) -> Visit:
    """A visit of an hour and a half for £41.25, recorded when it ended."""
    made = bookings.accepted(all_of.scene, all_of.pot)
    (visit,) = made.visits
    stay = recording.TimesWorked(visit.starts_at, visit.ends_at) if with_times else recording.NO_TIMES
    with clock.set_to(at or visit.ends_at), transaction():
        recording.record_visit(actor=all_of.scene.staff, visit=visit, ending=recording.VisitStatus.DELIVERED, stay=stay)
    return visit


def discount(all_of: Weeks, *, over: int = 14_000_00, percent: int = 2, from_on: date = date(2026, 1, 1)) -> None:
    """The framework's volume discount from a day on."""
    db.session.add(
        VolumeDiscount(
            framework_id=all_of.framework.id,
            valid_from=from_on,
            threshold_pence=over,
            percent=percent,
            set_at=accounts.LONG_AGO,
        )
    )
    db.session.commit()


def run(at: datetime = AFTER) -> tuple[str, ...]:
    """Make what is due at a moment."""
    db.session.commit()
    with clock.set_to(at):
        return running.run_settlement().words
