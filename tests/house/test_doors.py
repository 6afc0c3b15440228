"""Every door says who may come in: one table, checked both ways."""

from flask import Flask

from tests.house.doors import DOORS


def _guards(app: Flask) -> dict[str, str]:
    return {
        endpoint: " ".join(sorted(str(who) for who in getattr(view, "open_to", ())))
        for endpoint, view in app.view_functions.items()
    }


def test_every_door_has_its_stated_guard(app: Flask) -> None:
    assert _guards(app) == DOORS


def test_addresses_are_readable_and_in_kebab_case(app: Flask) -> None:
    fixed = [part for rule in app.url_map.iter_rules() for part in rule.rule.split("/") if part and "<" not in part]
    odd = {part for part in fixed if part != part.lower() or "_" in part}
    assert odd == set()


def test_a_view_nobody_marked_is_shut(app: Flask) -> None:
    app.view_functions["pages.home"] = lambda: "never reached"
    assert app.test_client().get("/").status_code == 403
