"""Runs that end before their time: by Ctrl-C, by a cluster that goes away, by kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dualstack import assets
from tests.command.commanding import CONTEXT, Ended, Served, ended, run, served, started

SUITE = assets.root() / "conformance"
LONG = [str(SUITE / area) for area in ("service_create", "service_transition", "headless")]
"""Enough tests that a run is still at it when the test has seen it begin."""
TIMED = "SVC-TR-010,SVC-TR-016,HL-001"
"""Enough of them, where a run is to come to its end."""
BEGIN_SECONDS = 60.0


def _wait(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + BEGIN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def begun(cluster: Served, folder: Path, spread: str, *more: str) -> subprocess.Popen[str]:
    """A run that has made its namespaces and is judging."""
    command = started(folder, [spread, *LONG, *cluster.options, "--dualstack-report=report.json", *more])
    workers = 2 if spread == "-n2" else 1
    _wait(lambda: len(_of_workers(cluster)) == workers or command.poll() is not None, "the run makes no namespace")
    assert command.poll() is None, ended(command, folder).shown
    return command


def _of_workers(cluster: Served) -> list[str]:
    """The namespaces of workers: the Pods that they share are in others."""
    return [name for name in cluster.run_namespaces if not name.endswith(("-bed", "-host", "-canary"))]


def test_ctrl_c(cluster_up: Served, tmp_path: Path, spread: str) -> None:
    """Exit code 2, a report that says so, and no namespace is left."""
    command = begun(cluster_up, tmp_path, spread)
    os.killpg(command.pid, signal.SIGINT)
    result = ended(command, tmp_path)

    assert result.code == 2, result.shown
    assert result.report["run"]["interrupted"] is True
    assert result.report["verdict"]["word"] == "inconclusive"
    assert "interrupted" in result.report["verdict"]["because"]
    assert "inconclusive: " in result.out
    assert "Traceback" not in result.shown
    assert cluster_up.run_namespaces == []


def test_under_nohup_it_outlives_its_terminal(cluster_up: Served, tmp_path: Path) -> None:
    """A hang-up that the run was told to ignore does not end it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        command = begun(cluster_up, tmp_path, "-n0", f"--dualstack-only={TIMED}")
    finally:
        signal.signal(signal.SIGHUP, before)
    os.killpg(command.pid, signal.SIGHUP)
    result = ended(command, tmp_path)

    assert result.code == 0, result.shown
    assert result.report["run"]["interrupted"] is False


def test_a_cluster_that_goes_away(tmp_path: Path, spread: str) -> None:
    """Requirements end in error, never in failure; the verdict is inconclusive, report and evidence are there."""
    with served(tmp_path / "cluster") as cluster:
        folder = tmp_path / "run"
        command = begun(cluster, folder, spread, "--dualstack-patience=0.1")
        cluster.process.kill()
        result = ended(command, folder)

    assert result.code == 5, result.shown
    assert set(result.outcomes.values()) & {"failed", "error"} == {"error"}
    assert result.report["verdict"]["word"] == "inconclusive"
    assert "Errors: the suite could not tell" in result.out
    assert list(folder.glob("dualstack-out/*/evidence/*/*.json"))


def test_kill_9_leaves_what_clean_removes(cluster_up: Served, tmp_path: Path) -> None:
    """``dualstack clean`` removes the namespaces of a killed run, and no others."""
    with cluster_up.api() as api:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dualstack-lookalike"}}
        assert api.request("POST", "/api/v1/namespaces", body).accepted
    command = begun(cluster_up, tmp_path, "-n2")
    os.killpg(command.pid, signal.SIGKILL)
    ended(command, tmp_path)
    left = cluster_up.run_namespaces
    named = ["--kubeconfig", str(cluster_up.kubeconfig), "--context", CONTEXT]
    listed, removed, again = (run(tmp_path, "clean", *named, *extra) for extra in (["--list"], [], []))

    assert len(left) == 5
    assert _in_clusters(listed) == sorted(f"would remove /api/v1/namespaces/{name}" for name in left)
    assert _in_clusters(removed) == sorted(f"removed /api/v1/namespaces/{name}" for name in left)
    assert "nothing was left behind" in again.out
    _wait(lambda: not cluster_up.run_namespaces, "the namespaces stay")
    with cluster_up.api() as api:
        assert api.get("/api/v1/namespaces/dualstack-lookalike").accepted


def _in_clusters(cleaned: Ended) -> list[str]:
    assert cleaned.code == 0, cleaned.shown
    return sorted(line.partition(" on ")[0] for line in cleaned.out.splitlines() if " on https://" in line)


def test_a_cluster_that_does_not_start(tmp_path: Path, spread: str) -> None:
    """Programs that are no control plane: exit code 5, and a report with the reason and no result."""
    binaries = tmp_path / "binaries"
    binaries.mkdir()
    for name in ("kube-apiserver", "etcd"):
        (binaries / name).write_text("#!/bin/sh\necho cannot work >&2\nexit 1\n")
        (binaries / name).chmod(0o755)
    ended = run(tmp_path / "run", spread, f"--dualstack-binaries={binaries}", LONG[0])

    assert ended.code == 5, ended.shown
    assert ended.report["verdict"]["word"] == "inconclusive"
    assert ended.report["run"]["interrupted"] is False
    assert "ended with exit code 1; its last lines:\n    cannot work" in ended.report["run"]["problem"]
    assert ended.report["cluster"] is None
    assert ended.report["verdict"]["exit_code"] == 5
    assert "Traceback" not in ended.shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_end_the_suite_too(cluster_up: Served, tmp_path: Path, number: signal.Signals) -> None:
    """A command that is told to stop takes its tests with it, and leaves no namespace."""
    command = begun(cluster_up, tmp_path, "-n0")
    command.send_signal(number)
    result = ended(command, tmp_path)

    assert result.code != 0
    assert cluster_up.run_namespaces == []


def test_a_run_that_ends_while_its_pods_are_made(cluster_up: Served, tmp_path: Path) -> None:
    """What was made before there was anything to judge goes too."""
    command = started(tmp_path, ["-n0", *LONG, *cluster_up.options])
    _wait(lambda: cluster_up.run_namespaces or command.poll() is not None, "the run makes no namespace")
    command.send_signal(signal.SIGTERM)
    result = ended(command, tmp_path)

    assert result.code != 0, result.shown
    assert cluster_up.run_namespaces == []
