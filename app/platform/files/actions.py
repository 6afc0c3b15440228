"""Keeping chosen files: waiting with their form, then belonging to what it made; swept when nobody came back."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import after_commit, db, in_transaction
from app.base.refusals import Conflict
from app.platform.files import queries
from app.platform.files.gateway import OutOfReach, store
from app.platform.files.models import StoredFile
from app.platform.files.rules.kinds import plain_name
from app.platform.files.rules.photos import Fit
from app.platform.jobs.rules import Swept
from app.platform.web.filters import plural

WAITS = timedelta(days=1)
"""How long a file waits for its form."""
MOST_WAITING = 10
"""Files of one person that wait at once: the oldest makes room."""
SWEPT_AFTER = timedelta(days=2)
"""A file that nobody knows of is taken away after this: longer than any transaction."""
SWEPT_AT_ONCE = 500


def hold_file(*, person_id: int, waits_for: str, name: str, fit: Fit) -> None:
    """Keep a chosen file with the form it was chosen in, in the place of one chosen there before.

    The file is kept first and noted then, so that nothing noted is ever missing. What was kept and not noted is swept.
    Called outside a transaction.

    Raises:
        OutOfReach: when it cannot be kept.
    """
    key = store().put(fit.content, fit.media_type)

    def note() -> None:
        # Two windows of one form may choose at the same moment: the later takes the place of the earlier.
        queries.lock_chooser(person_id)
        waiting = queries.lock_waiting(person_id)
        for one in [*waiting[MOST_WAITING - 1 :], *(one for one in waiting if one.waits_for == waits_for)]:
            _forget(one)
        db.session.flush()
        db.session.add(
            StoredFile(
                public_id=new_public_id(),
                key=key,
                name=plain_name(name),
                media_type=fit.media_type,
                size=len(fit.content),
                digest=hashlib.sha256(fit.content).hexdigest(),
                person_id=person_id,
                at=clock.now(),
                waits_for=waits_for,
                waits_until=clock.now() + WAITS,
            )
        )
        db.session.flush()

    in_transaction(note)


def let_go(*, person_id: int, waits_for: str) -> None:
    """Forget the file that waits with a form. Called outside a transaction."""

    def forget() -> None:
        for one in queries.lock_waiting(person_id):
            if one.waits_for == waits_for:
                _forget(one)
        db.session.flush()

    in_transaction(forget)


@dataclass(frozen=True, slots=True)
class PutAway:
    """What was put where files are kept, and is not noted yet."""

    key: str
    media_type: str
    size: int
    digest: str


def put_away(content: bytes, media_type: str) -> PutAway:
    """Put something that was made from a chosen file where files are kept, to be noted in a transaction after.

    Called outside a transaction. What is never noted is swept.

    Raises:
        OutOfReach: when it cannot be kept.
    """
    key = store().put(content, media_type)
    return PutAway(key, media_type, len(content), hashlib.sha256(content).hexdigest())


def note_file(put: PutAway, *, person_id: int, name: str) -> StoredFile:
    """Note what was put away, as belonging to whatever the same transaction makes of it."""
    made = StoredFile(
        public_id=new_public_id(),
        key=put.key,
        name=plain_name(name),
        media_type=put.media_type,
        size=put.size,
        digest=put.digest,
        person_id=person_id,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def forget_file(file: StoredFile) -> None:
    """Remove a file that belongs to nothing any more: what is known of it now, its content once that is kept."""
    _forget(file)
    db.session.flush()


def settle_file(*, person_id: int, waits_for: str) -> StoredFile:
    """Let the file that waits with a form belong to what the form makes, in the same transaction.

    Raises:
        Conflict: when it is there no more: its time was over, or another window sent the form.
    """
    waiting, now = queries.lock_waiting(person_id), clock.now()
    found = next((one for one in waiting if one.waits_for == waits_for and _still_waits(one, now)), None)
    if found is None:
        raise Conflict("The file you chose waited too long and is gone. Choose it again. Nothing was changed.")
    found.waits_for = found.waits_until = None
    db.session.flush()
    return found


def _still_waits(file: StoredFile, now: datetime) -> bool:
    return file.waits_until is not None and file.waits_until > now


def file_content(file: StoredFile) -> bytes:
    """The file itself.

    Raises:
        OutOfReach: when it cannot be read.
        Conflict: when it is not what was kept.
    """
    content = store().get(file.key)
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise Conflict("This file is damaged, so we do not show it. Tell us, and add it again.")
    return content


def sweep() -> Swept:
    """Forget what waited in vain, and take away what nobody knows of: what a crash left where files are kept."""

    def forget() -> int:
        late = queries.lock_waited_in_vain(clock.now())
        for one in late:
            _forget(one)
        db.session.flush()
        return len(late)

    forgotten = in_transaction(forget)
    lost = 0
    names = store().all_before(clock.now() - SWEPT_AFTER)
    while some := list(islice(names, SWEPT_AT_ONCE)):
        known = queries.keys_known(some)
        db.session.rollback()
        for key in some:
            if key not in known:
                store().take_away(key)
                lost += 1
    return Swept((f"{plural(forgotten, 'file')} waited in vain and went, {lost} that nobody knew of",))


def probe() -> None:
    """Keep a file, read it and take it away: whether the place where files are kept does as it should.

    Raises:
        OutOfReach: when it does not.
    """
    key = store().put(b"probe", "text/plain")
    try:
        store().get(key)
    finally:
        store().take_away(key)


def _forget(file: StoredFile) -> None:
    """Remove what is known of a file, and the file once that is kept; what then fails is swept."""
    key = file.key
    db.session.delete(file)

    def take_away() -> None:
        with suppress(OutOfReach):
            store().take_away(key)

    after_commit(take_away)
