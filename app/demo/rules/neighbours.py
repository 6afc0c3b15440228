"""Saltmere: a second council that does not exist, whose rule about unspent money is the other one; and who has some left."""

from app.demo.rules.people import Citizen
from app.demo.rules.places import LETTERS, InventedPostcode
from app.funding.budgets.rules.kinds import PotKind

COUNCIL_CODE = "saltmere"
COUNCIL_NAME = "Saltmere Council"
AREA_CODE = "E08999902"
PHONE = "01632 960700"
SAFEGUARDING_PHONE = "01632 960701"
EMAIL = "adult-support@saltmere.example"
LOCALITY, WARD, WARD_CODE = "Saltmere", "Staithe", "E05999901"
COMMISSIONER, CARE_MANAGER = "Paula Keogh", "Ravi Menon"

POLICIES: dict[str, object] = {
    # A quarter of a period's money may be carried on until the quarter ends; the rest goes back by itself.
    "carry_over_percent": 25,
    "carry_over_until": "quarter_end",
    "year_end_unspent": "goes_back",
    "unspent_goes_back": "at_once",
    "notice_hours": 24,
    "small_number": 5,
}

RUBY = Citizen(
    "Ruby Tamblyn",
    LOCALITY,
    ((PotKind.DIRECT_PAYMENT, 2_600_00),),
    0,
    (),
    outside=(("Staithe Baths", "swimming", 1_800),),
)
"""Of Saltmere: uses little of £200.00 in four weeks, so that most of it has gone back."""
IRIS = Citizen("Iris Vane", "Harbour", ((PotKind.DIRECT_PAYMENT, 2_600_00),), 0, ())
"""Of Quaybridge, with the same money: nothing goes back, and her care manager is to talk with her."""


def postcodes_next_door() -> list[InventedPostcode]:
    """A few doors of Saltmere, further out to sea."""
    return [
        InventedPostcode(f"QX9 1A{letter}", WARD_CODE, WARD, LOCALITY, round(-4.2 + number * 0.004, 5), 53.7)
        for number, letter in enumerate(LETTERS[:6])
    ]
