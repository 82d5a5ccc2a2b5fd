"""What becomes of a test, of its requirement, and of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.mixed import OUTCOMES
from tests.plugin.small_suite import Ended, SmallSuite


def test_a_requirement_takes_the_worst_of_its_cases(mixed: Ended, namespaces: Callable[[], list[str]]) -> None:
    """Each outcome is told from the others, in one process and in several, and no namespace is left."""
    assert mixed.code == 1, mixed.shown
    assert mixed.outcomes == OUTCOMES
    assert mixed.report["verdict"]["word"] == "non-conformant"
    assert mixed.report["verdict"]["warnings"] == ["HL-010"]
    assert len(mixed.entry("HL-002")["cases"]) == 3
    assert mixed.entry("HL-003")["reason"] == "applies to ipv4, ipv6; this cluster is dual-v4"
    assert mixed.entry("HL-011")["outcome"] == "not-run"
    assert namespaces() == []


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


@pytest.mark.parametrize(("only", "code"), [("HL-001", 0), ("HL-002", 5)])
def test_files_without_a_selected_requirement_are_not_read(plain_suite: SmallSuite, only: str, code: int) -> None:
    """What a selection is about starts sooner, and does not fail for a file that is broken elsewhere."""
    plain_suite.holds(PASSING)
    plain_suite.holds('mark = requirement("HL-002")\nraise OSError("this must not be read")')

    ended = plain_suite.run(f"--dualstack-only={only}")

    assert ended.code == code, ended.shown
    assert ("could not be collected" in ended.shown) == (code != 0)


@pytest.mark.parametrize("options", [[], ["--dualstack-only=HL-001"]])
def test_a_test_that_judges_nothing_is_always_seen(plain_suite: SmallSuite, options: list[str]) -> None:
    """A file in which no requirement is named belongs to every selection."""
    plain_suite.holds(PASSING)
    file = plain_suite.folder / "conformance" / "area" / "test_bare.py"
    file.write_text('def test_bare() -> None:\n    "It has no mark."\n')

    ended = plain_suite.run(*options)

    assert ended.code == 5, ended.shown
    assert "1 passed, 1 error" in ended.shown


def test_a_listed_failure_is_forgiven_by_the_exit_code_only(suite: SmallSuite) -> None:
    """The file makes the exit code 0; the cluster stays non-conformant."""
    suite.holds(FAILING)
    known = suite.path / "known.yaml"
    known.write_text("- {id: HL-001, reason: an old server, expires: 2999-01-01}\n")

    ended = suite.run("--dualstack-only=HL-001", f"--dualstack-known-failures={known}")

    assert ended.code == 0, ended.shown
    assert ended.outcomes == {"HL-001": "known-failure"}
    assert ended.report["verdict"]["word"] == "non-conformant"


NOT_FOR_THIS_CLUSTER = """
    @requirement("{}")
    def test_it(cluster: Cluster) -> None:
        "It is not for this cluster."
        raise RuntimeError("this must not run")
"""


def test_an_older_version_is_a_reason(plain_suite: SmallSuite) -> None:
    """What came with a later version is not run on an earlier one, and the report says which."""
    plain_suite.holds(NOT_FOR_THIS_CLUSTER.format("CIDR-001"))

    ended = plain_suite.run("--dualstack-kubernetes-version=1.30", live=False)

    assert ended.outcomes == {"CIDR-001": "unsupported"}, ended.shown
    assert "1.33" in ended.entry("CIDR-001")["reason"]
    assert "1.30" in ended.entry("CIDR-001")["reason"]
    assert "emulated cluster: says nothing about yours" in ended.shown


def test_a_missing_opt_in_is_a_reason(plain_suite: SmallSuite) -> None:
    """What writes cluster-scoped objects is not run on a live cluster unless asked for, and the reason says how."""
    plain_suite.holds(NOT_FOR_THIS_CLUSTER.format("CIDR-012"))

    ended = plain_suite.run("--dualstack-only=CIDR-012")

    assert ended.outcomes == {"CIDR-012": "unsupported"}, ended.shown
    assert "--dualstack-allow cluster-scope-writes" in ended.entry("CIDR-012")["reason"]


def test_dry_run_leaves_out_what_writes(suite: SmallSuite, namespaces: Callable[[], list[str]]) -> None:
    """Only tests that hold a dry cluster run, and no namespace is made."""
    suite.holds(PASSING + PASSING.replace("dry_cluster", "cluster").replace("test_pass", "test_write"))

    ended = suite.run("--dualstack-dry-run")

    assert [case["test"].rpartition("::")[2] for case in ended.entry("HL-001")["cases"]] == ["test_pass"]
    assert ended.code == 0, ended.shown
    assert namespaces() == []
