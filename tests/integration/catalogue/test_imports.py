"""Registers come in row by row; a second import changes nothing; a claimed provider's words stay its own."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, ListingArea, ListingChange, ListingStatus, RateCard
from app.market.catalogue.rules.kinds import Nature
from app.market.providers.models import Provider, Registration
from app.market.providers.rules import CqcRating, ProviderKind
from app.people.councils.models import Council, Locality
from tests.factories import councils, providers
from tests.fixtures import REGISTERS


@pytest.fixture
def council(app: Flask) -> Council:
    """A council with four postcodes."""
    made = councils.council("millbrook", "Millbrook", "E08900001")
    councils.places(made)
    return made


def _run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    db.session.expire_all()
    return result.output


def _register(app: Flask, name: str, *more: str) -> list[int]:
    return _counts(_run(app, "providers", "import-register", str(REGISTERS / name), "--council", "millbrook", *more))


def _community(app: Flask, name: str, kind: str) -> list[int]:
    file = str(REGISTERS / name)
    return _counts(_run(app, "catalogue", "import-community", file, "--kind", kind, "--council", "millbrook"))


def _counts(output: str) -> list[int]:
    """Added, updated, unchanged, refused."""
    found = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] in {"added", "updated", "unchanged", "refused"}:
            found[words[0]] = int(words[1])
    return [found[one] for one in ("added", "updated", "unchanged", "refused")]


def _listing(location_id: str) -> Listing:
    return db.session.scalars(select(Listing).where(Listing.source_key == location_id)).one()


def _reach(listing: Listing) -> list[str | None]:
    rows = db.session.scalars(
        select(Locality.name).select_from(ListingArea).outerjoin(Locality).where(ListingArea.listing_id == listing.id)
    )
    return list(rows)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_weekly_directory_comes_in_once(app: Flask, council: Council, tmp_path: Path) -> None:
    report = tmp_path / "fates.csv"
    assert _register(app, "weekly_directory.csv", "--report", str(report)) == [3, 0, 0, 5]
    assert report.read_text("utf-8-sig").splitlines() == [
        "line,what,fate,why",
        "7,Applecross House (1-900000001),added,",
        '8,"Hand ""in"" Hand Homecare (1-900000002)",added,',
        "9,Millbrook Dental Practice (1-900000003),refused,not support that is sold here (Dentist)",
        "10,Far Away Lodge (1-900000004),refused,belongs to another council (Elsewhere)",
        '11,"Broken ""Quote House",refused,its quotation marks do not pair up',
        "12,Short Row,refused,no location number",
        "13,No Number House,refused,no location number",
        "14,Café Court (1-900000008),added,it has no postcode",
    ]
    house = _listing("1-900000001")
    assert (house.kind, house.nature, house.status, house.title) == (
        "care-home",
        Nature.SERVICE,
        ListingStatus.PUBLISHED,
        "Applecross House",
    )
    assert (house.address, house.postcode, house.longitude, house.latitude) == (
        "1 Mill Lane, Millbrook",
        "QX1 1AA",
        -2.3,
        53.4,
    )
    assert house.needs == ["Older people", "Dementia"]
    assert _reach(house) == ["North"]
    assert _reach(_listing("1-900000002")) == [None]
    assert house.provider.cqc_provider_id == "1-800000001"
    assert not house.provider.is_claimed
    assert house.provider is _listing("1-900000008").provider
    assert house.registration is not None
    assert (house.registration.phone, house.registration.rating) == ("0161 999 0001", CqcRating.NOT_YET_RATED)
    assert (_count(Provider), _count(Registration), _count(Listing), _count(RateCard)) == (2, 3, 3, 0)
    assert _count(ListingChange) == 3
    assert _register(app, "weekly_directory.csv") == [0, 0, 3, 5]
    assert (_count(Provider), _count(Registration), _count(ListingChange)) == (2, 3, 3)


def test_other_formats_bring_the_same_location_up_to_date(app: Flask, council: Council) -> None:
    assert _register(app, "care_homes.csv") == [2, 0, 0, 1]
    assert _listing("1-900000001").provider.cqc_provider_id is None
    # The number of the provider, the specialisms and the rating are news; the provider stays one.
    assert _register(app, "active_locations.csv") == [1, 1, 0, 1]
    house = _listing("1-900000001")
    assert house.provider.cqc_provider_id == "1-800000001"
    assert house.provider.source_key == "1-800000001"
    assert house.needs == ["Older people", "Dementia"]
    registration = house.registration
    assert registration is not None
    assert (registration.rating, registration.rated_on) == (CqcRating.GOOD, date(2025, 6, 4))
    assert registration.last_checked_on == date(2025, 5, 31)
    assert _listing("1-900000009").provider.kind == ProviderKind.IN_HOUSE
    assert _count(Provider) == 3
    # Neither register unsays what the other said.
    assert _register(app, "care_homes.csv") == [0, 0, 2, 1]
    assert _register(app, "active_locations.csv") == [0, 0, 2, 1]
    assert _register(app, "weekly_directory_older.csv") == [0, 0, 1, 0]


def test_ratings_of_known_locations_follow_the_newest_publication(app: Flask, council: Council) -> None:
    _register(app, "care_homes.csv")
    changes = _count(ListingChange)
    assert _register(app, "latest_ratings.csv") == [0, 1, 3, 2]
    registration = _listing("1-900000001").registration
    assert registration is not None
    assert (registration.rating, registration.rated_on, registration.is_rating_inherited) == (
        CqcRating.REQUIRES_IMPROVEMENT,
        date(2026, 2, 1),
        False,
    )
    assert _count(ListingChange) == changes + 1
    assert _register(app, "latest_ratings.csv") == [0, 0, 4, 2]
    # An older rating in another file does not come back.
    _register(app, "active_locations.csv")
    assert registration.rating == CqcRating.REQUIRES_IMPROVEMENT


def test_a_changed_row_is_updated_with_what_changed(app: Flask, council: Council, tmp_path: Path) -> None:
    _register(app, "care_homes.csv")
    text = (
        (REGISTERS / "care_homes.csv")
        .read_text()
        .replace("Moorside,", "Moorside House,")
        .replace("2025-05-31", "2026-01-31")
    )
    changed = tmp_path / "changed.csv"
    changed.write_text(text)
    output = _run(app, "providers", "import-register", str(changed), "--council", "millbrook")
    assert _counts(output) == [0, 2, 0, 1]
    assert (
        "remark on 1: area code E0890001 is mistyped, so it was matched by the name of the area; name, title" in output
    )
    assert "date of the latest check" in output
    assert _listing("1-900000011").title == "Moorside House"


def test_a_claimed_providers_words_are_never_overwritten(app: Flask, council: Council, tmp_path: Path) -> None:
    _register(app, "weekly_directory.csv")
    house = _listing("1-900000001")
    house.provider.claimed_at = clock.now()
    house.provider.name, house.title, house.needs = "Birchwood", "A home by the mill", ["Dementia"]
    house.status = ListingStatus.WITHDRAWN
    db.session.commit()
    text = (REGISTERS / "weekly_directory.csv").read_bytes().replace(b"31/05/2025", b"31/05/2026")
    changed = tmp_path / "changed.csv"
    changed.write_bytes(text.replace(b"1-900000008", b"1-900000088"))
    assert _run(app, "providers", "import-register", str(changed), "--council", "millbrook")
    house = _listing("1-900000001")
    assert (house.provider.name, house.title, house.needs, house.status) == (
        "Birchwood",
        "A home by the mill",
        ["Dementia"],
        ListingStatus.WITHDRAWN,
    )
    assert house.registration is not None
    assert house.registration.last_checked_on == date(2026, 5, 31)
    # A new location of a claimed provider waits for it as a draft.
    assert _listing("1-900000088").status == ListingStatus.DRAFT


@pytest.mark.parametrize(
    ("name", "kind", "first", "second"),
    [
        ("libraries.csv", "libraries", [1, 0, 0, 1], [0, 0, 1, 1]),
        ("food_banks.csv", "food-banks", [3, 0, 0, 0], [0, 0, 3, 0]),
        ("sports_clubs.csv", "sports-clubs", [2, 0, 0, 1], [0, 0, 2, 1]),
        ("mental_health_services.csv", "mental-health", [2, 0, 0, 0], [0, 0, 2, 0]),
        ("charities.csv", "charities", [3, 0, 0, 1], [0, 0, 3, 1]),
    ],
)
def test_every_community_row_has_a_fate_and_a_second_run_changes_nothing(
    app: Flask, council: Council, name: str, kind: str, first: list[int], second: list[int]
) -> None:
    assert _community(app, name, kind) == first
    changes = _count(ListingChange)
    assert _community(app, name, kind) == second
    assert (_count(Listing), _count(ListingChange), _count(RateCard)) == (first[0], changes, 0)
    for listing in db.session.scalars(select(Listing)):
        assert listing.nature == Nature.COMMUNITY
        assert listing.status == ListingStatus.PUBLISHED
        assert listing.is_free == (kind in {"libraries", "food-banks"})
        assert not listing.provider.is_claimed


def test_what_lies_outside_reaches_the_whole_council_and_it_is_said(app: Flask, council: Council) -> None:
    output = _run(
        app,
        "catalogue",
        "import-community",
        str(REGISTERS / "sports_clubs.csv"),
        "--kind",
        "sports-clubs",
        "--council",
        "millbrook",
    )
    assert "remark on 1: QZ9 9ZZ is outside Millbrook: shown to the whole council" in output
    assert _reach(_listing("fernley golf|QZ99ZZ")) == [None]
    assert _reach(_listing("millbrook badminton|QX12AA")) == ["North"]


def test_a_charity_that_came_by_itself_keeps_its_page(app: Flask, council: Council) -> None:
    own = providers.provider("The Theatre", charity_number="900002", kind=ProviderKind.CHARITY)
    assert _community(app, "charities.csv", "charities") == [3, 0, 0, 1]
    listing = _listing("900002")
    assert (listing.provider.id, listing.provider.name, listing.status) == (own.id, "The Theatre", ListingStatus.DRAFT)
    assert _listing("900003").provider.name == "Millbrook Musical Theatre"


def test_a_file_of_another_kind_is_refused(app: Flask, council: Council) -> None:
    words = ["catalogue", "import-community", str(REGISTERS / "libraries.csv"), "--kind", "charities"]
    result = app.test_cli_runner().invoke(args=[*words, "--council", "millbrook"])
    assert result.exit_code == 1
    assert "libraries.csv was not imported: none of its first 40 lines is a header we know." in result.output
    assert _count(Listing) == 0
