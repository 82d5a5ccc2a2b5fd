"""Runs of the command in child processes, and the clusters that they judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dualstack
from dualstack import assets
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.providers.base import Connection
from dualstack.runspace import namespaces_of

SOURCES = Path(dualstack.__file__).parent.parent
CONTEXT = "dualstack-emulated"
READY_SECONDS = 30.0
RUN_SECONDS = 120.0
_LEFT_OUT = ("GITHUB_", "PYTEST_", "KUBECONFIG", "KUBEBUILDER_", "COV_", "COLUMNS")
UNUSED_PLUGINS = "-p no:hypothesispytest -p no:cacheprovider"
"""Options of pytest: what users do not have, or what a folder of its own has no use for, costs each child its start."""
WITHOUT_MATRIX = f"--ignore={assets.root() / 'conformance' / 'matrix'}"
"""An option: the two thousand rows are not collected, for runs that select a few requirements."""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a run in this folder inherits: nothing of the run that tests it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    path = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH")]))
    return {
        **kept,
        "PYTHONPATH": path,
        "TMPDIR": str(temporary),
        "COLUMNS": "120",
        "PYTEST_ADDOPTS": UNUSED_PLUGINS,
        **more,
    }


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str
    folder: Path
    """Where it ran."""

    @property
    def shown(self) -> str:
        """Everything on the terminal."""
        return f"{self.out}\n{self.err}"

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report: the one that was asked for, or the one that a run leaves of itself."""
        (file,) = [*self.folder.glob("report.json"), *self.folder.glob("dualstack-out/*/report.json")]
        return dict(json.loads(file.read_text()))

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each requirement that has a case."""
        return {entry["id"]: entry["outcome"] for entry in self.report["requirements"] if entry["cases"]}

    def entry(self, id: str) -> dict[str, Any]:
        """What the report says of one requirement."""
        (found,) = [entry for entry in self.report["requirements"] if entry["id"] == id]
        return dict(found)

    @property
    def made(self) -> list[str]:
        """The files in the folder, but for temporary ones of Python itself."""
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if file.is_file())


def started(
    folder: Path, arguments: Sequence[str], variables: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """A command that runs in this folder."""
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "dualstack", *arguments],
        cwd=folder,
        env=environment(folder, **(variables or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def ended(command: subprocess.Popen[str], folder: Path) -> Ended:
    """Wait for a command."""
    out, err = command.communicate(timeout=RUN_SECONDS)
    return Ended(command.returncode, out, err, folder)


def run(folder: Path, *arguments: str, **variables: str) -> Ended:
    """Run the command in this folder, to its end."""
    return ended(started(folder, arguments, variables), folder)


@dataclass(frozen=True)
class Served:
    """A cluster that is up in a process of its own: to a run it is a live one."""

    kubeconfig: Path
    process: subprocess.Popen[bytes]

    @property
    def options(self) -> list[str]:
        """The options that name it."""
        return [f"--dualstack-kubeconfig={self.kubeconfig}", f"--dualstack-context={CONTEXT}"]

    @contextmanager
    def api(self) -> Iterator[Api]:
        """A client of it."""
        transport = KubernetesTransport(Connection(str(self.kubeconfig), CONTEXT))
        try:
            yield Api(transport)
        finally:
            transport.close()

    @property
    def run_namespaces(self) -> list[str]:
        """The namespaces of runs that are still there."""
        with self.api() as api:
            return [str(found["metadata"]["name"]) for found in namespaces_of(api)]


@contextmanager
def served(folder: Path, shape: str = "dual-v4", *options: str) -> Iterator[Served]:
    """A cluster that is up until the block ends."""
    folder.mkdir(exist_ok=True)
    file = folder / "kubeconfig"
    command = [sys.executable, "-m", "dualstack", "serve", "--shape", shape, "--kubeconfig", str(file), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment(folder)) as process:
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not file.exists():
                assert process.poll() is None, "the served cluster ended"
                assert time.monotonic() < deadline, "the served cluster is not ready"
                time.sleep(0.05)
            yield Served(file, process)
        finally:
            process.terminate()
