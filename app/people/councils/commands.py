"""The ``flask councils`` commands, and the telling of rows' fates that every import command shares."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.base.text import clean_line
from app.people.councils.access import council_named
from app.people.councils.actions.councils import add_council, set_contact
from app.people.councils.actions.postcodes import add_postcodes
from app.people.councils.queries import all_councils, council_by_code
from app.people.councils.rules.areas import POSTCODES, PostcodeRow, read_postcode
from app.platform.tables.rules.outcomes import RowOutcome
from app.platform.web.terminal import carry_out, import_options, progress, table_in

group = AppGroup("councils", help="Councils, their postcodes and places.")


@group.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--area-code", required=True, help="The ONS code of its area, for example E08000009.")
def add(code: str, name: str, area_code: str) -> None:
    """Add a council: CODE for addresses (lower case), NAME as people read it. A second run changes nothing."""
    standing = council_by_code(code)
    if standing is not None and (standing.name, standing.area_code) == (clean_line(name), area_code):
        print(f"Unchanged: {code}, {standing.name}, {area_code}.")
        return
    try:
        with transaction():
            council = add_council(code=code, name=name, area_code=area_code)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Added: {council.code}, {council.name}, {council.area_code}.")


@group.command("set-contact")
@click.argument("code")
@click.option("--phone", help="The council's own number.")
@click.option("--email", help="The council's own email address.")
@click.option("--safeguarding-phone", help="Whom to call when an adult may be in danger.")
@click.option(
    "--safeguarding-hours", help="When they answer, in words: 'Monday to Friday, 9am to 5pm; nights 0161 496 0001'."
)
def contact(
    code: str, phone: str | None, email: str | None, safeguarding_phone: str | None, safeguarding_hours: str | None
) -> None:
    """Say how to reach the council CODE. What is left out stays; an empty value ("") takes away what there was."""
    council = council_named(code)
    try:
        with transaction():
            set_contact(
                actor=None,
                council=council,
                phone=phone,
                email=email,
                safeguarding_phone=safeguarding_phone,
                safeguarding_hours=safeguarding_hours,
            )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"{council.name}: {council.phone or 'no number'}, {council.email or 'no email address'}.")
    print(
        f"Safeguarding: {council.safeguarding_phone or 'no number'}, {council.safeguarding_hours or 'no hours given'}."
    )


@group.command("list")
def show() -> None:
    """List the councils of this installation."""
    for council in all_councils():
        print(f"{council.code:<20} {council.area_code}  {council.name}{' (demonstration)' * council.is_demonstration}")


@group.command("import-postcodes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--council", "code", required=True, help="The code of the council they belong to.")
@import_options
def import_postcodes(file: Path, code: str, **how: Any) -> None:
    """Import postcodes with their wards, localities and coordinates. A second run changes nothing.

    Search knows listings by the names of their wards and localities: where some were renamed, run
    ``flask search check --fix`` afterwards.
    """
    council = council_named(code)
    table = table_in(file, POSTCODES)
    read = [read_postcode(row, council_code=council.area_code, council_name=council.name) for row in table.rows]
    good = [one for one in read if isinstance(one, PostcodeRow)]
    refused = [one for one in read if isinstance(one, RowOutcome)]
    carry_out(
        file,
        table,
        lambda: [*add_postcodes(council=council, rows=good, progress=progress("Postcodes")), *refused],
        **how,
    )
