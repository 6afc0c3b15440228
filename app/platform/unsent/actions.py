"""Keeping, and forgetting."""

from sqlalchemy import delete, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, transaction
from app.platform.jobs.rules import Swept
from app.platform.unsent.models import Unsent
from app.platform.unsent.rules.sealing import (
    KEPT_EACH,
    PAGES_KEPT_FOR,
    WORDS_KEPT_FOR,
    RefusedPage,
    UnsentWords,
    owner_of,
    sealed,
)


def keep_unsent(what: RefusedPage | UnsentWords, seal: str) -> str:
    """Keep this for the browser that has the key; its name, which opens nothing without."""
    lasts = PAGES_KEPT_FOR if isinstance(what, RefusedPage) else WORDS_KEPT_FOR
    owner, name = owner_of(seal), new_public_id()
    older = select(Unsent.id).where(Unsent.owner == owner).order_by(Unsent.id.desc()).offset(KEPT_EACH - 1)
    db.session.execute(delete(Unsent).where(Unsent.id.in_(list(db.session.scalars(older)))))
    db.session.add(Unsent(public_id=name, owner=owner, sealed=sealed(what, seal), kept_until=clock.now() + lasts))
    db.session.flush()
    return name


def forget_unsent(public_id: str, seal: str) -> None:
    """Forget what has been sent after all."""
    db.session.execute(delete(Unsent).where(Unsent.public_id == public_id, Unsent.owner == owner_of(seal)))


def forget_old() -> Swept:
    """Forget what nobody came back for."""
    with transaction():
        gone = db.session.execute(delete(Unsent).where(Unsent.kept_until <= clock.now())).rowcount  # type: ignore[attr-defined]
    return Swept((f"{gone} forgotten that nobody came back for.",))
