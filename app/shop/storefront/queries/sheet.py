"""Everything the sheet of a week says: its cost, what changed, who else could come, and how long the money lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.base import clock
from app.base.days import day_words
from app.base.money import Money
from app.funding.budgets.rules.paying import Lawful
from app.funding.budgets.rules.periods import YEAR_DAYS
from app.market.catalogue import queries as catalogue
from app.market.catalogue.models import Listing
from app.market.catalogue.permissions import why_not_bookable
from app.market.catalogue.rules.rates import BASIS_WORDS, AddOnBasis, Buyer
from app.market.providers.queries.suspensions import Stopped
from app.people.councils.models import Council
from app.shop.reviews.rules import Score, score_of
from app.shop.storefront.queries import offers as offers_queries
from app.shop.storefront.queries.against import against_money, against_typed
from app.shop.storefront.queries.money import MoneyThere
from app.shop.storefront.queries.offers import Seen
from app.shop.storefront.rules import cost as cost_rules
from app.shop.storefront.rules import visit_times
from app.shop.storefront.rules.cost import CardsOfListing, Change, Pricer, WeekCost
from app.shop.storefront.rules.lasting import Lasts
from app.shop.storefront.rules.sparing import Against
from app.shop.storefront.rules.week import WEEK, WeekLine, capitalised_days_words, with_listing

OPTIONS_MOST = 30
BEST, CHEAPEST = "best", "cheapest"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One line as it stands on the sheet: what was chosen, and the line itself once it can be read."""

    key: str
    kind: str
    listing: str
    extras: tuple[str, ...]
    line: WeekLine | None


@dataclass(frozen=True, slots=True)
class Option:
    """One listing that could be chosen for a line: what a week of it costs, and why it does not fit when it does not."""

    listing: str
    title: str
    provider: str
    score: Score
    week_pence: int | None
    """Nothing while the visits cannot be read."""
    why_not: str | None

    @property
    def words(self) -> str:
        """``Help at home, Larkmoor Care: £190.50 a week, rated 4.6``."""
        name = self.title if self.provider in self.title else f"{self.title}, {self.provider}"
        facts = [f"{Money(self.week_pence)} a week"] if self.week_pence is not None else []
        if self.score.average is not None:
            facts.append(f"rated {self.score.average:.1f}")
        if self.why_not:
            facts.append(self.why_not)
        return f"{name}: {', '.join(facts)}" if facts else name


@dataclass(frozen=True, slots=True)
class WeekProposal:
    """A choice of listings for the whole week, by the lines' keys, and what the week would cost with them."""

    name: str
    words: str
    listings: Mapping[str, str]
    week_pence: int
    unfilled: int
    """Lines nobody fits."""
    unrated: int
    """Lines whose listing too few people have scored yet."""


@dataclass(frozen=True, slots=True)
class PricedWeek:
    """A week, drawn and priced."""

    drawings: Sequence[Drawing]
    cost: WeekCost
    names: Mapping[str, Listing]
    """The listings chosen or offered, by public id."""
    options: Mapping[str, Sequence[Option]]
    extras: Mapping[str, Sequence[tuple[str, str]]]
    """For each line the extras that may be chosen: id and words."""
    chosen_extras: Mapping[str, tuple[str, ...]]
    by_the_mile: frozenset[str]
    """Keys of the lines whose listing charges something by the mile."""
    proposals: Sequence[WeekProposal]
    warnings: Mapping[str, Sequence[str]]
    """By the line's key."""
    changes: Sequence[Change]
    before_week_pence: int | None
    lasts: Lasts | None
    against: Against | None
    """What it costs beside the money there is; nothing when nobody says what there is."""

    @property
    def unpriced(self) -> int:
        """Lines that are not in the sum: not readable yet, or nobody chosen."""
        return len(self.drawings) - len(self.cost.lines)

    @property
    def difference(self) -> int:
        """A week now less a week before, in pence."""
        return 0 if self.before_week_pence is None else self.cost.week_pence - self.before_week_pence


@dataclass(frozen=True)
class _Shop:
    """What was read for one sheet."""

    seen: Mapping[str, Seen]
    offers: Mapping[str, CardsOfListing]
    extra_names: Mapping[str, str]
    lawful: Mapping[int, Mapping[int, Lawful]]
    """By the number of a listing, for each part of the money, whether it may pay for it; empty when none is known."""
    pricer: Pricer
    week_of: date
    stopped: Mapping[int, Stopped]
    """Providers that are suspended for whoever asks, by their number."""

    def option(self, seen: Seen, drawing: Drawing) -> Option:
        listing = seen.listing
        return Option(
            listing.public_id,
            listing.title,
            listing.provider.name,
            score_of(listing.review_sum, listing.review_count),
            self.week_pence(seen, drawing),
            self.why_not(seen, drawing),
        )

    def week_pence(self, seen: Seen, drawing: Drawing) -> int | None:
        line, offer = drawing.line, seen.offer
        if line is None or offer is None:
            return None
        card = offer.card_for(self.week_of)
        extras, _ = cost_rules.carry_extras(drawing.extras, self.extra_names, card)
        days = cost_rules.line_days(line, self.week_of, WEEK)
        return sum(self.pricer.ordinary(line, card, extras, day) for day in days)

    def why_not(self, seen: Seen, drawing: Drawing) -> str | None:
        """Why this does not fit the line, in few words."""
        listing, line = seen.listing, drawing.line
        stopped = self.stopped.get(listing.provider_id)
        if seen.offer is None:
            return "no rates published"
        closed = [day for day in line.days if listing.days and day not in listing.days] if line is not None else []
        _, missing = cost_rules.carry_extras(drawing.extras, self.extra_names, seen.offer.card_for(self.week_of))
        answers = self.lawful.get(listing.id, {}).values()
        is_unpaid = bool(answers) and not any(answer.ok for answer in answers)
        reasons = (
            (seen.reaches is False, "does not come to your area"),
            (why_not_bookable(listing, has_rates=True, stopped=stopped) is not None, "cannot be booked now"),
            (closed, f"not on {capitalised_days_words(closed)}" if closed else ""),
            (missing, f"without {' or '.join(missing)}"),
            (is_unpaid, "your money cannot pay for it"),
        )
        return next((words for is_so, words in reasons if is_so), None)


def draw(
    drawings: Sequence[Drawing],
    *,
    before: Sequence[WeekLine],
    whats: Mapping[str, str],
    council: Council | None,
    locality_id: int | None,
    money: MoneyThere | None,
    typed_pence: int | None,
    buyer: Buyer | None = None,
    choose: str = "",
) -> PricedWeek:
    """Read and price everything one sheet says; four queries at most, however long the week is.

    Args:
        drawings: the lines as they stand.
        before: the week as it was last, to say what changed.
        whats: what each line is for, by its key.
        council: where the visits are, for who comes there and for bank holidays.
        locality_id: the part of it, when known.
        money: the person's money, when it may be seen.
        typed_pence: what somebody says there is for a year, when theirs is not known.
        buyer: as whom the person buys; without one, what everybody pays.
        choose: the name of a proposal to take for every line somebody fits.
    """
    shop = _shop(drawings, before, council, locality_id, money, buyer)
    if choose:
        drawings = _taken(choose, drawings, shop)
    lines = [drawing.line for drawing in drawings if drawing.line is not None]
    starts_on = _year_starts_on(money)
    now = cost_rules.cost_of(
        lines,
        shop.offers,
        names=shop.extra_names,
        starts_on=starts_on,
        week_of=shop.week_of,
        pricer=shop.pricer,
    )
    was = _before(before, shop, starts_on)
    options = {drawing.key: _options(drawing, shop) for drawing in drawings}
    against, lasts = _against(now, money, typed_pence, shop)
    chosen = {drawing.key: _chosen_extras(drawing, shop) for drawing in drawings}
    return PricedWeek(
        drawings=drawings,
        cost=now,
        names={public_id: seen.listing for public_id, seen in shop.seen.items()},
        options=options,
        extras={drawing.key: _extras(drawing, options[drawing.key], shop) for drawing in drawings},
        chosen_extras=chosen,
        by_the_mile=frozenset(drawing.key for drawing in drawings if _asks_miles(drawing, shop)),
        proposals=[
            _propose(BEST, "The best rated that fit", drawings, options),
            _propose(CHEAPEST, "The cheapest that fit", drawings, options),
        ]
        if council is not None and lines
        else [],
        warnings=_warnings(drawings, shop, now),
        changes=[] if was is None else cost_rules.changes(was, now, whats),
        before_week_pence=None if was is None else was.week_pence,
        lasts=lasts,
        against=against,
    )


def _shop(
    drawings: Sequence[Drawing],
    before: Sequence[WeekLine],
    council: Council | None,
    locality_id: int | None,
    money: MoneyThere | None,
    buyer: Buyer | None,
) -> _Shop:
    chosen = {drawing.listing for drawing in drawings} | {line.listing for line in before}
    kinds = {drawing.kind for drawing in drawings if drawing.kind}
    for_a_week = offers_queries.for_a_week(
        kinds=sorted(kinds), chosen=sorted(chosen - {""}), council=council, locality_id=locality_id
    )
    priced = {seen.listing.public_id: seen.offer for seen in for_a_week if seen.offer is not None}
    lawful = {} if money is None else money.who_pays([seen.listing for seen in for_a_week], clock.today())
    return _Shop(
        seen={seen.listing.public_id: seen for seen in for_a_week},
        offers=priced,
        extra_names={number: name for offer in priced.values() for number, name in offer.names.items()},
        lawful=lawful,
        pricer=Pricer(catalogue.holidays_for(council), buyer),
        week_of=cost_rules.ordinary_monday(clock.today()),
        stopped=offers_queries.stopped_among([seen.listing for seen in for_a_week], council),
    )


def _year_starts_on(money: MoneyThere | None) -> date:
    agreed = None if money is None else money.year_starts_on
    return agreed or cost_rules.coming_monday(clock.today())


def _before(before: Sequence[WeekLine], shop: _Shop, starts_on: date) -> WeekCost | None:
    """The week as it was, priced for its ordinary week only."""
    if not before:
        return None
    return cost_rules.cost_of(
        before,
        shop.offers,
        names=shop.extra_names,
        starts_on=starts_on,
        week_of=shop.week_of,
        pricer=shop.pricer,
        days=WEEK,
    )


def _options(drawing: Drawing, shop: _Shop) -> list[Option]:
    """Who could come for a line: those that fit first, the cheapest before; then the others with the reason."""
    found = [
        shop.option(seen, drawing)
        for seen in shop.seen.values()
        if seen.listing.public_id == drawing.listing or (drawing.kind and seen.listing.kind == drawing.kind)
    ]
    found.sort(key=lambda one: (one.why_not is not None, one.week_pence or 0, one.title, one.listing))
    shown = found[:OPTIONS_MOST]
    return shown + [one for one in found[OPTIONS_MOST:] if one.listing == drawing.listing]


def _propose(
    name: str, words: str, drawings: Sequence[Drawing], options: Mapping[str, Sequence[Option]]
) -> WeekProposal:
    listings, week_pence, unfilled, unrated = {}, 0, 0, 0
    for drawing in drawings:
        if drawing.line is None:
            continue
        fitting = [one for one in options[drawing.key] if one.why_not is None and one.week_pence is not None]
        if not fitting:
            unfilled += 1
            continue
        chosen = min(fitting, key=_by_price if name == CHEAPEST else _by_rating)
        listings[drawing.key] = chosen.listing
        week_pence += chosen.week_pence or 0
        unrated += chosen.score.average is None
    return WeekProposal(name, words, listings, week_pence, unfilled, unrated)


def _taken(name: str, drawings: Sequence[Drawing], shop: _Shop) -> list[Drawing]:
    """The lines with the listings of one proposal; those nobody fits stay as they were."""
    options = {drawing.key: _options(drawing, shop) for drawing in drawings}
    listings = _propose(name, "", drawings, options).listings
    return [
        replace(
            drawing,
            listing=listings[drawing.key],
            line=None if drawing.line is None else with_listing(drawing.line, listings[drawing.key]),
        )
        if drawing.key in listings
        else drawing
        for drawing in drawings
    ]


def _by_price(option: Option) -> tuple[object, ...]:
    return (option.week_pence, -(option.score.average or 0), option.title, option.listing)


def _by_rating(option: Option) -> tuple[object, ...]:
    return (-(option.score.average or 0), option.week_pence, option.title, option.listing)


def _extras(drawing: Drawing, options: Sequence[Option], shop: _Shop) -> list[tuple[str, str]]:
    """The extras of the listing chosen, with their prices; of everybody who could come while none is."""
    if drawing.listing in shop.offers:
        card = shop.offers[drawing.listing].card_for(shop.week_of)
        return [
            (extra.id, f"{extra.name}, {Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}")
            for extra in card.add_ons
            if not extra.is_required
        ]
    found: dict[str, tuple[str, str]] = {}
    for option in options:
        offer = shop.offers.get(option.listing)
        for extra in offer.card_for(shop.week_of).add_ons if offer is not None else ():
            if not extra.is_required:
                found.setdefault(extra.name.casefold(), (extra.id, extra.name))
    return sorted(found.values(), key=lambda pair: pair[1])


def _chosen_extras(drawing: Drawing, shop: _Shop) -> tuple[str, ...]:
    """The extras chosen, as the listing chosen knows them."""
    if drawing.listing not in shop.offers:
        return drawing.extras
    card = shop.offers[drawing.listing].card_for(shop.week_of)
    return cost_rules.carry_extras(drawing.extras, shop.extra_names, card)[0]


def _asks_miles(drawing: Drawing, shop: _Shop) -> bool:
    """Whether any extra the listing has is by the mile: then the miles can be said before the extra is chosen."""
    if drawing.listing not in shop.offers:
        return False
    card = shop.offers[drawing.listing].card_for(shop.week_of)
    return any(extra.basis == AddOnBasis.PER_MILE for extra in card.add_ons)


def _warnings(drawings: Sequence[Drawing], shop: _Shop, now: WeekCost) -> dict[str, list[str]]:
    """What somebody should know of single lines before they rely on the sum."""
    priced = now.by_key()
    warnings: dict[str, list[str]] = {}
    for drawing in drawings:
        words = []
        seen = shop.seen.get(drawing.listing)
        if drawing.listing and seen is None:
            words.append("This is no longer offered. Choose somebody else.")
        elif seen is not None and (reason := shop.why_not(seen, drawing)):
            words.append(f"{seen.listing.provider.name}: {reason}.")
        one = priced.get(drawing.key)
        if one is not None and one.unpublished:
            days = f"{one.unpublished} visit{'s' if one.unpublished > 1 else ''} of the year"
            words.append(f"No rate is published for the days of {days}. The nearest rate is counted for them.")
        if one is not None and one.by_the_mile:
            words.append(f"{' and '.join(one.by_the_mile)}: charged by the mile. Enter how many miles to count it.")
        if drawing.line is not None:
            words.extend(_odd_nights(drawing.line, now.starts_on))
        if words:
            warnings[drawing.key] = words
    return warnings


def _odd_nights(line: WeekLine, starts_on: date) -> list[str]:
    """The nights of the year on which clocks change in the middle of what this line says."""
    if line.start.hour * 60 + line.start.minute >= 3 * 60 and not line.ends_next_day:
        return []
    days = cost_rules.line_days(line, starts_on, YEAR_DAYS)
    return [f"{day_words(day)}: {words}" for day in days if (words := visit_times.oddity(line, day))]


def _against(
    now: WeekCost, money: MoneyThere | None, typed_pence: int | None, shop: _Shop
) -> tuple[Against | None, Lasts | None]:
    """What the week is held against, and how long it lasts: the person's money, else what somebody typed."""
    found: tuple[Against, Lasts] | None = None
    if money is not None:
        found = against_money(now, money, shop.seen, shop.lawful)
    elif typed_pence is not None and now.lines:
        found = against_typed(now, typed_pence)
    return found or (None, None)
