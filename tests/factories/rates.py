"""A file of rates, looked at or published."""

from collections.abc import Sequence
from datetime import date

from app.base.db import in_transaction, rehearse, transaction
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.support.rate_files import actions
from app.support.rate_files.models import RateFile
from app.support.rate_files.rules import RATE_COLUMNS, read_rates
from tests.factories.sheets import as_text


def rates_sheet(rows: Sequence[dict[str, str]]) -> bytes:
    """A file with our own columns."""
    return as_text([list(RATE_COLUMNS), *([row.get(name, "") for name in RATE_COLUMNS] for row in rows)])


def looked_at(actor: Person, provider: Provider, content: bytes, starts_on: date | None = None) -> RateFile:
    """Sent, and every row's fate foretold."""
    facts = {"actor": actor, "provider": provider, "rows": read_rates(content), "starts_on": starts_on}
    foretold = rehearse(lambda: actions.foretell_rates(**facts))
    return in_transaction(lambda: actions.keep_rates_to_look_at(**facts, name="rates.csv", foretold=foretold))


def published(actor: Person, file: RateFile) -> RateFile:
    """Said yes to."""
    with transaction():
        return actions.publish_rate_file(actor=actor, file=file)[0]
