"""A report is verified against its own cases."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dualstack.families import Shape
from dualstack.implementation import Claims
from dualstack.report.jsonreport import digest_of, to_json
from dualstack.verifying import main
from tests.report.samples import OWNER, facts, mixed, report, results


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


@pytest.mark.parametrize(
    ("bad", "cure"),
    [
        ([], "give the JSON file that --dualstack-report wrote"),
        ({}, "give the JSON file that --dualstack-report wrote"),
        ({"schema": "dualstack-report/v1"}, "take the suite that made it or make it again with this one"),
        ({"schema": "dualstack-report/v1", "run": {"suite": "0.0.9"}}, "take the suite that made it, 0.0.9, or"),
    ],
)
def test_no_report(tmp_path: Path, bad: object, cure: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no report of this schema is bad input, told in one message; that of another version has a suite."""
    assert _verify(tmp_path / "r", bad) == 4
    said = capsys.readouterr().err
    assert "it is no dualstack-report/v2 but" in said
    assert cure in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (["verdict", "exit_code"], 9, "$.verdict.exit_code: 9"),
        (["run", "started"], None, "$.run.started"),
        (["requirements", 0, "outcome"], "fine", "$.requirements[0].outcome: 'fine'"),
        (["run", "catalogue"], f"sha256:{'0' * 64}", "suite 0.1.0 made it with other requirements"),
        (["requirements", 0, "id"], "SVC-CREATE-999", "has no requirement SVC-CREATE-999"),
    ],
)
def test_unfit_report(
    tmp_path: Path, field: list[Any], value: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The schema is checked, and so is the catalogue: another one may mean other things by an id."""
    data: dict[str, Any] = to_json(mixed())
    inner: Any = data
    for key in field[:-1]:
        inner = inner[key]
    inner[field[-1]] = value

    assert _verify(tmp_path / "r", data) == 4
    assert said in capsys.readouterr().err


def test_unreadable_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there, or no JSON, is bad input."""
    (tmp_path / "prose").write_text("it went well")

    assert [main([str(tmp_path / "gone")]), main([str(tmp_path / "prose")])] == [4, 4]
    said = capsys.readouterr().err
    assert "it cannot be read: No such file" in said
    assert "it is no JSON" in said


def test_any_changed_word_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The digest is over the whole content."""
    data: dict[str, Any] = to_json(mixed())
    data["run"]["implementation"]["organisation"] = "Other Ltd"

    assert _verify(tmp_path / "r", data) == 1
    assert "digest: the report was changed after it was written" in capsys.readouterr().out


def _redigested(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "digest": digest_of(data)}


def test_unlisted_known_failure_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is forgiven only where the report holds the entry that lists it."""
    data: dict[str, Any] = to_json(mixed())
    data["run"]["known_failures"] = []

    assert _verify(tmp_path / "r", _redigested(data)) == 1
    assert capsys.readouterr().out.startswith("SVC-CREATE-002: the report says known-failure, its cases say failed\n")


def test_a_list_that_had_expired_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last day counts, the day after does not."""
    data: dict[str, Any] = to_json(mixed())
    listed = data["run"]["known_failures"][0]

    listed["expiry"] = data["run"]["started"][:10]
    assert _verify(tmp_path / "r", _redigested(data)) == 0
    listed["expiry"] = "2001-01-01"
    assert _verify(tmp_path / "r", _redigested(data)) == 1
    assert f"{listed['id']}: its entry among the known failures had expired on 2001-01-01" in capsys.readouterr().out


def test_softened_requirement_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Level and sentence are the catalogue's, not the report's."""
    data: dict[str, Any] = to_json(report(results()))
    data["requirements"][0]["level"] = "MAY"
    data["requirements"].append(data["requirements"][1])

    assert _verify(tmp_path / "r", _redigested(data)) == 1
    said = capsys.readouterr().out
    assert "the report says level 'MAY', the catalogue says 'MUST'" in said
    assert "is there twice" in said


def test_hidden_contradiction_of_a_claim_is_refuted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was claimed and what was probed are both in the report."""
    over = replace(OWNER, claims=Claims(Shape.DUAL_V6, ("nodes",)))
    made = report(results(), implementation=over, options={"shape": "ipv6"})

    assert _verify(tmp_path / "r", to_json(made)) == 1
    said = capsys.readouterr().out
    assert "claims shape dual-v6, and the cluster's Services are dual-v4" in said
    assert "claims nodes, and the cluster has it not: 0 ready nodes" in said
    assert "said to be ipv6, and its Services are dual-v4" in said


def test_what_a_published_report_must_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An owner with all fields, the whole profile, a run that came to its end, and a cluster that is one."""
    (tmp_path / "good").write_text(json.dumps(to_json(report(results(), implementation=OWNER))))
    bad = report(
        results(), suite="0.1.0+abc.dirty", selection="-k x", problem="it broke", facts=facts(provider="emulated")
    )
    (tmp_path / "bad").write_text(json.dumps(to_json(bad)))

    assert main([str(tmp_path / "good"), "--publishable"]) == 0
    assert main([str(tmp_path / "bad"), "--publishable"]) == 1
    said = capsys.readouterr().out
    for lack in (
        "--dualstack-implementation was not given",
        "only a part",
        "did not come to its end",
        "an emulated",
        "nobody else has the suite",
    ):
        assert lack in said
