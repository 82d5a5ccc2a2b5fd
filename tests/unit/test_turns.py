"""Turns of the workers of a run: with others, or alone."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from dualstack.turns import Turns


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    """Of one worker."""
    return Turns(str(tmp_path / "turns"))


def _free(folder: Path) -> bool:
    """Whether somebody else could have a turn now."""
    with open(folder / "turns.cluster", "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_with_others(turns: Turns, tmp_path: Path) -> None:
    """A shared turn keeps nobody out who shares."""
    with turns.shared():
        assert _free(tmp_path)


def test_alone(turns: Turns, tmp_path: Path) -> None:
    """Nobody has a turn beside one that is alone, and after it everybody may."""
    with turns.alone():
        assert not _free(tmp_path)
    assert _free(tmp_path)


def test_alone_with_the_next(turns: Turns, tmp_path: Path) -> None:
    """Nobody comes between two of them; what follows with others ends it, whatever was foreseen."""
    with turns.alone(stays=True):
        pass
    assert not _free(tmp_path)
    with turns.alone(stays=True):
        pass
    assert not _free(tmp_path)
    with turns.shared():
        assert _free(tmp_path)
    with turns.alone():
        assert not _free(tmp_path)


def test_closing_ends_it(turns: Turns, tmp_path: Path) -> None:
    """A worker that is done keeps nobody waiting."""
    with turns.alone(stays=True):
        pass
    turns.close()

    assert _free(tmp_path)
