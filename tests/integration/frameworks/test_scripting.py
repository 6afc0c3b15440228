"""What officers do to a framework on its pages, an operator does with `flask frameworks`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.people.accounts.rules import Role
from app.people.councils.models import Framework
from tests.factories import accounts, councils, providers


@pytest.fixture(autouse=True)
def _in_spring(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(datetime(2026, 5, 1, 9, tzinfo=UTC)):
        yield


def test_a_framework_grows_by_commands_and_refuses_as_its_pages_do(app: Flask) -> None:
    council = councils.council()
    framework = councils.framework(council, ends_on=date(2027, 12, 31))
    framework.extend_until, framework.published_at = date(2028, 12, 31), clock.now()
    seller = providers.provider("Applecross")
    accounts.person(Role.PROVIDER_STAFF, provider_id=seller.id)
    db.session.commit()
    name, who = framework.public_id, seller.public_id
    run = app.test_cli_runner().invoke

    def said(*words: str) -> tuple[int, str]:
        answer = run(args=["frameworks", *words])
        return answer.exit_code, answer.output

    assert said("extend", name, "--until", "2028-06-30") == (0, "It runs until 2028-06-30.\n")
    assert said("extend", name, "--until", "2029-06-30")[0] == 1
    assert said("add-lot", name, "--lot", "Meals:meals") == (0, "Added: lot 2, Meals.\n")
    assert "There is no kind of support" in said("add-lot", name, "--lot", "Meals:soup")[1]
    discount = ("set-discount", name, "--from", "2026-06-01", "--percent", "2")
    assert said(*discount, "--over", "14000") == (0, "From 2026-06-01: 2 percent of what is over £14000.\n")
    assert "whole pence" in said(*discount, "--over", "14000.001")[1]
    assert "no sum in pounds" in said(*discount, "--over", "much")[1]
    assert "sum in" in said(*discount, "--over", "NaN")[1]
    assert said("invite", name, who) == (0, "Invited: Applecross.\n")
    assert said("invite", name, "nobody")[0] == 1
    rounds = said("add-round", name, "--opens", "2026-06-01", "--closes", "2026-05-01")
    assert (rounds[0], "Error" in rounds[1]) == (1, True)
    assert run(args=["providers", "claims"]).output == ""
    db.session.expire_all()
    grown = db.session.scalars(select(Framework)).one()
    assert (grown.ends_on, len(grown.lots)) == (date(2028, 6, 30), 2)
