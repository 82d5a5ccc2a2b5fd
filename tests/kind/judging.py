"""Short runs of the command with a program that plays kind, and the cluster behind it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.command.commanding import WITHOUT_MATRIX, Ended, Served, run, served, started
from tests.kind.playing_kind import Played

ONLY = "--dualstack-only=SVC-CREATE-002"
BEGUN_SECONDS = 60.0


@contextmanager
def behind_kind(folder: Path, *options: str) -> Iterator[Served]:
    """A cluster that is up, its kubeconfig as JSON, as a played kind hands it out."""
    with served(folder, "dual-v4", *options) as cluster:
        cluster.kubeconfig.write_text(json.dumps(yaml.safe_load(cluster.kubeconfig.read_text())))
        yield cluster


def on_path(kind: Played) -> str:
    """A PATH that finds this kind first."""
    return os.pathsep.join([str(kind.folder), "/usr/bin", "/bin"])


def judged(folder: Path, kind: Played | None, *options: str) -> Ended:
    """A short run with this kind on the PATH, or with none."""
    path = on_path(kind) if kind else "/nowhere"
    return run(folder / "run", "-n0", ONLY, WITHOUT_MATRIX, "--dualstack-report=report.json", *options, PATH=path)


def begun(folder: Path, kind: Played, until: Callable[[Played], bool], *options: str) -> subprocess.Popen[str]:
    """The same run, on its way, when kind has been asked that far."""
    command = started(folder / "run", ["-n0", ONLY, WITHOUT_MATRIX, *options], {"PATH": on_path(kind)})
    deadline = time.monotonic() + BEGUN_SECONDS
    while not until(kind):
        assert time.monotonic() < deadline, kind.asked
        time.sleep(0.05)
    return command
