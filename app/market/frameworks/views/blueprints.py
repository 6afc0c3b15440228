"""The blueprint on which each page of this room hangs itself, and what they share."""

from flask import Blueprint, Response

from app.base.refusals import NotFound
from app.market.frameworks.models import ApplicationDocument
from app.market.frameworks.queries.reading import NO_FRAMEWORK, framework_run_by
from app.market.frameworks.rules.applications import DOCUMENT_ENDINGS
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.councils.access import council_of_staff
from app.people.councils.models import Framework

blueprint = Blueprint("frameworks", __name__)


def framework_here(code: str, public_id: str) -> Framework:
    """The framework of an address, for those who run that council's frameworks.

    Raises:
        NotFound: for anybody else, and when it is another council's.
    """
    council = council_of_staff(code, *RUN_FRAMEWORKS)
    found = framework_run_by(actor(), public_id)
    if found.council_id != council.id:
        raise NotFound(NO_FRAMEWORK)
    return found


def as_file(document: ApplicationDocument) -> Response:
    """A document to keep, never shown inside the site."""
    return Response(
        document.content,
        mimetype=document.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="document-{document.public_id}.{DOCUMENT_ENDINGS[document.media_type]}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
