"""Refusing to start with an engine that cannot work here, rather than at the first search."""

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from app.base.db import db
from app.market.search_index.index.manifest import Damaged
from app.market.search_index.index.tables.store import prepare
from config import UnsafeSettings

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)


def check_engine(app: "Flask") -> None:
    """See that the engine chosen can keep an index.

    Raises:
        UnsafeSettings: saying what is lacking: another database than PostgreSQL, or its extension for spelling.
    """
    if app.config["SEARCH_ENGINE"] != "postgres":
        return
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            msg = "SEARCH_ENGINE=postgres needs DATABASE_URL to be a postgresql:// address"
            raise UnsafeSettings(msg)
        try:
            prepare(db.engine)
        except Damaged as lacking:
            raise UnsafeSettings(str(lacking)) from lacking
        except OperationalError as error:
            # A database that is not up yet is no fault of the engine: pages and /health say so.
            log.warning("the search engine was not checked: %s", type(error).__name__)
        finally:
            # Workers are forked from here, and no two of them may speak through one connection.
            db.engine.dispose()
