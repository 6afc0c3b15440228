"""What would become of each row of a file if it were brought now: asked of the database a few hundred rows at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.base import clock
from app.base.refusals import BadInput, NotAllowed, Refusal
from app.funding.agreeing.actions.agreeing import check_estimate
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.people_files import queries
from app.funding.people_files.rules import PersonRow, read_person
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import same_name
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.people.councils.rules.geography import compact_or_none
from app.platform.tables.rules.outcomes import Outcome, RowOutcome, with_passed
from app.platform.tables.rules.rows import TableFile

LOOKED_AT_ONCE = 500
ALIKE = "somebody who may be the same person has an account: take them on from the site, where you see who"
TWICE = "the file has this reference twice: leave one row"
ALIKE_IN_FILE = "another row of the file may be the same person: leave one row, or take them on from the site"
OTHER_BIRTH = "the council has somebody with this reference and another date of birth: mend the reference or the date"
AGREED = "a budget is agreed for a year that begins on this day: change it on their page"
ESTIMATED = "another first estimate is written for this year: change it on their page"
ENDED = "their budget for this year has ended: agree a new one on their page"


@dataclass(slots=True)
class SeenPeople:
    """Whom earlier rows of the same file would bring: the database does not have them yet."""

    references: set[str] = field(default_factory=set)
    births: dict[date, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    emails: set[str] = field(default_factory=set)

    def add(self, row: PersonRow) -> None:
        """Note somebody."""
        self.references.add(row.reference)
        self.add_person(row.born_on, row.postcode, row.full_name)
        self.add_account(row.postcode, row.email, row.full_name)

    def add_person(self, born_on: date, postcode: str, name: str) -> None:
        """Note somebody whom the council knows."""
        self.births[born_on].append((name, postcode))

    def add_account(self, postcode: str | None, email: str | None, name: str) -> None:
        """Note somebody who has an account."""
        if postcode:
            self.homes[postcode].append(name)
        if email:
            self.emails.add(email)

    def has_like(self, row: PersonRow) -> bool:
        """Whether one of them may be the same person: as :func:`app.funding.taking_on.queries.twins` looks for one."""
        return (
            (row.email is not None and row.email in self.emails)
            or any(
                postcode == row.postcode or same_name(name, row.full_name)
                for name, postcode in self.births.get(row.born_on, ())
            )
            or any(same_name(name, row.full_name) for name in self.homes.get(row.postcode, ()))
        )


def may_bring(actor: Person, council: Council) -> None:
    """Let pass a commissioner of the council.

    Raises:
        NotAllowed: for anybody else.
    """
    if actor.closed_at is not None or council.id not in actor.council_ids_as(Role.COMMISSIONER):
        raise NotAllowed("Only commissioners of the council bring people by file")


def foretell_people(*, actor: Person, council: Council, table: TableFile) -> list[RowOutcome]:
    """The fate each row of a file would meet now; nothing is changed.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
        BadInput: when it is a file of people of another council.
    """
    may_bring(actor, council)
    read = [read_person(row) for row in table.rows]
    fates = [one for one in read if isinstance(one, RowOutcome)]
    rows = [one for one in read if isinstance(one, PersonRow)]
    refuse_another_councils(council, rows)
    seen = SeenPeople()
    for at in range(0, len(rows), LOOKED_AT_ONCE):
        fates += [fate for _, fate, _ in fated_rows(council, rows[at : at + LOOKED_AT_ONCE], seen)]
    return with_passed(fates, table)


def fated_rows(
    council: Council, rows: Sequence[PersonRow], seen: SeenPeople
) -> Iterator[tuple[PersonRow, RowOutcome, CouncilPerson | None]]:
    """Each of these rows with its fate and, of who is with the council already, whom it means.

    Args:
        council: whose file.
        rows: a few hundred at most.
        seen: what earlier rows of the file would bring, and these are added to.
    """
    known = queries.known_by_reference(council.id, {row.reference for row in rows})
    budgets: dict[int, list[PersonalBudget]] = defaultdict(list)
    for budget in queries.budgets_with(council.id, [one.person_id for one in known.values()]) if known else ():
        budgets[budget.person_id].append(budget)
    here = SeenPeople()
    for born_on, postcode, name in queries.born_then(council.id, {row.born_on for row in rows}):
        here.add_person(born_on, postcode, name)
    for home, email, name in queries.accounts_at(
        {row.postcode for row in rows}, {row.email for row in rows if row.email}
    ):
        here.add_account(home, email, name)
    for row in rows:
        found = known.get(row.reference)
        if row.reference in seen.references:
            fate, words = Outcome.REFUSED, TWICE
        elif found is not None:
            fate, words = _fate_of_known(row, found, budgets[found.person_id])
        else:
            fate, words = _fate_of_new(council, row, here, seen)
        if fate == Outcome.ADDED:
            seen.add(row)
        elif fate != Outcome.REFUSED:
            seen.references.add(row.reference)
        yield row, RowOutcome(row.line, row.reference, fate, words), found


def _fate_of_new(council: Council, row: PersonRow, here: SeenPeople, seen: SeenPeople) -> tuple[Outcome, str]:
    if row.council is not None and not is_said_of(council, row.council):
        return Outcome.REFUSED, f"the row says {row.council[:60]}: that council sends its own file"
    if not date(1900, 1, 1) <= row.born_on < clock.today():
        return Outcome.REFUSED, "nobody was born on that day: mend the date of birth"
    if (wrong := _wrong_estimate(row)) is not None:
        return Outcome.REFUSED, wrong
    if here.has_like(row):
        return Outcome.REFUSED, ALIKE
    if seen.has_like(row):
        return Outcome.REFUSED, ALIKE_IN_FILE
    return Outcome.ADDED, ""


def _fate_of_known(row: PersonRow, found: CouncilPerson, budgets: Sequence[PersonalBudget]) -> tuple[Outcome, str]:
    if found.born_on != row.born_on:
        return Outcome.REFUSED, OTHER_BIRTH
    if row.year_starts_on is None:
        return Outcome.UNCHANGED, ""
    same_year = next((one for one in budgets if one.year_starts_on == row.year_starts_on), None)
    if same_year is None:
        wrong = _wrong_estimate(row)
        return (Outcome.UPDATED, "") if wrong is None else (Outcome.REFUSED, wrong)
    if (same_year.total_pence, same_year.contribution_pence) == (row.total_pence, row.contribution_pence):
        return Outcome.UNCHANGED, ""
    words = {BudgetStatus.AGREED: AGREED, BudgetStatus.INDICATIVE: ESTIMATED, BudgetStatus.ENDED: ENDED}
    return Outcome.REFUSED, words[same_year.status]


def _wrong_estimate(row: PersonRow) -> str | None:
    if row.year_starts_on is None or row.total_pence is None:
        return None
    try:
        check_estimate(
            year_starts_on=row.year_starts_on,
            total_pence=row.total_pence,
            contribution_pence=row.contribution_pence,
        )
    except Refusal as refusal:
        return str(refusal).rstrip(".")
    return None


def is_said_of(council: Council, said: str) -> bool:
    """Whether these words name the council: by its code, its name or the code of its area."""
    return said.strip().casefold() in {council.code.casefold(), council.name.casefold(), council.area_code.casefold()}


def refuse_another_councils(council: Council, rows: Sequence[PersonRow]) -> None:
    """Let pass a file of people of this council.

    A row that says whose it is counts as it says; of the others, more than half of those whose postcode is known live in
    another council when it is that one's file.

    Raises:
        BadInput: saying whose it seems to be, and what to do.
    """
    others = [row.council for row in rows if row.council and not is_said_of(council, row.council)]
    if others and len(others) == len(rows):
        raise BadInput(
            f"This is a file of people of another council: its rows say {others[0][:60]}. An officer of that council sends it. "
            "Nothing was changed"
        )
    unsaid = {compact_or_none(row.postcode): row for row in rows if row.council is None}
    counted: Counter[int] = Counter()
    names: dict[int, str] = {}
    homes = Counter(compact_or_none(row.postcode) for row in rows if row.council is None)
    wanted = [code for code in unsaid if code is not None]
    for at in range(0, len(wanted), LOOKED_AT_ONCE):
        for code, of in queries.councils_of_postcodes(wanted[at : at + LOOKED_AT_ONCE]):
            counted[of.id] += homes[code]
            names[of.id] = of.name
    elsewhere = sum(number for council_id, number in counted.items() if council_id != council.id)
    if elsewhere * 2 > sum(counted.values()):
        most = max((one for one in counted if one != council.id), key=lambda one: counted[one])
        raise BadInput(
            f"Most of these people live in {names[most]}. If it is a file of that council, an officer of that council sends "
            f"it. If {council.name} pays for them, add a column named council that says {council.code} in each row, and "
            "send it again. Nothing was changed"
        )
