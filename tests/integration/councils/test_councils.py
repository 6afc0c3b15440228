"""Councils, their places and policies, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.rules import Role
from app.people.councils import queries as councils_queries
from app.people.councils.actions import councils as councils_actions
from app.people.councils.actions import postcodes
from app.people.councils.models import Council, Framework, Policy, Postcode, Ward
from app.people.councils.rules.geography import MapPlace
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, councils
from tests.fixtures import REGISTERS


def _run(app: Flask, *words: str, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_a_council_is_added_once(app: Flask) -> None:
    adding = ("councils", "add", "millbrook", "Millbrook", "--area-code", "E08900001")
    assert _run(app, *adding) == "Added: millbrook, Millbrook, E08900001.\n"
    assert _run(app, *adding) == "Unchanged: millbrook, Millbrook, E08900001.\n"
    assert "Nothing was changed" in _run(
        app, "councils", "add", "millbrook", "Other", "--area-code", "E08900001", code=1
    )
    assert "will not do as a code" in _run(app, "councils", "add", "Mill", "Mill", "--area-code", "E08900002", code=1)
    assert "not an ONS area code" in _run(app, "councils", "add", "mill", "Mill", "--area-code", "E0890", code=1)
    assert _run(app, "councils", "list").split() == ["millbrook", "E08900001", "Millbrook"]
    assert db.session.scalar(select(func.count()).select_from(Council)) == 1


def test_every_postcode_row_has_a_fate_and_a_second_run_changes_nothing(app: Flask, tmp_path: Path) -> None:
    councils.council("millbrook", "Millbrook", "E08900001")
    importing = ("councils", "import-postcodes", str(REGISTERS / "postcodes.csv"), "--council", "millbrook")
    first = _run(app, *importing, "--report", str(tmp_path / "fates.csv"))
    assert "postcodes.csv: 9 rows" in first
    assert "added            4" in first
    assert "refused          5" in first
    assert "refused line 6: QX2 1AA: repeats line 5" in first
    assert "refused line 7: NA: the postcode is not shaped like one" in first
    assert "refused line 8: QX2 1AB: longitude or latitude is missing" in first
    assert "refused line 9: QX2 1AD: locality missing" in first
    assert "refused 1: belongs to another council (E08900002)" in first
    assert "remark on 1: area code E0890001 is mistyped, so it was matched by the name of the area" in first
    assert len((tmp_path / "fates.csv").read_text().splitlines()) == 10
    second = _run(app, *importing)
    assert "added            0" in second
    assert "updated          0" in second
    assert "unchanged        4" in second
    assert "refused          5" in second
    assert db.session.scalar(select(func.count()).select_from(Postcode)) == 4
    assert db.session.scalar(select(func.count()).select_from(Ward)) == 3
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "postcodes_imported")) == 1


def test_a_file_that_is_something_else_is_refused_and_so_is_an_unknown_council(app: Flask) -> None:
    councils.council("millbrook", "Millbrook")
    other = str(REGISTERS / "libraries.csv")
    said = _run(app, "councils", "import-postcodes", other, "--council", "millbrook", code=1)
    assert "libraries.csv was not imported" in said
    said = _run(app, "councils", "import-postcodes", other, "--council", "nowhere", code=1)
    assert "There is no council nowhere. There is: millbrook." in said


@pytest.mark.usefixtures("app")
def test_a_changed_postcode_is_updated_and_another_councils_is_refused() -> None:
    ours, theirs = councils.council(name="Millbrook"), councils.council(name="Elsewhere")
    councils.places(ours)
    from app.people.councils.rules.areas import PostcodeRow

    moved = PostcodeRow("QX11AA", "E05900001", "Millbrook Town", "South", -2.5, 53.4, "Millbrook", 2)
    with transaction():
        fates = postcodes.add_postcodes(council=ours, rows=[moved])
    assert [(one.fate, one.words) for one in fates] == [("updated", "locality, longitude, name of the ward")]
    with transaction():
        fates = postcodes.add_postcodes(council=theirs, rows=[moved])
    assert [(one.fate, one.words) for one in fates] == [("refused", "already a postcode of Millbrook")]
    place = councils_queries.place_of("qx1 1aa")
    assert place is not None
    assert (place.council_id, place.ward.name, place.locality.name) == (ours.id, "Millbrook Town", "South")


@pytest.mark.usefixtures("app")
def test_a_place_is_found_in_peoples_words() -> None:
    council = councils.council(name="Millbrook Vale")
    councils.places(council)
    north = councils_queries.locality_by_slug(council.id, "north")
    assert north is not None
    assert [one.name for one in councils_queries.localities_of(council.id)] == ["North", "South"]

    def found(text: str) -> tuple[str, float, float, int | None] | None:
        place = councils_queries.find_place(text, council)
        assert place is None or (isinstance(place, MapPlace) and place.council_id == council.id)
        return place and (place.label, round(place.lon, 4), round(place.lat, 4), place.locality_id)

    assert found(" qx11ab ") == ("QX1 1AB", -2.31, 53.41, north.id)
    assert found("qx1") == ("QX1", -2.31, 53.41, north.id)
    assert found("north") == ("North", -2.31, 53.41, north.id)
    assert found("Millbrook Central") == ("Millbrook Central", -2.305, 53.405, north.id)
    assert found("moor") is None
    assert found("ashdale") == (
        "Fernley & Ashdale",
        -2.4,
        53.35,
        councils_queries.find_place("south", council).locality_id,
    )
    assert found("fernley, millbrook vale") == (
        "Fernley",
        -2.4,
        53.35,
        councils_queries.find_place("south", council).locality_id,
    )
    assert found("millbrook vale") == ("Millbrook Vale", -2.3325, 53.395, None)
    assert found("nowhere") is None
    assert found("%") is None
    assert found("") is None
    assert found("x" * 200) is None


@pytest.mark.usefixtures("app")
def test_without_a_council_a_name_must_be_one_councils_alone() -> None:
    first = councils.council(name="Millbrook")
    councils.places(first)
    place = councils_queries.find_place("fernley", None)
    assert place is not None
    assert place.council_id == first.id
    second = councils.council(name="Otherwhere")
    from app.people.councils.rules.areas import PostcodeRow

    with transaction():
        postcodes.add_postcodes(
            council=second, rows=[PostcodeRow("QX91AA", "E05900008", "Fernley", "East", -2.6, 53.4, line=2)]
        )
    assert councils_queries.find_place("fernley", None) is None
    assert councils_queries.find_place("fernley", second) == MapPlace("Fernley", -2.6, 53.4, 3, second.id)


@pytest.mark.usefixtures("app")
def test_a_policy_is_changed_by_a_newer_row() -> None:
    council = councils.council()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    stranger = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    with transaction():
        councils_actions.set_policy(
            actor=boss, council=council, name="notice_hours", value=24, valid_from=date(2026, 1, 1)
        )
        councils_actions.set_policy(
            actor=boss, council=council, name="notice_hours", value=48, valid_from=date(2026, 6, 1)
        )
    assert councils_queries.policy(council.id, "notice_hours", date(2025, 12, 31)) is None
    assert councils_queries.policy(council.id, "notice_hours", date(2026, 5, 31)) == 24
    assert councils_queries.policy(council.id, "notice_hours", date(2026, 6, 1)) == 48
    assert councils_queries.policies(council.id, date(2026, 6, 1)) == {"notice_hours": 48}
    with pytest.raises(Conflict, match="already begins on 1 June 2026"), transaction():
        councils_actions.set_policy(
            actor=None, council=council, name="notice_hours", value=1, valid_from=date(2026, 6, 1)
        )
    with pytest.raises(NotAllowed), transaction():
        councils_actions.set_policy(actor=stranger, council=council, name="x", value=1, valid_from=date(2027, 6, 1))
    assert db.session.scalar(select(func.count()).select_from(Policy)) == 2


@pytest.mark.usefixtures("app")
def test_a_framework_is_let_with_its_lots_in_order() -> None:
    council = councils.council()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    term = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    with transaction():
        made = councils_actions.add_framework(
            actor=boss, council=council, name="Support", lots=[("Home", ["care-at-home"]), ("Day", ["meals"])], **term
        )
    assert [(lot.number, lot.name, lot.kinds) for lot in made.lots] == [
        (1, "Home", ["care-at-home"]),
        (2, "Day", ["meals"]),
    ]
    assert [lot.name for lot in councils_queries.lots_of(council.id, date(2026, 12, 31))] == ["Home", "Day"]
    assert list(councils_queries.lots_of(council.id, date(2027, 1, 1))) == []
    with pytest.raises(BadInput), transaction():
        councils_actions.add_framework(actor=boss, council=council, name="Empty", lots=[], **term)
    with pytest.raises(NotAllowed), transaction():
        councils_actions.add_framework(
            actor=accounts.person(), council=council, name="No", lots=[("A", ["meals"])], **term
        )
    assert db.session.scalar(select(func.count()).select_from(Framework)) == 1


def test_word_before_a_change_is_what_the_council_advises_and_24_hours_where_it_never_said() -> None:
    council = councils.council()
    assert councils_queries.advised_notice_hours(council.id, date(2026, 6, 1)) == 24
    with transaction():
        councils_actions.set_policy(
            actor=None, council=council, name="notice_hours", value=48, valid_from=date(2026, 6, 1)
        )
    assert councils_queries.advised_notice_hours(council.id, date(2026, 5, 31)) == 24
    assert councils_queries.advised_notice_hours(council.id, date(2026, 6, 1)) == 48
