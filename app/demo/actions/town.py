"""The council, its framework, its providers, and what they offer at which published rates."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.demo.actions.world import World
from app.demo.rules import places
from app.demo.rules.listings import Article, articles
from app.demo.rules.people import COMMISSIONERS, MODERATORS, STAFF_FIRST, STAFF_LAST
from app.demo.rules.prices import EXTRAS, ITEM_PRICES, PRICES, SHORT_VISITS, SOMETIMES_COMPULSORY, bands, buyers
from app.demo.rules.sellers import SELLERS, Seller
from app.demo.rules.suitability import LANGUAGES, ages, hours
from app.market.catalogue.actions.listings import publish_listing, write_listing
from app.market.catalogue.actions.places import place_on_framework
from app.market.catalogue.actions.rates import NewAddOn, publish_rate
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.cards import Amounts
from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.rates import TIMED_UNITS, Unit, Vat
from app.market.providers.actions.providers import add_provider, add_registration
from app.market.providers.models import Registration
from app.market.providers.rules import ProviderKind
from app.market.registers.actions.listings import import_locations
from app.market.registers.rules.providers import Location
from app.people.accounts.rules import Role
from app.people.councils.actions.councils import add_council, add_framework, set_contact, set_policy
from app.people.councils.actions.postcodes import add_postcodes
from app.people.councils.models import Council
from app.people.councils.queries import localities_of
from app.people.councils.rules.areas import PostcodeRow
from app.people.councils.rules.geography import compact_postcode

RISE_PERCENT = 4
"""What most providers put their rates up by last April."""


def bring_postcodes(council: Council, invented: Iterable[places.InventedPostcode]) -> None:
    """Give a council its invented wards, localities and postcodes."""
    rows = [
        PostcodeRow(
            compact=compact_postcode(made.postcode),
            ward_code=made.ward_code,
            ward_name=made.ward_name,
            locality=made.locality,
            longitude=made.longitude,
            latitude=made.latitude,
        )
        for made in invented
    ]
    add_postcodes(council=council, rows=rows)


def found(world: World) -> None:
    """The council, its places, policies and framework, and who commissions for it."""
    with clock.set_to(world.morning(world.opened_on)):
        council = add_council(
            code=places.COUNCIL_CODE, name=places.COUNCIL_NAME, area_code=places.AREA_CODE, is_demonstration=True
        )
        set_contact(
            actor=None,
            council=council,
            phone=places.PHONE,
            email=places.EMAIL,
            safeguarding_phone=places.SAFEGUARDING_PHONE,
            safeguarding_hours=places.SAFEGUARDING_HOURS,
        )
        bring_postcodes(council, places.postcodes())
        world.council = council
        world.localities = {locality.name: locality for locality in localities_of(council.id)}
        for name in COMMISSIONERS:
            world.commissioners.append(
                world.newcomer(name, Role.COMMISSIONER, at="quaybridge.example", council_id=council.id)
            )
        for name in MODERATORS:
            moderator = world.newcomer(name, Role.MODERATOR, at="quaybridge.example", council_id=council.id)
            moderator.is_demonstration = True
        first_day = {"budget_year_starts_on": world.begins_on.isoformat()}
        for policy, value in (places.POLICIES | first_day).items():
            set_policy(actor=None, council=council, name=policy, value=value, valid_from=world.opened_on)
        framework = add_framework(
            actor=None,
            council=council,
            name="Quaybridge support framework",
            starts_on=world.opened_on,
            ends_on=world.today + timedelta(days=800),
            lots=places.LOTS,
        )
        world.lots = {lot.number: lot for lot in framework.lots}


def open_shops(world: World) -> None:
    """Every provider, registered where it must be, with somebody to speak for it."""
    with clock.set_to(world.morning(world.opened_on, 10)):
        for number, seller in enumerate(SELLERS[: world.size.sellers], start=1):
            if not seller.is_claimed:
                continue
            postcode = _postcode_of(seller, number)
            provider = add_provider(
                actor=None,
                name=seller.name,
                kind=seller.kind,
                description=seller.about,
                postcode=postcode,
                address=f"{number} {_ward_of(postcode)}, Quaybridge",
                phone=f"01632 9602{number:02d}",
                email=f"hello@{_slug(seller.name)}.example",
                claimed_at=clock.now(),
            )
            world.providers[seller.name] = provider
            if seller.rating is not None:
                add_registration(
                    actor=None,
                    provider=provider,
                    cqc_location_id=f"DEMO-{number:04d}",
                    name=seller.name,
                    rating=seller.rating,
                    rated_on=world.opened_on - timedelta(days=40 * (number % 9) + 30),
                    postcode=postcode,
                    is_demonstration=True,
                )
            for lot in seller.lots:
                place_on_framework(actor=None, provider=provider, lot=world.lots[lot], from_on=world.opened_on)
            first = STAFF_FIRST[number % len(STAFF_FIRST)]
            last = STAFF_LAST[(number * 7) % len(STAFF_LAST)]
            world.staff[provider.id] = world.newcomer(
                f"{first} {last}", Role.PROVIDER_STAFF, at=f"{_slug(seller.name)}.example", provider_id=provider.id
            )


def fill_shelves(world: World) -> None:
    """Every listing, published, with its rates then, since last April, and in a few cases from next month."""
    with clock.set_to(world.morning(world.opened_on, 11)):
        for number, article in enumerate(articles(world.size.listings, SELLERS[: world.size.sellers])):
            if article.seller.is_claimed:
                world.listings.append((article, _write(world, article, number)))
        _read_register(world)
    april = date(world.today.year, 4, 6)
    if april > world.today:
        april = april.replace(year=april.year - 1)
    if april > world.opened_on:
        with clock.set_to(world.morning(april - timedelta(days=30))):
            for number, (article, listing) in enumerate(world.listings):
                if number % 4 and _is_sold(article):
                    _price(world, article, listing, number, april, RISE_PERCENT)
    with clock.set_to(world.morning(world.today - timedelta(days=1))):
        for number, (article, listing) in enumerate(world.listings):
            if number % 19 == 5 and _is_sold(article):
                _price(world, article, listing, number, world.today + timedelta(days=35), RISE_PERCENT * 2)


def _read_register(world: World) -> None:
    """The few that nobody speaks for yet come as real ones do: from the regulator's list."""
    rows = [
        Location(
            line=number,
            location_id=f"DEMO-{number:04d}",
            name=seller.name,
            provider_name=seller.name,
            service_types=("Homecare agencies" if seller.sells == ("care-at-home",) else "Residential homes",),
            specialisms=("Caring for adults over 65 yrs",),
            address=f"{number} {_ward_of(_postcode_of(seller, number))}, Quaybridge",
            postcode=compact_postcode(_postcode_of(seller, number)),
            phone=f"01632 9602{number:02d}",
            rating=seller.rating,
            rated_on=world.opened_on - timedelta(days=40),
            area_code=places.AREA_CODE,
        )
        for number, seller in enumerate(SELLERS, start=1)
        if not seller.is_claimed
    ]
    import_locations(council=world.council, rows=rows)
    for registration in db.session.scalars(select(Registration)):
        registration.is_demonstration = True


def _write(world: World, article: Article, number: int) -> Listing:
    seller, offer = article.seller, article.offer
    provider = world.providers[seller.name]
    is_free = KINDS[article.kind].nature is Nature.COMMUNITY
    reach = [(world.council.id, world.localities[name].id) for name in seller.localities]
    when = hours(article.kind, offer.title)
    youngest, oldest = ages(article.kind, offer.title, offer.needs)
    facts: dict[str, Any] = {
        "title": offer.title,
        "summary": offer.summary,
        "description": article.description,
        "needs": offer.needs,
        "languages": tuple(dict.fromkeys((*seller.languages, *LANGUAGES.get(seller.name, ())))),
        "days": when.days,
        "times": [str(time) for time in when.times],
        "age_from": youngest,
        "age_to": oldest,
        "opening_times": seller.opening,
        "how_to_join": "Just turn up, or ring first if you would like somebody to meet you." if is_free else "",
        "is_free": is_free,
        "can_take_new_people": number % 11 != 7,
        "postcode": provider.postcode,
        "address": provider.address,
    }
    listing = write_listing(
        actor=world.staff[provider.id],
        provider=provider,
        kind=article.kind,
        areas=reach or _everywhere(world, seller),
        **facts,
    )
    if _is_sold(article):
        _price(world, article, listing, number, world.opened_on, 0)
    publish_listing(actor=world.staff[provider.id], listing=listing)
    return listing


def _everywhere(world: World, seller: Seller) -> list[tuple[int, int | None]]:
    """All of the council; national companies come to the one next door, too."""
    next_door = [(world.next_door.id, None)] if seller.kind is ProviderKind.NATIONAL else []
    return [(world.council.id, None), *next_door]


def _is_sold(article: Article) -> bool:
    return article.kind in PRICES and article.seller.publishes_rates and article.seller.is_claimed


def _price(world: World, article: Article, listing: Listing, number: int, valid_from: date, rise: int) -> None:
    price = PRICES[article.kind]
    usual = ITEM_PRICES.get(article.offer.title) or price.low + (price.high - price.low) * (number * 37 % 100) // 100
    weekday = _rounded(usual * article.seller.dearness * (100 + rise) // 10_000, price.unit)
    unit = Unit.WAKING_NIGHT if article.offer.title == "Waking nights" else price.unit
    if unit is Unit.WAKING_NIGHT:
        weekday = _rounded(weekday * 17 // 10, unit)
    is_timed = unit in TIMED_UNITS
    amounts = Amounts(
        weekday, *(_rounded(weekday * more // 100, unit) for more in (price.saturday, price.sunday, price.bank_holiday))
    )
    publish_rate(
        actor=world.staff[listing.provider_id],
        listing=listing,
        valid_from=valid_from,
        unit=unit,
        weekday_pence=amounts.weekday_pence,
        saturday_pence=amounts.saturday_pence,
        sunday_pence=amounts.sunday_pence,
        bank_holiday_pence=amounts.bank_holiday_pence,
        minimum_minutes=price.minimum_minutes if is_timed else 0,
        billing_step_minutes=price.step,
        bands=bands(amounts) if is_timed and number % 4 == 1 else (),
        length_bands=SHORT_VISITS if article.kind == "care-at-home" and number % 3 == 2 else (),
        buyers=buyers(amounts) if unit is Unit.HOUR and number % 7 == 3 else (),
        vat=Vat.STANDARD if article.kind in {"gardening", "home-help", "payroll"} else Vat.EXEMPT,
        vat_reason="" if article.kind in {"gardening", "home-help", "payroll"} else "welfare services",
        add_ons=[
            NewAddOn(
                extra.name,
                extra.basis,
                extra.pence,
                is_required=extra.name in SOMETIMES_COMPULSORY and number % 3 == 1,
                when=extra.when,
                only_with=extra.only_with,
            )
            for extra in EXTRAS.get(article.kind, ())
        ],
    )


def _rounded(pence: int, unit: Unit) -> int:
    """To the nearest 5p for hours and meals, 50p for the rest: published prices are round."""
    step = 5 if unit in TIMED_UNITS or pence < 2000 else 50
    return (pence + step // 2) // step * step


def _postcode_of(seller: Seller, number: int) -> str:
    everywhere = [made for made in places.postcodes() if not seller.localities or made.locality in seller.localities]
    return everywhere[number * 53 % len(everywhere)].postcode


def _ward_of(postcode: str) -> str:
    return next(made.ward_name for made in places.postcodes() if made.postcode == postcode)


def _slug(name: str) -> str:
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum())
