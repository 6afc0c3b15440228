"""The ``flask accounts`` commands: what an operator does for councils, who cannot sign themselves up."""

import click
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.people.accounts import queries
from app.people.accounts.actions import roles, signing_up
from app.people.accounts.rules import COUNCIL_ROLES, Role

group = AppGroup("accounts", help="Commands of the accounts room.")

_COUNCIL_ROLE = click.Choice(sorted(role.value for role in COUNCIL_ROLES))


def _council_id(code: str) -> int:
    council_id = queries.council_id_of(code)
    if council_id is None:
        message = f"There is no council {code}. Add it with: flask councils add"
        raise click.ClickException(message)
    return council_id


@group.command("add-staff")
@click.option("--email", required=True, help="Their email address.")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", required=True, type=_COUNCIL_ROLE, help="What they do there.")
@click.option("--council", required=True, help="The council's code.")
def add_staff(email: str, name: str, role: str, council: str) -> None:
    """Give somebody a role at a council. Who has no account gets one, and a link to set a password."""
    council_id = _council_id(council)
    if "@" not in email or any(c.isspace() for c in email):
        message = "That is not an email address."
        raise click.ClickException(message)
    try:
        with transaction():
            person = signing_up.add_staff(email=email, full_name=name, role=Role(role), council_id=council_id)
            waits = person.email_confirmed_at is None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Done. {'A link to set a password was sent.' if waits else 'They sign in as before.'}")


@group.command("list-roles")
@click.option("--council", help="Only of the council with this code.")
def list_roles(council: str | None) -> None:
    """List who holds which role at which council."""
    for held in queries.role_grants(council_id=_council_id(council) if council else None):
        person = held.grant.person
        click.echo(f"{held.grant.id:>6}  {held.place}  {held.grant.role}  {person.full_name}  {person.email}")


@group.command("end-role")
@click.argument("number", type=int)
def end_role(number: int) -> None:
    """Take a role away, by its NUMBER in list-roles."""
    with transaction():
        held = next((h for h in queries.role_grants() if h.grant.id == number), None)
        if held is None:
            message = f"No role {number} is held now. See: flask accounts list-roles"
            raise click.ClickException(message)
        roles.end_role(grant=held.grant, ended_by=None)
    click.echo("Ended.")
