"""``flask ledger check`` and ``flask ledger statement``."""

from flask import Flask

from app.base.db import db, transaction
from app.platform.ledger.actions.transfers import hold, settle
from app.platform.ledger.rules import AccountKind, JournalKind
from tests.factories.ledger import account


def run(app: Flask, *words: str) -> tuple[int, list[str]]:
    told = app.test_cli_runner().invoke(args=["ledger", *words])
    return told.exit_code, told.output.splitlines()


def test_a_sound_ledger_is_said_to_be_sound(app: Flask) -> None:
    assert run(app, "check") == (0, ["Every balance is the sum of its entries."])


def test_a_balance_that_was_forced_is_found(app: Flask) -> None:
    pot = account(pence=500)
    drop = (
        "DROP TRIGGER ledger_account_follows"
        if db.engine.dialect.name == "sqlite"
        else "ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_follows"
    )
    forced, owner = f"UPDATE ledger_account SET credited = 900 WHERE id = {pot.id}", pot.owner
    db.session.commit()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql(forced)
    assert run(app, "check") == (
        1,
        [
            f"{owner}: credited is kept as 900, its entries come to 500",
            "guard ledger_account_follows: is not there",
            "2 differences.",
        ],
    )


def test_a_statement_tells_every_entry_with_what_was_left(app: Flask) -> None:
    pot, provider = account(pence=500), account(AccountKind.PROVIDER)
    owner = pot.owner
    with transaction():
        held = hold(key="a", parts=[(pot.id, provider.id, 200)], about="booking:abc")[0].id
        settle(key="b", kind=JournalKind.CHARGE, holds={held: 150}, about="booking:abc")
    code, lines = run(app, "statement", owner)
    assert code == 0
    assert [line.split()[2:] for line in lines[:-1]] == [
        ["allocate", "£5.00", "£5.00"],
        ["hold", "-£2.00", "£3.00", "booking:abc"],
        ["charge", "£0.50", "£3.50", "booking:abc"],
    ]
    assert lines[-1].split() == ["Left", "£3.50"]
    assert run(app, "statement", "pot:nobody") == (1, ["Error: There is no account pot:nobody."])
