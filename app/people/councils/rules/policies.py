"""The rules a council may set, by name: what each means, and what its value may be. A rule is data, never code."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.people.councils.rules import plain_words
from app.people.councils.rules.plain_words import PlainRule


@dataclass(frozen=True, slots=True)
class PolicyName:
    """One rule: what it says, what it may be, what holds where a council never set it, and its words for a person."""

    meaning: str
    may_be: str
    fits: Callable[[Any], bool]
    otherwise: Any
    in_plain_words: Callable[[Any], PlainRule]
    is_obeyed: bool = True
    """Whether this site reads it already. A rule that nothing reads is never shown as one that is in force."""


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _percent(meaning: str, otherwise: int, in_plain_words: Callable[[Any], PlainRule]) -> PolicyName:
    return PolicyName(meaning, "a whole number from 0 to 100", _whole(0, 100), otherwise, in_plain_words)


POLICIES: dict[str, PolicyName] = {
    "carry_over_percent": _percent(
        "How much of a period's money may be carried unspent into the next period; 100 is all of it.",
        100,
        plain_words.left_after_a_period,
    ),
    "carry_over_until": PolicyName(
        "When money carried over must be used: what is left then goes back.",
        "quarter_end or year_end",
        _one_of("quarter_end", "year_end"),
        "year_end",
        plain_words.carried_until,
    ),
    "year_end_unspent": PolicyName(
        "What happens to money left when the year ends.",
        "goes_back or carried",
        _one_of("goes_back", "carried"),
        "carried",
        plain_words.left_after_the_year,
    ),
    "unspent_goes_back": PolicyName(
        "Whether somebody talks with the person before unspent money goes back to the council.",
        "after_a_talk or at_once",
        _one_of("after_a_talk", "at_once"),
        "after_a_talk",
        plain_words.before_it_goes_back,
    ),
    "quarter_underspend_percent": _percent(
        "How much of a quarter's money may be left when it ends before it is a reason to talk with the person; 100 is "
        "never. Nothing goes back by this rule.",
        20,
        plain_words.talk_about_a_quarter,
    ),
    "quarter_overspend_percent": _percent(
        "How much more than a quarter's money may be used in it, taken from the rest of the year.",
        0,
        plain_words.brought_forward,
    ),
    "contingency_percent": _percent(
        "The most of a year's money that may be kept back for a bad spell.", 10, plain_words.kept_back
    ),
    "council_managed_outside_framework": PolicyName(
        "Whether money the council looks after may pay a provider that is not on its framework.",
        "one_off_agreement or forbidden",
        _one_of("one_off_agreement", "forbidden"),
        "one_off_agreement",
        plain_words.outside_the_framework,
    ),
    "framework_quality_bar": PolicyName(
        "The regulator's rating a framework provider needs.",
        "good, requires_improvement or none",
        _one_of("good", "requires_improvement", "none"),
        "none",
        plain_words.rating_needed,
    ),
    "notice_hours": PolicyName(
        "Hours' word the council advises before a visit is changed or cancelled; advice, never a charge.",
        "a whole number from 0 to 336",
        _whole(0, 336),
        24,
        plain_words.word_before_a_change,
    ),
    "isf_fee_ceiling_percent": _percent("The most a fund's holder may take as its fee.", 15, plain_words.fee_of_a_fund),
    "visit_unconfirmed_minutes": PolicyName(
        "Minutes after a visit at home was to begin, without a code or a record, when its provider is told.",
        "a whole number from 5 to 720",
        _whole(5, 720),
        30,
        plain_words.provider_told_after,
    ),
    "visit_unconfirmed_escalate_minutes": PolicyName(
        "Minutes after it was to begin when the care manager, and helpers who may book, are told too.",
        "a whole number from 5 to 720",
        _whole(5, 720),
        60,
        plain_words.others_told_after,
    ),
    "isf_notice_days": PolicyName(
        "Days of notice to end an individual service fund.",
        "a whole number from 0 to 365",
        _whole(0, 365),
        30,
        plain_words.notice_of_a_fund,
        is_obeyed=False,
    ),
    "small_number": PolicyName(
        "The smallest group of people that figures may show.",
        "a whole number from 5 to 50",
        _whole(5, 50),
        5,
        plain_words.smallest_group,
    ),
    "figures_largest_share_percent": PolicyName(
        "The most of a sum that may be one person's, or of an average price one provider's, for figures to show it.",
        "a whole number from 50 to 95",
        _whole(50, 95),
        80,
        plain_words.largest_share_of_one,
    ),
    "figures_published_after_days": PolicyName(
        "Days after a four-week period ends until its figures are published, once for good.",
        "a whole number from 1 to 90",
        _whole(1, 90),
        14,
        plain_words.figures_published,
    ),
    "budget_year_starts_on": PolicyName(
        "The first day of a budget year.", "a day, like 2026-04-06", _is_day, None, plain_words.year_of_the_council
    ),
    "invoice_first_day": PolicyName(
        "The first day of any four weeks that are invoiced; read once, when the council's first four weeks begin.",
        "a day, like 2026-04-06",
        _is_day,
        "2026-04-06",
        plain_words.four_weeks_begin,
    ),
    "invoice_without_times": PolicyName(
        "Whether a visit without the times it began and ended is paid to its provider.",
        "withheld or paid",
        _one_of("withheld", "paid"),
        "withheld",
        plain_words.visits_without_times,
    ),
    "two_approvals_over_pounds": PolicyName(
        "Pounds over which an invoice needs the yes of two finance officers.",
        "a whole number from 0 to 999999",
        _whole(0, 999_999),
        10_000,
        plain_words.two_approvals,
    ),
}
"""Every rule there is. ``docs/money.md`` says what the ones about money do."""

ABOUT_MONEY = frozenset(
    {
        "carry_over_percent",
        "carry_over_until",
        "year_end_unspent",
        "unspent_goes_back",
        "quarter_underspend_percent",
        "quarter_overspend_percent",
        "contingency_percent",
        "council_managed_outside_framework",
    }
)
"""Rules that decide about somebody's budget: they never change inside a period that is running."""


def policy_fault(name: str, value: Any) -> str | None:
    """Why a rule cannot be kept, saying how to mend it; nothing when it can.

    ``policy_fault("carry_over_percent", 250)`` is ``carry_over_percent must be a whole number from 0 to 100``.
    """
    known = POLICIES.get(name)
    if known is None:
        return f"There is no rule called {name}. Choose one of: {', '.join(POLICIES)}"
    return None if known.fits(value) else f"{name} must be {known.may_be}"


def needs_second_yes(name: str) -> bool:
    """Whether a rule moves somebody's money, so that one person alone cannot change it."""
    return name in ABOUT_MONEY or name in {"isf_fee_ceiling_percent", "two_approvals_over_pounds"}


def values_of(name: str) -> list[str]:
    """The words a rule may be, where it may be one of a few: ``["goes_back", "carried"]``; nothing for numbers and days."""
    may_be = POLICIES[name].may_be
    return [] if may_be.startswith("a ") else re.split(r", | or ", may_be)


def value_from(typed: str) -> Any:
    """What somebody typed as the value of a rule: a whole number where it is one, else the words.

    ``value_from("25")`` is ``25``; ``value_from("carried")`` is ``"carried"``.
    """
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 6 else plain  # noqa: PLR2004 - above any bound
