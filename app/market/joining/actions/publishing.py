"""Publishing a provider that joins: at once where nobody must look first, else after a council's yes."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue.actions import listings, rates
from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.joining import queries
from app.market.joining.actions.drafts import KnownAlready, note_joining, take_draft
from app.market.joining.models import Joining
from app.market.joining.permissions import is_own, may_answer_joining, waits
from app.market.joining.rules import JoiningStatus, is_checked_first, is_ready, needs_registration, tasks
from app.market.providers.actions.providers import add_provider, add_registration
from app.market.providers.models import Provider
from app.market.providers.queries import commissioners_of
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.rules.geography import show_postcode
from app.platform.messages.actions import joining as messages


def publish_joining(*, actor: Person, joining: Joining) -> Joining:
    """Publish a draft, or send it to the council that must look first. Published or sent already, nothing happens.

    Raises:
        NotAllowed: when it is somebody else's.
        Conflict: when something is still to be done, or there is a page of it by now (:class:`KnownAlready`).
    """
    if not is_own(actor, joining):
        raise NotAllowed("Only whoever began this may publish it")
    db.session.execute(select(Joining.id).where(Joining.id == joining.id).with_for_update())
    db.session.refresh(joining)
    if joining.status != JoiningStatus.DRAFT:
        return joining
    joining = take_draft(actor, joining)
    _refuse_unready(joining)
    _refuse_doubles(joining)
    now = clock.now()
    if not is_checked_first(joining.kind, joining.offer):
        return _make_once(joining, by=actor)
    joining.status, joining.sent_at, joining.updated_at = JoiningStatus.WAITING, now, now
    joining.reason = joining.decided_at = joining.decided_by_id = None
    db.session.flush()
    note_joining("joining_sent", actor, joining)
    for commissioner in commissioners_of(joining.council_id or 0):
        messages.provider_to_check(
            to_person_id=commissioner.id,
            to_email=commissioner.email,
            name=commissioner.full_name,
            provider_name=joining.name,
            path=f"/joining/{joining.public_id}",
        )
    return joining


def take_back(*, actor: Person, joining: Joining) -> Joining:
    """Make a draft again of what waits for a council.

    Raises:
        NotAllowed: when it is somebody else's.
        Conflict: when it does not wait.
    """
    joining = _locked(joining)
    if not is_own(actor, joining):
        raise NotAllowed("Only whoever sent this may take it back")
    if not waits(joining):
        raise Conflict("The council has answered already")
    joining.status, joining.updated_at = JoiningStatus.DRAFT, clock.now()
    note_joining("joining_taken_back", actor, joining)
    db.session.flush()
    return joining


def answer_joining(*, actor: Person, joining: Joining, approve: bool, reason: str = "") -> Joining:
    """The council's answer. A yes publishes it, with its registration; a no brings it back to whoever sent it.

    Raises:
        NotFound: when the actor is no commissioner of the council it was sent to.
        NotAllowed: when it is the actor's own.
        BadInput: for a no without a reason.
        Conflict: when it is decided already, or there is a page of it by now.
    """
    joining = _locked(joining)
    if joining.council_id not in actor.council_ids_as(Role.COMMISSIONER):
        raise NotFound("There is no such provider to look at.")
    if not may_answer_joining(actor, joining):
        raise NotAllowed("You cannot decide about your own. Ask a colleague")
    if not waits(joining):
        raise Conflict("A colleague has answered already, or it was taken back")
    if not approve and not reason.strip():
        raise BadInput("Enter the reason: it is sent to the person who asked")
    joining.decided_at, joining.decided_by_id = clock.now(), actor.id
    person = joining.person
    if not approve:
        joining.status, joining.reason, joining.updated_at = JoiningStatus.DRAFT, reason.strip(), clock.now()
        db.session.flush()
        note_joining("joining_refused", actor, joining)
        messages.your_provider_was_refused(
            to_person_id=person.id,
            to_email=person.email,
            name=person.full_name,
            provider_name=joining.name,
            reason=joining.reason,
            path=f"/join/{joining.public_id}",
        )
        return joining
    _refuse_doubles(joining)
    made = _make_once(joining, by=actor)
    messages.your_provider_was_published(
        to_person_id=person.id, to_email=person.email, name=person.full_name, provider_name=joining.name
    )
    return made


def _make_once(joining: Joining, *, by: Person) -> Joining:
    """All of it or nothing; who came a moment later with the same name and place, or the same number, is told so."""
    try:
        with db.session.begin_nested():
            return _make(joining, by=by)
    except IntegrityError:
        raise Conflict(
            "Another provider of this name and postcode, or with this number, joined a moment ago. Look for it, or give"
            " yours another name"
        ) from None


def _make(joining: Joining, *, by: Person) -> Joining:
    """The provider, its staff, its first listing and rate, all or nothing."""
    person, now = joining.person, clock.now()
    provider = add_provider(
        actor=by,
        is_joining=True,
        name=joining.name,
        kind=joining.kind,
        description=joining.about,
        postcode=show_postcode(joining.postcode),
        phone=joining.phone,
        email=joining.email,
        website=joining.website,
        charity_number=joining.charity_number,
        claimed_at=now,
    )
    if joining.cqc_location_id is not None and needs_registration(joining.offer):
        add_registration(
            actor=by,
            provider=provider,
            cqc_location_id=joining.cqc_location_id,
            postcode=show_postcode(joining.postcode),
        )
    grant_role(person=person, role=Role.PROVIDER_STAFF, provider_id=provider.id, granted_by=by)
    _make_listing(joining, provider)
    joining.status, joining.provider_id, joining.provider = JoiningStatus.PUBLISHED, provider.id, provider
    joining.published_at = joining.updated_at = now
    joining.reason = None
    db.session.flush()
    note_joining("joining_published", by, joining)
    mark_provider_changed(provider.id)
    return joining


def _make_listing(joining: Joining, provider: Provider) -> None:
    person = joining.person
    listing = listings.write_listing(
        actor=person,
        provider=provider,
        kind=joining.offer or "",
        title=joining.title,
        summary=joining.summary,
        areas=[(joining.council_id or 0, joining.locality_id)],
        is_free=joining.unit is None,
        opening_times=joining.opening_times,
        languages=[one.strip() for one in joining.languages.split(",") if one.strip()],
    )
    if joining.unit is not None and joining.price_pence is not None:
        rates.publish_rate(
            actor=person,
            listing=listing,
            valid_from=clock.today(),
            unit=joining.unit,
            weekday_pence=joining.price_pence,
        )
    listings.publish_listing(actor=person, listing=listing)


def _locked(joining: Joining) -> Joining:
    return db.session.get_one(Joining, joining.id, with_for_update=True, populate_existing=True)


def _refuse_unready(joining: Joining) -> None:
    todo = tasks(
        joining.kind,
        offer=joining.offer,
        has_charity_number=joining.charity_number is not None,
        has_registration=joining.cqc_location_id is not None,
    )
    if not is_ready(todo):
        left = [task.words for task in todo if not task.is_done and not task.is_optional]
        raise Conflict(f"Something is still to be done first: {', '.join(left)}")


def _refuse_doubles(joining: Joining) -> None:
    found = queries.known_by_name(joining.name, joining.postcode)
    if found is None and joining.charity_number:
        found = queries.known_by_number(charity_number=joining.charity_number)
    if found is None and joining.cqc_location_id:
        found = queries.known_by_number(registration=joining.cqc_location_id)
    if found is not None:
        raise KnownAlready(found)
