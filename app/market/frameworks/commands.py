"""The ``flask frameworks`` commands: the same actions as on the site, for operators who script."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from flask.cli import AppGroup

from app.base.db import db, transaction
from app.base.refusals import Refusal
from app.market.catalogue.actions.places import place_on_framework
from app.market.catalogue.rules.kinds import KINDS
from app.market.frameworks.actions import setting_up
from app.market.frameworks.actions.setting_up import publish_framework
from app.market.frameworks.queries import reading
from app.market.providers.queries import provider_by_public_id
from app.people.councils.access import council_named
from app.people.councils.actions.councils import add_framework
from app.people.councils.models import Framework, Locality, Lot
from app.people.councils.queries import locality_by_slug

group = AppGroup("frameworks", help="Frameworks of councils: lots, terms, places and their history.")

DAY = click.DateTime(["%Y-%m-%d"])


@group.command("list")
@click.argument("code")
def show(code: str) -> None:
    """List the frameworks of the council CODE, their lots and public ids."""
    for one in db.session.scalars(reading.frameworks_of(council_named(code).id)):
        state = "published" if one.published_at else "being written"
        print(f"{one.public_id}  {one.starts_on} to {one.ends_on}  {one.name} ({state})")
        for lot in one.lots:
            where = ", ".join(place.slug for place in lot.localities) or "the whole council"
            print(f"    lot {lot.number}  {lot.name}: {', '.join(lot.kinds)}; {where}")


@group.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--starts", required=True, type=DAY, help="The first day.")
@click.option("--ends", required=True, type=DAY, help="The last day.")
@click.option("--lot", "lots", required=True, multiple=True, help="'Name: kind, kind'; may be said several times.")
@click.option("--draft", is_flag=True, help="Do not publish it yet.")
def add(code: str, name: str, starts: datetime, ends: datetime, lots: tuple[str, ...], draft: bool) -> None:
    """Let a framework of the council CODE, with its lots in order."""
    council = council_named(code)
    try:
        with transaction():
            made = add_framework(
                actor=None,
                council=council,
                name=name,
                starts_on=starts.date(),
                ends_on=ends.date(),
                lots=[_lot(words) for words in lots],
                is_published=not draft,
            )
            public_id = made.public_id
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Added: {public_id}, {name}.")


def _lot(words: str) -> tuple[str, list[str]]:
    name, _, kinds = words.partition(":")
    wanted = [one.strip() for one in kinds.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in KINDS]
    if unknown:
        raise click.ClickException(f"There is no kind of support {unknown[0]}. There is: {', '.join(KINDS)}.")
    return name.strip(), wanted


@group.command("publish")
@click.argument("framework")
def publish(framework: str) -> None:
    """Let everybody read FRAMEWORK (its public id), and providers apply."""
    try:
        with transaction():
            name = publish_framework(actor=None, framework=reading.framework_named(framework)).name
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    print(f"Published: {name}.")


@group.command("extend")
@click.argument("framework")
@click.option("--until", required=True, type=DAY, help="The new last day, within the extension of its contract.")
def extend(framework: str, until: datetime) -> None:
    """Let FRAMEWORK (its public id) run longer, within the extension that its contract has."""
    _change(framework, lambda found: setting_up.extend_framework(actor=None, framework=found, ends_on=until.date()))
    print(f"It runs until {until:%Y-%m-%d}.")


@group.command("add-lot")
@click.argument("framework")
@click.option("--lot", required=True, help="Its name and kinds: 'Care at home:care-at-home,live-in-care'.")
@click.option(
    "--locality", "localities", multiple=True, help="Only there, by its name in addresses; several if you repeat it."
)
def add_lot(framework: str, lot: str, localities: tuple[str, ...]) -> None:
    """Add a lot to FRAMEWORK (its public id)."""
    name, kinds = _lot(lot)

    def act(found: Framework) -> int:
        there = [place for one in localities if (place := _locality_of(found, one)) is not None]
        return setting_up.add_lot(actor=None, framework=found, name=name, kinds=kinds, localities=there).number

    print(f"Added: lot {_change(framework, act)}, {name}.")


@group.command("set-discount")
@click.argument("framework")
@click.option("--from", "from_on", required=True, type=DAY, help="From which day.")
@click.option("--over", required=True, help="Pounds in four weeks that are not discounted: 14000.")
@click.option("--percent", required=True, type=int, help="Of what is above that.")
def set_discount(framework: str, from_on: datetime, over: str, percent: int) -> None:
    """Set the volume discount of FRAMEWORK (its public id) from a day on."""
    try:
        pence = Decimal(over) * 100
    except InvalidOperation:
        raise click.ClickException(f"{over} is no sum in pounds. Write it like 14000 or 14000.50.") from None
    if not pence.is_finite() or pence != int(pence):
        raise click.ClickException(f"{over} is no sum in whole pence. Write it like 14000 or 14000.50.")
    _change(
        framework,
        lambda found: setting_up.set_discount(
            actor=None, framework=found, valid_from=from_on.date(), threshold_pence=int(pence), percent=percent
        ),
    )
    print(f"From {from_on:%Y-%m-%d}: {percent} percent of what is over £{over}.")


@group.command("add-round")
@click.argument("framework")
@click.option("--opens", required=True, type=DAY, help="The first day on which providers can apply.")
@click.option("--closes", required=True, type=DAY, help="The last one.")
def add_round(framework: str, opens: datetime, closes: datetime) -> None:
    """Open a round in which providers can apply to FRAMEWORK (its public id)."""
    days = {"opens_on": opens.date(), "closes_on": closes.date()}
    _change(framework, lambda found: setting_up.add_round(actor=None, framework=found, **days))
    print(f"Open from {opens:%Y-%m-%d} to {closes:%Y-%m-%d}.")


@group.command("invite")
@click.argument("framework")
@click.argument("provider")
def invite(framework: str, provider: str) -> None:
    """Invite PROVIDER to apply to FRAMEWORK (public ids, as in addresses)."""

    def act(found: Framework) -> str:
        seller = provider_by_public_id(provider)
        setting_up.invite_provider(actor=None, framework=found, provider=seller)
        return seller.name

    print(f"Invited: {_change(framework, act)}.")


def _change(framework: str, act: Callable[[Framework], Any]) -> Any:
    """Do something to the framework with this public id, in a transaction; a refusal is said as one."""
    try:
        with transaction():
            return act(reading.framework_named(framework))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None


@group.command("place")
@click.argument("framework")
@click.argument("provider")
@click.option("--lot", required=True, type=int, help="The lot's number.")
@click.option("--locality", help="Only there, by its name in addresses. Without it: the whole council.")
@click.option("--from", "from_on", required=True, type=DAY, help="The first day.")
@click.option("--until", "until_on", type=DAY, help="The last day; without it, as long as the framework runs.")
def place(
    framework: str, provider: str, lot: int, locality: str | None, from_on: datetime, until_on: datetime | None
) -> None:
    """Put PROVIDER on a lot of FRAMEWORK (public ids): for places given before there was this site."""
    try:
        with transaction():
            found = reading.framework_named(framework)
            seller = provider_by_public_id(provider)
            place_on_framework(
                actor=None,
                provider=seller,
                lot=_lot_of(found, lot),
                from_on=from_on.date(),
                until_on=until_on.date() if until_on else None,
                locality=_locality_of(found, locality),
            )
            name = seller.name
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    print(f"{name} is on lot {lot} from {from_on:%Y-%m-%d}.")


@group.command("was-on")
@click.argument("framework")
@click.argument("provider")
@click.option("--lot", required=True, type=int, help="The lot's number.")
@click.option("--locality", help="There, by its name in addresses.")
@click.option("--on", "day", required=True, type=DAY, help="On which day.")
def was_on(framework: str, provider: str, lot: int, locality: str | None, day: datetime) -> None:
    """Say whether PROVIDER was on a lot of FRAMEWORK on a day, and by what."""
    try:
        found = reading.framework_named(framework)
        seller = provider_by_public_id(provider)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    wanted, where = _lot_of(found, lot), _locality_of(found, locality)
    standing = reading.standings(found, day.date(), provider_id=seller.id, lot_id=wanted.id, locality=where)
    print("yes" if any(one.counts for one in standing) else "no")
    for one in standing:
        there = one.place.locality.name if one.place.locality else "the whole council"
        stopped = f", suspended from {one.suspensions[0].from_on}" if one.suspensions else ""
        print(f"  {there}, from {one.place.from_on} until {one.place.until_on or found.ends_on}{stopped}")


def _lot_of(framework: Framework, number: int) -> Lot:
    found = next((one for one in framework.lots if one.number == number), None)
    if found is None:
        raise click.ClickException(f"There is no lot {number} on {framework.name}.")
    return found


def _locality_of(framework: Framework, slug: str | None) -> Locality | None:
    found = locality_by_slug(framework.council_id, slug) if slug else None
    if slug and found is None:
        raise click.ClickException(f"There is no locality {slug} in {framework.council.name}.")
    return found
