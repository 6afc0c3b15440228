"""One of each thing that can stand in somebody's bookings, made as people make them; what addresses name it by."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from flask import current_app
from itsdangerous import Signer
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.rates import Unit
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.support.basket.actions import filling as basket_actions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.queries.shares import share_for
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.bookings.actions import answers, proposals
from app.support.calendars import actions as calendars_actions
from app.support.conversations import actions as conversations_actions
from app.support.recurrence.rules.patterns import Scope
from app.support.recurrence.rules.times import visit_times
from app.support.repeating.actions import changes
from app.support.repeating.actions.replanning import Wish
from app.support.sessions.actions import returns, sessions
from app.support.sharing.actions import plans
from app.support.sharing.actions.plans import Sharer
from app.support.visits.actions import disputes, recording, saved_hours
from app.support.visits.actions.settling import code_of
from app.support.visits.models import Dispute, UploadRow
from tests.factories import accounts, bookings, catalogue, patterns, places, providers, uploads
from tests.house.doors import DOORS as ENDPOINTS

_numbers = itertools.count(1)
ROOMS = {path.name for path in (Path(__file__).parents[3] / "app" / "support").iterdir()}
OVER = [visit_times(date(2026, 11, 21), time(9), time(10, 30), ends_next_day=False)]
TODAY = [visit_times(date(2026, 11, 22), time(11), time(13), ends_next_day=False)]
WEEKS = 8
OWED = WEEKS * 4125 // 2
"""One of two equal shares of £41.25 in each of those weeks."""
THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Life:
    """``ids`` by endpoint, and what willing forms name."""

    ids: dict[str, dict[str, str]]
    words: dict[str, str] = field(default_factory=dict)


def life(scene: bookings.Scene, pot: Pot) -> Life:
    """One of everything, for the person of the scene; the clock must stand."""
    made = Life({})
    for part in (_visits, _changes, _endings, _gatherings, _shares, _things):
        part(scene, pot, made)
    return made


def whole(page: str) -> str:
    """The endpoint of a page of support by the page's own name, which no two rooms of support share."""
    (found,) = (one for one in ENDPOINTS if one.partition(".")[2] == page and one.partition(".")[0] in ROOMS)
    return found


def _named(made: Life, endpoints: str, **ids: str) -> None:
    for endpoint in endpoints.split():
        made.ids[whole(endpoint)] = ids


def _visits(scene: bookings.Scene, pot: Pot, made: Life) -> None:
    """A booking that goes on, with messages of both sides, that can be ended and moved; and one other times wait for."""
    going_on = bookings.accepted(scene, pot)
    with transaction():
        for act, actor in (
            (conversations_actions.write_to_provider, scene.person),
            (conversations_actions.write_as_provider, scene.staff),
        ):
            newest = act(actor=actor, booking=going_on, words="Ring the bell", key=_key())
    made.words["newest"] = newest.public_id
    _named(
        made,
        "conversation conversation_read desk_conversation desk_conversation_read end desk_end move note",
        public_id=going_on.public_id,
    )
    there = providers.provider("Second Wind")
    other = catalogue.listing(there, "companionship", scene.council, title="Good company")
    catalogue.card(other, 2600)
    _named(made, "move_to", public_id=going_on.public_id, listing_id=other.public_id)
    asked, proposed = bookings.booking(scene, pot), bookings.booking(scene, pot)
    later = [visit_times(bookings.TUESDAY, time(14), time(16), ends_next_day=False)]
    with transaction():
        proposals.propose(actor=scene.staff, booking=proposed, times=later, words="Only later")
    _named(made, "propose", public_id=asked.public_id)
    _named(made, "other_times", public_id=proposed.public_id)
    desk = {"provider_id": scene.provider.public_id, "listing_id": scene.listing.public_id}
    _named(made, "availability", **desk)
    _named(made, "repeat share_with", public_id=scene.listing.public_id)
    with transaction():
        feed = calendars_actions.keep_feed(person=scene.person, shows_titles=True)
    signer = Signer(current_app.secret_key or "", salt="calendar address")
    signature = signer.get_signature(feed.public_id.encode()).decode()
    _named(made, "calendar_file", public_id=feed.public_id, signature=signature)
    with transaction():
        desk = calendars_actions.keep_desk_feed(actor=scene.staff, provider=scene.provider)
    signer = Signer(current_app.secret_key or "", salt="address of a desk's days")
    signature = signer.get_signature(desk.public_id.encode()).decode()
    _named(made, "desk_file", public_id=desk.public_id, signature=signature)


def _changes(scene: bookings.Scene, pot: Pot, made: Life) -> None:
    """Visits that repeat, and the same again with another time asked for."""
    weekly, waiting = patterns.agreed(scene, pot), patterns.agreed(scene, pot)
    name = weekly.visits[1].public_id
    _named(made, "visits", public_id=weekly.public_id)
    _named(made, "one_visit leave_out change_visit check_change", public_id=weekly.public_id, name=name)
    with transaction():
        change = changes.ask_change(
            actor=scene.person,
            booking=waiting,
            name=waiting.visits[1].public_id,
            scope=Scope.THIS,
            wish=Wish(time(14), time(16), on=date(2026, 12, 2)),
            key=_key(),
        )
    _named(made, "withdraw_change", public_id=waiting.public_id)
    _named(made, "agree_to_change decline_change", public_id=change.public_id)


def _endings(scene: bookings.Scene, pot: Pot, made: Life) -> None:
    """Visits that are over in each way, one at whose door somebody stands, hours saved, and a file of visits."""
    silent, settled = bookings.accepted(scene, pot, times=OVER), bookings.delivered(scene, pot, times=OVER)
    _named(made, "confirm_visit desk_visit", public_id=silent.visits[0].public_id)
    _named(made, "visit dispute", public_id=settled.visits[0].public_id)
    doubted, answered = _doubted(scene, pot), _doubted(scene, pot)
    with transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=answered, agrees=False, words="She was there")
    _named(made, "answer_dispute withdraw_dispute", public_id=doubted.visit.public_id)
    _named(made, "decide", public_id=answered.visit.public_id)
    today = bookings.accepted(scene, pot, times=TODAY)
    _named(made, "door_code", public_id=today.visits[0].public_id)
    made.words["code"] = code_of(today, today.visits[0])
    _named(made, "save_hours", public_id=bookings.accepted(scene, pot).visits[0].public_id)
    given = bookings.accepted(scene, pot)
    with transaction():
        saved = saved_hours.save_hours(actor=scene.person, visit=given.visits[0])
    _named(made, "use_hours give_back_hours", public_id=saved.public_id)
    made.words |= {"reference": silent.reference, "provider": scene.provider.public_id}
    content = (
        f"reference,date,planned_start,came,left,outcome,note\nB0-{silent.reference},21/11/2026,,09:00,10:30,,".encode()
    )
    with transaction():
        upload, _ = uploads.take_in(scene.staff, scene.provider, content)
    row = db.session.scalars(select(UploadRow).where(UploadRow.upload_id == upload.id)).one()
    _named(made, "upload upload_file", public_id=upload.public_id)
    with transaction():
        waiting = uploads.look_at(scene.staff, scene.provider, content.replace(b"10:30", b"10:29"))
    _named(made, "take_in_upload discard_upload", public_id=waiting.public_id)
    _named(made, "look_at_row", public_id=upload.public_id, line=str(row.line))


def _doubted(scene: bookings.Scene, pot: Pot) -> Dispute:
    visit = bookings.delivered(scene, pot, times=OVER).visits[0]
    with transaction():
        return disputes.raise_dispute(
            actor=scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nobody came"
        )
    return visit


def _gatherings(scene: bookings.Scene, _pot: Pot, made: Life) -> None:
    """A session that costs something; free ones with a place, where one has a place, where one waits, and a full one."""
    dear = catalogue.listing(scene.provider, "day-activities", scene.council, title="Pottery")
    lunch = catalogue.listing(scene.provider, "clubs", scene.council, title="Lunch", is_free=True)
    catalogue.card(dear)
    pottery = places.session(scene, THURSDAY, 5, dear)
    free, mine, full, waited = (
        places.session(scene, THURSDAY + timedelta(days=7 * week), 5 if week < len(("free", "mine")) else 1, lunch)
        for week in range(4)
    )
    neighbour = accounts.person(Role.PERSON, name="Nell Neighbour")
    with transaction():
        sessions.join(actor=scene.person, person=scene.person, session=mine)
        for session in (full, waited):
            sessions.join(actor=neighbour, person=neighbour, session=session)
        sessions.wait(actor=scene.person, person=scene.person, session=waited)
    _named(made, "listing_sessions", public_id=lunch.public_id)
    _named(made, "session", public_id=pottery.public_id)
    _named(made, "take_place desk_session call_off_session", public_id=free.public_id)
    _named(made, "give_up_place", public_id=mine.public_id)
    _named(made, "wait_for_place", public_id=full.public_id)
    _named(made, "stop_waiting", public_id=waited.public_id)
    _named(made, "desk_sessions", provider_id=scene.provider.public_id, listing_id=lunch.public_id)


def _shares(scene: bookings.Scene, pot: Pot, made: Life) -> None:
    """A plan of one's own, a plan of a neighbour that waits for one's answer, and shared support that goes on."""
    neighbour = accounts.person(Role.PERSON, name="Bea Neighbour", council_id=scene.council.id)
    theirs = bookings.pot(neighbour, PotKind.OWN_MONEY, 100_000)
    made.words |= {"neighbour": neighbour.email, "owed": str(OWED)}
    both = ((scene.person, pot), (neighbour, theirs))
    own, asked = _plan(scene, *both), _plan(scene, *reversed(both))
    _named(made, "share withdraw", plan_id=own.public_id)
    _named(made, "agree refuse", plan_id=asked.public_id)
    shared = _plan(scene, *both)
    share = share_for(neighbour, shared.public_id)
    with transaction():
        sent = plans.agree_to_share(
            actor=neighbour, person=neighbour, share=share, name="Bea", pots=[theirs.id], amount_seen=share.amount_pence
        )
        booking = sent.booking
        assert booking is not None
        answers.accept(actor=scene.staff, booking=booking)
    _named(made, "own_share", public_id=booking.public_id)
    _named(made, "leave", plan_id=shared.public_id)


def _plan(scene: bookings.Scene, planner: tuple[Person, Pot], other: tuple[Person, Pot]) -> SharePlan:
    with transaction():
        return plans.propose_shares(
            actor=planner[0],
            person=planner[0],
            listing_id=scene.listing.id,
            times=[
                visit_times(bookings.TUESDAY + timedelta(weeks=week), time(9), time(10, 30), ends_next_day=False)
                for week in range(WEEKS)
            ],
            add_on_ids=(),
            mine=Sharer("", "First", 1),
            others=[Sharer(other[0].email, "Second", 1)],
            pots=[planner[1].id],
            amount_seen=OWED,
            key=_key(),
            note="Second floor",
        )


def _things(scene: bookings.Scene, pot: Pot, made: Life) -> None:
    """Things bought, some of them sent back; and two lines in the basket."""
    seat = catalogue.listing(scene.provider, "daily-living", scene.council, title="Raised seat")
    catalogue.card(seat, 4200, unit=Unit.ITEM)
    _named(made, "buy", public_id=seat.public_id)
    bought, returning = _bought(scene, seat, pot), _bought(scene, seat, pot)
    with transaction():
        item_return = returns.send_back(actor=scene.person, booking=returning, quantity=1, key=_key())
        lines = [
            basket_actions.put_in_basket(
                actor=scene.person,
                person=scene.person,
                listing_id=listing.id,
                plan={"on": "2026-11-24", "from": "09:00", "to": "10:30"},
                key=_key(),
                pay=pot.public_id,
            )
            for listing in (scene.listing, seat)
        ]
    _named(made, "send_back", public_id=bought.public_id)
    _named(made, "arrived", public_id=item_return.public_id)
    made.words["line"] = lines[0].public_id
    _named(made, "take_out", public_id=lines[0].public_id)


def _bought(scene: bookings.Scene, seat: Listing, pot: Pot) -> Booking:
    with clock.set_to(bookings.NOW), transaction():
        made = bookings.request_booking(
            actor=scene.person,
            person=scene.person,
            listing=seat,
            times=OVER,
            add_on_ids=(),
            pots=[pot.id],
            key=_key(),
            quantity=3,
        )
        answers.accept(actor=scene.staff, booking=made)
    with transaction():
        recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
    return made


def _key() -> str:
    return f"a-form-of-its-own-{next(_numbers):06d}"
