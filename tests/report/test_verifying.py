"""A report is verified against its own cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from dualstack.report.jsonreport import to_json
from dualstack.verifying import main
from tests.report.samples import mixed, report, results


def _verify(path: Path, data: object) -> int:
    path.write_text(json.dumps(data))
    return main([str(path)])


def test_honest_reports_hold(tmp_path: Path) -> None:
    """What the suite writes, it verifies."""
    assert [_verify(tmp_path / "r", to_json(made)) for made in (mixed(), report(results()))] == [0, 0]


def test_embellished_verdict_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A word or exit code that the outcomes don't bear is named."""
    data: dict[str, Any] = to_json(mixed())
    data["verdict"].update(word="conformant", exit_code=0)

    assert _verify(tmp_path / "r", data) == 1
    said = capsys.readouterr().out
    assert "word: the report says conformant" in said
    assert "exit_code: the report says 0" in said


def test_embellished_outcome_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An outcome that its cases don't bear is named by id."""
    data: dict[str, Any] = to_json(mixed())
    entry = next(entry for entry in data["requirements"] if entry["outcome"] == "failed")
    entry["outcome"] = "passed"

    assert _verify(tmp_path / "r", data) == 1
    assert f"{entry['id']}: the report says passed" in capsys.readouterr().out


@pytest.mark.parametrize("bad", [[], {}, {"schema": "dualstack-report/v0"}, {"schema": "dualstack-report/v1"}])
def test_no_report(tmp_path: Path, bad: object, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no report of this schema is bad input, told in one message."""
    assert _verify(tmp_path / "r", bad) == 4
    assert "is no report of this suite" in capsys.readouterr().err


def test_other_version_of_the_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another version may know other requirements, so it is not judged by these."""
    data: dict[str, Any] = to_json(mixed())
    data["run"]["suite"] = "0.0.9"

    assert _verify(tmp_path / "r", data) == 4
    assert "version 0.0.9" in capsys.readouterr().err
