"""Delivered against billed is published without giving anybody away."""

from app.insight.trends.rules import HIDDEN, Figure, publish_delivered
from app.support.visits.rules.figures import VisitFigures

SUMS = VisitFigures(60, 3600, 3000, 3590, 100, timed=50, short_but_full=12, missed=4)


def test_a_provider_with_fewer_than_five_people_is_withheld_whole() -> None:
    said = publish_delivered("Few", SUMS, people=4, short_people=4, missed_people=4)
    assert {
        said.people,
        said.planned_hours,
        said.delivered_hours,
        said.charged_hours,
        said.short_but_full,
        said.missed,
    } == {HIDDEN}
    assert not said.stands_out


def test_counts_under_five_or_of_fewer_than_five_people_are_withheld() -> None:
    said = publish_delivered("Many", SUMS, people=7, short_people=5, missed_people=7)
    assert (said.people, said.planned_hours, said.delivered_hours, said.charged_hours) == (
        Figure(5), Figure(60), Figure(50), Figure(60),
    )  # fmt: skip
    assert (said.short_but_full, said.missed, said.stands_out) == (Figure(10), HIDDEN, True)
    said = publish_delivered("Many", SUMS, people=7, short_people=4, missed_people=0)
    assert (said.short_but_full, said.stands_out) == (HIDDEN, False)
    assert publish_delivered("None", VisitFigures(), people=9, short_people=0, missed_people=0).missed == Figure(0)
