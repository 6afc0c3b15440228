"""The judgements of the relevance benchmark can be read, and its arithmetic is right."""

from collections import Counter
from math import log2

import pytest

from app.market.catalogue.rules.kinds import KINDS
from benchmarks.relevance.judging import FILE, Question, grade, measure, read_judgements, text_of
from tests.factories.search import document

JUDGED = """
[care @ quaybridge]
# a remark
meals on wheels
    3 kind meals; says hot, warm*
    2 kind meals
    1 reaches harbour
"""


def test_the_judgements_cover_what_people_ask():
    judged = read_judgements(FILE.read_text(encoding="utf-8"))
    sorts = Counter(question.sort for question in judged)
    assert set(sorts) == {"everyday", "care", "misspelt", "place", "provider", "several"}
    assert sum(sorts.values()) >= 120
    assert min(sorts.values()) >= 20
    assert len({(question.words, question.council) for question in judged}) == len(judged)
    kinds = {
        kind
        for one in judged
        for rule in one.rules
        for name, said in rule.conditions
        if name == "kind"
        for kind in said
    }
    assert kinds <= set(KINDS)


def test_the_best_rule_that_holds_is_the_grade():
    (question,) = read_judgements(JUDGED)
    assert (question.words, question.sort, question.council) == ("meals on wheels", "care", "quaybridge")

    def graded(**facts):
        return grade(text_of(document(1, **facts)), question.rules)

    assert graded(kind="meals", title="Warmed dinners") == 3
    assert graded(kind="meals", title="Shot of soup") == 2
    assert graded(kind="clubs", marks=frozenset({"whole:1"})) == 1
    assert graded(kind="clubs", marks=frozenset({"in:1:2"}), address="Harbour, North") == 1
    assert graded(kind="clubs", marks=frozenset({"in:1:2"})) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("    3 kind meals", "belongs to no question"),
        ("[a @ b]\nwords", "has no judgement"),
        ("[a @ b]\nwords\n    9 kind meals", "no grade"),
        ("[a @ b]\nwords\n    3 colour red", "not known"),
    ],
)
def test_what_cannot_be_read_is_named(text, says):
    with pytest.raises(ValueError, match=says):
        read_judgements(text)


def test_order_and_recall_are_measured():
    question = Question("x", "care", "quaybridge", ())
    grades = {1: 3, 2: 2, 3: 0}
    assert measure(question, grades, [1, 2, 3]).ndcg == 1
    turned = measure(question, grades, [3, 2])
    assert turned.ndcg == pytest.approx((3 / log2(3)) / (7 + 3 / log2(3)))
    assert (turned.recall, turned.is_empty, turned.answers) == (0.5, False, 2)
    assert measure(question, grades, []).is_empty is True
    assert measure(question, {1: 1}, [1]).recall == 1
