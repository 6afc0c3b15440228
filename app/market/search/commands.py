"""The ``flask search`` commands."""

from collections.abc import Iterable, Sequence

import click
from flask.cli import AppGroup
from tqdm import tqdm

from app.base.db import transaction
from app.market.search import queries
from app.market.search.actions import building
from app.market.search_index.index.manifest import Damaged

group = AppGroup("search", help="The search index: build it, compare it with the database, let it catch up.")

TOLD = 20


@group.command("rebuild")
def rebuild() -> None:
    """Build the index anew from the database; the one in use answers meanwhile."""
    count = building.rebuild(_bar)
    if count is None:
        raise click.ClickException("Another process is building the index. Wait for it, then try again.")
    with transaction():
        building.prune_changes()
    print(f"The index holds {count:,} listings.")


def _bar(chunks: Sequence[Sequence[int]]) -> Iterable[Sequence[int]]:
    with tqdm(total=sum(map(len, chunks)), unit=" listings", desc="Indexing") as bar:
        for chunk in chunks:
            yield chunk
            bar.update(len(chunk))


@group.command("catch-up")
def catch_up() -> None:
    """Take in what changed since the index was last written."""
    print(f"Took in {building.catch_up(is_patient=True):,} listings; {queries.health()}.")


@group.command("check")
@click.option("--fix", is_flag=True, help="Put right what is wrong.")
def check(fix: bool) -> None:
    """Compare the index with the database, listing by listing, and its files with their checksums.

    Fails when they differ and --fix was not given, or could not put it right.
    """
    building.catch_up(is_patient=True)
    try:
        index_differences = queries.index_differences()
    except Damaged as damaged:
        if not fix:
            raise click.ClickException(f"{damaged}. Add --fix to build the index again.") from None
        _build_again()
        return
    _tell(index_differences)
    if not index_differences:
        print(f"The index and the database agree ({queries.health()}).")
    elif not fix:
        raise click.ClickException("The index differs from the database. Add --fix to put it right.")
    elif index_differences.faults:
        _build_again()
    else:
        print(f"Put right: {building.mend(index_differences):,} listings.")
        if queries.index_differences():
            raise click.ClickException("The index still differs. Run this again; it may have changed meanwhile.")


def _build_again() -> None:
    count = building.rebuild(_bar)
    if count is None:
        raise click.ClickException("Another process is building the index. Wait for it, then try again.")
    print(f"Built again with {count:,} listings.")


def _tell(found: queries.Differences) -> None:
    for fault in found.faults:
        print(f"Damaged: {fault}")
    for words, numbers in (
        ("lacking", found.lacking),
        ("left over", found.left_over),
        ("not as in the database", found.changed),
    ):
        if numbers:
            more = f" and {len(numbers) - TOLD:,} more" if len(numbers) > TOLD else ""
            print(f"{len(numbers):,} {words}: {', '.join(map(str, numbers[:TOLD]))}{more}")
