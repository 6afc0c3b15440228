"""What each rule a council may set means for a person's money, in plain words with an example in pounds.

Every function takes a value its rule may have (see ``policies``) and gives its :class:`PlainRule`. The words say what
the site does: a change of a rule's code is a change of its words here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.base.days import day_words
from app.base.money import printed

PERIOD, QUARTER, YEAR, FUND = 400_00, 1_200_00, 12_000_00, 10_000_00
"""The sums of the examples, in pence: what comes in a period, in a quarter, in a year, and into a fund."""
QUARTERS = "A quarter is three periods. The last quarter of the year has four."


@dataclass(frozen=True, slots=True)
class PlainRule:
    """One rule as a person reads it: what it is about, what it means for them, and an example."""

    title: str
    means: str
    example: str


def _pounds(pence: int) -> str:
    """Pence as people read them in an example: ``£1,200``, and ``£1,200.50`` where it is not whole pounds."""
    return printed(pence).removesuffix(".00")


def left_after_a_period(percent: int) -> PlainRule:
    """What may be kept of a period's money, in per cent of it."""
    title = "Money left when a period ends"
    later = "When a quarter or your year ends, the rules below count instead."
    safe = "Money set aside for what you booked is never taken."
    if percent == 100:  # noqa: PLR2004 - per cent
        return PlainRule(
            title,
            f"All the money left when a four-week period ends stays yours for the next one. {later}",
            f"You get {_pounds(PERIOD)} for a period and use £300. The other £100 stays yours.",
        )
    if percent == 0:
        return PlainRule(
            title,
            f"Money left when a four-week period ends goes back to your council. {safe} {later}",
            f"You get {_pounds(PERIOD)} for a period and use £300. The other £100 goes back.",
        )
    keeps = PERIOD * percent // 100
    return PlainRule(
        title,
        f"When a four-week period ends, you can keep up to {percent}% of its money. "
        f"What is left above that goes back to your council. {safe} {later}",
        f"You get {_pounds(PERIOD)} for a period and use none of it. You keep {_pounds(keeps)}, "
        f"and {_pounds(PERIOD - keeps)} goes back.",
    )


def carried_until(until: str) -> PlainRule:
    """``quarter_end`` or ``year_end``."""
    title = "When kept money must be used"
    if until == "quarter_end":
        return PlainRule(
            title,
            "Use the money you kept before the quarter ends. What is left then goes back to your council. "
            f"{QUARTERS} When the last one ends, the rule for the end of the year counts instead.",
            "£60 is left when your third period ends. The £60 goes back.",
        )
    return PlainRule(
        title,
        "You can use the money you kept until your budget year ends. The rule above still counts when each period ends.",
        "You kept £60 from your third period. You can still use it in your fourth.",
    )


def left_after_the_year(fate: str) -> PlainRule:
    """``goes_back`` or ``carried``."""
    title = "Money left when your year ends"
    if fate == "goes_back":
        return PlainRule(
            title,
            "What is left when your budget year ends goes back to your council. "
            "Money set aside for what you booked is never taken.",
            "£80 is left when your year ends. The £80 goes back.",
        )
    return PlainRule(
        title,
        "What is left when your budget year ends stays yours.",
        "£80 is left when your year ends. You keep the £80.",
    )


def before_it_goes_back(how: str) -> PlainRule:
    """``after_a_talk`` or ``at_once``."""
    title = "Before any money goes back"
    if how == "at_once":
        return PlainRule(
            title,
            "Where a rule says that unspent money goes back, it goes on that day. Your money page says so before.",
            "£60 is to go back when your quarter ends. It goes that night.",
        )
    return PlainRule(
        title,
        "Where a rule says that unspent money goes back, your care manager talks with you first about why it was not "
        "used. Nothing goes back before that talk.",
        "£60 is to go back when your quarter ends. You still have it, and can still use it, until you have talked.",
    )


def talk_about_a_quarter(percent: int) -> PlainRule:
    """From what part of a quarter's money, in per cent, it is a reason to talk when it is left."""
    title = "When much of a quarter's money is left"
    if percent == 100:  # noqa: PLR2004 - per cent
        return PlainRule(
            title,
            "Nobody asks you about money left when a quarter ends. The rules above say what becomes of it.",
            f"You get {_pounds(QUARTER)} in a quarter and {_pounds(QUARTER // 2)} is left. Nobody asks you about it.",
        )
    most = QUARTER * percent // 100
    return PlainRule(
        title,
        f"When more than {percent}% of a quarter's money is left at its end, your care manager talks with you: is there "
        f"support you miss? This rule takes nothing away. {QUARTERS}",
        f"You get {_pounds(QUARTER)} in a quarter. More than {_pounds(most)} is left. You talk, and the money stays yours.",
    )


def brought_forward(percent: int) -> PlainRule:
    """How much more than a quarter's money may be used in it, in per cent of it."""
    title = "Using later money now"
    if percent == 0:
        return PlainRule(
            title,
            "You cannot use money now that comes later in your year.",
            f"You get {_pounds(QUARTER)} in a quarter. You cannot add to it from the next one.",
        )
    more = _pounds(QUARTER * percent // 100)
    return PlainRule(
        title,
        f"If you need more in a quarter, you can bring forward up to {percent}% of its money. "
        f"The last periods of your year get that much less. {QUARTERS}",
        f"You get {_pounds(QUARTER)} in a quarter. You can bring forward {more}. Later you get {more} less.",
    )


def kept_back(percent: int) -> PlainRule:
    """The most of a year's money kept back for a bad spell, in per cent of it."""
    title = "Money kept back for a bad spell"
    if percent == 0:
        return PlainRule(
            title,
            "No money can be kept back for a bad spell.",
            f"Your budget is {_pounds(YEAR)} a year. All of it comes to you in your periods.",
        )
    return PlainRule(
        title,
        f"When your budget is agreed, up to {percent}% of it can be kept back for a time when you need more. "
        "Your care manager can then release it.",
        f"Your budget is {_pounds(YEAR)} a year. At most {_pounds(YEAR * percent // 100)} can be kept back.",
    )


def outside_the_framework(rule: str) -> PlainRule:
    """``one_off_agreement`` or ``forbidden``."""
    title = "Who can be paid when your council looks after your money"
    who = (
        "Money your council looks after can pay providers on the council's list (its framework) "
        "and the council's own services."
    )
    anybody = "A direct payment or your own money can pay anybody."
    if rule == "forbidden":
        return PlainRule(
            title,
            f"{who} It cannot pay anybody else, even where an agreement was signed before. {anybody}",
            "A gardener who is not on the list costs £30. This money cannot pay the £30.",
        )
    return PlainRule(
        title,
        f"{who} It can pay somebody else only when your council signs an agreement for you. "
        f"Ask your care manager for one. {anybody}",
        "A gardener who is not on the list costs £30. Your council must sign before this money can pay the £30.",
    )


def rating_needed(rating: str) -> PlainRule:
    """``good``, ``requires_improvement`` or ``none``."""
    title = "How good a provider on the list must be"
    if rating == "none":
        return PlainRule(
            title,
            "A provider needs no rating from the regulator to be on the council's list.",
            "A new provider that has no rating yet can be on the list.",
        )
    if rating == "good":
        return PlainRule(
            title,
            "A provider must be rated Good or Outstanding by the regulator to be on the council's list.",
            "A provider rated Requires improvement cannot be on the list.",
        )
    return PlainRule(
        title,
        "A provider must be rated Requires improvement or better by the regulator to be on the council's list.",
        "A provider rated Inadequate cannot be on the list.",
    )


def word_before_a_change(hours: int) -> PlainRule:
    """How many hours' word the council advises. Advice, never a charge: what is late costs by the listing's own notice."""
    title = "Saying so before you change a visit"
    nothing_taken = (
        "This is advice and costs you nothing. What a late cancellation costs is the provider's own rule. "
        "You see it before you book."
    )
    if hours == 0:
        return PlainRule(
            title,
            f"Your council does not say how long before you should change or cancel a visit. {nothing_taken}",
            "You cancel a £20 visit. Only the provider's own rule can charge the £20.",
        )
    said = "1 hour" if hours == 1 else f"{hours} hours"
    return PlainRule(
        title,
        f"Your council advises you to say so {said} before you change or cancel a visit. {nothing_taken}",
        f"You cancel a £20 visit less than {said} before. Only the provider's own rule can charge the £20.",
    )


def provider_told_after(minutes: int) -> PlainRule:
    """How many minutes after a visit at home was to begin its provider is told that nothing says somebody came."""
    return PlainRule(
        "When nobody seems to have come: the provider",
        f"If nothing shows that a worker came to your home, we tell the provider {minutes} minutes after the start.",
        "A £20 visit does not happen. It costs you nothing.",
    )


def others_told_after(minutes: int) -> PlainRule:
    """How many minutes after it was to begin the care manager, and helpers who may book, are told too."""
    return PlainRule(
        "When nobody seems to have come: those beside you",
        f"If still nothing shows that a worker came, we tell your care manager, and helpers who may book for you, "
        f"{minutes} minutes after the start.",
        "A £20 visit does not happen. It costs you nothing.",
    )


def fee_of_a_fund(percent: int) -> PlainRule:
    """The most that the holder of an individual service fund may take, in per cent of it."""
    title = "What the holder of your fund may take"
    if percent == 0:
        return PlainRule(
            title,
            "A provider that holds an individual service fund for you may take no fee for it.",
            f"Your fund is {_pounds(FUND)} a year. All of it is for your support.",
        )
    return PlainRule(
        title,
        f"A provider that holds an individual service fund for you may take up to {percent}% of it as its fee.",
        f"Your fund is {_pounds(FUND)} a year. The fee is {_pounds(FUND * percent // 100)} at most.",
    )


def notice_of_a_fund(days: int) -> PlainRule:
    """Days of notice to end an individual service fund."""
    title = "Ending an individual service fund"
    told = date(2027, 6, 1)
    if days == 0:
        return PlainRule(
            title, "A fund can end on the day you say so.", f"You say so on {day_words(told)}. It can end that day."
        )
    said = "1 day" if days == 1 else f"{days} days"
    return PlainRule(
        title,
        f"Say so {said} before a fund is to end.",
        f"You say so on {day_words(told)}. It can end on {day_words(told + timedelta(days=days))}.",
    )


def smallest_group(people: int) -> PlainRule:
    """The smallest group of people that figures may show."""
    return PlainRule(
        "Figures your council publishes",
        f"Figures about money never show a group of fewer than {people} people, so nobody can be picked out. "
        "This does not change your money.",
        f"{people - 1} people used £500 together for gardening. The £500 is not shown.",
    )


def largest_share_of_one(percent: int) -> PlainRule:
    """The most of a sum that may be one person's, for figures to show it."""
    return PlainRule(
        "When one person paid most of it",
        f"Figures about money are not shown where one person paid more than {percent}% of it. "
        "This does not change your money.",
        f"5 people used £1,000 for gardening, and one of them £{percent * 10 + 10}. The £1,000 is not shown.",
    )


def figures_published(days: int) -> PlainRule:
    """How many days after four weeks end their figures are published."""
    after = "1 day" if days == 1 else f"{days} days"
    return PlainRule(
        "When figures are published",
        f"Figures about four weeks are published once, {after} after the four weeks end. This does not change your money.",
        "A £20 visit is put right later. The figures stay as they were.",
    )


def year_of_the_council(starts_on: str | None) -> PlainRule:
    """The first day of a budget year, as ``2026-04-06``; nothing where the council never said."""
    own = "Your own year begins on the day your budget says, so this does not change your money."
    title = "The year your council counts by"
    if starts_on is None:
        return PlainRule(
            title,
            f"Your council has not said when its year begins. {own}",
            "Your budget says 1 June. Your year begins on 1 June.",
        )
    return PlainRule(
        title,
        f"Figures your council publishes are counted in years of thirteen four-week periods, from "
        f"{day_words(date.fromisoformat(starts_on))}. {own}",
        "Your budget says 1 June. Your year begins on 1 June.",
    )


def four_weeks_begin(day: str | None) -> PlainRule:
    """``2026-04-06``."""
    first = date.fromisoformat(day) if day else date(2026, 4, 6)
    return PlainRule(
        "When providers are paid",
        f"Your council pays providers every four weeks for visits paid from money it looks after. The four weeks are "
        f"counted from {day_words(first)}. This changes nothing about your money.",
        f"Visits from {day_words(first)} to {day_words(first + timedelta(days=27))} are on one invoice.",
    )


def visits_without_times(fate: str) -> PlainRule:
    """``withheld`` or ``paid``."""
    title = "Visits without times"
    if fate == "withheld":
        return PlainRule(
            title,
            "Your council pays a provider for a visit once the times it began and ended are known. "
            "What it costs you does not change.",
            "A worker came, but nobody wrote down when. Your council waits before it pays for that visit.",
        )
    return PlainRule(
        title,
        "Your council pays a provider for a visit even where nobody wrote down the times it began and ended.",
        "A worker came, but nobody wrote down when. Your council pays for that visit.",
    )


def two_approvals(pounds: int) -> PlainRule:
    """Pounds."""
    return PlainRule(
        "Who checks what providers are paid",
        f"Two people at your council check a provider’s bill of more than {_pounds(pounds * 100)}. One checks a smaller one.",
        f"A bill of {_pounds(pounds * 100 + 100)} is checked by two people.",
    )
