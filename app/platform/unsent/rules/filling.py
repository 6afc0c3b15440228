"""Putting words back into the form of a page that was drawn without them: any form, by the names of its boxes."""

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from urllib.parse import urlsplit

TYPED = frozenset({"text", "email", "search", "tel", "number", "url", ""})
TICKED = frozenset({"radio", "checkbox"})
Attributes = list[tuple[str, str | None]]


def filled(html: str, words: Mapping[str, list[str]], *, sent_to: str, page: str) -> tuple[str, list[str]]:
    """The page with these words in the form that is sent there, and the words for which it has no box.

    Args:
        html: the page.
        words: what was in each box, by its name.
        sent_to: the path of the form.
        page: the path of the page, for a form that names none.
    """
    pen = _Pen(html, words, sent_to, page)
    pen.feed(html)
    pen.close()
    left = [one.strip() for name, several in words.items() if name not in pen.known for one in several]
    return pen.rewritten(), [
        one for one in dict.fromkeys(left) if any(letter.isalpha() for letter in one) and " " in one
    ]


class _Pen(HTMLParser):
    def __init__(self, html: str, words: Mapping[str, list[str]], sent_to: str, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self._html, self._sent_to, self._page = html, sent_to, page
        self._words = {name: list(several) for name, several in words.items()}
        # The parser counts lines by their "\n" alone.
        self._starts = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._changes: list[tuple[int, int, str]] = []
        self._is_ours = False
        self._chosen: list[str] | None = None
        self._textarea: tuple[int, str] | None = None
        self.known: set[str] = set()

    def rewritten(self) -> str:
        """The page with every change."""
        parts, at = [], 0
        for begin, end, new in self._changes:
            parts += [self._html[at:begin], new]
            at = end
        return "".join([*parts, self._html[at:]])

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Open a form, or write in one of its boxes."""
        found = dict(attrs)
        if tag == "form":
            path = urlsplit(found.get("action") or self._page).path
            self._is_ours = (found.get("method") or "").lower() == "post" and path == self._sent_to
        name = found.get("name") or ""
        if not self._is_ours:
            return
        if tag == "option":
            self._write_option(attrs)
        elif name:
            self.known.add(name)
            self._write_box(tag, name, attrs)

    def _write_box(self, tag: str, name: str, attrs: Attributes) -> None:
        kind = (dict(attrs).get("type") or "").lower()
        several = self._words.get(name)
        if tag == "select":
            self._chosen = several
        elif tag == "textarea" and several:
            self._textarea = (self._at() + len(self.get_starttag_text() or ""), several.pop(0))
        elif tag == "input" and kind in TICKED:
            is_ticked = several is not None and (dict(attrs).get("value") or "on") in several
            self._rewrite(tag, attrs, "checked", None if is_ticked else False)
        elif tag == "input" and kind in TYPED and several:
            self._rewrite(tag, attrs, "value", several.pop(0))

    def _write_option(self, attrs: Attributes) -> None:
        if self._chosen is not None:
            self._rewrite(
                "option", attrs, "selected", None if (dict(attrs).get("value") or "") in self._chosen else False
            )

    def _rewrite(self, tag: str, attrs: Attributes, name: str, value: str | bool | None) -> None:
        """Give a tag this attribute; none (``False``), or one without a value (nothing)."""
        kept = [one for one in attrs if one[0] != name]
        if value is not False:
            kept.append((name, value if isinstance(value, str) else None))
        written = "".join(f" {key}" if said is None else f' {key}="{escape(said)}"' for key, said in kept)
        begin = self._at()
        self._changes.append((begin, begin + len(self.get_starttag_text() or ""), f"<{tag}{written}>"))

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._is_ours = False
        elif tag == "select":
            self._chosen = None
        elif tag == "textarea" and self._textarea is not None:
            begin, said = self._textarea
            # The first line end after the tag is no part of what it holds.
            self._changes.append((begin, self._at(), "\n" + escape(said, quote=False)))
            self._textarea = None
