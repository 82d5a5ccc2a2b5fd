"""``dualstack compare --known``: the list of known failures that a report gives reason for."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from dualstack.comparing import SCHEMA, main
from dualstack.declarations import read_known_failures
from dualstack.report import jsonreport
from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome, Report
from tests.report.samples import MUST, OTHER_MUST, SHOULD, mixed, report, results

TODAY = datetime.datetime.now(datetime.UTC).date()


def _written(folder: Path, made: Report, name: str = "report.json") -> str:
    file = folder / name
    file.write_text(json.dumps(to_json(made)))
    return str(file)


def test_the_schema_is_that_of_reports() -> None:
    """The name is written twice, so that a comparison does not wait for the catalogue."""
    assert SCHEMA == jsonreport.SCHEMA


def test_what_is_written_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each failure is listed with what was seen and a day in a month, and a run takes the file as it is."""
    known = tmp_path / "known.yaml"

    assert main([_written(tmp_path, mixed()), "--known", str(known)]) == 0
    found = read_known_failures(known, TODAY)
    assert list(found) == [OTHER_MUST, "SVC-CREATE-002", SHOULD]
    assert found[OTHER_MUST].reason == (
        "failed on 2026-01-02, v1.36.0: spec.clusterIPs expected IPv4, IPv6, observed IPv4, IPv4"
    )
    assert found[OTHER_MUST].expires - TODAY in (datetime.timedelta(30), datetime.timedelta(29))
    assert "lists 3 known failures: 3 new, 0 that pass now are gone" in capsys.readouterr().out


def test_entries_keep_what_people_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What still fails keeps reason, date and link; what passes leaves; what is not in the report stays."""
    known = tmp_path / "known.yaml"
    known.write_text(
        f"- {{id: {MUST}, reason: fixed since, expiry: 2999-01-01}}\n"
        f"- {{id: {OTHER_MUST}, reason: ours, expiry: 2001-01-01, link: 'https://bugs.example/1'}}\n"
        "- {id: NODE-001, reason: not in profile api, expires: 2999-01-01}\n"
    )
    failing = report(results({OTHER_MUST: Outcome.FAILED, "HL-001": Outcome.FAILED}))
    options = ["--expiry", "2999-12-31", "--reason", "as agreed", "--link", "https://bugs.example/2"]

    assert main([_written(tmp_path, failing), "--known", str(known), *options]) == 0
    assert "lists 3 known failures: 1 new, 1 that pass now are gone" in capsys.readouterr().out
    text = known.read_text()
    assert text.startswith("# Failures that are known")
    assert f"- id: {OTHER_MUST}\n  reason: ours\n  expiry: '2001-01-01'\n  link: https://bugs.example/1\n" in text
    assert "- id: HL-001\n  reason: as agreed\n  expiry: '2999-12-31'\n  link: https://bugs.example/2\n" in text
    assert "- id: NODE-001\n  reason: not in profile api\n  expiry: '2999-01-01'\n" in text


def test_beside_a_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list is of the newer report, and the exit code still says regression."""
    before = _written(tmp_path, report(results()), "a.json")
    after = _written(tmp_path, report(results({MUST: Outcome.FAILED})), "b.json")
    known = tmp_path / "known.yaml"

    assert main([before, after, "--known", str(known)]) == 1
    assert list(read_known_failures(known, TODAY)) == [MUST]
    assert "1 worse; 1 regression" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "content", "said"),
    [
        ([], "", "one report cannot be compared"),
        (["--expiry", "2001-01-01"], "[]", "--expiry: 2001-01-01 is past"),
        (["--expiry", "soon"], "[]", "--expiry"),
        (["--known"], "[{id: HL-999, reason: x, expiry: 2999-01-01}]", "there is no requirement 'HL-999'"),
    ],
)
def test_bad_input(
    tmp_path: Path, options: list[str], content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message, exit code 4, and the list stays as it was."""
    known = tmp_path / "known.yaml"
    known.write_text(content)
    rest = [word for word in options if word != "--known"]

    assert main([_written(tmp_path, mixed()), *rest, *(["--known", str(known)] if content else [])]) == 4
    assert said in capsys.readouterr().err
    assert known.read_text() == content


def test_a_report_of_another_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its ids may mean other things here."""
    made = report(results(), catalogue=f"sha256:{'0' * 64}")

    assert main([_written(tmp_path, made), "--known", str(tmp_path / "known.yaml")]) == 4
    assert "report.json: suite 0.1.0 made it with other requirements" in capsys.readouterr().err
    assert not (tmp_path / "known.yaml").exists()
