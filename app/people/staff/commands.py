"""The operator's ``flask councils open``, and its staff from the command line: the same actions as on the site."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import COUNCIL_ROLES, Role
from app.people.councils.access import council_named
from app.people.staff import actions
from app.people.staff.queries import roles_at

group = AppGroup("councils", help="Councils, their staff, postcodes, places and rules.")

_ROLE = click.Choice(sorted(role.value for role in COUNCIL_ROLES))


def _address(email: str) -> str:
    if "@" not in email.strip("@") or any(c.isspace() for c in email):
        message = "That is not an email address."
        raise click.ClickException(message)
    return email


@group.command("open")
@click.argument("code")
@click.argument("name")
@click.option("--area-code", required=True, help="The ONS code of its area, for example E08000009.")
@click.option("--admin-email", required=True, help="Email address of the first administrator.")
@click.option("--admin-name", required=True, help="Their full name.")
def open_council(code: str, name: str, area_code: str, admin_email: str, admin_name: str) -> None:
    """Open a council: CODE for addresses (lower case), NAME as people read it, and its first administrator.

    They are sent a link to choose a password; it is printed too. Everything else they do on the site. Run it again where
    the first administrator never came in: it prints another link.
    """
    try:
        with transaction():
            council, person, path = actions.open_council(
                code=code, name=name, area_code=area_code, email=_address(admin_email), full_name=admin_name
            )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Open: {council.code}, {council.name}, {council.area_code}.")
    print(f"Administrator: {person.full_name}, {person.email}.")
    if path is None:
        print("They sign in as before, or have been sent enough links this hour.")
    else:
        print(f"To choose a password, once, within seven days: {current_app.config['SITE_URL']}{path}")


@group.command("invite-staff")
@click.argument("code")
@click.option("--email", required=True, help="Their email address.")
@click.option("--name", required=True, help="Full name.")
@click.option(
    "--role", "roles", required=True, multiple=True, type=_ROLE, help="What they do; may be said several times."
)
def invite_staff(code: str, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Let somebody work for the council CODE. Who has no account gets one, and a link to choose a password."""
    council = council_named(code)
    try:
        with transaction():
            person = actions.invite_officer(
                actor=None,
                council=council,
                email=_address(email),
                full_name=name,
                roles=[Role(role) for role in roles],
            )
            waits = person.email_confirmed_at is None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Done. {'An email with a link to choose a password is on its way.' if waits else 'They sign in as before.'}")


@group.command("remove-staff")
@click.argument("code")
@click.option("--email", required=True, help="Their email address.")
def remove_staff(code: str, email: str) -> None:
    """Take all roles of somebody at the council CODE away, at once."""
    council, person = council_named(code), person_by_email(email)
    if person is None or not roles_at(person, council.id):
        message = f"Nobody with that email address works for {council.name}. See: flask accounts list-roles"
        raise click.ClickException(message)
    name = council.name
    try:
        with transaction():
            actions.remove_officer(actor=None, council=council, person=person)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Done. They no longer work for {name}.")
