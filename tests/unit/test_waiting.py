"""Waiting ends when satisfied, at the bound, or when looking fails; it never swallows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dualstack.cluster.waiting import Bound, Waiting
from dualstack.errors import InfrastructureProblem, Nonconformance

SOON = Bound("a counter reaches its goal", 10.0)


def counter() -> Iterator[int]:
    """One more at each look."""
    yield from range(1_000_000)


def test_it_ends_with_the_value_that_satisfies() -> None:
    """The value that satisfied is returned, not a later one."""
    looks = counter()

    seen = Waiting().eventually(lambda: next(looks), lambda n: n >= 3, bound=SOON, subject="counter", expected="3")

    assert seen == 3


def test_at_the_bound_the_last_value_and_the_bound_are_named() -> None:
    """Patience scales the bound; what was seen last and how often was looked stand in the finding."""
    waiting = Waiting(patience=0.005)

    with pytest.raises(Nonconformance) as raised:
        waiting.eventually(lambda: 7, lambda n: n > 7, bound=SOON, subject="counter", expected="more than 7")

    finding = raised.value.finding
    assert finding.field == "a counter reaches its goal, within 0.05 s"
    assert finding.expected == "more than 7"
    assert finding.observed.startswith("7 (looked ")


def test_what_looking_raises_ends_the_wait() -> None:
    """An unreachable server is not waited out as if it were a value."""

    def look() -> int:
        raise InfrastructureProblem("gone")

    with pytest.raises(InfrastructureProblem, match="gone"):
        Waiting().eventually(look, bool, bound=SOON, subject="counter", expected="1")
