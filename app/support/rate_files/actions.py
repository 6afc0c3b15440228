"""Publishing rates by file: every row tried first and undone, shown with its fate, then published, each row by itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict, NotAllowed, Refusal
from app.market.catalogue.actions.rates import NewAddOn
from app.market.catalogue.models import Listing
from app.market.catalogue.permissions import may_manage
from app.market.catalogue.queries import cards
from app.market.catalogue.queries.averages import averages_around
from app.market.catalogue.rules.averages import Average, against_average
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.minimum_wage import under_minimum_wage
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.support.price_rises.actions import publish_rate_and_tell
from app.support.rate_files.models import RateFile, RateFileRow
from app.support.rate_files.queries import listings_with_codes, rate_rows_of
from app.support.rate_files.rules import (
    WORDS_LONGEST,
    RateFate,
    RateRow,
    card_of_row,
    names_another,
    rate_row_again,
    what_changes,
)

NAME_LONGEST = 120
_LOCK_PROVIDER = select(Provider.id).where(Provider.id == bindparam("provider_id")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class RateForetold:
    """What becomes of one row: plain facts, which outlive a rehearsal."""

    line: int
    fate: RateFate
    words: str = ""
    says: tuple[str, ...] = ()
    listing_id: int | None = None
    begins_on: date | None = None
    over_from: date | None = None
    """The first day of the rate it follows."""
    told: int = 0


def foretell_rates(
    *, actor: Person, provider: Provider, rows: Sequence[RateRow], starts_on: date | None
) -> list[RateForetold]:
    """Publish the rows of a file to see what becomes of each. Called in a rehearsal, which undoes it all.

    Args:
        actor: who manages the provider's page.
        provider: whose rates they are.
        rows: of the file.
        starts_on: the first day of rows that name none.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
    """
    _lock_rates(actor, provider)
    listings = listings_with_codes(provider.id, {row.listing for row in rows})
    # Asked before anything is published, or the file would be compared with itself.
    return _fates(actor, listings, rows, starts_on, around=_around(listings.values()))


def keep_rates_to_look_at(
    *,
    actor: Person,
    provider: Provider,
    name: str,
    rows: Sequence[RateRow],
    starts_on: date | None,
    foretold: Sequence[RateForetold],
) -> RateFile:
    """Keep a file with what would become of every row, in the place of one that waits. Nothing is published.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
    """
    _lock_rates(actor, provider)
    _forget_waiting(provider.id)
    file = RateFile(
        provider_id=provider.id,
        by_id=actor.id,
        at=clock.now(),
        name=name[-NAME_LONGEST:],
        starts_on=starts_on,
        counts=_counted(one.fate for one in foretold),
    )
    db.session.add(file)
    db.session.flush()
    facts = {row.line: dict(row.facts) for row in rows}
    db.session.add_all(
        RateFileRow(
            file_id=file.id,
            line=one.line,
            fate=one.fate,
            words=one.words[:WORDS_LONGEST],
            facts=facts[one.line],
            says=list(one.says),
            listing_id=one.listing_id,
            begins_on=one.begins_on,
            over_from=one.over_from,
            told=one.told,
        )
        for one in foretold
    )
    db.session.flush()
    return file


def publish_rate_file(*, actor: Person, file: RateFile) -> tuple[RateFile, bool]:
    """Publish the rates of a file that was looked at, each row by itself, and tell whoever would pay more.

    A row whose old rate is no more the one that was looked at is refused: its price was never shown.

    Returns:
        The file, and whether it was published now; a second yes changes nothing.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
        Conflict: when another file took its place meanwhile.
    """
    provider = db.session.get_one(Provider, file.provider_id)
    file_id = file.id
    _lock_rates(actor, provider)
    found = db.session.get(RateFile, file_id, populate_existing=True)
    if found is None:
        raise Conflict("Another file took the place of this one. Nothing was published")
    if found.published_at is not None:
        return found, False
    kept = {row.line: row for row in db.session.scalars(rate_rows_of(found.id))}
    seen = {row.line: row.over_from for row in kept.values() if row.fate is RateFate.PUBLISHED}
    again = [rate_row_again(line, kept[line].facts) for line in seen]
    listings = listings_with_codes(provider.id, {row.listing for row in again})
    for one in _fates(actor, listings, again, found.starts_on, seen=seen):
        row = kept[one.line]
        row.fate, row.words, row.told = one.fate, one.words[:WORDS_LONGEST], one.told
    found.by_id, found.published_at = actor.id, clock.now()
    found.counts = _counted(row.fate for row in kept.values())
    audit.record(
        action="rate_file_published",
        actor_id=actor.id,
        subject_kind="provider",
        subject_id=provider.id,
        rate_file_id=found.id,
        **found.counts,
    )
    db.session.flush()
    return found, True


def discard_rate_file(*, actor: Person, file: RateFile) -> None:
    """Forget a file that was looked at and not published.

    Raises:
        NotAllowed: when the actor may not publish for this provider.
        Conflict: when it was published meanwhile.
    """
    _lock_rates(actor, db.session.get_one(Provider, file.provider_id))
    found = db.session.get(RateFile, file.id, populate_existing=True)
    if found is not None and found.published_at is not None:
        raise Conflict("This file was published already. Its rates stay")
    _forget_waiting(file.provider_id)


def _forget_waiting(provider_id: int) -> None:
    waiting = select(RateFile.id).where(RateFile.provider_id == provider_id, RateFile.published_at.is_(None))
    db.session.execute(delete(RateFileRow).where(RateFileRow.file_id.in_(waiting)))
    db.session.execute(delete(RateFile).where(RateFile.provider_id == provider_id, RateFile.published_at.is_(None)))
    db.session.flush()


def _counted(fates: Iterable[RateFate]) -> dict[str, int]:
    counted = Counter(fates)
    return {fate.value: counted[fate] for fate in RateFate}


def _lock_rates(actor: Person, provider: Provider) -> None:
    if not may_manage(actor, provider):
        raise NotAllowed("Only staff of this provider may publish its rates")
    fetch_rows(_LOCK_PROVIDER, {"provider_id": provider.id})


def _around(listings: Iterable[Listing]) -> dict[int, list[Average]]:
    """The average prices around each listing, asked once for each kind and council."""
    asked: dict[tuple[str, int | None], list[Average]] = {}
    found = {}
    for listing in listings:
        home = listing.home_council
        key = (listing.kind, home.id if home else None)
        if key not in asked:
            asked[key] = averages_around(listing)
        found[listing.id] = asked[key]
    return found


def _fates(
    actor: Person,
    listings: Mapping[str, Listing],
    rows: Sequence[RateRow],
    starts_on: date | None,
    *,
    seen: Mapping[int, date | None] | None = None,
    around: Mapping[int, Sequence[Average]] | None = None,
) -> list[RateForetold]:
    """Publish every row that can be, in the order of the file; ``seen``: the rates they follow, as they were looked at."""
    found = []
    for row in rows:
        listing, begins = listings.get(row.listing), row.begins or starts_on
        if row.wrong:
            found.append(RateForetold(row.line, RateFate.PASSED if row.is_passed else RateFate.REFUSED, row.wrong))
        elif listing is None:
            words = (
                f"You have no listing with the code “{row.listing[:40]}”. The template has the codes of all of yours"
            )
            found.append(RateForetold(row.line, RateFate.REFUSED, words))
        elif names_another(row, listing.title):
            words = f"The code is that of “{listing.title[:120]}”, and the row names another. Was the sheet sorted by one column?"
            found.append(RateForetold(row.line, RateFate.REFUSED, words))
        elif begins is None:
            found.append(RateForetold(row.line, RateFate.REFUSED, "Enter the first day of the rate (from)"))
        else:
            one = _fate(actor, listing, row, begins, seen, (around or {}).get(listing.id, ()))
            found.append(replace(one, listing_id=listing.id, begins_on=begins))
    return found


def _fate(
    actor: Person,
    listing: Listing,
    row: RateRow,
    begins: date,
    seen: Mapping[int, date | None] | None,
    around: Sequence[Average],
) -> RateForetold:
    published = cards.cards_of(listing.id)
    before = next((card for card in published if card.valid_from < begins), None)
    over_from = before.valid_from if before else None
    there = next((card for card in published if card.valid_from == begins), None)
    try:
        card = card_of_row(before, row, begins)
        if _is_same(there, card) or (there is None and _is_same(before, card)):
            words = "This rate is published already" if there else "It costs that already"
            return RateForetold(row.line, RateFate.SAME, words, over_from=over_from)
        if seen is not None and seen[row.line] != over_from:
            raise Conflict(
                "Another rate was published since you looked. Send this row again to see what it changes now"
            )
        with db.session.begin_nested():
            _, told = publish_rate_and_tell(actor=actor, listing=listing, **_facts(card))
    except (Refusal, ValueError) as no:
        return RateForetold(row.line, RateFate.REFUSED, str(no), over_from=over_from)
    says = (*what_changes(before, card), *against_average(card, around))
    return RateForetold(row.line, RateFate.PUBLISHED, under_minimum_wage(card), says, over_from=over_from, told=told)


def _is_same(old: Card | None, card: Card) -> bool:
    return old is not None and _amounts_of(old) == _amounts_of(card)


def _amounts_of(card: Card) -> Card:
    """A card without its days and the numbers of its extras."""
    extras = tuple(replace(one, id="") for one in card.add_ons)
    return replace(card, valid_from=date.min, valid_until=None, add_ons=extras)


def _facts(card: Card) -> dict[str, Any]:
    """A card as it is published."""
    return {
        "valid_from": card.valid_from,
        "unit": card.unit,
        "weekday_pence": card.weekday_pence,
        "saturday_pence": card.saturday_pence,
        "sunday_pence": card.sunday_pence,
        "bank_holiday_pence": card.bank_holiday_pence,
        "minimum_minutes": card.minimum_minutes,
        "minimum_charge_pence": card.minimum_charge_pence,
        "billing_step_minutes": card.billing_step_minutes,
        "bands": card.bands,
        "length_bands": card.length_bands,
        "buyers": card.buyers,
        "vat": card.vat,
        "vat_reason": card.vat_reason,
        "add_ons": [
            NewAddOn(one.name, one.basis, one.amount_pence, one.is_required, one.when, one.only_with)
            for one in card.add_ons
        ],
    }
