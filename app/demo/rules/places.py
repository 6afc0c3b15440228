"""Quaybridge: a council that does not exist, in a postcode area that does not exist, on a patch of open sea."""

from dataclasses import dataclass
from functools import cache

COUNCIL_CODE = "quaybridge"
COUNCIL_NAME = "Quaybridge Council"
AREA_CODE = "E08999901"
PHONE = "01632 960100"
SAFEGUARDING_PHONE = "01632 960101"
SAFEGUARDING_HOURS = "Monday to Friday, 9am to 5pm. At other times you reach the team on duty"
EMAIL = "adult-support@quaybridge.example"

LOCALITIES: dict[str, tuple[str, ...]] = {
    "Harbour": ("Old Quay", "Ropewalk", "Lantern Hill", "Customs House", "Fishergate"),
    "Northfields": ("Ashgrove", "Millbrook", "Priory Lane", "Windmill Rise", "Station Road", "Hawthorn"),
    "Riverside": ("Bridge End", "Weaver's Green", "Otterford", "Tollgate", "Meadow Bank"),
    "Southdown": ("Chapel Down", "Orchard Vale", "Beacon Heath", "Kiln Lane", "Long Barrow"),
}
"""Each locality with its wards: four and twenty-one."""

POLICIES: dict[str, object] = {
    # Evens out over the year, and what is not used is a reason to talk: what holds where a council says nothing else.
    "carry_over_percent": 100,
    "carry_over_until": "year_end",
    "year_end_unspent": "carried",
    "unspent_goes_back": "after_a_talk",
    "quarter_underspend_percent": 20,
    "quarter_overspend_percent": 10,
    "contingency_percent": 10,
    "council_managed_outside_framework": "one_off_agreement",
    "framework_quality_bar": "good",
    "notice_hours": 24,
    "isf_fee_ceiling_percent": 10,
    "isf_notice_days": 30,
    "small_number": 5,
}

LOTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Care at home", ("care-at-home", "live-in-care", "night-support")),
    ("Supported living", ("supported-living", "extra-care")),
    ("Respite and short breaks", ("respite", "care-home")),
    ("Days out and learning", ("day-activities", "work-and-learning", "companionship")),
    ("Help in the house", ("home-help", "gardening", "meals", "transport")),
    ("Planning and speaking up", ("advocacy", "support-planning", "payroll", "mental-health", "personal-assistant")),
)

LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that may stand at the end of a postcode."""
POSTCODES_A_WARD = 36
WEST, SOUTH = -4.62, 53.58
"""Open water: nobody lives where the demonstration does."""


@dataclass(frozen=True, slots=True)
class InventedPostcode:
    """One postcode of the demonstration council, in the columns of the ONS lists."""

    postcode: str
    ward_code: str
    ward_name: str
    locality: str
    longitude: float
    latitude: float


@cache
def postcodes() -> list[InventedPostcode]:
    """All postcodes of the council, the same at every call: 36 a ward, spread over a square of about a mile."""
    made = []
    ward_number = 0
    for district, (locality, wards) in enumerate(LOCALITIES.items(), start=1):
        for sector, ward in enumerate(wards, start=1):
            ward_number += 1
            for n in range(POSTCODES_A_WARD):
                first, second = divmod(n, 6)
                inward = f"{sector}{LETTERS[first * 3]}{LETTERS[second * 3 + 1]}"
                made.append(
                    InventedPostcode(
                        postcode=f"QX{district} {inward}",
                        ward_code=f"E05999{ward_number:03d}",
                        ward_name=ward,
                        locality=locality,
                        longitude=round(WEST + (district % 2) * 0.11 + (sector % 3) * 0.027 + first * 0.004, 5),
                        latitude=round(SOUTH + (district // 2) * 0.06 + (sector // 3) * 0.021 + second * 0.003, 5),
                    )
                )
    return made
