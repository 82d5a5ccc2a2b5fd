"""However a run ends, it gives back what it made and leaves its report."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.small_suite import Ended, SmallSuite

STARTED_SECONDS = 30.0
ENDLESS = """
    @requirement("HL-001")
    def test_pass(dry_cluster: Cluster) -> None:
        "It ends."

    @requirement("HL-004")
    def test_endless(cluster: Cluster) -> None:
        "It writes, and does not end."
        import time
        from pathlib import Path
        cluster.create("services/cluster-ip.yaml")
        Path("{mark}").touch()
        time.sleep(60)
"""


def _everybody(run: subprocess.Popen[str]) -> None:
    """Ctrl-C, as a terminal does it: to every process of the run at once."""
    os.killpg(run.pid, signal.SIGINT)


def _asked(run: subprocess.Popen[str]) -> None:
    """What the end of a CI job does: to the process that was started."""
    run.terminate()


def _interrupted(suite: SmallSuite, mark: Path, end: Callable[[subprocess.Popen[str]], None]) -> Ended:
    suite.holds(ENDLESS.format(mark=mark))
    command = suite.command(*suite.existing)
    with subprocess.Popen(
        command, cwd=suite.path, env=suite.environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as run:  # fmt: skip
        deadline = time.monotonic() + STARTED_SECONDS
        while not mark.exists() and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        end(run)
        shown, _ = run.communicate(timeout=STARTED_SECONDS)
    return Ended(run.returncode, shown, suite.path)


@pytest.mark.parametrize("end", [pytest.param(_everybody, id="ctrl-c"), pytest.param(_asked, id="sigterm")])
def test_interruption(
    suite: SmallSuite,
    namespaces: Callable[[], list[str]],
    tmp_path: Path,
    end: Callable[[subprocess.Popen[str]], None],
) -> None:
    """Ctrl-C or a cancelled job: exit code 2, a report that says so, and no namespace."""
    ended = _interrupted(suite, tmp_path / "started", end)

    assert ended.code == 2, ended.shown
    assert ended.report["run"]["interrupted"] is True
    assert ended.report["verdict"]["word"] == "inconclusive"
    assert ended.report["verdict"]["exit_code"] == 2
    assert namespaces() == []


def test_no_cluster(plain_suite: SmallSuite) -> None:
    """A provider that fails leaves a report without a single result, and exit code 5."""
    folder = plain_suite.path / "binaries"
    folder.mkdir()
    for name in ("kube-apiserver", "etcd"):
        (folder / name).write_text("#!/bin/sh\necho out of order >&2\nexit 7\n")
        (folder / name).chmod(0o755)

    ended = plain_suite.run(f"--dualstack-binaries={folder}", live=False)

    assert ended.code == 5, ended.shown
    assert "out of order" in ended.report["run"]["problem"]
    assert {entry["outcome"] for entry in ended.report["requirements"]} == {"not-run"}
    assert "Traceback" not in ended.shown


def test_a_worker_that_dies(suite: SmallSuite, namespaces: Callable[[], list[str]]) -> None:
    """A crashed worker is never green, and its namespace goes too."""
    if not suite.workers:
        pytest.skip("there are no workers in a plain run")
    suite.holds("""
        @requirement("HL-001")
        def test_crash(cluster: Cluster) -> None:
            "It takes its process with it."
            import os
            os._exit(9)
    """)

    ended = suite.run("--dualstack-only=HL-001")

    assert ended.code == 5, ended.shown
    assert "crash" in ended.report["run"]["problem"]
    assert namespaces() == []
