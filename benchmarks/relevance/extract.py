"""Make the small extract of real open data that the benchmark asks questions of: ``python -m benchmarks.relevance.extract FOLDER``.

Everything about Trafford's care homes, libraries, food banks, sports clubs and mental-health services, one charity in
four, and the postcodes these stand in with a few more of each ward. Columns that only serve to get in touch are emptied.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent / "trafford"
EMPTIED = {"telephone", "website", "email", "contact", "cqc_webpage", "charity_contact_web"}
POSTCODE_COLUMNS = ["postcode", "ward_code", "ward_name", "msoa_hcl_name", "locality", "la_code", "lon", "lat"]
ONE_CHARITY_IN, A_WARD = 4, 8
ASKED = {"M33 2RP"}
"""Postcodes that a judged question names."""
FILES = ("care_homes", "libraries", "food_banks", "sports_clubs", "mental_health_services", "charities")


def main(folder: Path) -> None:
    """Write the extract of a folder of the full files."""
    HERE.mkdir(exist_ok=True)
    used = {_compact(one) for one in ASKED}
    for name in FILES:
        columns, rows = _read(folder / f"{name}.csv")
        if name == "charities":
            rows = [row for row in rows if _number(row["registered_charity_number"]) % ONE_CHARITY_IN == 0]
        for row in rows:
            row |= {column: "NA" for column in columns if column.lower() in EMPTIED}
            used |= {_compact(value) for column, value in row.items() if "postcode" in column.lower()}
        _write(HERE / f"{name}.csv", columns, rows)
    _, rows = _read(folder / "postcodes.csv")
    wards: Counter[str] = Counter()
    kept = []
    for row in rows:
        wards[row["msoa_hcl_name"]] += 1
        if wards[row["msoa_hcl_name"]] <= A_WARD or _compact(row["postcode"]) in used:
            kept.append({column: row[column] for column in POSTCODE_COLUMNS})
    _write(HERE / "postcodes.csv", POSTCODE_COLUMNS, kept)


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 1)


def _compact(text: str) -> str:
    return text.replace(" ", "").upper()


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    with file.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.DictReader(opened)
        return list(reader.fieldnames or ()), list(reader)


def _write(file: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
