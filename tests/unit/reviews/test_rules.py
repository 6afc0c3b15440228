"""The average of reviews."""

import pytest

from app.shop.reviews.rules import Score, score_of


@pytest.mark.parametrize(
    ("total", "count", "score"),
    [
        (0, 0, Score(None, 0)),
        (20, 2, Score(None, 2)),
        (25, 3, Score(4.2, 3)),
        (30, 3, Score(5.0, 3)),
        (6, 3, Score(1.0, 3)),
        # 34 over 8 is 4.25 exactly: half a tenth rounds up.
        (34, 4, Score(4.3, 4)),
    ],
)
def test_the_average_is_withheld_under_three_and_exact_after(total: int, count: int, score: Score) -> None:
    assert score_of(total, count) == score
