"""Files of visits, sent and taken in, in one go."""

from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.support.visits.actions import uploads
from app.support.visits.actions.uploads import Foretold
from app.support.visits.models import VisitUpload
from app.support.visits.rules.uploads import UploadOutcome, read_sheet


def take_in(actor: Person, provider: Provider, content: bytes, name: str = "visits.csv") -> tuple[VisitUpload, bool]:
    """Send a file and say yes to it, in one transaction, without a rehearsal; whether it was taken in by this."""
    sheet = read_sheet(content)
    foretold = [
        Foretold(row.line, UploadOutcome.UNREADABLE if row.wrong else UploadOutcome.RECORDED, row.wrong, None)
        for row in sheet.rows
    ]
    upload, is_waiting = uploads.keep_to_look_at(
        actor=actor, provider=provider, name=name, content=content, sheet=sheet, foretold=foretold
    )
    return uploads.take_in(actor=actor, upload=upload) if is_waiting else (upload, False)
