"""The order in which tests are begun."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dualstack.marks import ALONE, AUDIT, LONG
from dualstack.ordering import in_order
from dualstack.selection import MAY_NOT_APPLY, REASON_AGAINST, REQUIREMENT_OF


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
    """The stretch of each worker holds its share of the slow ones, quick ones between them."""
    items = [item(f"s{n}", SLOW) for n in range(4)] + [item(f"q{n}", QUICK) for n in range(20)]

    assert names(items, 2)[:12] == ["q0", "s0", "q1", "q2", "q3", "s2", "q4", "q5", "q6", "q7", "q8", "q9"]
    assert names(items, 2)[12:] == ["q10", "s1", "q11", "q12", "q13", "s3", *(f"q{n}" for n in range(14, 20))]


def test_the_longest_are_with_every_other_worker() -> None:
    """Not everybody waits at once, and the stretches stay of one length."""
    items = [*(item(f"s{n}", SLOW) for n in range(4)), *(item(f"q{n}", QUICK) for n in range(8))]
    items += [item(f"l{n}", SLOW, LONG) for n in range(4)]
    for one in items[-4:]:
        one.fixturenames = ("cluster", "testbed")

    found = names(items, 4)

    assert [sorted(name for name in found[n : n + 4] if name[0] != "q") for n in (0, 4, 8, 12)] == [
        ["s0", "s2"],
        ["l0", "l2"],
        ["s1", "s3"],
        ["l1", "l3"],
    ]


def test_audits_come_before_the_run_stirs_the_cluster() -> None:
    """Nothing but what must be alone is before them."""
    items = [item("q", QUICK), item("s", SLOW), item("audit", "CLU-011", AUDIT), item("alone", "CLU-009", ALONE)]

    assert names(items, 1)[:2] == ["alone", "audit"]


def test_what_must_be_alone_is_first() -> None:
    """Everybody stands still for it: while Pods come up, and those last that need some."""
    items = [item("q", QUICK), item("s", SLOW), item("with Pods", SLOW, ALONE), item("without", "CLU-009", ALONE)]
    items[2].fixturenames = ("cluster", "testbed")

    assert names(items, 1)[:2] == ["without", "with Pods"]


def test_what_takes_long_is_the_first_of_the_slow() -> None:
    """Begun last, it would keep everybody waiting at the end."""
    items = [item("s", SLOW), item("long", SLOW, LONG), item("late", SLOW, LONG, awaits=True)]
    items[1].fixturenames = items[2].fixturenames = ("cluster", "testbed")
    items += [item(f"q{n}", QUICK) for n in range(10)]

    assert [name for name in names(items, 1) if not name.startswith("q")] == ["long", "s", "late"]
    assert names(items, 1)[0] == "q0"


def test_what_takes_long_and_needs_no_pods_is_begun_at_once() -> None:
    """After the audits, of which those that may take long are first."""
    items = [*(item("q", QUICK) for _ in range(10)), item("life", SLOW, LONG), item("node", "NODE-001", AUDIT)]

    assert names([*items, item("orphans", "CIDR-004", AUDIT, LONG)], 1)[:4] == ["orphans", "node", "life", "q"]


def test_what_waits_for_an_answer_is_last_of_the_slow() -> None:
    """Whether it applies is found out meanwhile."""
    items = [item("late", SLOW, awaits=True), item("s", SLOW)]

    assert names(items, 1) == ["s", "late"]


def test_what_does_not_apply_is_quick() -> None:
    """It is skipped at once, whatever it would do."""
    items = [item("s", SLOW), *(item("q", QUICK) for _ in range(9)), item("skipped", SLOW, against="needs nodes")]

    assert names(items, 1)[-1] == "skipped"


@pytest.mark.parametrize("workers", range(1, 9))
def test_nothing_is_lost(workers: int) -> None:
    """Whatever the number of workers, each test stands there once."""
    items = [item(f"{n}", SLOW if n % 3 else QUICK) for n in range(23)]

    assert sorted(names(items, workers)) == sorted(entry.name for entry in items)
