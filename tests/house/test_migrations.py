"""Migrations are numbered in one line, go up and down again, and end where the models are."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app.base.db import alembic, db
from app.funding.budgets.rules.kinds import PotKind
from tests.factories import bookings

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def test_versions_are_numbered_one_after_the_other() -> None:
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", name) for name in names)


def test_the_head_is_pinned() -> None:
    newest = max(path.name[:4] for path in VERSIONS.glob("*.py"))
    assert (VERSIONS.parent / "HEAD").read_text().strip() == newest


@pytest.mark.usefixtures("app")
def test_the_models_are_what_the_migrations_make() -> None:
    assert alembic.compare_metadata() == []


def test_down_and_up_again(app: Flask) -> None:
    before = sorted(inspect(db.engine).get_table_names())
    alembic.downgrade("base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    alembic.upgrade()
    assert sorted(inspect(db.engine).get_table_names()) == before


def test_what_people_booked_outlives_a_migration(app: Flask) -> None:
    scene = bookings.scene()
    bookings.delivered(scene, bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 10_000, scene.council))
    kept = "SELECT (SELECT count(*) FROM booking), (SELECT count(*) FROM visit), (SELECT count(*) FROM visit_payment)"
    before = db.session.execute(text(kept)).one()
    assert min(before) > 0
    db.session.close()
    alembic.downgrade("0009")
    alembic.upgrade()
    assert db.session.execute(text(kept)).one() == before
    assert app.test_cli_runner().invoke(args=["ledger", "check"]).exit_code == 0
