"""Reading what was kept: only with the key it was sealed with."""

from sqlalchemy import select

from app.base import clock
from app.base.db import fetch_rows
from app.platform.unsent.models import Unsent
from app.platform.unsent.rules.sealing import RefusedPage, UnsentWords, opened, owner_of


def kept_thing(public_id: str, seal: str) -> RefusedPage | UnsentWords | None:
    """What was kept for this browser under this name; nothing when it is another's, or too old."""
    row = fetch_rows(
        select(Unsent.sealed).where(
            Unsent.public_id == public_id, Unsent.owner == owner_of(seal), Unsent.kept_until > clock.now()
        )
    ).first()
    return None if row is None else opened(row[0], seal)
