"""What GOV.UK publishes of its components, and how two pieces of HTML are compared."""

import json
import re
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

ROOT = Path(__file__).parents[3]
FRONTEND = ROOT / "node_modules" / "govuk-frontend"


def fixtures(component: str) -> list[dict[str, Any]]:
    """Every published example of a component, in the version in use: its name, options and html."""
    file = FRONTEND / "dist" / "govuk" / "components" / component / "fixtures.json"
    found: list[dict[str, Any]] = json.loads(file.read_text())["fixtures"]
    return found


def environment() -> Environment:
    """Our templates and the macros, without an application."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(autoescape=True, loader=ChoiceLoader([FileSystemLoader(ROOT / "templates"), macros]))


def shape(html: str) -> Any:
    """HTML as names, attributes and words: the same for two pieces that a browser takes for the same."""
    return _shape(BeautifulSoup(html, "html.parser"))


def _shape(node: Tag) -> Any:
    inside: list[Any] = []
    for child in node.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            words = " ".join(str(child).split())
            if words:
                inside.append(words)
        elif isinstance(child, Tag):
            attributes = {
                name: sorted(value) if isinstance(value, list) else re.sub(r"\s+", " ", value).strip()
                for name, value in child.attrs.items()
            }
            inside.append((child.name, attributes, _shape(child)))
    return inside
