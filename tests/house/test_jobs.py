"""Every command that is a sweep is a job of the table of contents; every job is a command, and has a promise."""

from app.contents import COMMANDS, JOBS

BY_HAND = {
    "audit-check": "changes nothing, and an operator reads which guards are gone",
    "conflicts-list": "says something",
    "councils-bank-holiday": "is a group of commands that name a day",
    "councils-list": "says something",
    "deaths-list": "says something",
    "disputes-list": "says something",
    "messages-list": "says something",
    "accounts-people-columns": "says something",
    "demo-load": "is done once",
    "demo-serve": "serves",
    "demo-sign-ins": "says something",
    "budgets-policies": "says something",
    "files-check": "changes nothing, and an operator reads what is wrong",
    "homes-reseal": "is for the day on which the secret changes",
    "jobs-list": "says something",
    "jobs-work": "is the worker",
    "providers-claims": "says something",
    "ledger-check": "changes nothing, and an operator reads the differences",
    "search-rebuild": "is for when the index is lost; a web worker does so by itself",
    "search-catch-up": "is done ten times a second by each web worker, whose machine has an index of its own",
}
"""Commands that ask for nothing, and so could be sweeps, with why they are none."""


def _asking_for_nothing() -> set[str]:
    return {
        f"{room.name}-{name}"
        for room in COMMANDS
        for name, command in room.commands.items()
        if not any(part.required for part in command.params)
    }


def test_every_command_that_is_a_sweep_is_in_the_table() -> None:
    of_itself = {name for name in _asking_for_nothing() if name not in BY_HAND}
    read_only = {"accounts-list-roles", "search-check"}
    """Asked with an option that is not needed, they say something."""
    assert of_itself - read_only == {job.name for job in JOBS}
    assert set(BY_HAND) <= _asking_for_nothing()


def test_every_job_has_its_own_name_and_sweep_and_says_what_it_promises() -> None:
    assert len({job.name for job in JOBS}) == len({job.sweep for job in JOBS}) == len(JOBS)
    assert [job.name for job in JOBS if not (job.promise.endswith(".") and job.promise[0].isupper())] == []
    assert [job.name for job in JOBS if job.every.total_seconds() < 60] == []
