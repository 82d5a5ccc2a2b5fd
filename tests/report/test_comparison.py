"""Two reports compared: kinds of change, what is a regression, and what cannot be compared."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dualstack.comparing import main
from dualstack.report.comparison import Kind, OtherCatalogue, compare


def _report(outcome: str, *, statement: str = "S", seconds: float = 0.1, level: str = "MUST") -> dict[str, Any]:
    entry = {
        "id": "X-1",
        "outcome": outcome,
        "level": level,
        "statement": statement,
        "reason": "a|b",
        "seconds": seconds,
    }
    run = {"catalogue": "sha256:1", "suite": "0.1.0", "profile": "api", "selection": ""}
    cluster = {"shape": "dual-v4", "provider": "kind", "git_version": "v1.36.0"}
    said = {"schema": "dualstack-report/v2", "verdict": {"line": "v"}, "run": run, "cluster": cluster}
    return {**said, "requirements": [entry]}


@pytest.mark.parametrize(
    ("before", "after", "kind", "regression"),
    [
        ("passed", "failed", Kind.WORSE, True),
        ("failed", "passed", Kind.BETTER, False),
        ("passed", "error", Kind.NO_LONGER_JUDGED, True),
        ("failed", "unsupported", Kind.NO_LONGER_JUDGED, False),
        ("unsupported", "passed", Kind.NEWLY_JUDGED, False),
        ("not-run", "failed", Kind.NEWLY_JUDGED, True),
        ("passed", "known-failure", Kind.WORSE, True),
    ],
)
def test_kinds(before: str, after: str, kind: Kind, regression: bool) -> None:
    """Each pair of outcomes is one kind of change, and is a regression or not."""
    (change,) = compare(_report(before), _report(after)).changes

    assert (kind, regression) == (change.kind, change.regression)


def test_same_outcome_is_no_change() -> None:
    """A failure that becomes a listed one is not a change of the cluster."""
    assert compare(_report("failed"), _report("known-failure")).changes == ()


def test_slower_is_told_and_no_regression() -> None:
    """Time is a hint, never a regression."""
    found = compare(_report("passed", seconds=1), _report("passed", seconds=3))

    assert [change.kind for change in found.changes] == [Kind.SLOWER]
    assert found.regressions == []


def test_optional_requirements_do_not_regress() -> None:
    """Only a MUST makes a regression."""
    assert compare(_report("passed", level="SHOULD"), _report("failed", level="SHOULD")).regressions == []


def test_lost_requirement_is_a_regression() -> None:
    """A MUST that passed and is gone from the newer report is no longer judged."""
    (change,) = compare(_report("passed"), {**_report("passed"), "requirements": []}).changes

    assert (change.after, change.regression) == ("absent", True)


def test_other_catalogue_is_refused() -> None:
    """An id with two meanings cannot be compared."""
    with pytest.raises(OtherCatalogue, match="X-1"):
        compare(_report("passed"), _report("passed", statement="T"))


def test_other_digest_is_refused() -> None:
    """Not even the ids in common are compared: who knows what the others were."""
    other = _report("passed")
    other["run"] = {**other["run"], "catalogue": "sha256:2", "suite": "0.2.0"}

    with pytest.raises(OtherCatalogue, match=r"suite 0\.1\.0 with sha256:1, 0\.2\.0 with sha256:2"):
        compare(_report("passed"), other)


def test_what_else_differs_is_noted() -> None:
    """A cluster that became dual-stack may be compared with what it was; the reader is told."""
    other = _report("passed")
    other["run"] = {**other["run"], "profile": "core", "selection": "-k x"}
    other["cluster"] = {**other["cluster"], "shape": "ipv4"}

    assert compare(_report("passed"), _report("passed")).notes == ()
    assert compare(_report("passed"), other).notes == (
        "the profiles differ: api, core",
        "the selections differ: none, -k x",
        "the shapes differ: dual-v4, ipv4",
    )
    assert "the shapes differ: dual-v4, none" in compare(_report("passed"), {**other, "cluster": None}).notes


def _write(path: Path, data: object) -> str:
    path.write_text(json.dumps(data))
    return str(path)


@pytest.mark.parametrize("form", ["terminal", "json", "markdown"])
def test_command_says_regression(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Every format names the id and the note, and the exit code is 1."""
    before, after = _write(tmp_path / "a", _report("passed")), _write(tmp_path / "b", _report("failed"))

    assert main([before, after, "--format", form]) == 1
    assert "X-1" in capsys.readouterr().out
    assert main([before, before]) == 0


_OTHER = {**_report("passed"), "run": {**_report("passed")["run"], "catalogue": "sha256:2", "suite": "0.2.0"}}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([], "no dualstack-report/v2"),
        ({**_report("passed"), "schema": "dualstack-report/v0"}, "dualstack-report/v0"),
        ({"schema": "dualstack-report/v2"}, "b is damaged: it has no requirements"),
        ({**_report("passed"), "requirements": [{"id": "X-1"}]}, "b is damaged: it has no requirements[0].outcome"),
        ({**_report("passed"), "requirements": ["X-1"]}, "b is damaged: it has no requirements[0].id"),
        ({**_report("passed"), "run": []}, "b is damaged: it has no run.catalogue"),
        ({**_report("passed"), "verdict": {"line": None}}, "b is damaged: it has no verdict.line"),
        ({**_report("passed"), "cluster": {"shape": "ipv4"}}, "b is damaged: it has no cluster.provider"),
        ({n: v for n, v in _report("passed").items() if n != "cluster"}, "b is damaged: it has no cluster.shape"),
        (_report("passed", statement="T"), "b are of different catalogues: 1 ids have another statement, first X-1"),
        (_OTHER, "b are of different catalogues: suite 0.1.0 with sha256:1, 0.2.0 with sha256:2"),
    ],
)
def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: object, message: str) -> None:
    """What cannot be compared is one message and exit code 4."""
    good = _write(tmp_path / "a", _report("passed"))

    assert main([good, _write(tmp_path / "b", bad)]) == 4
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 2, "a culprit and a cure"
    assert said.out == ""


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is bad input."""
    assert main([str(tmp_path / "no"), str(tmp_path / "no")]) == 4
    assert "is no JSON report" in capsys.readouterr().err


def test_two_full_runs_are_compared_in_no_time() -> None:
    """The command, with the start of Python, takes less than a second; here it has ten, for a busy machine."""
    program = Path(__file__).parents[2] / "benchmarks" / "compare_reports.py"
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)

    best = re.search(r"best (\d+\.\d+) s", done.stdout)
    assert best is not None, done.stderr
    assert float(best[1]) < 10
