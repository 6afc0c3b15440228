"""How a day is said in words: one way, everywhere."""

import calendar
from datetime import date

MONTHS = ("", *calendar.month_name[1:])
"""By number. Looked up here: the C library's formatting is ten times slower, and a page of money has forty days."""


def day_words(day: date) -> str:
    """``3 April 2026``."""
    return f"{day.day} {MONTHS[day.month]} {day.year}"
