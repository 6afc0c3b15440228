"""A person's own yes on somebody else's device: a code goes to them alone, and is typed by who is beside them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, update

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, number_of
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.circles.rules import EVERY_POWER, Spender
from app.platform.audit import actions as audit
from app.platform.messages.actions import letters, sending, suggestions
from app.support.basket import permissions, queries
from app.support.basket.actions.booking import Chosen, NotBooked, book_line
from app.support.basket.actions.locking import lock_basket_of, locked_lines, record_line
from app.support.basket.actions.telling import role_of, tell_suggester
from app.support.basket.models import YesCode
from app.support.basket.queries import PricedBasketLine, Shop
from app.support.basket.rules import (
    CODE_LASTS,
    CODE_TRIES,
    CODES_A_DAY,
    BasketPlan,
    CodeWay,
    TypedCode,
    code_hash,
    is_code,
    line_words,
)
from app.support.booking_records.rules.states import AGREED
from app.support.bookings.queries import offers


class Typed(NamedTuple):
    """What became of a code that was typed. The caller commits it: a wrong try counts."""

    became: TypedCode
    checkout: str = ""
    """Under which what was booked is found."""
    tries_left: int = 0


def ask_for_code(*, actor: Person, person: Person, way: CodeWay, secret: str) -> YesCode:
    """Send the person a code for exactly what is in their basket now; any code before it stops to count.

    Only who asked types it: the person is told to tell it to nobody else.

    Args:
        actor: who is beside them, and may put things into their basket but not say yes for them.
        person: whose yes is asked for. Only they get the code.
        way: how it reaches them.
        secret: the site's own, with which what is kept of the code is keyed.

    Raises:
        NotAllowed: when the actor may not ask for it, or works for a provider whose support is in the basket.
        Conflict: when they cannot be reached that way, nothing can be booked, or too many codes were sent today.
    """
    now = clock.now()
    lock_basket_of(person)
    _may_ask(actor, person)
    _can_be_reached(person, way)
    if _asked_since(person, now - timedelta(days=1)) >= CODES_A_DAY:
        raise Conflict(
            f"{CODES_A_DAY} codes were sent to them within a day. They can say yes on their own device, or wait."
        )
    shops = queries.shops_of(person, spending=Spender(number_of(person), EVERY_POWER))
    _sells_none_of(actor, shops)
    bookable = [(shop, line) for shop in shops for line in shop.lines if not line.why_not]
    if not bookable:
        raise Conflict("Nothing in this basket can be booked now. They can see why in their own basket.")
    _void_open(person)
    code, total = f"{secrets.randbelow(10**6):06d}", sum(line.pence for _, line in bookable)
    public_id = new_public_id()
    made = YesCode(
        public_id=public_id,
        person_id=number_of(person),
        asked_by_id=number_of(actor),
        asked_as=role_of(circles.standing_over(actor, number_of(person))),
        asked_at=now,
        way=way,
        expires_at=now + CODE_LASTS[way],
        code_hash=code_hash(secret, public_id, code),
        content_hash=queries.content_of(shops),
        total_pence=total,
    )
    db.session.add(made)
    db.session.flush()
    suggestions.send_code(
        person,
        code=code,
        by_name=actor.full_name,
        what="\n\n".join(_words(shop, line) for shop, line in bookable),
        total=str(Money(total)),
        letter_to=person.postcode if way == CodeWay.LETTER else None,
        until=made.expires_at,
    )
    _record("yes_asked_by_code", made, actor)
    return made


def type_code(*, actor: Person, person: Person, typed: str, secret: str) -> Typed:
    """Book the whole basket with the person's yes, when the code is right and nothing has changed since it was sent.

    All of it is booked, of every provider, or nothing. The person is who books; who typed it is on record beside it.

    Raises:
        NotAllowed: when the actor may not ask for this person's yes, or works for a provider in the basket.
        NotBookedByCode: when something could not be booked; then nothing is, and the code still counts.
    """
    lock_basket_of(person)
    _may_ask(actor, person)
    code = _latest(person)
    is_theirs = code is not None and code.asked_by_id == number_of(actor)
    if code is None or not is_theirs or code.expires_at <= clock.now() or code.void_at is not None:
        return Typed(TypedCode.NONE)
    if code.used_at is not None:
        # The same pressed twice, or sent again after a lost connection: what it did is said again, nothing is done.
        is_again = is_code(secret, code.public_id, typed, code.code_hash)
        return Typed(TypedCode.BOOKED, _checkout(code)) if is_again else Typed(TypedCode.NONE)
    shops = queries.shops_of(person, spending=Spender(number_of(person), EVERY_POWER))
    if queries.content_of(shops) != code.content_hash:
        code.void_at = clock.now()
        _record("yes_code_void", code, actor)
        db.session.flush()
        return Typed(TypedCode.CHANGED)
    _sells_none_of(actor, shops)
    code.tries += 1
    if not is_code(secret, code.public_id, typed, code.code_hash):
        code.void_at = clock.now() if code.tries >= CODE_TRIES else None
        _record("yes_code_wrong", code, actor)
        db.session.flush()
        return Typed(TypedCode.WRONG, tries_left=CODE_TRIES - code.tries)
    code.used_at, code.typed_by_id = clock.now(), number_of(actor)
    _book(person, [line for shop in shops for line in shop.lines if not line.why_not], _checkout(code))
    _record("said_yes_by_code", code, actor)
    db.session.flush()
    is_agreed = all(made is not None and made.status in AGREED for _, made in queries.became(person, _checkout(code)))
    said = suggestions.CODE_WAS_USED if is_agreed else suggestions.CODE_WAS_USED_TO_ASK
    sending.send_notice(said, person, link="/bookings", by_name=actor.full_name)
    db.session.flush()
    return Typed(TypedCode.BOOKED, _checkout(code))


class NotBookedByCode(Conflict):
    """Something could not be booked with a code. Why may be about money that who typed it may not see."""

    def __init__(self) -> None:
        super().__init__(
            "Something in this basket can no longer be booked as it was. Nothing was booked, and the code was not used. "
            "The person can see why in their own basket."
        )


def _book(person: Person, wanted: Sequence[PricedBasketLine], checkout: str) -> None:
    by_id = {line.kept.public_id: line for line in wanted}
    pots = offers.open_pots(person)
    for line in locked_lines(person, list(by_id)):
        priced = by_id[line.public_id]
        if line.is_waiting:
            line.taken_at, line.taken_by_id = clock.now(), number_of(person)
            record_line("suggestion_taken", line, person)
            tell_suggester(line, person)
        # What the database promises of lines holds at every write: taken first, booked after.
        db.session.flush()
        try:
            book_line(person, person, line, Chosen(line.public_id, priced.chosen, priced.pence), pots, checkout)
        except NotBooked as refusal:
            raise NotBookedByCode from refusal


def _checkout(code: YesCode) -> str:
    return f"code-{code.public_id}"


def _may_ask(actor: Person, person: Person) -> None:
    powers = circles.powers_to_act(actor, number_of(person))
    if not permissions.may_ask_for_code(powers, actor, person):
        raise NotAllowed("You may not ask for this person's yes by code. Only who helps them to look can.")


def _sells_none_of(actor: Person, shops: Sequence[Shop]) -> None:
    """Stop a declared broker from confirming what their own provider sells: they may suggest it, and no more."""
    if actor.provider_ids & {shop.provider.id for shop in shops}:
        raise NotAllowed(
            "You work for a provider in this basket. You may suggest it, but somebody else has to ask for their yes, or "
            "they say it on their own device."
        )


def _can_be_reached(person: Person, way: CodeWay) -> None:
    if way == CodeWay.EMAIL and person.email_confirmed_at is None:
        raise Conflict("They have not confirmed an email address of their own. Choose a letter instead.")
    if way == CodeWay.LETTER and not person.postcode:
        raise Conflict("We do not know their postcode, so no letter can reach them. Choose email instead.")


def _asked_since(person: Person, since: datetime) -> int:
    rows = select(func.count()).select_from(YesCode).where(YesCode.person_id == number_of(person))
    return int(db.session.scalar(rows.where(YesCode.asked_at > since)) or 0)


def _void_open(person: Person) -> None:
    db.session.execute(
        update(YesCode)
        .where(YesCode.person_id == number_of(person), YesCode.used_at.is_(None), YesCode.void_at.is_(None))
        .values(void_at=clock.now())
    )
    letters.forget_letters(number_of(person))


def _latest(person: Person) -> YesCode | None:
    return db.session.scalar(
        select(YesCode)
        .where(YesCode.person_id == number_of(person))
        .order_by(YesCode.id.desc())
        .limit(1)
        .with_for_update(of=YesCode)
        .execution_options(populate_existing=True)
    )


def _words(shop: Shop, line: PricedBasketLine) -> str:
    pays = next((way.words for way in line.ways if way.value == line.chosen), "")
    return line_words(
        title=line.kept.title,
        provider=shop.provider.name,
        plan=BasketPlan.read(line.kept.plan),
        quantity=line.kept.quantity,
        price=str(Money(line.pence)),
        pays=pays,
        beside=line.beside.said if line.beside is not None else [],
    )


def _record(action: str, code: YesCode, actor: Person) -> None:
    audit.record(
        action=action,
        actor_id=number_of(actor),
        for_person_id=code.person_id,
        subject_kind="basket_yes_code",
        subject_id=code.id,
        acting_as=code.asked_as,
        way=code.way.value,
        total_pence=code.total_pence,
    )
