"""The judged questions are answered as well as promised: on every engine and database."""

from benchmarks.relevance.__main__ import NDCG_TARGET, ask_all, load
from benchmarks.relevance.judging import TUNED_TO, UNTUNED
from tests.integration.search.conftest import EACH_ENGINE_ONCE


@EACH_ENGINE_ONCE
def test_people_find_what_they_mean(app):
    load(app)
    found = ask_all()
    others = [one for file in (TUNED_TO, *UNTUNED) for one in ask_all(file)]
    assert [one.question.words for one in (*found, *others) if one.is_empty] == []
    assert [one.question.words for one in (*found, *others) if not one.answers] == []
    assert sum(one.ndcg for one in found) / len(found) >= NDCG_TARGET
    assert sum(one.ndcg for one in others) / len(others) >= NDCG_TARGET
