"""A publication as files: JSON, CSV, and what the CSV's columns are by the W3C's CSV on the Web. Made once, then kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.insight.disclosure.rules import FEWEST_PROVIDERS, ROUNDED_TO, Thresholds
from app.insight.trends.rules.figures import NOT_KNOWN, WITHHELD, Table, table_as_data, table_from_data
from app.insight.trends.rules.periods import Period
from app.platform.tables.rules.writing import as_csv

FORMAT = 1
"""Counts up when the tables or their definitions change; what was published before stays as it was."""

COLUMNS = {
    "council": ("string", "The council whose residents bought"),
    "publication": ("integer", "The number of the publication: 1, 2, 3 ... of its council"),
    "first_day": ("date", "First day of the period"),
    "last_day": ("date", "Last day of the period"),
    "table": ("string", "Which table the figure stands in"),
    "row_code": ("string", "The row of the table, for programs"),
    "name": ("string", "The row of the table, in words"),
    "measure": ("string", "What the figure is; its meaning stands in the JSON beside this file"),
    "unit": ("string", "pounds, pence, hours, per cent, people or count"),
    "value": ("integer", "The figure; 0 is nobody or nothing; empty where mark says why"),
    "mark": ("string", f"{WITHHELD} withheld, {NOT_KNOWN} not known, empty where there is a figure"),
}
"""The columns of the CSV, in order: the type of each, and what it means."""


def definitions(limits: Thresholds) -> dict[str, str]:
    """How the figures of a publication came about, in words."""
    return {
        "counted": "Visits that were delivered and charged in the period, less what came back, as known on the day of "
        "publication, whoever's money paid. What is disputed is not counted until it is settled.",
        "withheld": f"{WITHHELD} is withheld: fewer than {limits.fewest} people, one person with more than "
        f"{limits.largest_share}% of the money, or a figure from which such a one could be worked out. Withheld rows of a "
        "table are added up in a row that says 'Together'.",
        "not_known": f"{NOT_KNOWN} is not known: not every visit was recorded.",
        "zero": "0 is nobody, or nothing.",
        "rounded": f"People, bookings and visits are rounded to {ROUNDED_TO}, money to whole pounds, so sums can differ a "
        "little.",
        "prices": f"Prices and hours need {FEWEST_PROVIDERS} providers, none with more than {limits.largest_share}% of it.",
        "corrections": "What changed of earlier periods after they were published. Those stay as they were. Changes of "
        f"fewer than {limits.fewest} people wait until they can be told together with others.",
    }


def content(
    *,
    council: tuple[str, str],
    number: int,
    published_on: date,
    period: Period,
    limits: Thresholds,
    tables: Sequence[Table],
) -> dict[str, Any]:
    """All that is said of one period.

    Args:
        council: its code and its name.
        number: of the publication, in its council.
        published_on: the London day.
        period: the days it is about.
        limits: what the council asked of its figures on that day.
        tables: every table of it.
    """
    return {
        "format": FORMAT,
        "council": {"code": council[0], "name": council[1]},
        "publication": {"number": number, "published_on": published_on.isoformat()},
        "period": {"first_day": period.starts_on.isoformat(), "last_day": period.ends_on.isoformat()},
        "limits": {
            "fewest_people": limits.fewest,
            "largest_share_percent": limits.largest_share,
            "fewest_providers": FEWEST_PROVIDERS,
            "rounded_to": ROUNDED_TO,
        },
        "definitions": definitions(limits),
        "tables": [table_as_data(table) for table in tables],
    }


def json_text(said: Mapping[str, Any]) -> str:
    """The publication as JSON: the same words for the same figures."""
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def csv_text(said: Mapping[str, Any]) -> str:
    """The publication as one table: a row for each figure."""
    rows = []
    for table in map(table_from_data, said["tables"]):
        for row in table.rows:
            for column in table.columns:
                figure = row.figures[column.code]
                rows.append(
                    [
                        said["council"]["name"],
                        said["publication"]["number"],
                        said["period"]["first_day"],
                        said["period"]["last_day"],
                        table.code,
                        row.code,
                        row.name,
                        column.code,
                        column.unit,
                        figure.number,
                        figure.mark,
                    ]
                )
    return as_csv(list(COLUMNS), rows).decode()


def metadata(said: Mapping[str, Any]) -> dict[str, Any]:
    """What each column of the CSV is, as CSV on the Web has it (https://www.w3.org/TR/tabular-metadata/)."""
    first = said["period"]["first_day"]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{first}.csv",
        "dc:title": f"What people buy in {said['council']['name']}, four weeks from {first}",
        "dc:publisher": said["council"]["name"],
        "dc:issued": said["publication"]["published_on"],
        "dc:hasVersion": str(said["publication"]["number"]),
        "dc:description": " ".join(said["definitions"].values()),
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": kind, "dc:description": meaning}
                for name, (kind, meaning) in COLUMNS.items()
            ],
            "primaryKey": ["publication", "table", "row_code", "measure"],
        },
    }
