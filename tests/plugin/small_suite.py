"""A small suite in the place of the shipped one, and the run of it in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import dualstack
from dualstack import assets
from tests.command.commanding import UNUSED_PLUGINS

SOURCES = Path(dualstack.__file__).parent.parent
MANIFESTS = assets.root() / "manifests"
CONTEXT = "dualstack-emulated"
REPORT = "report.json"
RUN_SECONDS = 120
_LEFT_OUT = ("GITHUB_ACTIONS", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "KUBECONFIG", "KUBEBUILDER_ASSETS")
"""Of this process's environment; and what xdist says to its workers."""

_ROOTED = '''
"""Puts the shipped tests of this folder in the place of the real ones."""
from pathlib import Path
from dualstack import assets
assets.root = lambda: Path(__file__).parent
'''
_HEAD = """
import pytest
from dualstack.testing import Cluster, InfrastructureProblem, decided_by, expect, requirement
"""


@dataclass
class Ended:
    """What a run left."""

    code: int
    """The exit code."""
    shown: str
    """Everything on the terminal."""
    folder: Path
    """Where it ran, and left its reports."""

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report; empty if there is none."""
        file = self.folder / REPORT
        return dict(json.loads(file.read_text())) if file.exists() else {}

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcomes of the requirements that have a case."""
        return {entry["id"]: entry["outcome"] for entry in self.report["requirements"] if entry["cases"]}

    def entry(self, id: str) -> dict[str, Any]:
        """What the report says of one requirement."""
        return next(entry for entry in self.report["requirements"] if entry["id"] == id)


@dataclass
class SmallSuite:
    """Tests of our own as the shipped suite, judged on a cluster that is up."""

    path: Path
    """An empty folder, in which it is run."""
    kubeconfig: Path
    workers: int = 0
    _files: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.folder = self.path / "suite"
        (self.folder / "conformance").mkdir(parents=True)
        (self.folder / "manifests").symlink_to(MANIFESTS)
        (self.folder / "rooted.py").write_text(_ROOTED)

    def holds(self, text: str, area: str = "area") -> None:
        """Add a test file with this text."""
        self._files += 1
        folder = self.folder / "conformance" / area
        folder.mkdir(exist_ok=True)
        (folder / f"test_{self._files}.py").write_text(_HEAD + dedent(text))

    @property
    def existing(self) -> list[str]:
        """The options that name the cluster which is up."""
        return [f"--dualstack-kubeconfig={self.kubeconfig}", f"--dualstack-context={CONTEXT}"]

    @property
    def environment(self) -> dict[str, str]:
        """Of the child."""
        kept = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT and not k.startswith("PYTEST_XDIST")}
        path = os.pathsep.join([str(SOURCES), str(self.folder)])
        return {**kept, "PYTHONPATH": path, "PYTEST_ADDOPTS": UNUSED_PLUGINS}

    def command(self, *options: str) -> list[str]:
        """Pytest on the suite, with a report."""
        spread = ["-n", str(self.workers)] if self.workers else []
        files = [f"--rootdir={self.folder}", str(self.folder / "conformance")]
        return [*_pytest("rooted", "dualstack.plugin"), *spread, *files, f"--dualstack-report={REPORT}", *options]

    def run(self, *options: str, live: bool = True, environment: Mapping[str, str] | None = None) -> Ended:
        """Run it, on the cluster that is up or (not ``live``) where the options say."""
        command = self.command(*(self.existing if live else []), *options)
        return self.child(command, {**self.environment, **(environment or {})})

    def child(self, command: list[str], environment: Mapping[str, str] | None = None) -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            command, cwd=self.path, env=environment or self.environment, timeout=RUN_SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, self.path)


def _pytest(*plugins: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *(word for plugin in plugins for word in ("-p", plugin))]
