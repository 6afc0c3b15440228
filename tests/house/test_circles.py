"""No file waits for another that waits for it: imports make no circle anywhere, inside a room neither."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


def test_no_files_import_each_other_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    graph = grimp.build_graph("app", exclude_type_checking_imports=True, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imports) > len(list((ROOT / "app").iterdir()))
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail("These import each other: " + " > ".join(circle.args[1]))
