"""What the documents point at is there: links, pictures, decisions and the commands of make."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_link_leads_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in _tracked("*.md")
        for target in LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_every_make_command_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    there = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    there |= {f"bench-{path.stem}" for path in (ROOT / "benchmarks").iterdir() if not path.name.startswith("_")}
    named = {
        (str(page.relative_to(ROOT)), target)
        for page in _tracked("*.md", "*.py", "*.yml", "*.yaml", "*.json", ".ci/*")
        for words in re.findall(r"[`'\"]make ([a-z-]+(?: [a-z-]+)*)", page.read_text())
        for target in words.split()
    }
    assert {"postgres", "dev", "test", "run"} <= {target for _, target in named}
    assert sorted(one for one in named if one[1] not in there) == []


def test_decisions_are_numbered_one_after_the_other_and_say_so_themselves() -> None:
    files = sorted((ROOT / "docs" / "decisions").iterdir())
    headings = [file.read_text().split("\n", 1)[0] for file in files]
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    assert [int(re.match(r"# (\d+)\. \S", heading)[1]) for heading in headings] == list(range(1, len(files) + 1))


def test_the_tower_in_the_documents_is_the_tower() -> None:
    rooms = {
        room.name
        for storey in (ROOT / "app").iterdir()
        if storey.is_dir() and storey.name not in {"demo", "base", "__pycache__"}
        for room in storey.iterdir()
        if room.is_dir() and room.name != "__pycache__"
    }
    tower = (ROOT / "docs" / "architecture.md").read_text().partition("## The tower")[2].partition("## The floors")[0]
    told = set(re.findall(r"^\| (?:`\w+` )?\| `(\w+)` \|", tower, re.MULTILINE))
    assert told == rooms
    house = (ROOT / "README.md").read_text().partition("## The house")[2].partition("## The words")[0]
    assert rooms <= set(re.findall(r"\w+", house))
