"""Writing acts about a booking into its record, and telling both sides."""

from typing import Any, NamedTuple

from app.base.refusals import BadInput
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.platform.audit import actions as audit
from app.platform.messages.actions import sending as messages
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records import permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import shares, staff

REASON_LONGEST = 500


class Sent(NamedTuple):
    """A request as it was sent: what its sender is told of it."""

    id: int
    public_id: str
    reference: str
    total_pence: int


def booking_reason(words: str, *, needed: bool) -> str:
    """The reason without spaces around it, as it is stored.

    Raises:
        BadInput: when it is needed and empty, or too long.
    """
    words = words.strip()
    if needed and not words:
        raise BadInput("Enter a reason")
    if len(words) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    return words


def record_booking_act(action: str, booking: Booking, actor: Person | None, **details: Any) -> None:
    """Write one act into the record of this booking: who did it, for whom."""
    audit.record(
        action=action,
        actor_id=None if actor is None else actor.id,
        for_person_id=booking.person_id,
        subject_kind="booking",
        subject_id=booking.id,
        council_id=booking.council_id,
        reference=booking.reference,
        **details,
    )


def buyers_side(booking: Booking) -> list[tuple[Person, About | None]]:
    """Whom to tell on the buyer's side: the person, or everybody who shares it, and whoever booked for them.

    Somebody who booked for another is told only while they may see that person's bookings: asked here, so that no letter
    is written in vain, and once more when it goes.
    """
    people = shares.sharers(booking) if booking.is_shared else [booking.person]
    told: list[tuple[Person, About | None]] = [(one, None) for one in people]
    if booking.booked_by_id not in {one.id for one in people} and permissions.may_see_bookings(
        circles.powers_over(booking.booked_by, booking.person_id)
    ):
        told.append((booking.booked_by, About(booking.person_id, ToldAs.SEES)))
    return told


def tell_buyers(
    booking: Booking, notice: messages.MessageTemplate, *, but: int | None = None, link: str | None = None
) -> None:
    """Tell the buyer's side, save whoever did it; ``link`` is where more is said, the booking unless given."""
    for reader, about in buyers_side(booking):
        if reader.id != but:
            messages.send_notice(
                notice, reader, link=link or booking_path(booking), about=about, reference=booking.reference
            )


def tell_provider(booking: Booking, notice: messages.MessageTemplate, *, link: str | None = None) -> None:
    """Tell everybody who may act for the provider; ``link`` is where, when it is not the booking itself."""
    link = desk_path_of(booking) if link is None else link
    for member in staff.staff_of(booking.provider_id):
        messages.send_notice(notice, member, link=link, about=to_staff(booking), reference=booking.reference)


def to_staff(booking: Booking) -> About:
    """By what right the provider's people are told about a booking."""
    return About(booking.person_id, ToldAs.STAFF, booking.provider_id)


def about(booking: Booking | Sent) -> str:
    """How the ledger names a booking; the statement makes its link from it."""
    return f"booking:{booking.public_id}"


def booking_path(booking: Booking | Sent) -> str:
    """The address of the booking's page for the person and those who help."""
    return f"/bookings/{booking.public_id}"


def other_times_path_of(booking: Booking) -> str:
    """Where the buyer's side reads the times a provider proposes."""
    return f"/bookings/{booking.public_id}/other-times"


def desk_path_of(booking: Booking | Sent) -> str:
    """The address of the booking's page at the provider's desk."""
    return f"/desk/bookings/{booking.public_id}"
