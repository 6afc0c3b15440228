"""What is looked for and not found is counted by kind, place and day, and by nothing that could point at anybody."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import inspect, select

from app.base import clock
from app.base.db import db
from app.market.search.actions import building, unmet
from app.market.search.models import UnmetSearch
from app.market.search.queries import unmet as unmet_queries
from app.market.search.queries.unmet import Unmet
from app.people.councils.queries import locality_by_slug
from tests.factories import catalogue, councils
from tests.queries import counted

DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)


@pytest.fixture
def shop(app):
    unmet.write_down()
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    catalogue.listing(kind="meals", title="Hot dinners", council=council)
    catalogue.listing(kind="clubs", title="Bingo", council=council)
    building.rebuild()
    return council


def rows():
    found = db.session.scalars(select(UnmetSearch).order_by(UnmetSearch.id))
    return [(row.council_id, row.locality_id, row.kind, row.day, row.count) for row in found]


def search(client, address):
    page = client.page(address)
    assert "Nothing matches all of that" in page.main.get_text()
    return page


def test_only_kind_place_day_and_a_count_are_kept(app):
    assert {column["name"] for column in inspect(db.engine).get_columns("unmet_search")} == {
        "id",
        "council_id",
        "locality_id",
        "kind",
        "day",
        "count",
    }


def test_what_the_words_mean_is_counted_once_a_minute_and_no_page_writes(client, shop):
    with clock.set_to(NOON), counted() as statements:
        for _ in range(3):
            search(client, "/search?council=millbrook&q=xyzzyplugh&near=QX2+1AA")
        search(client, "/search?council=millbrook&q=dinners&kind=telecare&locality=south")
    assert [one for one in statements if not one.lstrip().upper().startswith(("SELECT", "SET "))] == []
    assert rows() == []
    south = locality_by_slug(shop.id, "south").id
    with clock.set_to(NOON):
        assert unmet.write_down() == 2
        assert unmet.write_down() == 0
        assert rows() == [(shop.id, south, "", DAY, 1), (shop.id, south, "telecare", DAY, 1)]
        search(client, "/search?council=millbrook&q=dinners&kind=telecare&locality=south")
        search(client, "/search?council=millbrook&q=dinners&kind=telecare")
        search(client, "/search?council=millbrook&q=dinners&kind=telecare&page=1")
        assert unmet.write_down() == 2
    assert rows()[1:] == [(shop.id, south, "telecare", DAY, 2), (shop.id, None, "telecare", DAY, 1)]


def test_searches_that_found_something_or_were_for_no_council_are_not_counted(client, shop):
    client.page("/search?council=millbrook&q=bingo")
    unmet.notice(council_id=None, locality_id=None, kinds=("meals",))
    assert unmet.write_down() == 0


def test_more_than_three_kinds_and_kinds_nobody_knows_are_not_kept(app, shop):
    unmet.notice(council_id=shop.id, locality_id=None, kinds=("meals", "zz", "clubs", "sport", "libraries"))
    unmet.write_down()
    assert sorted(row[2] for row in rows()) == ["clubs", "meals", "sport"]


def test_sums_are_told_and_small_ones_are_not(app, shop):
    for number in range(6):
        with clock.set_to(datetime(2026, 6, 1 + number, 11, tzinfo=UTC)):
            unmet.notice(
                council_id=shop.id, locality_id=None, kinds=("telecare", "meals") if number < 4 else ("telecare",)
            )
            unmet.write_down()
    assert unmet_queries.unmet(shop.id, DAY, date(2026, 6, 30)) == [Unmet("telecare", None, 6)]
    assert unmet_queries.unmet(shop.id, DAY, date(2026, 6, 4)) == []
    assert [one.searches for one in unmet_queries.unmet(shop.id, DAY, date(2026, 6, 4), fewest=1)] == [4, 4]
