"""The kind program as a child: followed, bounded, and ended in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from dualstack.kind.tool import Kind, KindFailed
from tests.foreground import in_the_foreground

SCRIPT = """\
#!/bin/sh
echo 'Creating cluster "x" ...' >&2
(sleep 1; touch {here}/container) &
echo "$@" > {here}/begun
case "$1" in
  quick) wait; echo out; echo 'Set kubectl context to "kind-x"' >&2; echo 'Have a nice day' >&2 ;;
  fails) wait; echo 'ERROR: no' >&2; exit 3 ;;
  mute) exec sleep 60 >/dev/null 2>&1 ;;
  *) exec sleep 60 ;;
esac
"""


@pytest.fixture
def told() -> list[str]:
    """What was passed on."""
    return []


@pytest.fixture
def kind(tmp_path: Path, told: list[str]) -> Kind:
    """A program that asks for a container, which another process of it makes a second later."""
    program = tmp_path / "kind"
    program.write_text(SCRIPT.format(here=tmp_path))
    program.chmod(0o755)
    return Kind(str(program), (0, 33), told.append)


def test_progress_is_passed_on(kind: Kind, told: list[str]) -> None:
    """Without what kind says to a user who wants to use the cluster."""
    assert kind.run("quick", tell=True) == "out\n"
    assert told == ['kind: Creating cluster "x" ...']


def test_its_last_words(kind: Kind, told: list[str]) -> None:
    """A failure is told in them; nobody is told who did not ask."""
    with pytest.raises(KindFailed, match=r"Creating cluster[\s\S]*ERROR: no$"):
        kind.run("fails")
    assert told == []


def test_after_its_bound_it_is_ended(kind: Kind, tmp_path: Path) -> None:
    """And not before what it asked for has come: it could not be deleted otherwise."""
    with pytest.raises(KindFailed, match=r"no answer within 0\.3 s"):
        kind.run("create", seconds=0.3)
    assert (tmp_path / "container").exists()


def test_one_that_closed_its_outputs_has_the_same_bound(kind: Kind) -> None:
    """It says nothing any more, and does not end."""
    with pytest.raises(KindFailed, match=r"no answer within 1\.5 s"):
        kind.run("mute", seconds=1.5)


def test_ctrl_c_ends_it_in_order(kind: Kind, tmp_path: Path) -> None:
    """The interruption goes on when what was begun is there to be deleted."""

    def interrupt() -> None:
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    with in_the_foreground():
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            kind.run("create")
    assert (tmp_path / "container").exists()
