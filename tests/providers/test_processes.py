"""Children of a run: they end with it, whatever happens to it, and their folder is found afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualstack.errors import ProviderProblem
from dualstack.providers.processes import Child, Folder, abandoned_folders, sweep

SH = "/bin/sh"
RUN = """
import sys, time
from dualstack.providers.processes import Child, Folder
folder = Folder("test")
child = Child("sleeper", ["/bin/sleep", "100"], folder)
print(folder.path, child.process_id, flush=True)
time.sleep(100)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """A folder below the test's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = Folder("test")
    yield folder
    folder.remove()


def test_early_end_is_quoted(folder: Folder) -> None:
    """A program that ends instead of getting ready: its exit code and its last words."""
    child = Child("loud", [SH, "-c", "echo first; echo cannot bind >&2; exit 3"], folder)
    with pytest.raises(ProviderProblem, match=r"(?s)loud ended with exit code 3; its last lines:.*cannot bind"):
        child.wait_until(lambda: False, 5, "getting ready")
    child.end(1)


def test_silence_has_a_bound(folder: Folder) -> None:
    """A program that never gets ready is given up, and ends."""
    child = Child("slow", [SH, "-c", "echo still thinking; sleep 100"], folder)
    with pytest.raises(ProviderProblem, match=r"slow: getting ready took more than 0\.2 s"):
        child.wait_until(lambda: False, 0.2, "getting ready")
    child.end(1)
    assert not Path(f"/proc/{child.process_id}/cmdline").exists()


def test_deaf_children_are_killed(folder: Folder) -> None:
    """SIGTERM first, SIGKILL for those who do not listen."""
    child = Child("deaf", [SH, "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"], folder, talk=True)
    assert child.listen(5) == "up"
    child.end(0.1)
    assert not Path(f"/proc/{child.process_id}/cmdline").exists()


def test_talk(folder: Folder) -> None:
    """One line asked, one answered; an end or silence instead is a problem."""
    child = Child("echo", [SH, "-c", "read a; echo got $a; read b; sleep 1"], folder, talk=True)
    assert child.ask("this", 5) == "got this"
    with pytest.raises(ProviderProblem, match=r"echo said nothing for 0\.1 s"):
        child.ask("that", 0.1)
    child.end(0)
    with pytest.raises(ProviderProblem, match="echo is gone"):
        child.ask("more", 1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, whose kernel tells children of a parent's death")
def test_a_killed_run_takes_its_children_along(tmp_path: Path) -> None:
    """kill -9 of the run: the child dies at once; the folder is found, and gone after a sweep."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    path, child = run.stdout.readline().split()
    assert list(abandoned_folders(tmp_path)) == []

    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()

    deadline = time.monotonic() + 5
    while _runs(int(child)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(int(child))
    assert sweep(tmp_path) == [Path(path)]
    assert not Path(path).exists()


def test_folders_of_others_are_left_alone(folder: Folder, tmp_path: Path) -> None:
    """A living owner's folder, one without an owner, and one that is a link."""
    (tmp_path / "dualstack-run-nobody").mkdir()
    (tmp_path / "dualstack-run-link").symlink_to(folder.path)
    assert list(abandoned_folders(tmp_path)) == []


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
