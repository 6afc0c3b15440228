"""Many people asked at once, as a file brings them: nobody has an account yet, and each is asked as one alone is."""

from collections.abc import Sequence

from app.base import clock
from app.base.db import db
from app.base.refusals import NotAllowed
from app.funding.taking_on.actions.asking import ASKERS, Described, give_letter, tell_asked
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import TakingOn, new_sign_in_name
from app.people.accounts.actions.links import send_first_password_links
from app.people.accounts.actions.signing_up import enrol_each
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.audit.actions import record_each


def take_on_each(
    *, actor: Person, council: Council, described: Sequence[Described], site: str, file_id: int
) -> list[CouncilPerson]:
    """Ask many people to be with a council, each with an account made now; who has no email address gets a letter.

    Whether one of them may be somebody who is here already is for the caller to look at, with the council locked. Where an
    account with the address came in between, the database refuses all of them.

    Args:
        actor: a care manager or commissioner of the council.
        council: which asks.
        described: the facts by which the council knows them.
        site: the address of the site, for the letters.
        file_id: the file that brought them.

    Raises:
        NotAllowed: for anybody else.
    """
    if council.id not in actor.council_ids_as(*ASKERS):
        raise NotAllowed("Only care managers and commissioners of the council can do this")
    by_email, by_letter = [one for one in described if one.email], [one for one in described if not one.email]
    reached = enrol_each([(one.email or "", one.full_name, one.postcode) for one in by_email], are_checked=False)
    written_to = enrol_each([(new_sign_in_name(), one.full_name, one.postcode) for one in by_letter], are_checked=True)
    made = {
        id(one): CouncilPerson(
            person=person,
            council=council,
            reference=one.reference,
            born_on=one.born_on,
            postcode=one.postcode,
            status=TakingOn.ASKED,
            asked_at=clock.now(),
            asked_by=actor,
            file_id=file_id,
            tries=0,
        )
        for one, person in zip([*by_email, *by_letter], [*reached, *written_to], strict=True)
    }
    in_order = [made[id(one)] for one in described]
    db.session.add_all(in_order)
    db.session.flush()
    send_first_password_links(reached)
    for asked in in_order:
        if "@" not in asked.person.email:
            give_letter(asked, asked.person, council, site)
        tell_asked(asked, asked.person, council)
    db.session.flush()
    record_each(
        "council_asked_person",
        [
            {
                "actor_id": actor.id,
                "for_person_id": one.person_id,
                "subject_kind": "council_person",
                "subject_id": one.id,
                "council_id": council.id,
            }
            for one in in_order
        ],
    )
    return in_order
