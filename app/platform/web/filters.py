"""How pages print money, days and times: one way each, everywhere."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from app.base import clock
from app.base.days import day_words
from app.base.money import printed
from app.platform.danger.rules.advice import advice_for
from app.platform.web.asking_first import take_mild
from config import HERE


def money(pence: int) -> str:
    """``2750`` -> ``£27.50``."""
    return printed(pence)


def day(value: date | datetime) -> str:
    """``3 April 2026``, in London."""
    if isinstance(value, datetime):
        value = clock.london(value).date()
    return day_words(value)


def weekday(value: date | datetime) -> str:
    """``Friday 3 April 2026``, in London."""
    if isinstance(value, datetime):
        value = clock.london(value).date()
    return f"{value:%A} {day(value)}"


def hour(value: datetime) -> str:
    """``9am``, ``5:30pm``, ``midday``, ``midnight``, in London."""
    return face(clock.london(value).time())


def face(at: time) -> str:
    """The same for a time of day without a date: ``9am``, ``5:30pm``."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def moment(value: datetime) -> str:
    """``3 April 2026 at 5:30pm``, in London."""
    return f"{day(value)} at {hour(value)}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``plural(1, "visit")`` -> ``1 visit``; ``plural(3, "visit")`` -> ``3 visits``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


_PART = re.compile(r'<(tr|th|td)\b(?: class="[^"]*")?(?: colspan="(\d+)")?')


def said_in_cells(rows: Markup, head: Sequence[str | tuple[str, str]]) -> Markup:
    """The rows of a table, each cell with the words that head its column (``data-label``), for when it is shown as a list.

    A cell across several columns needs none, nor has the one that names its row. ``head`` is what the macro ``table`` takes.
    """
    labels = [f' data-label="{escape(Markup(one if isinstance(one, str) else one[0]).striptags())}"' for one in head]  # noqa: S704 - only its words are kept
    at = 0

    def labelled(part: re.Match[str]) -> str:
        nonlocal at
        kind, across = part[1], part[2]
        if kind == "tr":
            at = 0
            return part[0]
        here, at = at, at + int(across or 1)
        return part[0] if across or kind == "th" or here >= len(labels) else part[0] + labels[here]

    return Markup(_PART.sub(labelled, rows))  # noqa: S704 - what came in escaped, with words that are


def add_filters(app: Flask) -> None:
    """Add these filters and the GOV.UK components to every template."""
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    # Said to the environment itself: options of an application whose environment is there already are not read.
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(str(HERE / "templates")), components])
    for printer in (money, day, weekday, hour, face, moment, plural, said_in_cells):
        app.add_template_filter(printer)
    app.add_template_global(advice_for, "danger_advice")
    app.add_template_global(take_mild)
