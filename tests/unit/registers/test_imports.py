"""Community files become listings that say what the file says."""

from app.market.registers.rules.listings import (
    CommunityKind,
    CommunityRow,
    Unusable,
    agreed_contacts,
    facts_of_location,
    kind_of_services,
    read_community,
    shape_of,
)
from app.platform.tables.rules.reading import read_table
from tests.fixtures import REGISTERS


def _read(name: str, kind: CommunityKind) -> list[CommunityRow | Unusable]:
    table = read_table((REGISTERS / name).read_bytes(), [shape_of(kind)])
    return read_community(table.rows, kind)


def test_two_food_banks_of_one_name_are_two_listings_of_one_organisation() -> None:
    rows = _read("food_banks.csv", CommunityKind.FOOD_BANKS)
    assert all(isinstance(row, CommunityRow) for row in rows)
    first, second, third = (row for row in rows if isinstance(row, CommunityRow))
    assert (first.facts.title, second.facts.title, third.facts.title) == (
        "Open Larder, Mill Chapel",
        "Open Larder, Fern Hall",
        "Pantry",
    )
    assert (first.source_key, second.source_key) == ("open larder|QX11AA", "open larder|QX21AA")
    assert first.organisation_key == second.organisation_key
    assert (first.facts.days, first.facts.opening_times) == ((2, 5), "Tues 11am - 2pm, Fri 11.30am -1.30pm")
    assert first.facts.how_to_join == "How to be referred: Voucher. Ask at mill@larder.example."
    assert third.facts.how_to_join == "Ask at hello@pantry.example."
    assert first.facts.is_free
    contacts = agreed_contacts([first, second, third])
    assert contacts["open larder"]["email"] is None
    assert contacts["pantry"]["email"] == "hello@pantry.example"


def test_a_club_that_comes_twice_is_refused_the_second_time() -> None:
    rows = _read("sports_clubs.csv", CommunityKind.SPORTS_CLUBS)
    assert isinstance(rows[0], CommunityRow)
    assert rows[0].facts.summary == "Sports club: Badminton."
    assert not rows[0].facts.is_free
    assert rows[2] == Unusable(4, "Millbrook Badminton", "repeats line 2")


def test_charities_keep_their_registered_name_and_number() -> None:
    rows = _read("charities.csv", CommunityKind.CHARITIES)
    first, second, third = (row for row in rows if isinstance(row, CommunityRow))
    assert first.facts.title == "The Friends of St Ann's (Millbrook)"
    assert first.organisation_key == "900001 THE FRIENDS OF ST ANN'S (MILLBROOK)"
    assert first.facts.summary == "The charity register does not say what it does."
    assert first.facts.description == "Registered charity 900001, registered as THE FRIENDS OF ST ANN'S (MILLBROOK)."
    assert (second.source_key, third.source_key) == ("900002", "900003")
    assert second.facts.summary == 'Shows "for all" in Millbrook.'
    assert second.remarks == ("it has no postcode",)
    assert rows[3] == Unusable(5, "NUMBERLESS", "no charity number")


def test_a_service_is_a_charitys_when_its_description_says_so() -> None:
    rows = _read("mental_health_services.csv", CommunityKind.MENTAL_HEALTH)
    quiet, steps = (row for row in rows if isinstance(row, CommunityRow))
    assert (quiet.is_charity, steps.is_charity) == (True, False)
    assert steps.remarks == ("its postcode QX21 1AAA is not shaped like one and was left out",)


def test_a_locations_services_decide_its_kind() -> None:
    assert kind_of_services(["Homecare agencies", "Residential homes"]) == "care-home"
    assert kind_of_services(["Homecare agencies", "Supported living"]) == "care-at-home"
    assert kind_of_services(["Shared lives"]) == "extra-care"
    assert kind_of_services(["Dentist"]) is None


def test_a_location_says_what_the_register_says() -> None:
    facts = facts_of_location(
        kind="care-home",
        name="Applecross House",
        provider_name="Birchwood Care Limited",
        service_types=["Nursing homes", "Residential homes"],
        specialisms=["Dementia", "Caring for adults over 65 yrs"],
        address=None,
        postcode=None,
        longitude=None,
        latitude=None,
    )
    assert facts.summary == "Nursing home and residential home run by Birchwood Care Limited."
    assert facts.description == (
        "Registered with the Care Quality Commission as nursing home and residential home. "
        "The register lists it for: Dementia, Older people."
    )
    assert facts.needs == ("Dementia", "Older people")
