"""The file that says whose cluster is judged: what it may say, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dualstack.errors import UsageProblem
from dualstack.families import Shape
from dualstack.implementation import Claims, Implementation, read_implementation
from dualstack.report.jsonreport import to_json
from tests.report.samples import OWNER, facts, mixed

WHOLE = """
organisation: Example Ltd
project: ExampleNet
version: 1.10
url: https://net.example
contact: ["@ann", "@bob"]
claims:
  shape: dual-v6
  capabilities: [nodes, two-nodes]
"""


def _read(folder: Path, content: str, name: str = "who.yaml") -> Implementation:
    file = folder / name
    file.write_text(content)
    return read_implementation(file)


def test_every_field(tmp_path: Path) -> None:
    """Words are kept as they are written, so that version 1.10 is not 1.1."""
    found = _read(tmp_path, WHOLE)

    assert found == Implementation(
        organisation="Example Ltd",
        project="ExampleNet",
        version="1.10",
        url="https://net.example",
        contact="@ann, @bob",
        claims=Claims(Shape.DUAL_V6, ("nodes", "two-nodes")),
    )
    assert found.line == "Example Ltd, ExampleNet 1.10"
    assert found.unsaid == []
    assert Implementation.from_json(found.to_json()) == found


def test_a_part(tmp_path: Path) -> None:
    """Nothing is claimed by saying nothing; what a published report needs is known to be missing."""
    found = _read(tmp_path, "{project: ExampleNet}")

    assert found.claims == Claims()
    assert found.unsaid == ["organisation", "version", "url", "contact"]


def test_a_report_repeats_its_implementation(tmp_path: Path) -> None:
    """The report of a run serves as the file, so that it can be repeated from its own text."""
    assert _read(tmp_path, json.dumps(to_json(mixed())), "report.json") == OWNER


@pytest.mark.parametrize(
    ("content", "culprit", "cure"),
    [
        ("[]", "not a mapping of known fields", "organisation"),
        ("{}", "not a mapping of known fields", "organisation"),
        ("{organization: typo}", "nothing is called 'organization'", "organisation"),
        ("{project: }", "project is no text", "leave it out"),
        ("{project: [a]}", "project is no text", "leave it out"),
        ("{contact: []}", "contact is no text", "leave it out"),
        ("{url: net.example}", "'net.example' is no link", "https://"),
        ("{claims: dual-v4}", "claims is not a mapping", "shape"),
        ("{claims: {features: []}}", "claims is not a mapping", "capabilities"),
        ("{claims: {shape: dual}}", "it claims shape 'dual'", "dual-v4, dual-v6"),
        ("{claims: {shape: [dual-v4]}}", "it claims shape", "dual-v4, dual-v6"),
        ("{claims: {capabilities: nodes}}", "no list of names", "[NAME, NAME]"),
        ("{claims: {capabilities: [nodes, flying]}}", "it claims 'flying', which there is not", "two-nodes"),
        ("{claims: {capabilities: [cluster-scope-writes]}}", "'cluster-scope-writes', which there is not", "nodes"),
        ("{project: [", "is not YAML", "correct"),
    ],
)
def test_bad_input(tmp_path: Path, content: str, culprit: str, cure: str) -> None:
    """A typo there would end in a report that names nobody, or in a claim that nobody checks."""
    with pytest.raises(UsageProblem) as caught:
        _read(tmp_path, content)
    assert culprit in caught.value.culprit
    assert cure in caught.value.cure
    assert "\n" not in caught.value.culprit


def test_what_was_not_looked_for_refutes_nothing() -> None:
    """Neither what a run still waits for, nor what nothing selected needs, speaks against a claim."""
    claims = Claims(None, ("nodes", "load-balancer"))
    awaited = facts(capabilities=("nodes",), awaited=("load-balancer",))
    unneeded = facts(capabilities=("nodes",), missing={"load-balancer": "not looked for: nothing needs it"})
    nobody = facts(capabilities=("nodes",), missing={"load-balancer": "no controller gave an address"})

    assert [len(list(claims.contradicted(found))) for found in (awaited, unneeded, nobody)] == [0, 0, 1]


def test_a_damaged_report_is_no_implementation(tmp_path: Path) -> None:
    """Of a run that had none, there is nothing to repeat."""
    with pytest.raises(UsageProblem, match="not a mapping of known fields"):
        _read(tmp_path, '{"schema": "dualstack-report/v2", "run": {"implementation": null}}', "report.json")
    with pytest.raises(UsageProblem, match="is not JSON"):
        _read(tmp_path, "{", "report.json")
