"""The ``flask accounts`` commands: what an operator does for councils, who cannot sign themselves up."""

import click
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.people.accounts import queries
from app.people.accounts.actions import roles, signing_up
from app.people.accounts.rules import COUNCIL_ROLES, STAFF_ROLES, Role

group = AppGroup("accounts", help="Commands of the accounts room.")

_STAFF_ROLE = click.Choice(sorted(role.value for role in STAFF_ROLES))


def _council_id(code: str) -> int:
    council_id = queries.council_id_of(code)
    if council_id is None:
        message = f"There is no council {code}. Add it with: flask councils add"
        raise click.ClickException(message)
    return council_id


@group.command("add-staff")
@click.option("--email", required=True, help="Their email address.")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", required=True, type=_STAFF_ROLE, help="What they do there.")
@click.option("--council", help="The council's code; for the role payments, which is the whole site's, leave it out.")
def add_staff(email: str, name: str, role: str, council: str | None) -> None:
    """Give somebody a role at a council, or for the site. Who has no account gets one, and a link to set a password."""
    if (Role(role) in COUNCIL_ROLES) != (council is not None):
        message = (
            "Say --council CODE." if council is None else f"The role {role} is the whole site's: leave out --council."
        )
        raise click.ClickException(message)
    council_id = None if council is None else _council_id(council)
    if "@" not in email or any(c.isspace() for c in email):
        message = "That is not an email address."
        raise click.ClickException(message)
    try:
        with transaction():
            person = signing_up.add_staff(email=email, full_name=name, roles=[Role(role)], council_id=council_id)
            waits = person.email_confirmed_at is None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(
        f"Done. {'An email with a link to set a password is on its way.' if waits else 'They sign in as before.'}"
    )


@group.command("list-roles")
@click.option("--council", help="Only of the council with this code.")
@click.option("--provider", help="Only of the provider with this public id, as in the address of its page.")
@click.option("--ended", is_flag=True, help="Those that were ended, instead of those held now.")
def list_roles(council: str | None, provider: str | None, ended: bool) -> None:
    """List who holds which role at which council or provider, or held it."""
    provider_id = queries.provider_id_of(provider) if provider else None
    if provider and provider_id is None:
        message = f"There is no provider {provider}."
        raise click.ClickException(message)
    council_id = _council_id(council) if council else None
    for held in queries.role_grants(council_id=council_id, provider_id=provider_id, ended=ended):
        person, until = held.grant.person, held.grant.ended_at
        since = f"  from {held.grant.granted_at:%Y-%m-%d}{f' until {until:%Y-%m-%d}' if until else ''}" if ended else ""
        click.echo(f"{held.grant.id:>6}  {held.place}  {held.grant.role}  {person.full_name}  {person.email}{since}")


@group.command("end-role")
@click.argument("number", type=int)
def end_role(number: int) -> None:
    """Take a role away, by its NUMBER in list-roles."""
    with transaction():
        held = next((h for h in queries.role_grants() if h.grant.id == number), None)
        if held is None:
            message = f"No role {number} is held now. See: flask accounts list-roles"
            raise click.ClickException(message)
        try:
            roles.end_role(grant=held.grant, ended_by=None)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal}.") from None
    click.echo("Ended.")
