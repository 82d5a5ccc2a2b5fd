"""The report as JUnit XML."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from dualstack.report.junit import message, text, write
from dualstack.report.model import Outcome, Result
from tests.report.samples import MUST, case, mixed, report, results


def _parsed() -> ElementTree.Element:
    return ElementTree.fromstring(text(mixed()))


def _properties(element: ElementTree.Element) -> dict[str, str]:
    return {entry.attrib["name"]: entry.attrib["value"] for entry in element.findall("properties/property")}


def test_suites_are_areas() -> None:
    """Each with its counts, and with what was judged."""
    root = _parsed()

    assert [suite.get("name") for suite in root] == ["service-create", "service-default", "headless"]
    counts = [[suite.get(n) for n in ("tests", "failures", "errors", "skipped")] for suite in (*root, root)]
    assert counts == [["12", "6", "1", "3"], ["1", "1", "0", "0"], ["1", "0", "0", "1"], ["14", "7", "1", "4"]]
    about = _properties(root[0])
    assert about["verdict"] == "non-conformant"
    assert (about["provider"], about["shape"], about["version"]) == ("existing", "dual-v4", "v1.36.0")


def test_cases_carry_their_requirement() -> None:
    """Id, level and outcome as properties."""
    cases = _parsed().findall("testsuite/testcase")

    found = {tuple(_properties(entry)[n] for n in ("requirement", "level", "outcome")) for entry in cases}
    assert found == {
        ("SVC-CREATE-001", "MUST", "passed"),
        ("SVC-CREATE-001", "MUST", "error"),
        ("SVC-CREATE-005", "MUST", "failed"),
        ("SVC-CREATE-002", "MUST", "known-failure"),
        ("SVC-CREATE-004", "MUST", "unsupported"),
        ("SVC-CREATE-006", "MUST", "unsupported"),
        ("SVC-DEF-007", "SHOULD", "failed"),
        ("HL-001", "MUST", "not-run"),
    }


def test_what_is_not_passed_says_why() -> None:
    """Failure, error and skip have messages, a failure its whole text."""
    root = _parsed()

    failure = root.find("testsuite/testcase/failure")
    error = root.find("testsuite/testcase/error")
    assert failure is not None
    assert error is not None
    expected = "Service ds-7f3a/two-families spec.clusterIPs: expected IPv4, IPv6, observed IPv4, IPv4"
    assert failure.get("message") == expected
    assert "  cluster   existing v1.36.0" in (failure.text or "")
    assert error.get("message") == "InfrastructureProblem: connection refused"
    assert [entry.get("message") for entry in root.findall("testsuite/testcase/skipped")] == [
        "known failure: our ticket 12, until 2026-12-31",
        "unsupported: applies to ipv4, ipv6; this cluster is dual-v4",
        "unsupported: applies to ipv4, ipv6; this cluster is dual-v4",
        "not-run: no test ran: deselected",
    ]


def test_control_characters_don_t_break_the_document() -> None:
    """A cluster may answer anything."""
    odd = case(MUST, Outcome.FAILED, text="bell \x07 and \x1b[31m & <b>", finding={})

    root = ElementTree.fromstring(text(report([Result(MUST, Outcome.FAILED, "", [odd])])))

    assert root.findtext("testsuite/testcase/failure") == "bell ? and ?[31m & <b>"


def test_message_without_a_finding() -> None:
    """The reason, or else the behaviour."""
    assert message(case(MUST, reason="why")) == "why"
    assert message(case(MUST)) == "A fact."


def test_run_without_a_cluster() -> None:
    """The document is still whole."""
    root = ElementTree.fromstring(text(report(results({MUST: Outcome.NOT_RUN}), facts=None)))

    assert _properties(root[0])["shape"] == ""


def test_write(tmp_path: Path) -> None:
    """The file is XML."""
    write(mixed(), tmp_path / "junit.xml")

    assert ElementTree.parse(tmp_path / "junit.xml").getroot().tag == "testsuites"
