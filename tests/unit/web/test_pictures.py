"""Every kind of support has its drawn picture, and every picture a page asks for is in the file."""

import re
from pathlib import Path

from app.market.catalogue.rules.kinds import KINDS
from app.shop.pages import rules as pages_rules

ROOT = Path(__file__).parents[3]
DRAWN = re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/src/pictures.svg").read_text())


def test_each_kind_of_support_is_drawn_once() -> None:
    assert sorted(set(DRAWN)) == sorted(DRAWN)
    assert sorted(set(KINDS) - set(DRAWN)) == []


def test_each_picture_of_the_home_page_is_drawn() -> None:
    every_role = ("person", "supporter", "provider_staff", "care_manager", "commissioner")
    asked = {way.picture for way in (*pages_rules.STEPS, *pages_rules.DOORS, *pages_rules.shortcuts(every_role))}
    assert sorted(asked - set(DRAWN)) == []


def test_each_picture_named_in_a_template_is_drawn() -> None:
    asked = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        if template.name == "pictures.html":
            continue
        asked.update(re.findall(r"picture\('([a-z-]+)'", text))
        asked.update(f"icon-{name}" for name in re.findall(r"icon\('([a-z-]+)'", text))
    assert sorted(asked - set(DRAWN)) == []
