"""Steps are told to whoever listens, with how they ended; without a listener nothing happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import allure_commons
import pytest

from dualstack.errors import Finding, Nonconformance
from dualstack.steps import as_step, attach, step


class _Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self._titles: dict[str, str] = {}

    @allure_commons.hookimpl
    def start_step(self, uuid: str, title: str, params: object) -> None:
        self._titles[uuid] = title
        self.heard.append(("begins", title))

    @allure_commons.hookimpl
    def stop_step(self, uuid: str, exc_type: Any, exc_val: object, exc_tb: object) -> None:
        self.heard.append((exc_type.__name__ if exc_type else "ends", self._titles[uuid]))

    @allure_commons.hookimpl
    def attach_file(self, source: str, name: str, attachment_type: object, extension: object) -> None:
        self.heard.append((name, source))


@pytest.fixture
def listener() -> Iterator[_Listener]:
    """Alone as long as a test runs: a run that collects for Allure itself is left out of it."""
    manager: Any = allure_commons.plugin_manager
    listening = _Listener()
    manager.register(listening)
    yield listening
    manager.unregister(listening)


class _Prober:
    @as_step("probe {count} routes")
    def must_answer(self, routes: list[str]) -> int:
        """A method with a list as its first argument."""
        return len(routes)


def test_a_step_tells_how_it_ended(listener: _Listener) -> None:
    """Well, or by what was raised, which goes on."""
    with step("wait"):
        pass
    with pytest.raises(Nonconformance), step("probe"):
        raise Nonconformance(Finding("a", "b", "c", "d"))

    assert listener.heard == [("begins", "wait"), ("ends", "wait"), ("begins", "probe"), ("Nonconformance", "probe")]


def test_a_method_is_a_step(listener: _Listener) -> None:
    """Its title counts what it was given, and its value comes back."""
    assert _Prober().must_answer(["a", "b"]) == 2
    assert listener.heard == [("begins", "probe 2 routes"), ("ends", "probe 2 routes")]


def test_other_threads_tell_nothing(listener: _Listener) -> None:
    """What goes on beside a test is no step of it."""
    thread = threading.Thread(target=lambda: _Prober().must_answer([]))
    thread.start()
    thread.join()

    assert listener.heard == []


def test_evidence_is_attached(listener: _Listener) -> None:
    """By its file."""
    attach("/evidence/1.json", "what was asked")

    assert listener.heard == [("what was asked", "/evidence/1.json")]


def test_nobody_listens() -> None:
    """Nothing happens."""
    attach("/nowhere", "nothing")

    assert _Prober().must_answer([]) == 0
