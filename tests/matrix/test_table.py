"""Runs side by side: what each cell says, what differs, and the words around it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from dualstack.matrix import pages
from dualstack.matrix.plan import Cell
from dualstack.matrix.state import Done
from dualstack.matrix.table import Difference, Table, table, worst
from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome
from tests.report.samples import MUST, OTHER_MUST, report, results

HOSTILE = "<b>|it broke\n"


def run(name: str, changed: Mapping[str, Outcome] | None = None, **fields: Any) -> Done:
    """One run, with these outcomes."""
    made = report(results(changed))
    return Done(Cell(name, name, "", ()), int(made.verdict.exit_code), to_json(made), **fields)


def absent(name: str, exit_code: int = 4) -> Done:
    """One run that left no report."""
    return Done(Cell(name, name, "", ()), exit_code, None, HOSTILE)


def example() -> Table:
    """Four runs: good, bad, of another shape, and none."""
    return table(
        [
            run("good"),
            run("bad", {MUST: Outcome.FAILED, OTHER_MUST: Outcome.ERROR}),
            run("other", {"HL-001": Outcome.UNSUPPORTED}),
            absent("gone"),
        ]
    )


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([0, 5], 5), ([5, 4], 4), ([4, 3], 3), ([3, 1], 1), ([1, 2], 2), ([0, -9], 3), ([], 5)],
)
def test_the_worst_exit_code(codes: list[int], code: int) -> None:
    """Non-conformant is worse than a run that could not tell; a killed run is an internal error; none is no answer."""
    assert worst(codes) == code


def test_cells() -> None:
    """How many passed, then what did not; nothing for a run without a report."""
    found = example()
    good, bad, _, gone = found.runs
    whole = int(found.cell(good, "service-create"))

    assert found.cell(bad, "service-create") == f"{whole - 2} 1F 1E"
    assert found.cell(gone, "service-create") == ""
    none = table([run("none", {"AFF-009": Outcome.UNSUPPORTED})])
    assert none.cell(none.runs[0], "affinity") == "-"


def test_what_differs() -> None:
    """Requirements that differ alike are one row; those that are judged differently come first."""
    assert example().differences == (
        Difference(("passed", "failed", "passed", "absent"), (MUST,)),
        Difference(("passed", "error", "passed", "absent"), (OTHER_MUST,)),
        Difference(("passed", "passed", "unsupported", "absent"), ("HL-001",)),
    )
    assert [change.judged for change in example().differences] == [True, True, False]
    assert table([run("a"), run("b"), absent("c")]).differences == ()


def test_terminal_is_as_wide_as_it_may_be() -> None:
    """Columns that don't fit stand below."""
    narrow, wide = (pages.terminal(example(), width) for width in (40, 200))

    assert narrow.count("area ") > wide.count("area ") == 1
    assert "passed [1] [3], failed [2], absent [4]: SVC-CREATE-001" in wide
    assert wide.endswith("non-conformant: the worst of 4 runs")
    grid = narrow[narrow.index("area") : narrow.index("(a number")].splitlines()
    assert max(map(len, grid)) <= 40


def test_words_of_others_mean_nothing_in_markdown() -> None:
    """What a run said is shown as it is."""
    text = pages.markdown(example())

    assert "<b>" not in text
    assert "- gone: no report, exit code 4: &lt;b&gt;\\|it broke" in text
    assert "| passed | failed | passed | absent | SVC-CREATE-001 |" in text
    assert "<details open><summary>Judged differently (2)</summary>" in text


def test_machines_read_it_by_name() -> None:
    """Runs, areas and requirements."""
    data = json.loads(pages.as_json(example(), {"provider": "kind"}))

    assert (data["schema"], data["provider"], data["exit_code"]) == ("dualstack-matrix/v1", "kind", 1)
    assert [run["digest"] is None for run in data["runs"]] == [False, False, False, True]
    assert data["areas"]["service-create"]["bad"]["failed"] == 1
    assert data["requirements"][0] == {
        "id": MUST,
        "judged_differently": True,
        "outcomes": {"good": "passed", "bad": "failed", "other": "passed", "gone": "absent"},
    }
