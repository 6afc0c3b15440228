"""Words go back into the boxes they came from, in any form, and nothing of a page but its boxes changes."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from app.platform.unsent.rules.filling import filled
from app.platform.unsent.rules.sealing import RefusedPage, UnsentWords, is_kept, new_seal, opened, sealed

PAGE = """<!DOCTYPE html><html><body><form action="/search"><input name="words" value=""></form>
<form method="post" novalidate><input type="hidden" name="key" value="fresh"><input name="words" type="text"
  value="old &amp; tired" class="a"><textarea name="note" rows="5">
nothing</textarea>
<input type="password" name="secret"><input type="file" name="receipt"><select name="kind"><option value="">Choose</option><option
 value="a" selected>A</option><option value="b">B &lt; C</option></select>
<input type="radio" name="how" value="x" checked><input type="radio" name="how" value="y"><input type="checkbox" name="days"
 value="1" checked><input type="checkbox" name="days" value="2"><input type="checkbox" name="days" value="3">
<input name="many"><input name="many"></form><p>Caf\u00e9 \u00a3 &pound; &amp;amp;</p></body></html>
"""
WORDS = {
    "key": ["old"],
    "words": ['<b>"Said" & done</b>'],
    "note": ["One line\nand </textarea> another"],
    "secret": ["hush"],
    "receipt": ["x"],
    "kind": ["b"],
    "how": ["y"],
    "days": ["2", "3"],
    "many": ["one", "two"],
    "line-9": ["Help to get up"],
    "mark": ["c2xydHk"],
}


def test_every_sort_of_box_takes_its_words_back() -> None:
    html, left = filled(PAGE, WORDS, sent_to="/here", page="/here")
    page = BeautifulSoup(html, "html.parser")
    search, form = page.select("form")
    assert search.find("input")["value"] == ""
    assert form.find("input", attrs={"name": "words"})["value"] == WORDS["words"][0]
    assert form.find("textarea").get_text() == "\n" + WORDS["note"][0]
    assert [one["value"] for one in form.select("option[selected]")] == ["b"]
    assert [(one["name"], one["value"]) for one in form.select("input[checked]")] == [
        ("how", "y"),
        ("days", "2"),
        ("days", "3"),
    ]
    assert [one.get("value") for one in form.select("[name=many]")] == ["one", "two"]
    assert form.find("input", attrs={"name": "key"})["value"] == "fresh"
    assert [form.find("input", attrs={"name": name}).get("value") for name in ("secret", "receipt")] == [None, None]
    assert left == ["Help to get up"]
    assert html.endswith("<p>Caf\u00e9 \u00a3 &pound; &amp;amp;</p></body></html>\n")


def test_a_form_that_is_sent_elsewhere_is_left_alone() -> None:
    html, left = filled(PAGE, WORDS, sent_to="/there", page="/here")
    assert html == PAGE
    assert left == ['<b>"Said" & done</b>', "One line\nand </textarea> another", "Help to get up"]
    assert filled(
        PAGE.replace('method="post"', 'method="post" action="/there?on=1"'), WORDS, sent_to="/there", page="/here"
    )[1] == ["Help to get up"]


@given(
    st.dictionaries(
        st.sampled_from(["words", "note", "kind", "how", "days", "many"]),
        st.lists(st.text(max_size=20), min_size=1, max_size=3),
    )
)
def test_whatever_was_written_the_page_stays_a_page_with_the_same_boxes(words: dict[str, list[str]]) -> None:
    html, _ = filled(PAGE, words, sent_to="/here", page="/here")
    before, after = (BeautifulSoup(one, "html.parser") for one in (PAGE, html))
    assert [(one.name, one.get("name")) for one in after.find_all()] == [
        (one.name, one.get("name")) for one in before.find_all()
    ]


@pytest.mark.parametrize(
    "kept", [RefusedPage("<p>", "n", "p", ""), UnsentWords({"words": ["a"]}, "/here", "p", "", ["x.jpg"])]
)
def test_what_is_sealed_opens_with_its_own_key_only(kept: RefusedPage | UnsentWords) -> None:
    seal = new_seal()
    token = sealed(kept, seal)
    assert opened(token, seal) == kept
    assert opened(token, new_seal()) is None
    assert opened(token[:-1], seal) is None
    assert b"here" not in token


def test_passwords_and_what_a_form_says_of_itself_are_never_kept() -> None:
    names = ("words", "password", "new_password", "current", "csrf_token", "acting_for", "opened_by")
    assert [name for name in names if is_kept(name)] == ["words"]
