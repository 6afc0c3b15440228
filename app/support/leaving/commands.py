"""``flask deaths``: reports about people without a council, which two operators answer on evidence."""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from app.base.db import in_transaction
from app.base.refusals import Refusal
from app.support.leaving import queries
from app.support.leaving.actions import deaths
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import DeathEvidence

group = AppGroup("deaths", help="Reports that somebody without a council has died: two operators answer, on evidence.")
OPERATOR = click.option("--operator", required=True, help="Your own name, for the record.")
WORDS = click.option("--words", required=True, help="How you know, for the record.")


@group.command("list")
def list_reports() -> None:
    """List the reports no council answers, by their public ids: when they came, and whether one operator has looked."""
    for one in queries.reports_without_council():
        looked = f"looked at by {one.operator_first}" if one.operator_first else "nobody has looked"
        print(f"{one.public_id}  {one.reported_at:%Y-%m-%d}  {looked}")


@group.command("look")
@click.argument("report")
@OPERATOR
@click.option(
    "--evidence", required=True, type=click.Choice([one.value for one in DeathEvidence]), help="What you saw."
)
def look(report: str, operator: str, evidence: str) -> None:
    """Say that you have seen the evidence of REPORT (its public id). Another operator confirms it."""
    _act(
        report, lambda found: deaths.look_as_operator(report=found, operator=operator, evidence=DeathEvidence(evidence))
    )
    print("Kept. Another operator confirms it with: flask deaths confirm")


@group.command("confirm")
@click.argument("report")
@OPERATOR
@WORDS
def confirm(report: str, operator: str, words: str) -> None:
    """Confirm REPORT as the second of two operators: visits to come are called off, and the account is closed."""
    _act(report, lambda found: deaths.confirm_as_operator(report=found, operator=operator, words=words))
    print("Confirmed. Their own money waits for their estate.")


@group.command("mistake")
@click.argument("report")
@OPERATOR
@WORDS
def mistake(report: str, operator: str, words: str) -> None:
    """Say that REPORT was a mistake: the account is as it was."""
    _act(report, lambda found: deaths.undo_as_operator(report=found, operator=operator, words=words))
    print("Undone. The person was told.")


def _act(report: str, act: Callable[[DeathReport], DeathReport]) -> None:
    try:
        in_transaction(lambda: act(queries.death_report_named(report)))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
