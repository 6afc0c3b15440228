"""Every GOV.UK component that is drawn by hand is the published one, to the letter.

Each is given the published examples of the version in use and must draw their HTML. Examples with options that our
component has no word for are left out; how many remain is said, so that none drops out unseen.
"""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from json import loads
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.platform.web import fields
from tests.integration.web.govuk import FRONTEND, environment, fixtures, shape

Options = dict[str, Any]
ENVIRONMENT = environment()


def _macros(file: str) -> Any:
    return ENVIRONMENT.get_template(f"components/{file}.html").module


TABLES, LIGHT, PAGES, BOXES = (_macros(file) for file in ("tables", "light_form", "pagination", "boxes"))


def _words(of: Options) -> Any:
    return Markup(of["html"]) if of.get("html") else of.get("text", "")


def _is_said_with(options: Any, known: set[str]) -> bool:
    """Whether all that an example uses is among what our component knows, at any depth: ``rows.key.text``."""
    return all(path in known for path in _paths(options))


def _paths(options: Any, before: str = "") -> Iterator[str]:
    if isinstance(options, dict):
        for name, value in options.items():
            yield from _paths(value, f"{before}.{name}" if before else name)
    elif isinstance(options, list):
        for value in options:
            yield from _paths(value, before)
    elif options is not None:
        yield before


def _form(cell: Options) -> str:
    return " ".join([*(["numeric"] if cell.get("format") else []), *([cell["classes"]] if cell.get("classes") else [])])


def _table(options: Options) -> str:
    def cells(row: list[Options]) -> str:
        drawn = ""
        for number, cell in enumerate(row):
            span = {name: int(cell[name]) for name in ("colspan", "rowspan") if cell.get(name)}
            is_head = number == 0 and options.get("firstCellIsHeader")
            draw = TABLES.th if is_head else TABLES.td
            drawn += draw(_words(cell), _form(cell), **span)
        return drawn

    rows = [cells(row) for row in options.get("rows", []) if row]
    body = Markup().join(TABLES.tr(caller=lambda drawn=drawn: Markup(drawn)) for drawn in rows)
    head = [(_words(one), _form(one)) for one in options.get("head") or []]
    size = options.get("captionClasses", "").removeprefix("govuk-table__caption--")
    return str(
        TABLES.table(
            options.get("caption", ""), size, head, options.get("classes", ""), turns=False, caller=lambda: body
        )
    )


def _actions(actions: Options | None, card: str = "") -> list[Any]:
    return [
        TABLES.summary_action(
            one["href"], _words(one), " ".join(filter(None, [one.get("visuallyHiddenText"), card and f"({card})"]))
        )
        for one in (actions or {}).get("items", [])
    ]


def _summary_list(options: Options) -> str:
    card = options.get("card")
    title = _words(card["title"]) if card and card.get("title") else ""
    rows = [row for row in options["rows"] if row]
    changed = any((row.get("actions") or {}).get("items") for row in rows)
    drawn = Markup().join(
        TABLES.summary(
            _words(row["key"]),
            _words(row["value"]),
            actions=(actions := _actions(row.get("actions"), title)),
            has_changes=bool(actions) or not changed,
        )
        for row in rows
    )
    whole = TABLES.summary_list(options.get("classes", ""), caller=lambda: drawn)
    if not card:
        return str(whole)
    level = card["title"].get("headingLevel", 2)
    return str(TABLES.summary_card(title, _actions(card.get("actions"), title), level, caller=lambda: whole))


def _pagination(options: Options) -> str:
    href = {way: (options.get(way) or {}).get("href", "") for way in ("previous", "next")}
    label = options.get("landmarkLabel", "Pagination")
    return str(PAGES.pages_nav(options["items"], href["previous"], href["next"], label))


def _about(options: Options, name: str) -> str:
    hint, wrong = options.get("hint"), options.get("errorMessage")
    return (LIGHT.hint(f"{name}-hint", _words(hint)) if hint else "") + (
        LIGHT.error_message(f"{name}-error", _words(wrong)) if wrong else ""
    )


def _described(options: Options, name: str) -> str:
    parts = [f"{name}-hint"] if options.get("hint") else []
    return " ".join([*parts, f"{name}-error"] if options.get("errorMessage") else parts)


def _input(options: Options) -> str:
    name = options.get("id") or options["name"]
    wrong = options.get("errorMessage")
    box = LIGHT.text_box(
        name,
        options["name"],
        options.get("value"),
        options.get("classes", "").removeprefix("govuk-input--width-"),
        options.get("type", "text"),
        _described(options, name),
        bool(wrong),
        options.get("inputmode", ""),
        options.get("autocomplete", ""),
        prefix=_words(options.get("prefix") or {}),
    )
    return _grouped(options, name, box)


def _grouped(options: Options, name: str, box: str) -> str:
    label = options["label"]
    whole = LIGHT.label(name, _words(label), label.get("classes", "")) + _about(options, name) + box
    return str(LIGHT.group(options.get("errorMessage"), caller=lambda: whole))


def _select(options: Options) -> str:
    name = options.get("id") or options["name"]
    items = [one and {**one, "selected": one.get("selected")} for one in options["items"]]
    return _grouped(
        options,
        name,
        LIGHT.select_box(name, options["name"], items, _described(options, name), options.get("errorMessage")),
    )


def _boxes(kind: str) -> Callable[[Options], str]:
    def draw(options: Options) -> str:
        name = options.get("idPrefix") or options["name"]
        classes = options.get("classes", "")
        box = LIGHT.boxes(kind, name, options["name"], options["items"], "--small" in classes, "--inline" in classes)
        whole = _about(options, name) + box
        if "fieldset" not in options:
            return str(LIGHT.group(options.get("errorMessage"), caller=lambda: whole))
        legend = options["fieldset"]["legend"]
        inside = LIGHT.fieldset(
            _words(legend), legend.get("classes", ""), _described(options, name), caller=lambda: whole
        )
        return str(LIGHT.group(options.get("errorMessage"), caller=lambda: inside))

    return draw


def _button(options: Options) -> str:
    classes = options.get("classes", "")
    kind = classes.removeprefix("govuk-button--") if classes.startswith("govuk-button--") else ""
    more = {name: options[name] for name in ("name", "value") if name in options}
    if "href" in options:
        return str(LIGHT.button_link(options["href"], _words(options), kind, "" if kind else classes))
    return str(
        LIGHT.button(
            _words(options), kind, "" if kind else classes, sends_once=options.get("preventDoubleClick", False), **more
        )
    )


def _panel(options: Options) -> str:
    title = Markup(options["titleHtml"]) if "titleHtml" in options else options["titleText"]
    return str(BOXES.panel(title, caller=lambda: _words(options)))


def _done(options: Options) -> str:
    id_ = options.get("titleId", "govuk-notification-banner-title")
    return str(BOXES.done(options["text"], id_, options.get("titleText", "Success")))


_SIMPLE = {"text", "html"}
_FIELD = {"id", "name", "label.text", "hint.text", "errorMessage.text", "hint.html", "errorMessage.html"}
_BOXES = {
    *("idPrefix", "name", "classes", "hint.text", "errorMessage.text", "fieldset.legend.text"),
    *("fieldset.legend.classes", "items.id", "items.value", "items.text", "items.checked", "items.hint.text"),
}
_CELL = ("text", "html", "format", "classes", "colspan", "rowspan")
DRAWN: dict[str, tuple[Callable[[Options], str], set[str], int]] = {
    "table": (
        _table,
        {"caption", "captionClasses", "firstCellIsHeader", "classes"}
        | {f"{part}.{name}" for part in ("head", "rows") for name in _CELL} - {"head.colspan", "head.rowspan"},
        15,
    ),
    "summary-list": (
        _summary_list,
        {f"rows.{part}.{name}" for part in ("key", "value", "actions.items") for name in _SIMPLE}
        | {
            f"{of}.actions.items.{name}"
            for of in ("rows", "card")
            for name in ("href", "text", "html", "visuallyHiddenText")
        }
        | {"classes", "card.title.text", "card.title.html", "card.title.headingLevel"},
        19,
    ),
    "tag": (
        lambda options: str(TABLES.tag(_words(options), options.get("classes", "").removeprefix("govuk-tag--"))),
        {*_SIMPLE, "classes"},
        11,
    ),
    "panel": (_panel, {*_SIMPLE, "titleText", "titleHtml"}, 6),
    "notification-banner": (_done, {"text", "type", "titleId", "titleText"}, 2),
    "pagination": (
        _pagination,
        {
            "previous.href",
            "next.href",
            "items.number",
            "items.href",
            "items.current",
            "items.ellipsis",
            "landmarkLabel",
        },
        6,
    ),
    "button": (_button, {*_SIMPLE, "name", "value", "href", "preventDoubleClick", "classes"}, 26),
    "input": (_input, _FIELD | {"type", "value", "classes", "inputmode", "autocomplete", "prefix.text"}, 20),
    "select": (_select, _FIELD | {"items.value", "items.text", "items.selected"}, 3),
    "radios": (_boxes("radio"), _BOXES, 14),
    "checkboxes": (_boxes("checkbox"), _BOXES, 11),
    "label": (
        lambda options: str(LIGHT.label(options.get("for"), _words(options), options.get("classes", ""))),
        {*_SIMPLE, "for", "classes"},
        10,
    ),
    "hint": (
        lambda options: str(LIGHT.hint(options.get("id"), _words(options), options.get("classes", ""))),
        {*_SIMPLE, "id", "classes"},
        5,
    ),
    "error-message": (
        lambda options: str(LIGHT.error_message(options.get("id"), _words(options))),
        {*_SIMPLE, "id"},
        4,
    ),
    "fieldset": (
        lambda options: str(
            LIGHT.fieldset(
                _words(options["legend"]),
                options["legend"].get("classes", ""),
                options.get("describedBy", ""),
                caller=lambda: Markup(options.get("html", "")),
            )
        ),
        {"legend.text", "legend.html", "legend.classes", "describedBy", "html"},
        10,
    ),
}
"""Component -> how ours is called for an example, what its options may be, how many published examples those are."""

LEFT_OUT = {
    "button": {"don't prevent double click"},  # says so in an attribute; ours says nothing
    "checkboxes": {
        "classes",
        "multiple hints",
        "with error and idPrefix",
    },  # our own classes; no fieldset to be described
    "input": {"classes"},  # ours has widths only
    "label": {"empty"},  # nobody needs a label of nothing
    "pagination": {"with prev and next only", "with previous only", "with next only"},  # ours always has numbers
    "select": {"hint", "without values", "with falsy values"},  # a list of nothing, options without a value
}
"""Examples whose options ours knows one by one, but not together."""


def _is_asked_of(component: str, example: Options) -> bool:
    """Of banners only the one that says what was done is drawn here."""
    return component != "notification-banner" or example["options"].get("type") == "success"


def _supported(component: str) -> list[Options]:
    _, known, _ = DRAWN[component]
    left_out = LEFT_OUT.get(component, set())
    return [
        example
        for example in fixtures(component)
        if _is_asked_of(component, example)
        and example["name"] not in left_out
        and _is_said_with(example["options"], known)
    ]


def _examples() -> list[Any]:
    return [
        pytest.param(draw, example, id=f"{component}: {example['name']}")
        for component, (draw, _, _) in DRAWN.items()
        for example in _supported(component)
    ]


def test_the_macros_are_made_for_the_styles_in_use() -> None:
    assert (version("govuk-frontend-jinja"), loads((FRONTEND / "package.json").read_text())["version"]) == (
        "4.1.0",
        "6.3.0",
    )


@pytest.mark.parametrize("component", list(DRAWN))
def test_no_example_drops_out_unseen(component: str) -> None:
    assert len(_supported(component)) == DRAWN[component][2]


@pytest.mark.parametrize(("draw", "example"), _examples())
def test_what_is_drawn_by_hand_is_what_is_published(draw: Callable[[Options], str], example: Options) -> None:
    assert shape(draw(example["options"])) == shape(example["html"])


class EveryField(fields.Form):
    """One field of each shape that light pages have, asked for and not."""

    name = fields.TextField("Your name", required="Enter your name", hint="As on letters & cards", autocomplete="name")
    wide = fields.TextField("Short", width="10")
    email = fields.EmailField("Email", required="Enter your email address", autocomplete="email")
    amount = fields.MoneyField("Amount", required="Enter an amount", hint="In pounds")
    hours = fields.NumberField("Hours", least=1, most=24, required="Enter the hours")
    at = fields.TimeField("From", required="Enter a time")
    which = fields.ListField("Which", choices={"": "Choose", "a": "A & B", "b": "B"}, required="Select one")
    some = fields.ChoicesField(
        "Some", choices={"a": "A", "b": "B"}, required="Select some", hint="Any of them", hints={"b": "The <other>"}
    )
    hidden = fields.UnseenField()


FILLED: dict[str, dict[str, Any] | None] = {
    "untouched": None,
    "empty": {"name": ""},
    "wrong": {"name": "<Ann>", "hours": "99", "at": "soon", "amount": "lots", "which": "z", "email": "x"},
    "right": {
        "name": "Ann",
        "hours": "3",
        "at": "9am",
        "amount": "7.50",
        "which": "b",
        "some": ["a", "b"],
        "email": "A@b.c",
    },
}


@pytest.mark.parametrize("filled", list(FILLED))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_light_fields_are_the_fields_of_every_other_page(app: Flask, filled: str) -> None:
    sent = FILLED[filled]
    with app.test_request_context():
        form = EveryField(formdata=None if sent is None else MultiDict(sent))
        if sent is not None:
            form.validate()
        heavy = app.jinja_env.get_template("components/form.html").module.field  # type: ignore[attr-defined]
        light = app.jinja_env.get_template("components/light_form.html").module.field  # type: ignore[attr-defined]
        for small in (False, True):
            for one in form:
                assert shape(light(one, small=small)) == shape(heavy(one, small=small)), one.name
    assert bool(form.errors) == (filled in {"empty", "wrong"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_buttons_of_both_kinds_are_the_same(app: Flask) -> None:
    heavy = app.jinja_env.get_template("components/form.html").module.submit  # type: ignore[attr-defined]
    said = {"kind": "secondary", "classes": "app-x", "name": "do", "value": "keep"}
    assert shape(LIGHT.button("Keep & go", sends_once=True, **said)) == shape(heavy("Keep & go", **said))
