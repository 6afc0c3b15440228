"""Files of people, sent and brought in, in one go."""

import secrets

from app.base.db import db, in_transaction
from app.funding.people_files.actions import bringing
from app.funding.people_files.actions.foretelling import foretell_people
from app.funding.people_files.models import PeopleFile
from app.funding.people_files.rules import read_people
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.files.actions import hold_file
from app.platform.files.rules.photos import Fit

HEAD = "reference,full_name,date_of_birth,postcode,email,year_starts_on,first_estimate,contribution"


def rows(*said: str) -> bytes:
    """A file of these rows."""
    return "\n".join([HEAD, *said]).encode()


def sent(actor: Person, council: Council, content: bytes, name: str = "people.csv") -> PeopleFile:
    """Send a file, to which nobody has said yes yet."""
    db.session.commit()
    fates = foretell_people(actor=actor, council=council, table=read_people(content))
    key = secrets.token_urlsafe(16)
    hold_file(person_id=actor.id, waits_for=key, name=name, fit=Fit(content, "application/octet-stream"))
    return in_transaction(
        lambda: bringing.keep_file(actor=actor, council=council, name=name, waits_for=key, fates=fates)
    )


def agreed(actor: Person, council: Council, content: bytes) -> PeopleFile:
    """Send a file and say yes to it."""
    found = sent(actor, council, content)
    return in_transaction(lambda: bringing.say_yes_to_file(actor=actor, file=found))


def brought(actor: Person, council: Council, content: bytes) -> PeopleFile:
    """Send a file, say yes and bring it in."""
    found = agreed(actor, council, content)
    bringing.bring_file(found.id, site="https://ownway.example")
    return found
