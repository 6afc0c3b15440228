"""A council is opened from an empty database by the commands that the README names, each with its effect."""

import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app.base import clock
from tests.factories import providers

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACES = "postcode,ward_code,ward_name,locality,lon,lat\nQX1 1AA,E05000001,Abbey,Old Town,-2.3,53.4\n"
PEOPLE = (
    "reference,full_name,date_of_birth,postcode,year_starts_on,first_estimate\n"
    "A1,Nora New,1948-05-03,QX1 1AA,2026-12-07,13000\n"
)


def test_each_command_of_the_opening_runs_in_an_empty_database(app: Flask, tmp_path: Path) -> None:
    def run(*args: str) -> str:
        done = app.test_cli_runner().invoke(args=list(args))
        assert done.exit_code == 0, (args, done.output, done.exception)
        return " ".join(done.output.split())

    (tmp_path / "places.csv").write_text(PLACES)
    (tmp_path / "people.csv").write_text(PEOPLE)
    who = ("--admin-email", "ada@millbrook.example", "--admin-name", "Ada Ministrator")
    boss = "bo@millbrook.example"
    with clock.set_to(NOW):
        told = run("councils", "open", "millbrook", "Millbrook Council", "--area-code", "E08000099", *who)
        assert "To choose a password, once" in told
        run("councils", "invite-staff", "millbrook", "--email", boss, "--name", "Bo Boss", "--role", "commissioner")
        run(
            "councils",
            "invite-staff",
            "millbrook",
            "--email",
            "c@millbrook.example",
            "--name",
            "Cy",
            "--role",
            "finance",
        )
        run("councils", "remove-staff", "millbrook", "--email", "c@millbrook.example")
        assert "commissioner" in run("accounts", "list-roles", "--council", "millbrook")
        run("councils", "set-contact", "millbrook", "--phone", "01632 960001")
        assert "added 1" in run("councils", "import-postcodes", str(tmp_path / "places.csv"), "--council", "millbrook")
        run("budgets", "policy", "millbrook", "carry_over_percent", "25", "2027-04-05")
        run("budgets", "policies")
        lots = ("--lot", "At home: care-at-home", "--lot", "Out and about: day-activities")
        dates = ("--starts", "2026-12-01", "--ends", "2028-11-30")
        run("frameworks", "add", "millbrook", "Support", *dates, *lots, "--draft")
        found = re.search(r"\b[a-z0-9]{10,20}\b", run("frameworks", "list", "millbrook"))
        assert found
        framework = found[0]
        run("frameworks", "publish", framework)
        provider = providers.provider("Bright Days").public_id
        run("frameworks", "place", framework, provider, "--lot", "1", "--from", "2026-12-01")
        was_on = ("frameworks", "was-on", framework, provider, "--on", "2026-12-02")
        assert run(*was_on, "--lot", "1") != run(*was_on, "--lot", "2")
        bring = ("accounts", "import-people", str(tmp_path / "people.csv"), "--council", "millbrook", "--by", boss)
        assert "Nothing was changed." in run(*bring, "--dry-run")
        assert "added 1" in run(*bring)
        assert "added 0" in run(*bring)
        letters = tmp_path / "letters"
        letters.mkdir()
        run("messages", "letters", str(letters))
        assert [file.suffix for file in letters.iterdir()] == [".txt"]
        files = re.findall(r"(\w+) 2026-11-30", run("accounts", "people-files", "--council", "millbrook"))
        undo = ("accounts", "undo-people", files[-1], "--council", "millbrook", "--by", boss)
        assert run(*undo) == "Undone: 1."
        here = ("--council", "millbrook")
        run("providers", "suspend", provider, *here, "--reason", "quality", "--words", "Two missed visits")
        run("providers", "resume", provider, *here, "--words", "Put right")
        last = ("--last-day", "2027-01-31", "--words", "Both agreed")
        run("frameworks", "end", framework, provider, *last)
