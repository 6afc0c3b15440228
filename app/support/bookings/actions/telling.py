"""Writing acts about a booking into its record, and telling both sides."""

from typing import Any, NamedTuple

from app.base.refusals import BadInput
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.platform.messages.actions import sending as messages
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


def buyers_side(booking: Booking) -> list[Person]:
    """Whom to tell on the buyer's side: the person, or everybody who shares it, and whoever booked for them."""
    people = shares.sharers(booking) if booking.is_shared else [booking.person]
    return people + ([booking.booked_by] if booking.booked_by_id not in {one.id for one in people} else [])


def tell_buyers(
    booking: Booking, notice: messages.MessageTemplate, *, but: int | None = None, link: str | None = None
) -> None:
    """Tell the buyer's side, save whoever did it; ``link`` is where more is said, the booking unless given."""
    for reader in buyers_side(booking):
        if reader.id != but:
            messages.send_notice(notice, reader, link=link or booking_path(booking), reference=booking.reference)


def tell_provider(booking: Booking, notice: messages.MessageTemplate) -> None:
    """Tell everybody who may act for the provider."""
    for member in staff.staff_of(booking.provider_id):
        messages.send_notice(notice, member, link=desk_path_of(booking), reference=booking.reference)


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
