"""Councils and places to test with. Area QX does not exist, so its postcodes are invented."""

import itertools
from datetime import UTC, date, datetime

from app.base.db import db, transaction
from app.people.councils.actions.postcodes import add_postcodes
from app.people.councils.models import Council, Framework, Lot
from app.people.councils.rules.areas import PostcodeRow

_numbers = itertools.count(1)
LONG_AGO = datetime(2026, 1, 1, 9, tzinfo=UTC)


def council(code: str | None = None, name: str | None = None, area_code: str | None = None, **more: object) -> Council:
    """A council, with no places yet."""
    number = next(_numbers)
    made = Council(
        code=code or f"council{number}",
        name=name or f"Council {number}",
        area_code=area_code or f"E08{number:06d}",
        created_at=LONG_AGO,
        **more,
    )
    db.session.add(made)
    db.session.commit()
    return made


PLACES = (
    ("QX11AA", "E05900001", "Millbrook Central", "North", "Millbrook", -2.30, 53.40),
    ("QX11AB", "E05900001", "Millbrook Central", "North", "Millbrook", -2.31, 53.41),
    ("QX12AA", "E05900002", "Millbrook Moor", "North", "Millbrook Moor", -2.32, 53.42),
    ("QX21AA", "E05900003", "Fernley", "South", "Fernley & Ashdale", -2.40, 53.35),
)


def places(council: Council) -> None:
    """Four postcodes in three wards and two localities (North and South) of a council."""
    with transaction():
        add_postcodes(
            council=council,
            rows=[
                PostcodeRow(compact, ward_code, ward, locality, lon, lat, part, line)
                for line, (compact, ward_code, ward, locality, part, lon, lat) in enumerate(PLACES, start=2)
            ],
        )


def framework(
    council: Council,
    *lots: list[str],
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2029, 12, 31),
) -> Framework:
    """A framework with these lots, each a list of kinds (care at home when none is given)."""
    made = Framework(council_id=council.id, name="Support at home", starts_on=starts_on, ends_on=ends_on)
    made.lots = [
        Lot(number=number, name=f"Lot {number}", kinds=kinds)
        for number, kinds in enumerate(lots or (["care-at-home"],), start=1)
    ]
    db.session.add(made)
    db.session.commit()
    return made
