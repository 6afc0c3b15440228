"""What the worker does about files of people: brings what was said yes to, undoes what is to be undone, forgets old ones."""

from app.base.db import db
from app.funding.people_files import queries
from app.funding.people_files.actions.bringing import bring_file, forget_old_files
from app.funding.people_files.actions.undoing import undo_file
from app.funding.people_files.models import PeopleFile
from app.funding.people_files.rules import FileStatus
from app.platform.jobs.rules import Swept
from app.platform.messages.actions.sending import site_address


def bring_people_files() -> Swept:
    """Go on with every file where it stands: a run that was cut short left it between two rows."""
    numbers = queries.files_in_hand()
    for number in numbers:
        is_undoing = db.session.get_one(PeopleFile, number).status == FileStatus.UNDOING
        db.session.rollback()
        if is_undoing:
            undo_file(number)
        else:
            bring_file(number, site=site_address())
    forgotten = forget_old_files()
    return Swept((f"{len(numbers)} files of people brought or undone, {forgotten} forgotten",))
