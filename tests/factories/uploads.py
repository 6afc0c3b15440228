"""Files of visits, sent and taken in, in one go."""

from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.support.visits.actions import uploads
from app.support.visits.actions.uploads import Foretold
from app.support.visits.models import VisitUpload
from app.support.visits.rules.uploads import UploadOutcome, read_sheet


def take_in(actor: Person, provider: Provider, content: bytes, name: str = "visits.csv") -> tuple[VisitUpload, bool]:
    """Send a file and say yes to it, in one transaction, without a rehearsal; whether it was taken in by this."""
    upload, is_waiting = _kept(actor, provider, content, name)
    return uploads.take_in(actor=actor, upload=upload) if is_waiting else (upload, False)


def look_at(actor: Person, provider: Provider, content: bytes, name: str = "visits.csv") -> VisitUpload:
    """Send a file, to which nobody has said yes yet."""
    return _kept(actor, provider, content, name)[0]


def _kept(actor: Person, provider: Provider, content: bytes, name: str) -> tuple[VisitUpload, bool]:
    sheet = read_sheet(content)
    foretold = [
        Foretold(row.line, UploadOutcome.UNREADABLE if row.wrong else UploadOutcome.RECORDED, row.wrong, None)
        for row in sheet.rows
    ]
    return uploads.keep_to_look_at(
        actor=actor, provider=provider, name=name, content=content, sheet=sheet, foretold=foretold
    )
