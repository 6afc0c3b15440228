"""A test client that reads every page it gets as a careful person would, and fails on what is wrong with it."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup
from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SEE_OTHER = 303
INTERACTIVE = ("input", "select", "textarea")


class InspectingClient(FlaskClient):
    """Fetches like a browser without JavaScript. ``submit`` fills in the page's own form, token included."""

    looks = True
    """Whether the form of each page is looked at; a test of what many pages say may leave that to the others."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, then inspect what came when it is a page. A form that was refused is looked at where the browser is led."""
        _forget_the_last_request()
        response = super().open(*args, **kwargs)
        if response.status_code == SEE_OTHER and "refused=" in response.location:
            _forget_the_last_request()
            response = super().open(response.location)
        if self.looks and response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            inspect_page(response.get_data(as_text=True), response.headers.get("Content-Security-Policy", ""))
        return response

    def page(self, address: str, status: int = 200) -> BeautifulSoup:
        """Fetch a page that must answer with this status, and parse it."""
        response = self.get(address)
        assert response.status_code == status, (address, response.status_code, response.get_data(as_text=True)[:500])
        return BeautifulSoup(response.get_data(as_text=True), "html.parser")

    def submit(
        self, address: str, /, *, button: str | None = None, at: str | None = None, **filled: Any
    ) -> TestResponse:
        """Load the page at ``address``, fill in its form as given and send it, as a person would.

        Args:
            address: the page with the form.
            button: the words on the button, when the page has several forms.
            at: the form's own address, when it must be told apart by that.
            filled: values by field name; ``__`` stands for ``-``; a list ticks several boxes.
        """
        page = self.page(address)
        form = _form(page, button, at)
        values = _as_loaded(form)
        for name, value in filled.items():
            values[name.replace("__", "-")] = value
        if button is not None:
            pressed = next(one for one in form.find_all("button") if _seen_on(one) == button)
            if pressed.get("name"):
                values[pressed["name"]] = pressed.get("value", "")
        target = form.get("action") or address
        if form.get("method", "get").lower() == "get":
            return self.get(target, query_string=values)
        return self.post(target, data=values, content_type="multipart/form-data" if form.get("enctype") else None)

    def submit_and_confirm(self, address: str, **filled: Any) -> TestResponse:
        """Send a form that is shown whole before it counts, and confirm what is shown."""
        shown = self.submit(address, **filled)
        page = BeautifulSoup(shown.get_data(as_text=True), "html.parser")
        assert page.select_one('main input[name="seen"]'), page.get_text(" ", strip=True)[:2000]
        return self.post(address, data=_as_loaded(_form(page, None, None)))


def _forget_the_last_request() -> None:
    """A real request begins with an empty ``g``; under a test's own context it would find the last one's visitor there."""
    if has_app_context():
        for name in [name for name in g if not name.startswith("_sqlalchemy")]:
            g.pop(name)


def _form(page: BeautifulSoup, button: str | None, at: str | None) -> Any:
    forms = [f for f in page.select("main form, form") if f.get("method", "get").lower() == "post" or at or button]
    seen: list[Any] = []
    for form in forms:
        if any(form is one for one in seen):
            continue
        if at is not None and form.get("action") != at:
            continue
        if button is not None and button not in [_seen_on(one) for one in form.find_all("button")]:
            continue
        seen.append(form)
    main = [form for form in seen if form.find_parent("main")]
    found = main or seen
    assert len(found) == 1, f"{len(found)} forms match on the page {page.title}"
    return found[0]


def _seen_on(button: Any) -> str:
    """The words on a button, without those for screen readers alone."""
    hidden = {id(words) for span in button.select(".govuk-visually-hidden") for words in span.strings}
    return "".join(words for words in button.strings if id(words) not in hidden).strip()


def _as_loaded(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.find_all(INTERACTIVE):
        name = field.get("name")
        if not name or field.has_attr("disabled"):
            continue
        if field.name == "input" and field.get("type") in {"radio", "checkbox"}:
            if field.has_attr("checked"):
                values.setdefault(name, [])
                values[name].append(field.get("value", "on"))
        elif field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            if chosen is not None:
                values[name] = chosen.get("value", chosen.get_text())
        elif field.name == "textarea":
            values[name] = field.get_text()
        elif field.get("type") not in {"submit", "file"}:
            values[name] = field.get("value", "")
    return values


def inspect_page(html: str, policy: str) -> None:
    """Fail with every fault found on a page at once: structure, names, labels, error summary, inline code."""
    page = BeautifulSoup(html, "html.parser")
    faults = [*_structure(page), *_forms(page), *_code(page, policy)]
    assert not faults, "; ".join(faults)


def _structure(page: BeautifulSoup) -> list[str]:
    faults = []
    headings = page.find_all("h1")
    if len(headings) != 1:
        faults.append(f"{len(headings)} h1")
    elif page.title is None:
        faults.append("no title")
    else:
        title = re.sub(r"\s+", " ", page.title.get_text()).strip().removeprefix("Error: ")
        first = re.sub(r"\s+", " ", headings[0].get_text()).strip()
        if not title.startswith(first):
            faults.append(f"the title {title!r} does not begin with the h1 {first!r}")
    if page.html is None or not page.html.get("lang"):
        faults.append("no language")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    faults.extend(f"id {name!r} twice" for name in sorted({i for i in ids if ids.count(i) > 1}))
    faults.extend(f"img without alt: {img.get('src')}" for img in page.find_all("img") if not img.has_attr("alt"))
    for link in page.find_all("a"):
        if not link.get_text(strip=True) and not link.get("aria-label"):
            faults.append(f"a link says nothing: {link.get('href')}")
        target = link.get("href", "")
        if target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            faults.append(f"a link to nowhere: {target}")
        # An address with two question marks swallows what follows the second; only an address inside an address has one.
        odd = [name for name, value in parse_qsl(urlsplit(target).query) if "?" in value and not value.startswith("/")]
        faults.extend(f"a link whose {name} goes on with another question: {target}" for name in odd)
    if not page.find("main"):
        faults.append("no main")
    return faults


def _forms(page: BeautifulSoup) -> list[str]:
    faults = []
    labelled = {label.get("for") for label in page.find_all("label")}
    for field in page.find_all(INTERACTIVE):
        if field.get("type") in {"hidden", "submit"}:
            continue
        is_named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        if not is_named and not field.find_parent("label"):
            faults.append(f"no label for {field.get('name')}")
    faults.extend(
        f"a form without a token: {form.get('action')}"
        for form in page.find_all("form")
        if form.get("method", "get").lower() == "post" and not form.find("input", attrs={"name": "csrf_token"})
    )
    summary = page.select_one(".govuk-error-summary")
    if page.select_one(".govuk-error-message") and not summary:
        faults.append("field errors without an error summary")
    if summary and page.title and not page.title.get_text().strip().startswith("Error: "):
        faults.append("the title of a page in error does not begin 'Error: '")
    return faults


def _code(page: BeautifulSoup, policy: str) -> list[str]:
    faults = [f"inline style on {tag.name}" for tag in page.find_all(style=True)]
    faults.extend(
        f"inline handler {name} on {tag.name}"
        for tag in page.find_all(True)
        for name in tag.attrs
        if name.startswith("on")
    )
    faults.extend(
        f"a script without the nonce: {script.get('src')}"
        for script in page.find_all("script")
        if f"'nonce-{script.get('nonce')}'" not in policy
    )
    return faults
