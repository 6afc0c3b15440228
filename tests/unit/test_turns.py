"""Turns at a file: one at a time, and nobody waits for ever."""

import os
import threading
from pathlib import Path

import pytest

from app.base.write_lock import acquire


def test_one_has_the_turn_and_the_next_gets_it_when_it_is_let_go(tmp_path: Path) -> None:
    file, got = str(tmp_path / "turn"), []
    first = acquire(file, seconds=1)
    waiting = threading.Thread(target=lambda: got.append(acquire(file, seconds=30)))
    waiting.start()
    waiting.join(timeout=0.2)
    assert got == []
    os.close(first)
    waiting.join(timeout=30)
    assert len(got) == 1
    os.close(got[0])


def test_whoever_waits_too_long_goes_away_and_leaves_nothing_locked(tmp_path: Path) -> None:
    file = str(tmp_path / "turn")
    first = acquire(file, seconds=1)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            acquire(file, seconds=0.05)
    os.close(first)
    last = acquire(file, seconds=30)
    os.close(last)
    os.close(acquire(file, seconds=30))


def test_a_file_that_cannot_be_opened_is_a_fault_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        acquire(str(tmp_path / "nowhere" / "turn"), seconds=30)
