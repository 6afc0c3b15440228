"""Every room whose templates print money says which of the named figures of docs/money.md these are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRICES = ("price", "a rate")
SHOWN = {
    "agreeing": ("left", "set aside", "spent", "the year’s budget", "a week’s rate of use, lasts until"),
    "basket": (*PRICES, "difference, short"),
    "booking_journey": (
        *PRICES,
        "left",
        "difference, short",
        "waits for its money",
        "money that comes, for what repeats",
    ),
    "bookings": (
        "price",
        "charged",
        "paid",
        "what cancelling costs",
        "free again",
        "difference, short",
        "waits for its money",
    ),
    "budgets": (
        "left",
        "set aside",
        "spent",
        "came in, went back or moved, from before",
        "the year’s budget",
        "what comes",
    ),
    "catalogue": (*PRICES, "from", "average", "difference, short"),
    "changing_provider": ("price", "free again", "difference, short"),
    "components": ("left", "set aside", "spent"),
    "corrections": ("came in, went back or moved, from before", "spent"),
    "desk": ("price", "charged", "paid", "waits for its money", "set aside", "difference, short"),
    "frameworks": ("an invoice’s sums",),
    "joining": PRICES,
    "layouts": ("left",),
    "leaving": ("left",),
    "payments": ("paid in by card",),
    "price_rises": ("a rise",),
    "repeating": ("price", "what cancelling costs", "free again", "difference, short", "waits for its money"),
    "sessions": PRICES,
    "settlement": ("an invoice’s sums",),
    "sharing": ("your share", "price", "free again"),
    "spent_elsewhere": ("spent",),
    "storefront": (*PRICES, "from", "to spare, too much", "promised", "left", "what comes", "difference, short"),
    "trends": ("published figures",),
    "visits": ("price", "charged", "paid", "set aside", "at most", "difference, short"),
}
"""By room, in whatever order: whoever prints a sum that is none of these names it in docs/money.md first."""


def test_every_room_that_prints_money_prints_named_figures() -> None:
    prints = {
        file.relative_to(ROOT / "templates").parts[0]
        for file in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*money", file.read_text())
    }
    assert prints == set(SHOWN)
    words = (ROOT / "docs" / "money.md").read_text().partition("## The named figures")[2].partition("\n## ")[0]
    named = {line.split(" | ")[0].removeprefix("| ") for line in words.splitlines() if line.startswith("| ")}
    named = {one.replace("'", "’") for one in named}
    assert {one for shown in SHOWN.values() for one in shown} <= named
