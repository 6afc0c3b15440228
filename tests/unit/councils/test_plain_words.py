"""Every rule of a council says in plain words what it means for a person's money, word for word."""

from datetime import date

import pytest

from app.people.councils.rules.in_force import SetRule, rules_on
from app.people.councils.rules.policies import POLICIES

SAID = [
    (
        "carry_over_percent",
        100,
        (
            "All the money left when a four-week period ends stays yours for the next one. "
            "When a quarter or your year ends, the rules below count instead."
        ),
        "You get £400 for a period and use £300. The other £100 stays yours.",
    ),
    (
        "carry_over_percent",
        25,
        (
            "When a four-week period ends, you can keep up to 25% of its money. What is left above that goes back to your "
            "council. Money set aside for what you booked is never taken. When a quarter or your year ends, the rules below "
            "count instead."
        ),
        "You get £400 for a period and use none of it. You keep £100, and £300 goes back.",
    ),
    (
        "carry_over_percent",
        0,
        (
            "Money left when a four-week period ends goes back to your council. Money set aside for what you booked is never "
            "taken. When a quarter or your year ends, the rules below count instead."
        ),
        "You get £400 for a period and use £300. The other £100 goes back.",
    ),
    (
        "carry_over_until",
        "quarter_end",
        (
            "Use the money you kept before the quarter ends. What is left then goes back to your council. A quarter is three "
            "periods. The last quarter of the year has four. When the last one ends, the rule for the end of the year counts "
            "instead."
        ),
        "£60 is left when your third period ends. The £60 goes back.",
    ),
    (
        "carry_over_until",
        "year_end",
        "You can use the money you kept until your budget year ends. The rule above still counts when each period ends.",
        "You kept £60 from your third period. You can still use it in your fourth.",
    ),
    (
        "year_end_unspent",
        "goes_back",
        (
            "What is left when your budget year ends goes back to your council. "
            "Money set aside for what you booked is never taken."
        ),
        "£80 is left when your year ends. The £80 goes back.",
    ),
    (
        "year_end_unspent",
        "carried",
        "What is left when your budget year ends stays yours.",
        "£80 is left when your year ends. You keep the £80.",
    ),
    (
        "unspent_goes_back",
        "after_a_talk",
        (
            "Where a rule says that unspent money goes back, your care manager talks with you first about why it was not "
            "used. Nothing goes back before that talk."
        ),
        "£60 is to go back when your quarter ends. You still have it, and can still use it, until you have talked.",
    ),
    (
        "unspent_goes_back",
        "at_once",
        "Where a rule says that unspent money goes back, it goes on that day. Your money page says so before.",
        "£60 is to go back when your quarter ends. It goes that night.",
    ),
    (
        "quarter_underspend_percent",
        20,
        (
            "When more than 20% of a quarter's money is left at its end, your care manager talks with you: is there support "
            "you miss? This rule takes nothing away. A quarter is three periods. The last quarter of the year has four."
        ),
        "You get £1,200 in a quarter. More than £240 is left. You talk, and the money stays yours.",
    ),
    (
        "quarter_underspend_percent",
        100,
        "Nobody asks you about money left when a quarter ends. The rules above say what becomes of it.",
        "You get £1,200 in a quarter and £600 is left. Nobody asks you about it.",
    ),
    (
        "quarter_overspend_percent",
        0,
        "You cannot use money now that comes later in your year.",
        "You get £1,200 in a quarter. You cannot add to it from the next one.",
    ),
    (
        "quarter_overspend_percent",
        10,
        (
            "If you need more in a quarter, you can bring forward up to 10% of its money. The last periods of your year get "
            "that much less. A quarter is three periods. The last quarter of the year has four."
        ),
        "You get £1,200 in a quarter. You can bring forward £120. Later you get £120 less.",
    ),
    (
        "contingency_percent",
        0,
        "No money can be kept back for a bad spell.",
        "Your budget is £12,000 a year. All of it comes to you in your periods.",
    ),
    (
        "contingency_percent",
        10,
        (
            "When your budget is agreed, up to 10% of it can be kept back for a time when you need more. "
            "Your care manager can then release it."
        ),
        "Your budget is £12,000 a year. At most £1,200 can be kept back.",
    ),
    (
        "council_managed_outside_framework",
        "one_off_agreement",
        (
            "Money your council looks after can pay providers on the council's list (its framework) and the council's own "
            "services. It can pay somebody else only when your council signs an agreement for you. Ask your care manager for "
            "one. A direct payment or your own money can pay anybody."
        ),
        "A gardener who is not on the list costs £30. Your council must sign before this money can pay the £30.",
    ),
    (
        "council_managed_outside_framework",
        "forbidden",
        (
            "Money your council looks after can pay providers on the council's list (its framework) and the council's own "
            "services. It cannot pay anybody else, even where an agreement was signed before. A direct payment or your own "
            "money can pay anybody."
        ),
        "A gardener who is not on the list costs £30. This money cannot pay the £30.",
    ),
    (
        "framework_quality_bar",
        "good",
        "A provider must be rated Good or Outstanding by the regulator to be on the council's list.",
        "A provider rated Requires improvement cannot be on the list.",
    ),
    (
        "framework_quality_bar",
        "requires_improvement",
        "A provider must be rated Requires improvement or better by the regulator to be on the council's list.",
        "A provider rated Inadequate cannot be on the list.",
    ),
    (
        "framework_quality_bar",
        "none",
        "A provider needs no rating from the regulator to be on the council's list.",
        "A new provider that has no rating yet can be on the list.",
    ),
    (
        "notice_hours",
        24,
        (
            "Your council advises you to say so 24 hours before you change or cancel a visit. This is advice and costs you "
            "nothing. What a late cancellation costs is the provider's own rule. You see it before you book."
        ),
        "You cancel a £20 visit less than 24 hours before. Only the provider's own rule can charge the £20.",
    ),
    (
        "notice_hours",
        1,
        (
            "Your council advises you to say so 1 hour before you change or cancel a visit. This is advice and costs you "
            "nothing. What a late cancellation costs is the provider's own rule. You see it before you book."
        ),
        "You cancel a £20 visit less than 1 hour before. Only the provider's own rule can charge the £20.",
    ),
    (
        "notice_hours",
        0,
        (
            "Your council does not say how long before you should change or cancel a visit. This is advice and costs you "
            "nothing. What a late cancellation costs is the provider's own rule. You see it before you book."
        ),
        "You cancel a £20 visit. Only the provider's own rule can charge the £20.",
    ),
    (
        "visit_unconfirmed_minutes",
        30,
        "If nothing shows that a worker came to your home, we tell the provider 30 minutes after the start.",
        "A £20 visit does not happen. It costs you nothing.",
    ),
    (
        "visit_unconfirmed_escalate_minutes",
        60,
        (
            "If still nothing shows that a worker came, we tell your care manager, and helpers who may book for you, "
            "60 minutes after the start."
        ),
        "A £20 visit does not happen. It costs you nothing.",
    ),
    (
        "isf_fee_ceiling_percent",
        15,
        "A provider that holds an individual service fund for you may take up to 15% of it as its fee.",
        "Your fund is £10,000 a year. The fee is £1,500 at most.",
    ),
    (
        "isf_fee_ceiling_percent",
        0,
        "A provider that holds an individual service fund for you may take no fee for it.",
        "Your fund is £10,000 a year. All of it is for your support.",
    ),
    (
        "isf_notice_days",
        30,
        "Say so 30 days before a fund is to end.",
        "You say so on 1 June 2027. It can end on 1 July 2027.",
    ),
    ("isf_notice_days", 0, "A fund can end on the day you say so.", "You say so on 1 June 2027. It can end that day."),
    (
        "small_number",
        5,
        (
            "Figures about money never show a group of fewer than 5 people, so nobody can be picked out. "
            "This does not change your money."
        ),
        "4 people used £500 together for gardening. The £500 is not shown.",
    ),
    (
        "figures_largest_share_percent",
        80,
        (
            "Figures about money are not shown where one person paid more than 80% of it. "
            "This does not change your money."
        ),
        "5 people used £1,000 for gardening, and one of them £810. The £1,000 is not shown.",
    ),
    (
        "figures_published_after_days",
        14,
        (
            "Figures about four weeks are published once, 14 days after the four weeks end. "
            "This does not change your money."
        ),
        "A £20 visit is put right later. The figures stay as they were.",
    ),
    (
        "budget_year_starts_on",
        "2026-04-06",
        (
            "Figures your council publishes are counted in years of thirteen four-week periods, from 6 April 2026. Your own "
            "year begins on the day your budget says, so this does not change your money."
        ),
        "Your budget says 1 June. Your year begins on 1 June.",
    ),
    (
        "budget_year_starts_on",
        None,
        (
            "Your council has not said when its year begins. Your own year begins on the day your budget says, so this does "
            "not change your money."
        ),
        "Your budget says 1 June. Your year begins on 1 June.",
    ),
    (
        "invoice_first_day",
        "2026-04-06",
        "Your council pays providers every four weeks for visits paid from money it looks after. The four weeks are counted from 6 April 2026. This changes nothing about your money.",
        "Visits from 6 April 2026 to 3 May 2026 are on one invoice.",
    ),
    (
        "invoice_without_times",
        "withheld",
        "Your council pays a provider for a visit once the times it began and ended are known. What it costs you does not change.",
        "A worker came, but nobody wrote down when. Your council waits before it pays for that visit.",
    ),
    (
        "two_approvals_over_pounds",
        10000,
        "Two people at your council check a provider’s bill of more than £10,000. One checks a smaller one.",
        "A bill of £10,001 is checked by two people.",
    ),
]


@pytest.mark.parametrize(("name", "value", "means", "example"), SAID)
def test_a_rule_says_what_it_means(name: str, value: object, means: str, example: str) -> None:
    words = POLICIES[name].in_plain_words(value)
    assert (words.means, words.example) == (means, example)
    assert words.title


def test_every_rule_is_among_those() -> None:
    assert {name for name, *_ in SAID} == set(POLICIES)
    titles = [known.in_plain_words(known.otherwise).title for known in POLICIES.values()]
    assert len(set(titles)) == len(POLICIES)


TODAY = date(2026, 11, 23)


def _of(name: str, *rows: SetRule) -> tuple[object, bool, list[date | None]]:
    """How much is kept today in the example, whether a commissioner said so, and the days of what is to come."""
    (rule,) = (one for one in rules_on(rows, TODAY) if one.name == name)
    return rule.now.since, rule.now.is_by_commissioner, [one.since for one in rule.to_come]


def test_what_is_in_force_is_the_newest_that_has_begun_and_what_has_not_is_to_come() -> None:
    rows = [
        SetRule("carry_over_percent", 50, date(2027, 4, 6), True),
        SetRule("carry_over_percent", 25, TODAY, True),
        SetRule("carry_over_percent", 10, date(2026, 4, 6), False),
        SetRule("carry_over_percent", 75, date(2026, 11, 24), False),
    ]
    assert _of("carry_over_percent", *rows) == (TODAY, True, [date(2026, 11, 24), date(2027, 4, 6)])
    (rule,) = (one for one in rules_on(rows, TODAY) if one.name == "carry_over_percent")
    assert "up to 25%" in rule.now.words.means
    assert ["up to 75%" in rule.to_come[0].words.means, "up to 50%" in rule.to_come[1].words.means] == [True, True]


def test_what_was_never_set_is_the_default_and_what_is_no_rule_any_more_is_nothing() -> None:
    rows = [
        SetRule("thank_you_ceiling_percent", 5, date(2026, 4, 6), True),
        SetRule("contingency_percent", "lots", date(2026, 4, 6), True),
    ]
    assert [one.name for one in rules_on(rows, TODAY)] == list(POLICIES)
    assert [one.now.since for one in rules_on(rows, TODAY)] == [None] * len(POLICIES)
