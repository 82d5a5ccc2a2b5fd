"""Turns of the workers of a run: with others, or alone."""

from __future__ import annotations

import fcntl
from pathlib import Path

from dualstack.turns import Turns


def _free(path: Path) -> bool:
    """Whether somebody else could have a turn now."""
    with open(f"{path}.cluster", "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_with_others(tmp_path: Path) -> None:
    """A shared turn keeps nobody out who shares."""
    path = tmp_path / "turns"
    with Turns(str(path)).shared():
        assert _free(path)


def test_alone(tmp_path: Path) -> None:
    """Nobody has a turn beside one that is alone, and after it everybody may."""
    path = tmp_path / "turns"
    turns = Turns(str(path))
    with turns.alone():
        assert not _free(path)
    assert _free(path)


def test_alone_with_the_next(tmp_path: Path) -> None:
    """Nobody comes between two of them; what follows with others ends it, whatever was foreseen."""
    path = tmp_path / "turns"
    turns = Turns(str(path))
    with turns.alone(stays=True):
        pass
    assert not _free(path)
    with turns.alone(stays=True):
        pass
    assert not _free(path)
    with turns.shared():
        assert _free(path)


def test_closing_ends_it(tmp_path: Path) -> None:
    """A worker that is done keeps nobody waiting."""
    path = tmp_path / "turns"
    turns = Turns(str(path))
    with turns.alone(stays=True):
        pass
    turns.close()

    assert _free(path)
