"""A bank holiday proclaimed tomorrow: a row the operator adds, with what it changes said before."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue import queries as catalogue_queries
from app.people.councils.actions.councils import add_council
from app.people.councils.models import BankHoliday
from app.people.councils.queries import bank_holidays_for
from app.platform.audit.models import AuditEvent
from tests.factories import bookings, catalogue, councils, patterns
from tests.factories.bookings import NOW
from tests.queries import counted

PROCLAIMED = date(2026, 12, 8)
"""A Tuesday that no list knows."""


def _run(app, *words, answer="y\n"):
    with clock.set_to(NOW):
        done = app.test_cli_runner().invoke(args=["councils", "bank-holiday", *words], input=answer)
    return done.exit_code, done.output


def _hour(listing, council, day):
    return catalogue_queries.quote_for(
        listing=listing,
        add_on_ids=[],
        council=council,
        starts=clock.at_london(day, time(9)),
        ends=clock.at_london(day, time(10)),
    ).total.pence


def test_one_that_is_added_is_charged_as_one_from_then_on_in_its_nation_only(app):
    england, wales = councils.council(), councils.council(nation="wales")
    listing = catalogue.listing()
    catalogue.card(listing, 2000, bank_holiday_pence=4000)
    assert _hour(listing, england, PROCLAIMED) == 2000
    code, said = _run(app, "add", "8th Dec 2026", "The new king's day", "--nation", "england")
    assert code == 0, said
    assert said.endswith("8 December 2026 is a bank holiday of England.\n")
    db.session.expire_all()
    assert _hour(listing, england, PROCLAIMED) == 4000
    assert _hour(listing, wales, PROCLAIMED) == 2000
    assert "Tue 8 December 2026    The new king's day (added)" in _run(app, "list", "--council", england.code)[1]
    kept = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "bank_holiday_added")).one()
    assert kept.details == {"nation": "england", "day": "2026-12-08", "name": "The new king's day"}


def test_one_of_the_list_that_is_moved_is_none_any_more_until_it_is_put_back(app):
    england = councils.council()
    listing = catalogue.listing()
    catalogue.card(listing, 2000, bank_holiday_pence=4000)
    christmas = date(2026, 12, 25)
    assert _hour(listing, england, christmas) == 4000
    assert _run(app, "remove", "25 12 26", "--council", england.code, "--yes")[0] == 0
    db.session.expire_all()
    assert _hour(listing, england, christmas) == 2000
    assert "Christmas Day (removed, no bank holiday)" in _run(app, "list", "--nation", "england")[1]
    assert _run(app, "add", "25 12 2026", "Christmas Day", "--nation", "england")[0] == 0
    db.session.expire_all()
    assert _hour(listing, england, christmas) == 4000
    assert db.session.scalars(select(BankHoliday)).all() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "25 December 2026", "Christmas", "--nation", "england"), "is a bank holiday of England already: Christmas Day."),
        (("remove", "8 December 2026", "--nation", "wales"), "8 December 2026 is no bank holiday of Wales."),
        (("add", "8 December 2026", "\u200b", "--nation", "wales"), "a name of at most 80 characters."),
        (("add", "8 December 2026", "Rest"), "Say whose: --nation england, or --council with its code."),
        (("add", "31 February 2027", "Rest", "--nation", "wales"), "There is no 31 February 2027."),
        (("add", "8 December 2026", "Rest", "--council", "nowhere"), "There is no council nowhere."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why_and_changes_nothing(app, words, said):
    code, told = _run(app, *words)
    assert code == 1
    assert said in told
    assert db.session.scalars(select(BankHoliday)).all() == []


def test_of_two_nations_both_change_or_neither(app):
    assert _run(app, "remove", "30 November 2026", "--nation", "scotland", "--nation", "england")[0] == 1
    assert db.session.scalars(select(BankHoliday)).all() == []


def test_what_it_meets_is_said_before_and_what_was_agreed_stays(app):
    scene = bookings.scene()
    agreed = patterns.agreed(scene, patterns.budget(scene, 100_000))
    bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000))
    before = [(visit.starts_at, visit.price_pence) for visit in agreed.visits]
    assert before[0] == (clock.at_london(bookings.TUESDAY, time(9)), 4125)
    code, said = _run(app, "add", "24 November 2026", "A day", "--council", scene.council.code, answer="n\n")
    assert code == 0
    assert "England, Tuesday 24 November 2026:" in said
    assert "1 agreed visit: stays at the price agreed, £41.25." in said
    assert "1 visit asked for and not answered: the price asked for stays." in said
    assert "0 visits of support that repeats, not made yet: priced anew when made." in said
    assert "From now on this day costs the bank holiday rate." in said
    assert bookings.TUESDAY not in bank_holidays_for(scene.council)
    _run(app, "add", "24 November 2026", "A day", "--council", scene.council.code)
    db.session.expire_all()
    assert bookings.TUESDAY in bank_holidays_for(scene.council)
    assert [(visit.starts_at, visit.price_pence) for visit in agreed.visits] == before


def test_what_is_made_later_is_counted_and_made_at_the_price_of_the_day(app):
    scene = bookings.scene()
    catalogue.card(scene.listing, 2750, valid_from=date(2026, 2, 1), bank_holiday_pence=5500)
    agreed = patterns.agreed(scene, patterns.budget(scene, 100_000))
    said = _run(app, "add", "8 December 2026", "A day", "--council", scene.council.code)[1]
    assert "0 agreed visits: stay at the price agreed, £0.00." in said
    assert "1 visit of support that repeats, not made yet: priced anew when made." in said
    with clock.set_to(NOW + timedelta(days=10)):
        run = app.test_cli_runner()
        assert run.invoke(args=["budgets", "release"]).exit_code == 0
        assert run.invoke(args=["bookings", "confirm"]).exit_code == 0
    db.session.expire_all()
    made = {clock.london(visit.starts_at).date(): visit.price_pence for visit in agreed.visits}
    assert (made[date(2026, 12, 1)], made[PROCLAIMED]) == (4125, 8250)


def test_a_council_that_comes_later_has_the_days_of_its_nation(app):
    councils.council()
    _run(app, "add", "8 December 2026", "A day", "--nation", "england", "--nation", "wales", "--yes")
    with transaction():
        late = add_council(code="late", name="Late", area_code="W06000001")
    assert late.nation == "wales"
    assert PROCLAIMED in bank_holidays_for(late)
    assert PROCLAIMED not in bank_holidays_for(councils.council(nation="scotland"))


def test_prices_cost_no_query_more_while_the_list_is_right(app):
    council = councils.council()
    assert council.holidays_mark == ""
    with counted() as statements:
        assert date(2026, 12, 25) in bank_holidays_for(council)
    assert statements == []
