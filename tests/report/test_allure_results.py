"""Results of two runs join, and those of another shape do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dualstack.report.allure_results import settle, settled_result
from tests.command.commanding import WITHOUT_MATRIX, Ended, run

ONLY = "--dualstack-only=SVC-CREATE-005,CONN-016"


def raw(module: str = "conformance.a.test_b", **changes: Any) -> dict[str, Any]:
    """A result as allure-pytest writes it."""
    labels = {
        "epic": "Dual-stack",
        "feature": "connectivity",
        "story": "CONN-016",
        "suite": "test_b",
        "package": module,
    }
    return {
        "uuid": "1",
        "name": "test_c[row]",
        "description": "What it does.\n\nAt length.",
        "fullName": f"{module}#test_c",
        "parameters": [{"name": "case", "value": "'test_c[row]'"}, {"name": "row", "value": "x", "excluded": True}],
        "labels": [{"name": name, "value": value} for name, value in labels.items()],
        **changes,
    }


def settled(result: dict[str, Any], shape: str = "dual-v4") -> dict[str, Any]:
    """The same with its identity."""
    return settled_result(result, {label["name"]: label["value"] for label in result["labels"]}, shape)


def test_a_result_is_named_by_its_requirement() -> None:
    """What people see: id, behaviour and row, below its area."""
    result = settled(raw())

    assert result["name"] == "CONN-016 What it does. [row]"
    assert result["titlePath"] == ["Dual-stack", "connectivity", "CONN-016"]
    assert result["parameters"] == [{"name": "case", "value": "test_c[row]"}, {"name": "shape", "value": "dual-v4"}]
    assert {label["name"]: label["value"] for label in result["labels"]}["subSuite"] == "CONN-016"


def test_a_test_that_moves_keeps_its_history() -> None:
    """The file does not count, and neither does whether the suite is installed."""
    assert settled(raw())["historyId"] == settled(raw("dualstack.conformance.z.test_y"))["historyId"]


def test_rows_and_shapes_have_histories_of_their_own() -> None:
    """One case on two shapes is two questions, of one test."""
    other = raw(parameters=[{"name": "case", "value": "'test_c[other]'"}])
    ids = {settled(raw())["historyId"], settled(raw(), "ipv6")["historyId"], settled(other)["historyId"]}

    assert len(ids) == 3
    assert settled(raw())["testCaseId"] == settled(raw(), "ipv6")["testCaseId"] == settled(other)["testCaseId"]


def test_settling_twice_changes_nothing() -> None:
    """A folder may hold the results of an earlier run, of another shape."""
    once = settled(raw())

    assert settled(once, "ipv6") == once


def test_other_results_stay_as_they_are(tmp_path: Path) -> None:
    """Those of somebody else's tests in the same folder."""
    file = tmp_path / "1-result.json"
    file.write_text(text := json.dumps(raw(labels=[{"name": "epic", "value": "Theirs"}])))
    settle(tmp_path, "dual-v4")

    assert file.read_text() == text


def _results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in folder.glob("*-result.json")]


def _judged(folder: Path, *options: str) -> Ended:
    return run(folder, ONLY, WITHOUT_MATRIX, "--alluredir=results", *options)


def test_runs_join_whoever_ran_the_tests(tmp_path: Path) -> None:
    """In one process or by a worker, each case has the same history; its steps are told."""
    plain, spread = _judged(tmp_path / "plain", "-n0"), _judged(tmp_path / "spread", "-n1")
    results = [_results(tmp_path / name / "results") for name in ("plain", "spread")]
    ids = [{result["historyId"] for result in found} for found in results]

    assert (plain.code, spread.code) == (0, 0)
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(results[0]) > 1
    for found in results:
        (traffic,) = [result for result in found if "CONN-016" in result["name"]]
        told = [step["name"].split()[0].rstrip(":") for step in traffic["steps"]]
        assert {"create", "probe"} <= {*told}
