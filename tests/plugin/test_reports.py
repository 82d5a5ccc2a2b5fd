"""The reports of a run, in one process and in several: all carry the ids, and none disagrees."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from dualstack.report.jsonreport import SCHEMA_FILE, read
from dualstack.report.model import Outcome
from tests.plugin.small_suite import REPORT, SmallSuite
from tests.plugin.test_outcomes import MIXED, OUTCOMES


def _ids(file: Path) -> dict[str, set[str]]:
    """The requirement ids of a JUnit file, each with how its cases ended."""
    found: dict[str, set[str]] = {}
    for case in ET.parse(file).iter("testcase"):
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        ends = {child.tag for child in case} & {"failure", "error", "skipped"}
        found.setdefault(str(properties.get("requirement")), set()).update(ends or {"passed"})
    return found


def test_every_format(suite: SmallSuite) -> None:
    """JSON fits its schema, both JUnit files name ids and tell failures from errors, Markdown has the verdict."""
    suite.holds(MIXED)

    ended = suite.run("--dualstack-report=ours.xml", "--dualstack-report=summary.md", "--junitxml=pytest.xml")

    jsonschema.validate(ended.report, json.loads(SCHEMA_FILE.read_text()))
    here = suite.pytester.path
    results = {result.id: result.outcome for result in read(here / REPORT).results if result.cases}
    assert results == {id: Outcome(outcome) for id, outcome in OUTCOMES.items()}
    ours, pytests = _ids(here / "ours.xml"), _ids(here / "pytest.xml")
    assert ours["HL-002"] >= {"failure"}
    assert ours["HL-004"] >= {"error"}
    assert ours["HL-003"] == {"skipped"}
    assert set(pytests) == set(OUTCOMES)
    assert "failure" in pytests["HL-002"]
    assert ended.report["verdict"]["line"] in (here / "summary.md").read_text()


def test_allure(suite: SmallSuite) -> None:
    """Allure results carry area, requirement, severity and links; failed and broken are told apart."""
    pytest.importorskip("allure_pytest")
    suite.holds(MIXED)

    suite.run("--alluredir=allure")

    folder = suite.pytester.path / "allure"
    results = [json.loads(file.read_text()) for file in folder.glob("*-result.json")]
    by_id: dict[str, list[dict[str, object]]] = {}
    for result in results:
        labels = {label["name"]: label["value"] for label in result["labels"]}
        assert labels["epic"]
        assert labels["feature"] == "headless"
        assert labels["severity"] in ("critical", "normal", "minor", "blocker", "trivial")
        assert result["links"]
        id = next(id for id in OUTCOMES if id in json.dumps(result["labels"]) + json.dumps(result["links"]))
        by_id.setdefault(id, []).append(result)
    assert {result["status"] for result in by_id["HL-002"]} == {"failed", "passed"}
    assert "broken" in {result["status"] for result in by_id["HL-004"]}
    assert {result["status"] for result in by_id["HL-003"]} == {"skipped"}
    assert "dual-v4" in (folder / "environment.properties").read_text()
    assert json.loads((folder / "categories.json").read_text())


def test_annotations(suite: SmallSuite, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a GitHub workflow each failed requirement is an annotation."""
    suite.holds(MIXED)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    ended = suite.run()

    annotations = [line for line in ended.result.outlines if line.startswith(("::error", "::warning"))]
    assert any("HL-002" in line and "file=" in line for line in annotations)
    assert not any("HL-001" in line for line in annotations)


def test_terminal(suite: SmallSuite) -> None:
    """The terminal names the cluster, each failure in full, how to see it again, and the verdict with its scope."""
    suite.holds(MIXED)

    ended = suite.run()

    for said in (
        "dual-v4",
        "HL-002 (MUST)",
        "expected  ['IPv6', 'IPv4']",
        "observed  ['IPv4']",
        "--dualstack-only HL-002",
        "the wire is cut",
        "applies to ipv4, ipv6; this cluster is dual-v4",
        ended.report["verdict"]["line"],
    ):
        assert said in ended.shown, said
    assert "INTERNALERROR" not in ended.shown
