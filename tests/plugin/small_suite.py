"""A small suite in the place of the shipped one, and the run of it in a child process."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import dualstack
from dualstack import assets

SOURCES = Path(dualstack.__file__).parent.parent
MANIFESTS = assets.root() / "manifests"
CONTEXT = "dualstack-emulated"
REPORT = "report.json"

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

    result: pytest.RunResult
    report: dict[str, Any]
    """The JSON report; empty if there is none."""

    @property
    def code(self) -> int:
        """The exit code."""
        return int(self.result.ret)

    @property
    def shown(self) -> str:
        """Everything on the terminal."""
        return f"{self.result.stdout.str()}\n{self.result.stderr.str()}"

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcomes of the requirements that have a case or a reason of their own."""
        return {entry["id"]: entry["outcome"] for entry in self.report["requirements"] if entry["cases"]}

    def entry(self, id: str) -> dict[str, Any]:
        """What the report says of one requirement."""
        return next(entry for entry in self.report["requirements"] if entry["id"] == id)


@dataclass
class SmallSuite:
    """Tests of our own as the shipped suite, judged on a cluster that is up."""

    pytester: pytest.Pytester
    monkeypatch: pytest.MonkeyPatch
    kubeconfig: Path
    workers: int = 0
    files: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.folder = self.pytester.path / "suite"
        (self.folder / "conformance").mkdir(parents=True)
        (self.folder / "manifests").symlink_to(MANIFESTS)
        (self.folder / "rooted.py").write_text(_ROOTED)
        self.monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SOURCES), str(self.folder)]))
        self.monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
        self.monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def holds(self, text: str, area: str = "area") -> None:
        """Add a test file with this text."""
        self.files += 1
        folder = self.folder / "conformance" / area
        folder.mkdir(exist_ok=True)
        (folder / f"test_{self.files}.py").write_text(_HEAD + dedent(text))

    @property
    def existing(self) -> list[str]:
        """The options that name the cluster which is up."""
        return [f"--dualstack-kubeconfig={self.kubeconfig}", f"--dualstack-context={CONTEXT}"]

    def command(self, *options: str) -> list[str]:
        """The arguments of pytest."""
        spread = ["-n", str(self.workers)] if self.workers else []
        plugins = ["-p", "rooted", "-p", "dualstack.plugin"]
        files = [f"--rootdir={self.folder}", str(self.folder / "conformance")]
        return [*plugins, *spread, *files, f"--dualstack-report={REPORT}", *options]

    def run(self, *options: str, live: bool = True) -> Ended:
        """Run it, on the cluster that is up or (not ``live``) where the options say."""
        given = self.command(*(self.existing if live else []), *options)
        return self.ended(self.pytester.runpytest_subprocess(*given, timeout=60))

    def ended(self, result: pytest.RunResult) -> Ended:
        """What is left of a run that ended."""
        file = self.pytester.path / REPORT
        return Ended(result, json.loads(file.read_text()) if file.exists() else {})

    def forget(self) -> None:
        """Remove what earlier runs left in the working folder."""
        shutil.rmtree(self.pytester.path / "dualstack-out", ignore_errors=True)
        (self.pytester.path / REPORT).unlink(missing_ok=True)
