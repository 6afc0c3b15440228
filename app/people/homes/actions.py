"""Saying what a visit at home needs."""

from dataclasses import asdict

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import BadInput, NotAllowed
from app.people.accounts.models import Person
from app.people.circles.queries import powers_to_act
from app.people.councils.queries import place_of
from app.people.councils.rules.geography import compact_or_none, show_postcode
from app.people.homes.models import HomeDetails
from app.people.homes.permissions import may_say_home
from app.people.homes.queries import details_of
from app.people.homes.rules import HomeChangedMeanwhile, HomeFacts, HomeSeal
from app.platform.audit.actions import record

_LOCK = (
    select(Person)
    .where(Person.id == bindparam("person_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def save_home(
    *, actor: Person, person: Person, facts: HomeFacts, way_in: str, postcode: str, seen: int, seal: HomeSeal
) -> HomeDetails:
    """Keep what a visit at home needs, sealed; the postcode says from now on where the person shops.

    Args:
        actor: the person, or whoever may book for them.
        person: whose home it is.
        facts: where to come and whom to call.
        way_in: how to get in; may be empty.
        postcode: of the home, in any writing.
        seen: the revision the form was made from; 0 when nothing was said before.
        seal: of the site.

    Raises:
        NotAllowed: for anybody else.
        BadInput: when the postcode is not whole.
        HomeChangedMeanwhile: when somebody saved another one since the form was made.
    """
    if not may_say_home(powers_to_act(actor, number_of(person))):
        raise NotAllowed("Only the person, or somebody who may book for them, can say this.")
    compact = compact_or_none(postcode)
    if compact is None:
        raise BadInput("Enter a whole postcode, like M31 4FA")
    # One by one for each person: of two who save at once the second sees what the first has saved.
    person = db.session.execute(_LOCK, {"person_id": number_of(person)}).scalar_one()
    details = details_of(person.id)
    if details is not None:
        db.session.refresh(details)
    if seen != (details.revision if details else 0):
        raise HomeChangedMeanwhile
    changed = _changed(person, details, facts, way_in, show_postcode(compact), seal)
    if details is None:
        details = HomeDetails(person_id=person.id, revision=0)
        db.session.add(details)
    details.facts = seal.seal_facts(facts, person.public_id)
    details.way_in = seal.seal_way_in(way_in, person.public_id)
    details.revision += 1
    details.saved_at, details.saved_by_id = clock.now(), number_of(actor)
    place = place_of(compact)
    person.postcode, person.shops_in_id = show_postcode(compact), None if place is None else place.council_id
    db.session.flush()
    # What changed by its name, never what it says: the record is read by others, and kept for ever.
    record(
        action="home_details_saved",
        actor_id=number_of(actor),
        for_person_id=person.id,
        subject_kind="person",
        subject_id=person.id,
        council_id=person.council_id,
        changed=changed,
    )
    return details


def forget_home(*, actor: Person, person: Person) -> None:
    """Forget what a visit at home needs; whoever comes is told to ask. Doing it twice is doing it once.

    Raises:
        NotAllowed: for anybody but the person and whoever may book for them.
    """
    if not may_say_home(powers_to_act(actor, number_of(person))):
        raise NotAllowed("Only the person, or somebody who may book for them, can do this.")
    person = db.session.execute(_LOCK, {"person_id": number_of(person)}).scalar_one()
    details = details_of(person.id)
    if details is None:
        return
    db.session.delete(details)
    db.session.flush()
    record(
        action="home_details_forgotten",
        actor_id=number_of(actor),
        for_person_id=person.id,
        subject_kind="person",
        subject_id=person.id,
        council_id=person.council_id,
    )


def _changed(
    person: Person, details: HomeDetails | None, facts: HomeFacts, way_in: str, postcode: str, seal: HomeSeal
) -> list[str]:
    before = seal.facts_in(details.facts, person.public_id) if details else None
    then = asdict(before) if before else {}
    found = [name for name, said in asdict(facts).items() if said != then.get(name, "")]
    if way_in != (seal.way_in_of(details.way_in, person.public_id) if details else ""):
        found.append("way_in")
    return [*found, *(["postcode"] if postcode != person.postcode else [])]


def reseal_homes(seal: HomeSeal) -> tuple[int, int]:
    """Seal everything with the newest secret, so that an older one can be forgotten. Safe to run twice.

    Returns:
        How many were sealed anew, and how many no secret opens.
    """
    done, lost = 0, 0
    for details, whose in db.session.execute(
        select(HomeDetails, Person.public_id).join(Person, Person.id == HomeDetails.person_id).with_for_update()
    ):
        facts = seal.facts_in(details.facts, whose)
        if facts is None:
            lost += 1
            continue
        details.facts = seal.seal_facts(facts, whose)
        details.way_in = seal.seal_way_in(seal.way_in_of(details.way_in, whose), whose)
        done += 1
    return done, lost
