"""Which defects concern a requirement: those that would have decided something otherwise in its honest run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dualstack.emulator import ruling
from dualstack.emulator.ruling import Ruling, rule
from dualstack.proof.contrast import Contrast


class Write:
    """Stands for what a rule may change beyond its answer."""


class View:
    """Stands for what is read only; it cannot be copied."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.lock = threading.Lock()


@dataclass
class Played:
    """As much of a defect as the onlooker asks for."""

    name: str
    rule: Callable[..., Any]
    by: Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_rule_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruling, "RULES", {})
    monkeypatch.setattr("dualstack.proof.contrast.RULES", ruling.RULES)


def looking(*defects: Played) -> tuple[Contrast, Ruling]:
    """An onlooker with these defects, and the ruling that it follows."""
    contrast = Contrast(defects)  # type: ignore[arg-type]
    return contrast, Ruling(onlooker=contrast)


def is_even(number: int) -> bool:
    """An honest rule."""
    return number % 2 == 0


def test_only_where_the_answer_differs() -> None:
    """Zero is even for everybody; two is not for who takes nothing but zero."""
    honest = rule(is_even)
    contrast, held = looking(Played("zero-only", honest, lambda number: number == 0))

    with held.in_force():
        honest(0)
        assert contrast.in_answers == set()
        honest(2)

    assert contrast.in_answers == {"zero-only"}


def test_what_is_forgotten_can_be_noted_again() -> None:
    """The next requirement begins with nothing; the same call tells the same again."""
    honest = rule(is_even)
    contrast, held = looking(Played("never", honest, lambda number: False))

    with held.in_force():
        honest(2)
        contrast.forget()
        assert contrast.in_answers == set()
        honest(2)

    assert contrast.in_answers == {"never"}


def test_what_controllers_decide_is_noted_apart() -> None:
    """An answer does not hang on what is decided after it."""
    honest = rule(is_even)
    contrast, held = looking(Played("never", honest, lambda number: False))

    with held.in_force(), held.behind_the_scenes():
        honest(2)

    assert (contrast.in_answers, contrast.behind) == (set(), {"never"})


def test_a_changed_argument_is_a_difference_and_stays_with_its_copy() -> None:
    """Rules that fill something in answer nothing: what has become of it counts, and only the honest one fills it."""

    def fill(spec: dict[str, str]) -> None:
        spec["type"] = "ClusterIP"

    def fill_wrongly(spec: dict[str, str]) -> None:
        spec["type"] = "NodePort"

    honest, spec = rule(fill), dict[str, str]()
    contrast, held = looking(Played("wrong-type", honest, fill_wrongly))

    with held.in_force():
        honest(spec)

    assert contrast.in_answers == {"wrong-type"}
    assert spec == {"type": "ClusterIP"}


def test_a_raised_problem_is_an_answer() -> None:
    """Who refuses what the honest rule accepts decides otherwise."""

    def refuse(number: int) -> bool:
        raise ValueError(number)

    honest = rule(is_even)
    contrast, held = looking(Played("refuses", honest, refuse))

    with held.in_force():
        honest(1)

    assert contrast.in_answers == {"refuses"}


def test_what_cannot_be_asked_twice_always_concerns() -> None:
    """A rule that may write is not called for comparison."""
    calls = []

    def store(write: Write) -> None:
        calls.append(write)

    honest = rule(store)
    contrast, held = looking(Played("same", honest, store))

    with held.in_force():
        honest(Write())

    assert contrast.in_answers == {"same"}
    assert len(calls) == 1


def test_a_view_is_passed_as_it_is() -> None:
    """What is only read need not be copied, and every look counts: it may have changed."""

    def is_large(view: View, limit: int) -> bool:
        return view.size > limit

    honest, view = rule(is_large), View(1)
    contrast, held = looking(Played("never-large", honest, lambda view, limit: False))

    with held.in_force():
        honest(view, 5)
        assert contrast.in_answers == set()
        view.size = 9
        honest(view, 5)

    assert contrast.in_answers == {"never-large"}


def test_what_a_replacement_asks_is_no_decision_of_the_honest_cluster() -> None:
    """A replacement that consults another rule does not make that one's defects concern anybody."""

    def is_small(number: int) -> bool:
        return number < 3

    small, honest = rule(is_small), rule(is_even)
    contrast, held = looking(
        Played("asks", honest, lambda number: small(number)), Played("never-small", small, lambda number: False)
    )

    with held.in_force():
        honest(2)

    assert contrast.in_answers == set()
