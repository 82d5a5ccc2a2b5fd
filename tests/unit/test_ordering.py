"""The order in which tests are begun."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dualstack.ordering import in_order
from dualstack.selection import ALONE, AUDIT, MAY_NOT_APPLY, REASON_AGAINST, REQUIREMENT_OF


@dataclass
class Played:
    """As much of an item as its place hangs on."""

    name: str
    marks: tuple[str, ...] = ()
    stash: pytest.Stash = field(default_factory=pytest.Stash)
    fixturenames: tuple[str, ...] = ()

    def get_closest_marker(self, name: str) -> bool:
        """Whether it has the mark."""
        return name in self.marks


def item(name: str, id: str, *marks: str, awaits: bool = False, against: str = "") -> Played:
    """A test of this requirement."""
    made = Played(name, marks)
    made.stash[REQUIREMENT_OF] = id
    made.stash[MAY_NOT_APPLY] = awaits
    if against:
        made.stash[REASON_AGAINST] = against
    return made


def names(items: list[Played], workers: int) -> list[str]:
    """The names in order."""
    return [entry.name for entry in in_order(items, workers)]  # type: ignore[arg-type]


QUICK, SLOW = "SVC-CREATE-001", "CONN-001"


def test_each_worker_begins_and_ends_with_quick_tests() -> None:
    """The stretch of each worker holds its share of the slow ones in its middle."""
    items = [item(f"s{n}", SLOW) for n in range(4)] + [item(f"q{n}", QUICK) for n in range(6)]

    assert names(items, 2) == ["q0", "s0", "s2", "q1", "q2", "q3", "s1", "s3", "q4", "q5"]


def test_audits_come_first() -> None:
    """They look at the cluster before the run has stirred it."""
    items = [item("q", QUICK), item("s", SLOW), item("audit", "CLU-011", AUDIT)]

    assert names(items, 1)[0] == "audit"


def test_what_must_be_alone_is_early_unless_it_needs_pods() -> None:
    """Everybody stands still for it: at first for a moment only, and for one that waits for Pods as late as others."""
    items = [item("q", QUICK), item("s", SLOW), item("long", SLOW, ALONE), item("short", "CLU-009", ALONE)]
    items[2].fixturenames = ("cluster", "testbed")

    assert names([*items, item("audit", "CLU-011", AUDIT)], 1) == ["audit", "short", "s", "long", "q"]


def test_what_waits_for_an_answer_is_last_of_the_slow() -> None:
    """Whether it applies is found out meanwhile."""
    items = [item("late", SLOW, awaits=True), item("s", SLOW)]

    assert names(items, 1) == ["s", "late"]


def test_what_does_not_apply_is_quick() -> None:
    """It is skipped at once, whatever it would do."""
    items = [item("s", SLOW), item("skipped", SLOW, against="needs nodes"), item("q", QUICK)]

    assert names(items, 1) == ["skipped", "s", "q"]


@pytest.mark.parametrize("workers", range(1, 9))
def test_nothing_is_lost(workers: int) -> None:
    """Whatever the number of workers, each test stands there once."""
    items = [item(f"{n}", SLOW if n % 3 else QUICK) for n in range(23)]

    assert sorted(names(items, workers)) == sorted(entry.name for entry in items)
