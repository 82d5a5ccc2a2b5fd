"""The reports of a run, in one process and in several: all carry the ids, and none disagrees."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema

from dualstack.report.jsonreport import SCHEMA_FILE, read
from dualstack.report.model import Outcome
from tests.plugin.mixed import OUTCOMES
from tests.plugin.small_suite import REPORT, Ended


def _ids(file: Path) -> dict[str, set[str]]:
    """The requirement ids of a JUnit file, each with how its cases ended."""
    found: dict[str, set[str]] = {}
    for case in ET.parse(file).iter("testcase"):
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        ends = {child.tag for child in case} & {"failure", "error", "skipped"}
        found.setdefault(str(properties.get("requirement")), set()).update(ends or {"passed"})
    return found


def test_json_fits_its_schema(mixed: Ended) -> None:
    """The report validates against the schema of its version, and reads back as it was written."""
    jsonschema.validate(mixed.report, json.loads(SCHEMA_FILE.read_text()))

    results = {result.id: result.outcome for result in read(mixed.folder / REPORT).results if result.cases}
    assert results == {id: Outcome(outcome) for id, outcome in OUTCOMES.items()}


def test_junit_names_requirements(mixed: Ended) -> None:
    """Our JUnit file and pytest's own both carry the ids, and tell failures from errors and skips."""
    ours, pytests = _ids(mixed.folder / "ours.xml"), _ids(mixed.folder / "pytest.xml")

    assert ours.keys() >= OUTCOMES.keys()
    assert pytests.keys() == OUTCOMES.keys()
    assert "failure" in ours["HL-002"]
    assert "failure" in pytests["HL-002"]
    assert "error" in ours["HL-004"]
    assert ours["HL-003"] == pytests["HL-003"] == {"skipped"}


def test_markdown_has_the_verdict(mixed: Ended) -> None:
    """The summary says what the terminal says."""
    text = (mixed.folder / "summary.md").read_text()

    assert mixed.report["verdict"]["line"] in text
    assert "HL-002" in text


def test_page_has_every_requirement(mixed: Ended) -> None:
    """The web page of the run shows the verdict, and each requirement with its outcome under its id."""
    text = (mixed.folder / "page.html").read_text()

    assert f"<strong>{mixed.report['verdict']['word']}</strong>" in text
    assert [
        id for id, outcome in OUTCOMES.items() if f'<article class="requirement {outcome}" id="{id}"' not in text
    ] == []


def test_evidence_of_failures_and_errors(mixed: Ended) -> None:
    """One file for each failed case, with what was asked and answered, and no credentials."""
    folder = mixed.folder / "evidence"

    failed = [json.loads(file.read_text()) for file in (folder / "HL-002").iterdir()]
    everything = "".join(file.read_text() for file in folder.rglob("*.json")).lower()
    assert [piece["finding"]["field"] for piece in failed] == ["spec.ipFamilies"]
    assert "/services" in failed[0]["exchanges"][-1]["request"]["path"]
    assert "the wire is cut" in next((folder / "HL-004").iterdir()).read_text()
    assert not (folder / "HL-001").exists()
    assert "authorization" not in everything
    assert "bearer" not in everything


def _allure_by_id(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for file in folder.glob("*-result.json"):
        result = json.loads(file.read_text())
        said = json.dumps([result["labels"], result["links"]])
        found.setdefault(next(id for id in OUTCOMES if f'"{id}' in said), []).append(result)
    return found


def test_allure_labels_and_links(mixed: Ended) -> None:
    """Each result has epic, feature, story, a severity after its level, and a link; histories join over runs."""
    by_id = _allure_by_id(mixed.folder / "allure")

    labels = {
        id: {label["name"]: label["value"] for label in result["labels"]}
        for id, results in by_id.items()
        for result in results
    }
    assert by_id.keys() == OUTCOMES.keys()
    assert {said["feature"] for said in labels.values()} == {"headless"}
    assert all(said["epic"] and said["story"] for said in labels.values())
    assert labels["HL-001"]["severity"] != labels["HL-010"]["severity"]
    assert all(result["links"] for results in by_id.values() for result in results)
    assert len({result["historyId"] for result in by_id["HL-001"]}) == 3


def test_allure_statuses(mixed: Ended) -> None:
    """Failed means the cluster does not conform; broken means that the suite could not tell."""
    by_id = _allure_by_id(mixed.folder / "allure")

    statuses = {id: {result["status"] for result in results} for id, results in by_id.items()}
    assert statuses["HL-001"] == {"passed"}
    assert statuses["HL-002"] == {"failed", "passed"}
    assert statuses["HL-003"] == {"skipped"}
    assert statuses["HL-004"] == {"broken", "passed"}
    assert statuses["HL-005"] == {"broken"}


def test_allure_environment_and_categories(mixed: Ended) -> None:
    """The cluster is Allure's environment, and our outcomes are its categories."""
    folder = mixed.folder / "allure"

    categories = json.loads((folder / "categories.json").read_text())
    assert "dual-v4" in (folder / "environment.properties").read_text()
    assert {"failed", "broken"} <= {status for category in categories for status in category["matchedStatuses"]}


def test_annotations(mixed: Ended) -> None:
    """In a GitHub workflow each failed requirement is an annotation at its test."""
    annotations = [line for line in mixed.shown.splitlines() if line.startswith(("::error", "::warning"))]

    assert any("HL-002" in line and "file=" in line for line in annotations)
    assert not any("HL-001" in line for line in annotations)


def test_terminal(mixed: Ended) -> None:
    """The terminal names the cluster, each failure in full, how to see it again, and the verdict with its scope."""
    said = (
        "dual-v4",
        "HL-002 (MUST)",
        "expected  ['IPv6', 'IPv4']",
        "observed  ['IPv4']",
        "--dualstack-only HL-002",
        "the wire is cut",
        "applies to ipv4, ipv6; this cluster is dual-v4",
        mixed.report["verdict"]["scope"].partition(",")[0],
    )

    assert [text for text in said if text not in mixed.shown] == []
    assert "INTERNALERROR" not in mixed.shown
