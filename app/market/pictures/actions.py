"""Showing pictures: chosen, drawn anew, described, put in order, taken away; every change is kept."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.text import clean_line
from app.market.catalogue.actions.changes import mark_provider_changed
from app.market.pictures.models import PictureSize, ProviderPicture
from app.market.pictures.queries import picture_with_key, pictures_shown
from app.market.pictures.rules import (
    ALT_SHORTEST,
    PICTURE_WORDS,
    PICTURES_MOST,
    WEBP,
    Drawn,
    PictureKind,
    in_widths,
    one_earlier,
    size_of,
    why_too_small,
)
from app.market.presenting.actions import keep_change, page_locked
from app.market.providers.models import Provider
from app.market.providers.permissions import may_speak_for
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.files import actions as files
from app.platform.files.actions import PutAway
from app.platform.files.queries import file_waiting
from app.platform.files.rules.photos import Unfit


class UnfitPicture(BadInput):
    """The picture cannot be shown as it is; the message says how to mend it."""


def add_picture(
    *, actor: Person, provider: Provider, kind: PictureKind, alt: str, waits_for: str, key: str
) -> ProviderPicture:
    """Show the photo that waits with a form. A new logo takes the place of the one before.

    Drawing takes a while, so it is done before the transaction. Called outside a transaction.

    Args:
        actor: who manages the page.
        provider: whose page it is.
        kind: what it shows.
        alt: that in words, for whoever cannot see it.
        waits_for: the waiting photo, as its field says.
        key: of the form: a second click is the same picture.

    Raises:
        NotAllowed: when the actor does not manage the page.
        UnfitPicture: when it is too small, or too long and thin.
        BadInput: when it is not described.
        Conflict: when there are enough, or the photo waited too long.
    """
    if not may_speak_for(actor, provider):
        raise NotAllowed("Only whoever manages the page may change it")
    alt = _described(alt)
    actor_id, provider_id = actor.id, provider.id
    waiting = file_waiting(actor_id, waits_for, clock.now())
    put: list[tuple[Drawn, PutAway]] = []
    if waiting is not None:
        content = files.file_content(waiting)
        why_not = why_too_small(kind, *size_of(content))
        if why_not:
            raise UnfitPicture(why_not)
        try:
            put = [(drawn, files.put_away(drawn.content, WEBP)) for drawn in in_widths(content)]
        except Unfit as no:
            raise UnfitPicture(str(no)) from no

    def keep() -> ProviderPicture:
        mine = page_locked(db.session.get_one(Person, actor_id), db.session.get_one(Provider, provider_id))
        same = picture_with_key(provider_id, key)
        if same is not None:
            return same
        # Says that it waited too long when it is there no more.
        files.forget_file(files.settle_file(person_id=actor_id, waits_for=waits_for))
        return show_drawn(
            actor=db.session.get_one(Person, actor_id), provider=mine, kind=kind, alt=alt, put=put, key=key
        )

    return in_transaction(keep)


def show_drawn(
    *, actor: Person, provider: Provider, kind: PictureKind, alt: str, put: list[tuple[Drawn, PutAway]], key: str
) -> ProviderPicture:
    """Show a picture that is drawn and put away already.

    Raises:
        NotAllowed: when the actor does not manage the page.
        Conflict: when there are enough.
    """
    provider = page_locked(actor, provider)
    shown = pictures_shown(provider.id)
    before = next((one for one in shown if one.kind is kind is PictureKind.LOGO), None)
    if before is not None:
        _end(before)
    elif len(shown) >= PICTURES_MOST:
        raise Conflict(f"A page can show {PICTURES_MOST} pictures. Take one away first")
    made = ProviderPicture(
        key=key,
        provider_id=provider.id,
        kind=kind,
        alt=alt,
        position=max((one.position for one in shown), default=0) + 1,
        added_at=clock.now(),
        added_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    for drawn, kept in put:
        file = files.note_file(kept, person_id=actor.id, name=f"{kind.value}-{drawn.width}.webp")
        db.session.add(PictureSize(picture_id=made.id, width=drawn.width, height=drawn.height, file_id=file.id))
    _note(actor, provider, "picture_added", None if before is None else _named(before), _named(made))
    return made


def describe_picture(*, actor: Person, provider: Provider, picture: ProviderPicture, alt: str) -> None:
    """Say anew what a picture shows.

    Raises:
        NotAllowed: when the actor does not manage the page.
        BadInput: when nothing is said.
        Conflict: when it was taken away meanwhile.
    """
    provider, alt = page_locked(actor, provider), _described(alt)
    _still_shown(provider, picture)
    if picture.alt != alt:
        before, picture.alt = picture.alt, alt
        _note(actor, provider, "picture_described", before, alt)


def move_picture_earlier(*, actor: Person, provider: Provider, picture: ProviderPicture) -> None:
    """Let a picture change places with the one before it; the first, and the logo, stay.

    Raises:
        NotAllowed: when the actor does not manage the page.
        Conflict: when it was taken away meanwhile.
    """
    provider = page_locked(actor, provider)
    _still_shown(provider, picture)
    others = [one for one in pictures_shown(provider.id) if one.kind is not PictureKind.LOGO]
    order = [one.id for one in others]
    after = one_earlier(order, picture.id)
    if after != order:
        for one in others:
            one.position = after.index(one.id) + 1
        _note(actor, provider, "picture_moved", None, _named(picture))


def take_away_picture(*, actor: Person, provider: Provider, picture: ProviderPicture) -> None:
    """Show a picture no more, and remove its files; taken away already, nothing happens.

    Raises:
        NotAllowed: when the actor does not manage the page.
    """
    provider = page_locked(actor, provider)
    db.session.refresh(picture)
    if picture.provider_id != provider.id or picture.ended_at is not None:
        return
    _end(picture)
    _note(actor, provider, "picture_taken_away", _named(picture), None)


def _described(alt: str) -> str:
    words = clean_line(alt)
    if sum(one.isalpha() for one in words) < ALT_SHORTEST:
        raise BadInput("Say what the picture shows, in a few words")
    return words


def _still_shown(provider: Provider, picture: ProviderPicture) -> None:
    db.session.refresh(picture)
    if picture.provider_id != provider.id or picture.ended_at is not None:
        raise Conflict("Somebody took this picture away meanwhile. Nothing was changed")


def _end(picture: ProviderPicture) -> None:
    picture.ended_at = clock.now()
    # Before another is added: there is one logo at a time.
    db.session.flush()
    for size in list(picture.sizes):
        file = size.file
        db.session.delete(size)
        db.session.flush()
        files.forget_file(file)


def _named(picture: ProviderPicture) -> str:
    return f"{PICTURE_WORDS[picture.kind]}: {picture.alt}"


def _note(actor: Person, provider: Provider, fact: str, before: str | None, after: str | None) -> None:
    """Keep the change, and let the small picture beside what the provider offers follow."""
    db.session.flush()
    keep_change(actor, provider, fact, before, after)
    record(action=fact, actor_id=actor.id, subject_kind="provider", subject_id=provider.id)
    shown = select(ProviderPicture.public_id, ProviderPicture.kind).where(
        ProviderPicture.provider_id == provider.id, ProviderPicture.ended_at.is_(None)
    )
    rows = db.session.execute(shown.order_by(ProviderPicture.position, ProviderPicture.id)).all()
    small = next((row.public_id for row in rows if row.kind == PictureKind.LOGO), rows[0].public_id if rows else None)
    if provider.small_picture != small:
        provider.small_picture = small
        mark_provider_changed(provider.id)
    db.session.flush()
