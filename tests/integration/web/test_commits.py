"""Whether anything was committed, asked of the database itself."""

from flask import Flask

from app.base.commits import Commits
from app.base.db import db
from tests.factories import accounts


def test_only_what_others_committed_since_counts(app: Flask) -> None:
    commits = Commits(db.engine)
    try:
        assert commits.any_since(), "at first everything is new"
        assert [commits.any_since(), commits.any_since()] == [False, False]
        person = accounts.person()
        assert [commits.any_since(), commits.any_since()] == [True, False]
        person.full_name = "Not kept yet"
        db.session.flush()
        # A change that is not kept is none: whoever read again now would read the same.
        assert commits.any_since() is False
        db.session.commit()
        assert [commits.any_since(), commits.any_since()] == [True, False]
    finally:
        commits.close()


def test_after_a_lost_connection_everything_may_have_changed(app: Flask) -> None:
    commits = Commits(db.engine)
    commits.any_since()
    commits.close()
    try:
        assert [commits.any_since(), commits.any_since()] == [True, False]
    finally:
        commits.close()


def test_its_connection_is_lent_to_nobody_else(app: Flask) -> None:
    commits = Commits(db.engine)
    commits.any_since()
    commits.close()
    with db.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert getattr(driver, "autocommit", False) is not True
