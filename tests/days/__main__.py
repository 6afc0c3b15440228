"""Load the demonstration and walk its journeys at many moments: ``python -m tests.days``.

Each moment is a run of pytest of its own, with ``OWNWAY_CLOCK`` set for the tests and for the site they start. What came
of each is told as it ends; the command fails when any of them did.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.days.moments import IN_MAKE_TEST, MOMENTS

ROOT = Path(__file__).parents[2]
STATES = "tests/days"
JOURNEYS = "tests/browser"
NO_BROWSER = ("tests/unit", "tests/integration")
BY_THE_DAY = (
    "tests/browser/journeys/test_book.py",
    "tests/browser/journeys/test_desk.py",
    "tests/browser/journeys/test_review.py",
)
"""The journeys that depend most on what was done yesterday and what may be booked next week."""


def chosen(names: str) -> list[str]:
    """The moments of a list such as ``leap-day,christmas-day``; all of them, when it is empty.

    Raises:
        SystemExit: naming those that are none, and all there are.
    """
    wanted = names.replace(",", " ").split() or list(MOMENTS)
    unknown = [name for name in wanted if name not in MOMENTS]
    if unknown:
        raise SystemExit(f"No such moment: {', '.join(unknown)}. There are: {', '.join(MOMENTS)}")
    return wanted


def command(tests: Sequence[str], workers: int) -> list[str]:
    """The run of pytest for one moment."""
    side_by_side = ["--numprocesses", str(workers), "--dist", "loadfile"]
    # The states of the moment itself; the two that every run of the tests tries would be tried again and again.
    return [sys.executable, "-m", "pytest", *tests, *side_by_side, "-k", f"not {' and not '.join(IN_MAKE_TEST)}"]


def prove(name: str, tests: Sequence[str], workers: int, environment: Mapping[str, str]) -> bool:
    """Try one moment, say what came of it, and show what was said when it failed."""
    began = time.monotonic()
    done = subprocess.run(
        command(tests, workers),
        cwd=ROOT,
        env={**environment, "OWNWAY_CLOCK": MOMENTS[name].isoformat()},
        capture_output=True,
        text=True,
        check=False,
    )
    fate = "passed" if done.returncode == 0 else "FAILED"
    told = (done.stdout.strip().splitlines() or [""])[-1].strip("= ")
    print(
        f"{name:<30} {MOMENTS[name]:%a %d %b %Y %H:%M%z}  {fate} in {time.monotonic() - began:.0f} s: {told}",
        flush=True,
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    return done.returncode == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the moments chosen, and give how many failed."""
    options = argparse.ArgumentParser(prog="python -m tests.days", description=(__doc__ or "").partition(":")[0])
    options.add_argument("--moments", default=os.environ.get("MOMENTS", ""), help="names, with commas; all when empty")
    options.add_argument("--workers", type=int, default=2, help="of each moment")
    options.add_argument("--at-once", type=int, default=1, help="how many moments are tried side by side")
    what = options.add_mutually_exclusive_group()
    what.add_argument("--only-states", action="store_true", help="load and look what is there; no browser")
    what.add_argument("--no-browser", action="store_true", help="the unit and integration tests, on both databases")
    what.add_argument("--few", action="store_true", help="only the journeys that depend most on the day")
    asked = options.parse_args(arguments)
    tests: Sequence[str] = [STATES, JOURNEYS]
    if asked.only_states:
        tests = [STATES]
    elif asked.no_browser:
        tests = NO_BROWSER
    elif asked.few:
        tests = BY_THE_DAY
    names = chosen(asked.moments)
    with ThreadPoolExecutor(asked.at_once) as moments:
        fates = moments.map(lambda name: prove(name, tests, asked.workers, os.environ), names)
        failed = [name for name, passed in zip(names, fates, strict=True) if not passed]
    print(f"Failed: {', '.join(failed)}" if failed else "Every moment passed.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
