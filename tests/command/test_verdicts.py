"""What a run says and leaves, on a cluster that conforms and on one that does not, plain and distributed."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from dualstack import assets
from dualstack.settings import DEFAULT_PROFILE
from tests.command.commanding import Ended, Served, run

SUITE = assets.root() / "conformance" / "service_create"
FILES = [str(SUITE / name) for name in ("test_refused_families.py", "test_apply.py", "test_single_family.py")]
PASSING, ELSEWHERE, MUST, SHOULD = "SVC-CREATE-002", "SVC-CREATE-006", "SVC-CREATE-012", "SVC-CREATE-023"
"""On the defective cluster: one that passes, one for other shapes, one failed MUST, one failed SHOULD."""
ONLY = f"--dualstack-only={PASSING},{ELSEWHERE},{MUST},{SHOULD}"


@pytest.fixture(scope="module")
def honest_run(spread: str, cluster_up: Served, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A selection on a cluster that conforms."""
    return run(
        tmp_path_factory.mktemp("run"), spread, *FILES, ONLY, *cluster_up.options, "--dualstack-report=report.json"
    )


@pytest.fixture(scope="module")
def failed_runs(defective: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """The same on a cluster that does not, in one process and with two workers."""
    options = [*FILES, ONLY, *defective.options]
    return {
        spread: run(tmp_path_factory.mktemp("run"), spread, *options, GITHUB_ACTIONS="true")
        for spread in ("-n0", "-n2")
    }


@pytest.fixture(scope="module")
def failed_run(failed_runs: dict[str, Ended], spread: str) -> Ended:
    """One of them."""
    return failed_runs[spread]


def test_a_selection_that_passes_ends_in_0(honest_run: Ended, cluster_up: Served) -> None:
    """The exit code judges the selection; the verdict, of the whole profile, stays inconclusive."""
    assert honest_run.code == 0, honest_run.shown
    assert honest_run.outcomes == {PASSING: "passed", ELSEWHERE: "unsupported", MUST: "passed", SHOULD: "passed"}
    assert honest_run.report["verdict"]["word"] == "inconclusive"
    assert f"selection --dualstack-only {PASSING}," in honest_run.report["verdict"]["line"]
    assert honest_run.made == ["report.json"]
    assert cluster_up.run_namespaces == []


def test_a_must_that_fails_ends_in_1(failed_run: Ended, defective: Served) -> None:
    """One failed MUST makes the cluster non-conformant, and nothing else is blamed."""
    assert failed_run.code == 1, failed_run.shown
    assert failed_run.outcomes == {PASSING: "passed", ELSEWHERE: "unsupported", MUST: "failed", SHOULD: "failed"}
    assert failed_run.report["verdict"]["word"] == "non-conformant"
    assert failed_run.report["verdict"]["because"] == [MUST]
    assert failed_run.report["verdict"]["warnings"] == [SHOULD]
    assert defective.run_namespaces == []


def asked_in(ended: Ended) -> list[str]:
    """The namespaces of the dry runs that the terminal shows as wrongly accepted."""
    return re.findall(r"request +POST /api/v1/namespaces/(\S+)/services\?dryRun=All -> 201", ended.out)


def test_a_failure_says_what_where_and_how_to_see_it_again(failed_run: Ended, defective: Served) -> None:
    """Rule, expected, observed, request, source and command stand in the terminal."""
    text = " ".join(failed_run.out.split())
    for phrase in (
        f"{MUST} (MUST) Two listed families without ipFamilyPolicy are refused",
        "expected 422 Invalid spec.ipFamilyPolicy FieldValueInvalid observed 201 accepted",
        "source https://",
        f"again dualstack {' '.join(defective.options)} --dualstack-only {MUST}",
    ):
        assert phrase in text


def test_dry_runs_ask_where_the_run_writes(failed_run: Ended, defective: Served, tmp_path: Path) -> None:
    """Whichever worker asks, and whatever it did before: in the run's namespace, or in `default` if no test writes."""
    dry = run(tmp_path, "-n0", *FILES, f"--dualstack-only={MUST}", *defective.options)

    assert [place.rpartition("-")[0] for place in asked_in(failed_run)] == [
        f"dualstack-{failed_run.report['run']['id']}"
    ]
    assert asked_in(dry) == ["default"]


def test_each_failed_case_has_its_evidence(failed_run: Ended) -> None:
    """The file named by the report holds the finding and the exchanges around it."""
    failed = [case for id in (MUST, SHOULD) for case in failed_run.entry(id)["cases"] if case["outcome"] == "failed"]
    files = [failed_run.folder / path for case in failed for path in case["evidence"]]
    pieces = [json.loads(file.read_text()) for file in files]

    assert len(set(files)) == len(failed) == 7
    assert [file.parent.name for file in files] == [piece["requirement"] for piece in pieces]
    assert all(piece["finding"]["expected"] != piece["finding"]["observed"] for piece in pieces)
    assert all(piece["exchanges"] for piece in pieces)


def test_the_last_word_is_the_verdict_with_its_scope(failed_run: Ended) -> None:
    """Only annotations and pytest's count of cases come after it: no list of node ids repeats the failures."""
    lines = failed_run.out.splitlines()
    begins = f"non-conformant: {DEFAULT_PROFILE}, dual-v4, 2 of "
    (verdict,) = [number for number, line in enumerate(lines) if line.startswith(begins)]
    after = [line for line in lines[verdict + 1 :] if not line.startswith("::")]

    assert len(after) == 1
    assert "7 failed" in after[0]


def test_github_annotations(failed_run: Ended) -> None:
    """In a GitHub workflow a failed MUST is an error and a failed SHOULD a warning, each with its place."""
    lines = [line for line in failed_run.out.splitlines() if line.startswith("::")]

    assert [line.partition(" ")[0] for line in lines if MUST in line] == ["::error"]
    assert [line.partition(" ")[0] for line in lines if SHOULD in line] == ["::warning"]
    assert all("file=" in line and "line=" in line for line in lines)


def test_a_log_gets_lines_and_no_control_codes(failed_run: Ended) -> None:
    """Without a terminal, progress is plain lines: each behaviour that fails is named once, at once."""
    said = [line for line in failed_run.out.splitlines() if line.startswith("FAILED  ")]

    assert sorted(line.split()[1] for line in said) == [MUST, SHOULD]
    assert "\r" not in failed_run.out
    assert "\x1b" not in failed_run.out


def test_the_header_shows_the_cluster(failed_run: Ended) -> None:
    """Provider, version, families, ranges and what is missing, with the reason."""
    for phrase in (
        "existing v1.36.0+emulated, dual-v4: Services IPv4 (primary), IPv6, 10.96.0.0/16 + fd00:10:96::/112",
        "context 'dualstack-emulated', https://127.0.0.1:",
        "without cluster-scope-writes: not asked for: --dualstack-allow cluster-scope-writes",
    ):
        assert phrase in failed_run.out


def test_workers_find_what_one_process_finds(failed_runs: dict[str, Ended]) -> None:
    """Case by case, two workers come to the same outcomes as a plain run."""
    plain, distributed = (_cases(ended) for ended in failed_runs.values())

    assert len(plain) > 10
    assert plain == distributed


def _cases(ended: Ended) -> list[tuple[str, str, str]]:
    requirements = ended.report["requirements"]
    return sorted((entry["id"], case["test"], case["outcome"]) for entry in requirements for case in entry["cases"])


def test_a_failed_should_is_a_warning(defective: Served, tmp_path: Path) -> None:
    """A selection whose MUSTs pass ends in 0, whatever becomes of its SHOULDs."""
    ended = run(tmp_path, "-n0", *FILES, f"--dualstack-only={PASSING},{SHOULD}", *defective.options)

    assert ended.code == 0, ended.shown
    assert f"{SHOULD} (SHOULD) failed" in ended.out


def test_a_listed_failure_is_forgiven_not_forgotten(defective: Served, tmp_path: Path) -> None:
    """With a known-failures file the exit code is 0, and the verdict is what it was."""
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    (tmp_path / "known.yaml").write_text(f"[{{id: {MUST}, reason: our webhook, expiry: {tomorrow}}}]")
    listed = ["--dualstack-known-failures=known.yaml", "--dualstack-report=report.json"]
    ended = run(tmp_path, "-n0", *FILES, f"--dualstack-only={PASSING},{MUST}", *defective.options, *listed)

    assert ended.code == 0, ended.shown
    assert ended.report["verdict"]["word"] == "non-conformant"
    assert (ended.entry(MUST)["outcome"], ended.entry(MUST)["reason"]) == ("known-failure", "our webhook")
    assert "our webhook" in ended.out


def test_a_list_that_compare_wrote(defective: Served, tmp_path: Path) -> None:
    """What fails in one report is listed for the next run, which then exits with 0."""
    options = ["-n0", *FILES, f"--dualstack-only={PASSING},{MUST}", *defective.options]
    first = run(tmp_path, *options, "--dualstack-report=first.json")
    written = run(tmp_path, "compare", "first.json", "--known", "known.yaml")
    second = run(tmp_path, *options, "--dualstack-known-failures=known.yaml", "--dualstack-report=report.json")

    assert (first.code, written.code, second.code) == (1, 0, 0), second.shown
    assert f"id: {MUST}" in (tmp_path / "known.yaml").read_text()
    assert second.entry(MUST)["reason"].startswith("failed on ")


def test_a_contradicted_claim_is_a_failure(cluster_up: Served, tmp_path: Path) -> None:
    """A dual-stack cluster that was said to be IPv4 does not conform, though every test passed."""
    ended = run(tmp_path, FILES[2], f"--dualstack-only={PASSING}", *cluster_up.options, "--dualstack-shape=ipv4")

    assert ended.code == 1, ended.shown
    assert ended.outcomes == {PASSING: "passed"}
    assert ended.report["verdict"]["because"] == ["the cluster was said to be ipv4, and its Services are dual-v4"]
    assert "CLAIM CONTRADICTED" in ended.out
