"""Letters on paper: kept in the open transaction, printed by the operator, wiped once they are."""

from datetime import datetime
from functools import partial
from pathlib import Path

from app.base import clock
from app.base.db import db, in_transaction
from app.platform.messages import gateway
from app.platform.messages.actions.sending import Recipient
from app.platform.messages.models import Letter
from app.platform.messages.queries import letters_waiting


def add_letter(to: Recipient, *, postcode: str, heading: str, body: str, last_useful_at: datetime) -> None:
    """Keep a letter until the operator prints it; no page of the site shows it to anybody. The caller flushes.

    Args:
        to: who gets it.
        postcode: theirs; who prints it adds the rest of the address, which the site does not know.
        heading: one line, nothing of care, health or money in it.
        body: plain text, paragraphs parted by empty lines.
        last_useful_at: when what it says ends; it is not printed after that, but wiped.
    """
    letter = Letter(
        to_person_id=to.id,
        to_name=to.full_name,
        postcode=postcode,
        heading=heading,
        body=body,
        made_at=clock.now(),
        last_useful_at=last_useful_at,
    )
    db.session.add(letter)


def write_letter(to: Recipient, *, postcode: str, heading: str, body: str, last_useful_at: datetime) -> None:
    """The same, written down at once."""
    add_letter(to, postcode=postcode, heading=heading, body=body, last_useful_at=last_useful_at)
    db.session.flush()


def forget_letters(person_id: int) -> None:
    """Wipe the letters to a person that were not printed yet: what they say no longer counts."""
    for letter in db.session.scalars(letters_waiting().where(Letter.to_person_id == person_id)):
        _wipe(letter)
    db.session.flush()


def print_letters(folder: Path) -> int:
    """Lay the letters that wait into a folder, one file each, and wipe what they say here; return how many.

    A file that was laid down when the process died is laid down again under the same name: never two letters. What is
    of no use any more is wiped and not printed.
    """
    printed = 0
    for public_id in db.session.scalars(letters_waiting().with_only_columns(Letter.public_id)).all():
        printed += in_transaction(partial(_print, folder, public_id))
    return printed


def _print(folder: Path, public_id: str) -> int:
    rows = letters_waiting().where(Letter.public_id == public_id)
    letter = db.session.scalar(rows.with_for_update().execution_options(populate_existing=True))
    if letter is None:
        return 0
    is_useful = letter.last_useful_at > clock.now()
    if is_useful:
        gateway.print_letter(folder, letter)
    _wipe(letter)
    db.session.flush()
    return int(is_useful)


def _wipe(letter: Letter) -> None:
    letter.printed_at = letter.printed_at or clock.now()
    letter.body = ""
