"""Writing down who joins and what they offer. Saved as far as it goes; one open draft for each account."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_line
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import AMOUNT_MOST_PENCE, Unit
from app.market.joining import queries
from app.market.joining.models import Joining
from app.market.joining.permissions import may_change_draft
from app.market.joining.rules import (
    JOINING_KINDS,
    MAY_BE_CHARITIES,
    NAME_LONGEST,
    NAME_SHORTEST,
    PROVIDERS_EACH_MOST,
    JoiningStatus,
    kinds_open_to,
    name_key,
    needs_registration,
)
from app.market.providers.models import Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.councils.rules.geography import compact_or_none
from app.platform.audit.actions import record


class KnownAlready(Conflict):
    """There is a page of this organisation already (409): it is claimed, or its people let the newcomer in."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        mend = (
            "Ask somebody who looks after its page to invite you."
            if provider.is_claimed
            else "It comes from a public register: ask to look after it instead of making a second one."
        )
        super().__init__(
            f"{provider.name} is here already. {mend} If yours is another one, give it a name that tells it apart"
        )


def begin(*, actor: Person, **who: Any) -> Joining:
    """Begin a draft; ``who`` is as in :func:`change_who`. One begun already is changed instead: a second click is the same.

    Raises:
        BadInput: when a name, a postcode or a way to be reached is missing or makes no sense.
        KnownAlready: when a page of that name at that postcode is there.
        Conflict: when the council looks at an earlier one, or this account brought enough.
    """
    facts = _who(**who)
    lock_person(actor.id)
    joining = queries.draft_of(actor)
    if joining is not None:
        return change_who(actor=actor, joining=joining, **who)
    if queries.published_by(actor.id) >= PROVIDERS_EACH_MOST:
        raise Conflict(f"One account can bring {PROVIDERS_EACH_MOST} providers. Write to us if you run more")
    _refuse_known(facts["name"], facts["postcode"])
    now = clock.now()
    joining = Joining(person_id=actor.id, status=JoiningStatus.DRAFT, made_at=now, updated_at=now, **facts)
    try:
        with db.session.begin_nested():
            db.session.add(joining)
    except IntegrityError:
        return change_who(actor=actor, joining=queries.draft_of(actor) or joining, **who)
    note_joining("joining_begun", actor, joining)
    return joining


def change_who(*, actor: Person, joining: Joining, **who: Any) -> Joining:
    """Change who it is: ``kind``, ``name``, ``postcode`` and ``phone`` or ``email``, perhaps ``website`` and ``about``.

    What another kind cannot offer or have is taken out.

    Raises:
        NotAllowed: when it is somebody else's, or no draft.
        BadInput: when something is missing or makes no sense.
        KnownAlready: when a page of that name at that postcode is there.
    """
    facts = _who(**who)
    joining = take_draft(actor, joining)
    _refuse_known(facts["name"], facts["postcode"])
    if joining.offer is not None and joining.offer not in kinds_open_to(facts["kind"]):
        joining.offer = joining.unit = joining.price_pence = None
    if facts["kind"] not in MAY_BE_CHARITIES:
        joining.charity_number = None
    return _save(joining, facts)


def change_offer(
    *,
    actor: Person,
    joining: Joining,
    kind: str,
    summary: str,
    area: tuple[int, int | None],
    unit: Unit | None,
    price_pence: int | None,
    title: str = "",
    opening_times: str = "",
    languages: str = "",
) -> Joining:
    """Write what is offered first. No unit: it is free. Without a title it is called as its kind is.

    Raises:
        NotAllowed: when it is somebody else's, or no draft.
        BadInput: when this kind of provider cannot offer it, or there is no sense in the price.
    """
    joining = take_draft(actor, joining)
    if kind not in kinds_open_to(joining.kind):
        raise BadInput("Select a kind of support from the list")
    if unit is not None and not 0 < (price_pence or 0) <= AMOUNT_MOST_PENCE:
        raise BadInput("Enter the price: more than £0 and at most £10,000")
    council_id, locality_id = area
    facts = {
        "offer": kind,
        "title": clean_line(title) or KINDS[kind].name,
        "summary": clean_line(summary),
        "council_id": council_id,
        "locality_id": locality_id,
        "unit": unit,
        "price_pence": price_pence if unit is not None else None,
        "opening_times": clean_line(opening_times),
        "languages": clean_line(languages),
    }
    if not needs_registration(kind):
        joining.cqc_location_id = None
    return _save(joining, facts)


def change_numbers(
    *, actor: Person, joining: Joining, charity_number: str | None, cqc_location_id: str | None
) -> Joining:
    """Write down its numbers in registers, each where it has one.

    Raises:
        NotAllowed: when it is somebody else's, or no draft.
        KnownAlready: when a page with that number is there.
    """
    joining = take_draft(actor, joining)
    for found in (
        charity_number and queries.known_by_number(charity_number=charity_number),
        cqc_location_id and queries.known_by_number(registration=cqc_location_id),
    ):
        if found:
            raise KnownAlready(found)
    return _save(joining, {"charity_number": charity_number or None, "cqc_location_id": cqc_location_id or None})


def give_up_draft(*, actor: Person, joining: Joining) -> None:
    """Take a draft away with everything in it.

    Raises:
        NotAllowed: when it is somebody else's, or no draft.
    """
    joining = take_draft(actor, joining)
    note_joining("joining_given_up", actor, joining)
    db.session.delete(joining)
    db.session.flush()


def take_draft(actor: Person, joining: Joining) -> Joining:
    """Lock a draft, read it again, and see that the actor may still change it.

    Raises:
        NotAllowed: when it is somebody else's, or no draft any more.
    """
    found = db.session.scalar(
        select(Joining).where(Joining.id == joining.id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or not may_change_draft(actor, found):
        raise NotAllowed("This draft cannot be changed now. It was sent, published or given up")
    return found


def _who(
    *,
    kind: ProviderKind,
    name: str,
    postcode: str,
    phone: str | None = None,
    email: str | None = None,
    website: str | None = None,
    about: str = "",
) -> dict[str, Any]:
    if kind not in JOINING_KINDS:
        raise BadInput("Select what sort of provider you are")
    name = clean_line(name)
    if not len(name_key(name)) >= NAME_SHORTEST or len(name) > NAME_LONGEST:
        raise BadInput("Enter the name people know you by")
    compact = compact_or_none(postcode)
    if compact is None:
        raise BadInput("Enter a full postcode, like M31 4FA")
    if not phone and not email:
        raise BadInput("Enter a telephone number or an email address for customers")
    return {
        "kind": kind,
        "name": name,
        "name_key": name_key(name),
        "postcode": compact,
        "phone": phone or None,
        "email": email or None,
        "website": website or None,
        "about": about.strip(),
    }


def _refuse_known(name: str, postcode: str) -> None:
    found = queries.known_by_name(name, postcode)
    if found is not None:
        raise KnownAlready(found)


def _save(joining: Joining, facts: dict[str, Any]) -> Joining:
    for fact, value in facts.items():
        setattr(joining, fact, value)
    joining.updated_at = clock.now()
    db.session.flush()
    return joining


def note_joining(action: str, actor: Person, joining: Joining) -> None:
    """Write it down in the record."""
    record(
        action=action,
        actor_id=actor.id,
        for_person_id=joining.person_id,
        subject_kind="joining",
        subject_id=joining.id,
        council_id=joining.council_id,
        kind=joining.kind.value,
        provider_id=joining.provider_id,
    )
