"""From the run of a Pod to files on somebody's disk, and as Sonobuoy takes them."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dualstack.incluster import bundle, fetching, job
from tests.command.commanding import WITHOUT_MATRIX, Ended, Served, run, served
from tests.providers.scripted_server import CONTEXT, Scripted, serving

ONLY = "--dualstack-only=SVC-CREATE-005"
PODS = f"/api/v1/namespaces/{fetching.NAMESPACE}/pods"


def judged(folder: Path, *options: str) -> Ended:
    """A short run as a Pod has it, of the emulated cluster."""
    return run(folder, "job", "-n0", ONLY, WITHOUT_MATRIX, "--dualstack-provider=emulated", *options)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What such a Pod leaves in its log."""
    folder = tmp_path_factory.mktemp("pod")
    ended = judged(folder, "--results", str(folder / "results"))
    assert ended.code == 0, ended.shown
    return ended.out


def pod(phase: str, name: str = "dualstack-abcde", created: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    """A Pod of the Job."""
    return {"metadata": {"name": name, "creationTimestamp": created}, "status": {"phase": phase}}


def fetched(folder: Path, answers: dict[str, list[Scripted]], *options: str) -> int:
    """Fetch from a server that says this."""
    (folder / "server").mkdir()
    with serving(folder / "server", answers) as script:
        made = script.connection()
        where = ["--kubeconfig", made.kubeconfig, "--context", CONTEXT]
        return fetching.main([str(folder / "out"), *where, *options])


def test_results_come_out_of_the_log_of_the_pod(log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the newest Pod, once it has ended; with the verdict and the exit code of the run."""
    listed = [
        Scripted(body={"items": [pod("Failed", "old", "2025-01-01T00:00:00Z"), pod(phase)]})
        for phase in ("Pending", "Running", "Succeeded")
    ]
    answers = {PODS: listed, f"{PODS}/dualstack-abcde/log": [Scripted(body=log.encode())]}

    assert fetched(tmp_path, answers, "--wait", "60") == 0
    assert "inconclusive: core, dual-v4, 1 of" in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        f"report.{kind}" for kind in ("json", "xml", "md", "html")
    }


@pytest.mark.parametrize(
    ("pods", "said"),
    [
        ([], "there is no Pod of Job dualstack"),
        ([pod("Running")], "the run has not ended: Pod dualstack-abcde is Running"),
    ],
    ids=["none", "running"],
)
def test_what_is_not_there_yet(pods: list[Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bad input, and what to do."""
    assert fetched(tmp_path, {PODS: [Scripted(body={"items": pods})]}) == 4
    assert said in capsys.readouterr().err


def test_who_may_not_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal of the server is neither bad input nor a verdict."""
    forbidden = Scripted(403, {"kind": "Status", "message": "pods is forbidden"})

    assert fetched(tmp_path, {PODS: [forbidden]}) == 3
    assert "pods is forbidden" in capsys.readouterr().err


def test_the_exit_code_is_the_one_of_the_run(tmp_path: Path) -> None:
    """A failure inside the cluster is a failure for whoever fetches."""
    with served(tmp_path / "served", "dual-v4", "--defect", "service-create/policy-inferred-from-families") as cluster:
        inside = _as_a_pod(cluster, tmp_path)
        (tmp_path / "pod.log").write_text(inside.out)

    assert inside.code == 1, inside.shown
    assert fetching.main([str(tmp_path / "out"), "--log", str(tmp_path / "pod.log")]) == 1
    assert list((tmp_path / "out" / "evidence" / "SVC-CREATE-012").iterdir())


def _as_a_pod(cluster: Served, folder: Path) -> Ended:
    options = [
        "--results",
        str(folder / "results"),
        "--dualstack-only=SVC-CREATE-012",
        WITHOUT_MATRIX,
        *cluster.options,
    ]
    return run(folder / "pod", "job", "-n0", *options)


def test_sonobuoy_finds_one_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The done file comes last and names an archive with a JUnit report; the exit code is 0."""
    monkeypatch.setattr(job, "SONOBUOY_RESULTS", tmp_path / "sonobuoy")

    def suite(options: object) -> int:
        assert not (tmp_path / "sonobuoy" / "done").exists()
        (tmp_path / "sonobuoy" / "dualstack" / "report.xml").write_text("<testsuites/>")
        return 1

    monkeypatch.chdir(tmp_path)
    assert job.main(["--sonobuoy"], suite) == 0
    named = Path((tmp_path / "sonobuoy" / "done").read_text())
    with tarfile.open(named) as archive:
        assert archive.getnames() == ["report.xml"]


def test_sonobuoy_is_not_left_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ended before there was a report is an error in the results, not a silence."""
    monkeypatch.setattr(job, "SONOBUOY_RESULTS", tmp_path / "sonobuoy")
    monkeypatch.chdir(tmp_path)
    assert job.main(["--sonobuoy"], lambda options: 4) == 0

    files = bundle.unpack(Path((tmp_path / "sonobuoy" / "done").read_text()).read_bytes(), tmp_path / "out")
    (error,) = ElementTree.parse(files[0]).getroot().iter("error")
    assert "exit code 4" in error.attrib["message"]


def test_a_pod_judges_its_own_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless something else is said, with the credentials that every Pod has."""
    asked: list[str] = []

    def suite(options: Sequence[str]) -> int:
        asked.extend(options)
        return 0

    monkeypatch.chdir(tmp_path)
    job.main(["--results", str(tmp_path), "-n", "2"], suite)

    assert asked[0] == "--dualstack-in-cluster"
    assert asked[-2:] == ["-n", "2"]


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bad input: the Pod lacks a volume."""
    (tmp_path / "file").touch()

    assert job.main(["--results", str(tmp_path / "file" / "results")], lambda options: 0) == 4
    assert "mount an emptyDir there" in capsys.readouterr().out
