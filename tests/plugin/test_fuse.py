"""A server that went away is an error once; the fuse knows when it is back."""

from __future__ import annotations

from pathlib import Path

from dualstack.cluster.connection import ServerUnreachable
from dualstack.errors import InfrastructureProblem
from dualstack.fuse import LOOK_AGAIN_SECONDS, Fuse
from tests.providers.scripted_server import Scripted, serving


class Clock:
    """Stands still until told."""

    now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_only_an_unreachable_server_blows_it(tmp_path: Path) -> None:
    """Other trouble says nothing about the tests that follow."""
    with serving(tmp_path, {}) as script:
        fuse = Fuse(script.connection())
        fuse.note(None)
        fuse.note(InfrastructureProblem("could not clean up"))

    assert fuse.blown() == ""
    assert script.asked == []


def test_it_is_looked_for_now_and_then(tmp_path: Path) -> None:
    """A blown fuse asks nothing for a while; then one request decides."""
    clock = Clock()
    with serving(tmp_path, {"/version": [Scripted(drop=True), Scripted(200, {})]}) as script:
        fuse = Fuse(script.connection(), clock)
        fuse.note(ServerUnreachable("no route"))
        at_once = fuse.blown(), len(script.asked)
        clock.now += LOOK_AGAIN_SECONDS
        still_away = fuse.blown(), len(script.asked)
        clock.now += LOOK_AGAIN_SECONDS
        back = fuse.blown(), len(script.asked)

    assert at_once == ("no route", 0)
    assert still_away[0] != ""
    assert still_away[1] == 1
    assert back == ("", 2)
