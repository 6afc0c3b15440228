"""The operator's ``flask disputes``: what nobody else can decide about is read and decided here, on the record."""

from datetime import datetime, time

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Refusal
from app.platform.audit import actions as audit
from app.platform.web.filters import money
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.booking_records.rules.words import SAID, Decides, Reader
from app.support.visits.actions import disputes
from app.support.visits.models import Dispute
from app.support.visits.queries import deciding
from app.support.visits.rules import disputes as disputes_rules
from app.support.visits.rules import endings, things
from app.support.visits.rules.disputes import CLAIM_WORDS, THING_CLAIM_WORDS
from app.support.visits.rules.endings import NO_TIMES, TimesWorked

group = AppGroup("disputes", help="Disputes about visits that no care manager can decide.")
ENDINGS = sorted(
    {
        status.value
        for may in (disputes_rules.MAY_DECIDE_AS, things.RECORDABLE_THINGS, disputes_rules.CALLED_OFF)
        for status in may
    }
)
SAYS = SAID[Reader.COUNCIL]


@group.command("list")
def list_command() -> None:
    """Print the disputes that only the operator can decide, the oldest first, one a line and without names."""
    found = deciding.for_the_operator()
    for one in found:
        state = SAYS.dispute(one.status, Decides.OPERATOR)
        why_not = disputes_rules.may_be_decided(one.status, raised=one.raised_at, now=clock.now())
        ready = "" if why_not else ", can be decided"
        click.echo(f"{one.public_id} {one.visit.booking.reference}, raised {_day(one.raised_at)}: {state}{ready}")
    if not found:
        click.echo("None.")


@group.command("show")
@click.argument("dispute")
def show_command(dispute: str) -> None:
    """Print what both sides say of DISPUTE (its id, as in the list). That the operator read it is recorded."""
    try:
        found = deciding.dispute_named(dispute)
        in_transaction(lambda: _note_look(deciding.dispute_named(dispute)))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    visit, booking = found.visit, found.visit.booking
    click.echo(f"{booking.reference}, {booking.agreed['title']} from {booking.agreed['provider']}")
    click.echo(f"Agreed: {_day(visit.starts_at)} to {_day(visit.ends_at)}, {money(visit.price_pence)}")
    click.echo(f"Recorded: {SAYS.visit(visit.status, of_things=booking.is_of_things, disputed=True)}")
    click.echo(f"It can cost {money(found.waiting_pence)} at most.")
    click.echo(f"The person's side: {(CLAIM_WORDS | THING_CLAIM_WORDS)[found.claim]}. {found.words}")
    click.echo(f"The provider: {found.answer_words or 'has not answered'}")
    may = disputes_rules.may_decide_as(visit.status, of_things=booking.is_of_things)
    click.echo(f"You can decide: {', '.join(may)}")


@group.command("decide")
@click.argument("dispute")
@click.argument("ending", type=click.Choice(ENDINGS))
@click.option("--words", required=True, help="Why; both sides read it.")
@click.option("--came", type=click.DateTime(["%H:%M"]), help="When the worker came, like 09:05.")
@click.option("--left", type=click.DateTime(["%H:%M"]), help="When the worker left.")
@click.option("--arrived", type=click.IntRange(0), help="Of things: how many arrived whole.")
def decide_command(
    dispute: str, ending: str, words: str, came: datetime | None, left: datetime | None, arrived: int | None
) -> None:
    """Decide DISPUTE as ENDING, where no care manager can. It never costs more than was first charged."""
    try:
        found = deciding.dispute_named(dispute)
        stay = _stay(found.visit, came, left)
        pence = in_transaction(
            lambda: (
                disputes.decide_dispute(
                    actor=None,
                    dispute=deciding.dispute_named(dispute),
                    ending=VisitStatus(ending),
                    words=words,
                    stay=stay,
                    arrived=arrived,
                ).visit.charged_pence
            )
        )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    click.echo(f"Decided: {money(pence)} is charged. Both sides were told.")


def _stay(visit: Visit, came: datetime | None, left: datetime | None) -> TimesWorked:
    if came is None and left is None:
        return NO_TIMES
    if came is None or left is None:
        raise click.ClickException("Give both --came and --left, or neither.")
    came_at = endings.near(_face(came), visit.starts_at)
    return TimesWorked(came_at, endings.near(_face(left), visit.ends_at, after=came_at))


def _face(typed: datetime) -> time:
    return typed.time()


def _note_look(dispute: Dispute) -> None:
    booking = dispute.visit.booking
    for person_id in dispute.visit.payer_ids:
        audit.record(
            action="dispute_looked_at",
            actor_id=None,
            for_person_id=person_id,
            subject_kind="person",
            subject_id=person_id,
            reference=booking.reference,
        )


def _day(moment: datetime) -> str:
    return f"{clock.london(moment):%-d %B %Y %H:%M}"
