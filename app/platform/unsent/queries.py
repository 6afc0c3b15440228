"""Reading what was kept: only with the key it was sealed with."""

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.db import fetch_rows
from app.platform.unsent.models import Unsent
from app.platform.unsent.rules.sealing import RefusedPage, UnsentWords, opened, owner_of

_KEPT = select(Unsent.sealed).where(
    Unsent.public_id == bindparam("public_id"), Unsent.owner == bindparam("owner"), Unsent.kept_until > bindparam("now")
)


def kept_thing(public_id: str, seal: str) -> RefusedPage | UnsentWords | None:
    """What was kept for this browser under this name; nothing when it is another's, or too old."""
    row = fetch_rows(_KEPT, {"public_id": public_id, "owner": owner_of(seal), "now": clock.now()}).first()
    return None if row is None else opened(row[0], seal)
