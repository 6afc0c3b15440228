"""The commands that import what others publish: ``flask providers import-register`` and ``flask catalogue import-community``."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.market.providers.queries import served
from app.market.registers.actions.listings import import_community, import_locations, import_ratings
from app.market.registers.rules.listings import CommunityKind, read_community, shape_of
from app.market.registers.rules.providers import SHAPES, Format, format_of, read_location, read_rating
from app.people.councils.access import council_named
from app.people.councils.models import Council
from app.platform.tables.rules.outcomes import RowOutcome
from app.platform.tables.rules.rows import TableFile
from app.platform.web.terminal import carry_out, import_options, progress, table_in

group = AppGroup("catalogue", help="Listings from community files.")
providers = AppGroup("providers", help="Providers from the regulator's registers.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@providers.command("import-register")
@click.argument("file", type=FILE)
@click.option("--council", "code", required=True, help="The code of the council whose rows are wanted.")
@import_options
def import_register(file: Path, code: str, **how: Any) -> None:
    """Import a file of the Care Quality Commission's: providers, registered locations, their listings or ratings.

    Knows the weekly directory, the active locations, the latest ratings (CSV, ODS or Excel) and a council's list of care
    homes, each by its header. Only rows of that council are taken; a second run changes nothing.
    """
    council = council_named(code)
    table = table_in(file, *SHAPES.values())
    kind = format_of(table.header)
    table.notes.insert(0, f"read as the regulator's {kind}")
    carry_out(file, table, lambda: _import(council, table, kind), **how)


def _import(council: Council, table: TableFile, kind: Format) -> list[RowOutcome]:
    if kind == Format.RATINGS:
        read = [
            (row.line, row.get("location name", "location id") or "(no name)", read_rating(row)) for row in table.rows
        ]
        return import_ratings(council=council, rows=read, progress=progress("Ratings"))
    rows = [read_location(row, kind) for row in table.rows]
    return import_locations(council=council, rows=rows, progress=progress("Locations"))


@providers.command("claims")
@click.option("--council", "code", help="Only those this council decides, by its code.")
def list_claims(code: str | None) -> None:
    """List the claims on providers' pages that wait: since when, of which provider, and which council decides."""
    for one in served.claims_waiting(council_named(code).id if code else None):
        proof = one.proof.value if one.proof else "nothing shows it yet"
        print(f"{one.public_id}  {one.made_at:%Y-%m-%d}  {one.provider.name}  {one.council.code}  {proof}")


@group.command("import-community")
@click.argument("file", type=FILE)
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in CommunityKind]), help="What is in it.")
@click.option("--council", "code", required=True, help="The code of the council it is about.")
@import_options
def import_community_file(file: Path, kind: str, code: str, **how: Any) -> None:
    """Import a file of libraries, food banks, sports clubs, mental-health services or charities.

    A second run changes nothing.
    """
    council = council_named(code)
    what = CommunityKind(kind)
    table = table_in(file, shape_of(what))
    rows = read_community(table.rows, what)
    carry_out(
        file,
        table,
        lambda: import_community(council=council, kind=what, rows=rows, progress=progress(kind.capitalize())),
        **how,
    )
