"""The ``flask frameworks`` commands: the same actions as on the site, for operators who script."""

from datetime import datetime

import click
from flask.cli import AppGroup

from app.base.db import db, transaction
from app.base.refusals import Refusal
from app.market.catalogue.actions.places import place_on_framework
from app.market.catalogue.rules.kinds import KINDS
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
