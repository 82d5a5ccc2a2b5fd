"""A reader of the pages: somebody with a home, a checkout and a shell, who types what is there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.command.commanding import UNUSED_PLUGINS, environment
from tests.docs.pages import ROOT
from tests.kind.playing_kind import played, played_engine

ONLY = "SVC-CREATE-005,SVC-CREATE-012"
"""What runs in the pages judge here: two requirements, of which a defect of the tutorial trips one."""
TRANSITIONS = ROOT / "conformance" / "matrix" / "test_transition_matrix.py"
"""A thousand rows, of which none counts for these two."""
NARROW = {
    "PYTEST_ADDOPTS": f"{UNUSED_PLUGINS} --ignore={TRANSITIONS} --dualstack-only={ONLY}",
    # One process: with so little to judge, a run would spend its time on starting others.
    "PYTEST_XDIST_AUTO_NUM_WORKERS": "0",
}
COMMAND = """\
#!/bin/sh
exec {python} -m dualstack "$@"
"""
SECONDS = 240
LINKED = ("manifests", "kind-configs", "conformance")


@dataclass(frozen=True)
class Reader:
    """Somebody with a home, a checkout and a shell."""

    home: Path
    checkout: Path
    programs: Path
    group: int
    """The process group of everything that is started, which ends with the page."""

    def types(self, text: str, *, whole: bool = False) -> subprocess.CompletedProcess[str]:
        """Run commands; what they leave in the background goes on.  ``whole`` runs are not narrowed."""
        return self.runs(["bash", "-euo", "pipefail", "-c", text], {}, whole=whole)

    def runs(
        self, command: Sequence[str], variables: Mapping[str, str], *, whole: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the checkout, with these variables besides."""
        path = f"{self.programs}:{os.environ['PATH']}"
        narrowed = {} if whole else NARROW
        out = self.home / "out"
        with out.open("w") as file:
            done = subprocess.run(
                command,
                cwd=self.checkout,
                env=environment(self.home, HOME=str(self.home), PATH=path, **narrowed, **variables),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=SECONDS,
                check=False,
                process_group=self.group,
            )
        return subprocess.CompletedProcess(done.args, done.returncode, out.read_text(), "")


@contextmanager
def reading(folder: Path, kubeconfig: Path) -> Iterator[Reader]:
    """A reader whose ``my-cluster`` is live and whose kind is played; what was started ends with the block."""
    home, checkout, programs = (folder / name for name in ("home", "checkout", "bin"))
    for made in (home / ".kube", checkout):
        made.mkdir(parents=True)
    shutil.copy(kubeconfig, home / ".kube" / "config")
    for name in LINKED:
        (checkout / name).symlink_to(ROOT / name)
    played(programs, kubeconfig, clusters=["mine"])
    played_engine(programs)
    command = programs / "dualstack"
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)
    with subprocess.Popen(["sleep", "3600"], process_group=0) as leader:
        try:
            yield Reader(home, checkout, programs, leader.pid)
        finally:
            os.killpg(leader.pid, signal.SIGTERM)
