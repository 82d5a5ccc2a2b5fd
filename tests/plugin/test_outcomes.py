"""What becomes of a test, of its requirement, and of the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.small_suite import SmallSuite

MIXED = """
    @requirement("HL-001")
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_pass(dry_cluster: Cluster, number: int) -> None:
        "It does what it owes."
        expect(dry_cluster.create("services/cluster-ip.yaml"), "spec.ipFamilies").equals([dry_cluster.primary])

    @requirement("HL-002")
    @pytest.mark.parametrize("families", [["IPv4"], ["IPv6", "IPv4"], ["IPv4"]])
    def test_fail(cluster: Cluster, families: list[str]) -> None:
        "It does what it owes, but once."
        expect(cluster.create("services/cluster-ip.yaml"), "spec.ipFamilies").equals(families)

    @requirement("HL-003")
    def test_other_shape(cluster: Cluster) -> None:
        "It is for another shape."
        raise RuntimeError("this must not run")

    @requirement("HL-004")
    @pytest.mark.parametrize("works", [True, False])
    def test_break(works: bool) -> None:
        "It cannot tell."
        if not works:
            raise InfrastructureProblem("the wire is cut")

    @requirement("HL-005")
    def test_plain_assert() -> None:
        "A plain assert says nothing about the cluster's conformance."
        assert 1 == 2

    @pytest.fixture
    def broken():
        raise OSError("no space left")

    @requirement("HL-006")
    def test_set_up(broken) -> None:
        "Its set-up breaks."

    @pytest.fixture
    def leaky():
        yield
        raise OSError("no space left")

    @requirement("HL-008")
    def test_tear_down(leaky) -> None:
        "Its tear-down breaks."

    @requirement("HL-010")
    def test_should(dry_cluster: Cluster) -> None:
        "A SHOULD is not kept."
        expect(dry_cluster.create("services/cluster-ip.yaml"), "spec.type").equals("NodePort")

    @decided_by(lambda shape: "HL-009" if shape.is_dual else None)
    def test_row(dry_cluster: Cluster) -> None:
        "A row that exists here."

    @decided_by(lambda shape: None if shape.is_dual else "HL-011")
    def test_no_row(dry_cluster: Cluster) -> None:
        "A row that does not exist here."
        raise RuntimeError("this must not run")

    @requirement("CIDR-012")
    def test_opt_in(cluster: Cluster) -> None:
        "Not in this profile."
        raise RuntimeError("this must not run")
"""
OUTCOMES = {
    "HL-001": "passed",
    "HL-002": "failed",
    "HL-003": "unsupported",
    "HL-004": "error",
    "HL-005": "error",
    "HL-006": "error",
    "HL-008": "error",
    "HL-009": "passed",
    "HL-010": "failed",
}


def test_a_requirement_takes_the_worst_of_its_cases(
    suite: SmallSuite, namespaces: Callable[[], list[str]], tmp_path: Path
) -> None:
    """Each outcome is told from the others, in one process and in several, and no namespace is left."""
    suite.holds(MIXED)

    ended = suite.run(f"--dualstack-evidence={tmp_path / 'evidence'}")

    assert ended.code == 1, ended.shown
    assert ended.outcomes == OUTCOMES
    assert ended.report["verdict"]["word"] == "non-conformant"
    assert ended.report["verdict"]["warnings"] == ["HL-010"]
    assert len(ended.entry("HL-002")["cases"]) == 3
    assert ended.entry("HL-003")["reason"] == "applies to ipv4, ipv6; this cluster is dual-v4"
    assert ended.entry("HL-011")["outcome"] == "not-run"
    assert namespaces() == []
    _expect_evidence(tmp_path / "evidence")


def _expect_evidence(folder: Path) -> None:
    failed = [file.read_text() for file in (folder / "HL-002").iterdir()]
    assert len(failed) == 1
    assert '"observed"' in failed[0]
    assert "/services" in failed[0]
    assert "the wire is cut" in next((folder / "HL-004").iterdir()).read_text()
    assert not (folder / "HL-001").exists()
    everything = "".join(file.read_text() for file in folder.rglob("*.json")).lower()
    assert "authorization" not in everything
    assert "bearer" not in everything


PASSING = """
    @requirement("HL-001")
    def test_pass(dry_cluster: Cluster) -> None:
        "It does what it owes."
        expect(dry_cluster.create("services/cluster-ip.yaml"), "spec.ipFamilies").equals([dry_cluster.primary])
"""
FAILING = PASSING.replace("dry_cluster.primary", "dry_cluster.secondary")
BREAKING = PASSING.replace("expect(", "expect(1 / 0 and ")
WARNING = FAILING.replace("HL-001", "HL-010")


@pytest.mark.parametrize(
    ("text", "options", "code", "word"),
    [
        pytest.param(PASSING, ["--dualstack-only=HL-001"], 0, "inconclusive", id="selection-passes"),
        pytest.param(PASSING, ["-k", "test_pass"], 0, "inconclusive", id="keyword-passes"),
        pytest.param(PASSING, [], 5, "inconclusive", id="most-musts-have-no-test"),
        pytest.param(PASSING, ["--dualstack-only=HL-002"], 5, "inconclusive", id="selected-has-no-test"),
        pytest.param(PASSING, ["-k", "nothing_like_it"], 5, "inconclusive", id="nothing-ran"),
        pytest.param(FAILING, ["--dualstack-only=HL-001"], 1, "non-conformant", id="a-must-fails"),
        pytest.param(BREAKING, ["--dualstack-only=HL-001"], 5, "inconclusive", id="a-must-cannot-be-judged"),
        pytest.param(WARNING, ["--dualstack-only=HL-001,HL-010"], 5, "inconclusive", id="should-fails-must-not-run"),
        pytest.param(PASSING, ["--dualstack-shape=ipv4"], 1, "non-conformant", id="a-claim-is-contradicted"),
    ],
)
def test_exit_code_judges_the_selection_and_the_verdict_the_profile(
    plain_suite: SmallSuite, text: str, options: list[str], code: int, word: str
) -> None:
    """Nothing run is never green, and a part is never conformant."""
    plain_suite.holds(text)

    ended = plain_suite.run(*options)

    assert (ended.code, ended.report["verdict"]["word"]) == (code, word), ended.shown
    assert ended.report["verdict"]["exit_code"] == code


def test_a_listed_failure_is_forgiven_by_the_exit_code_only(suite: SmallSuite) -> None:
    """The file makes the exit code 0; the cluster stays non-conformant."""
    suite.holds(FAILING)
    known = suite.pytester.path / "known.yaml"
    known.write_text("- {id: HL-001, reason: an old server, expires: 2999-01-01}\n")

    ended = suite.run("--dualstack-only=HL-001", f"--dualstack-known-failures={known}")

    assert ended.code == 0, ended.shown
    assert ended.outcomes == {"HL-001": "known-failure"}
    assert ended.report["verdict"]["word"] == "non-conformant"


def test_an_older_version_and_a_missing_need_are_reasons(plain_suite: SmallSuite) -> None:
    """What does not apply is not run, and says in words why."""
    text = '@requirement("{}")\ndef test_it(cluster):\n    "It is not for this cluster."\n    raise RuntimeError\n'
    plain_suite.holds(text.format("CIDR-001"))
    plain_suite.holds(text.format("CIDR-012"))

    ended = plain_suite.run("--dualstack-profile=full", "--dualstack-kubernetes-version=1.30", live=False)
    elsewhere = plain_suite.run("--dualstack-only=CIDR-012")

    assert ended.outcomes == {"CIDR-001": "unsupported", "CIDR-012": "unsupported"}, ended.shown
    assert "1.33" in ended.entry("CIDR-001")["reason"]
    assert "1.30" in ended.entry("CIDR-001")["reason"]
    assert "--dualstack-allow cluster-scope-writes" in elsewhere.entry("CIDR-012")["reason"]
    assert "emulated cluster: says nothing about yours" in ended.shown


def test_dry_run_leaves_out_what_writes(suite: SmallSuite, namespaces: Callable[[], list[str]]) -> None:
    """Only tests that hold a dry cluster run, and no namespace is made."""
    suite.holds(PASSING + PASSING.replace("dry_cluster", "cluster").replace("test_pass", "test_write"))

    ended = suite.run("--dualstack-dry-run")

    assert [case["test"].rpartition("::")[2] for case in ended.entry("HL-001")["cases"]] == ["test_pass"]
    assert ended.code == 0, ended.shown
    assert namespaces() == []
