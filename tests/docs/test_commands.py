"""Every block of commands in the pages, run as a reader would type it, page by page.

The live cluster ``my-cluster`` of the pages is an emulated one, kind is a program that plays kind, and
runs are narrowed to a few requirements; everything else is what it says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.command.commanding import environment, served
from tests.docs.pages import PAGES, ROOT, Block, blocks
from tests.kind.playing_kind import played

ONLY = "SVC-CREATE-005,SVC-CREATE-012"
"""What runs in the pages judge here: two requirements, of which a defect of the tutorial trips one."""
COMMAND = """\
#!/bin/sh
case "$1" in --help|--version|[a-z]*) ;; *) set -- -n0 "$@" ;; esac
exec {python} -m dualstack "$@"
"""
"""Runs have one process here: of two requirements they would spend their time on starting others."""
SECONDS = 240
CONTEXT = "my-cluster"
LINKED = ("manifests", "kind-configs", "conformance")
_WITH_COMMANDS = [page for page in PAGES if any(block.language == "sh" for block in blocks(page))]


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a live cluster, as JSON, its context called as in the pages."""
    with served(tmp_path_factory.mktemp("live")) as cluster:
        config = yaml.safe_load(cluster.kubeconfig.read_text())
        config["contexts"][0]["name"] = CONTEXT
        config.pop("current-context", None)
        cluster.kubeconfig.write_text(json.dumps(config))
        yield cluster.kubeconfig


@dataclass(frozen=True)
class Reader:
    """Somebody with a home, a checkout and a shell."""

    home: Path
    checkout: Path
    programs: Path
    group: int
    """The process group of everything that is started, which ends with the page."""

    def types(self, block: Block) -> subprocess.CompletedProcess[str]:
        """Run a block; what it leaves in the background goes on until the page ends."""
        variables = environment(self.home, HOME=str(self.home), PATH=f"{self.programs}:{os.environ['PATH']}")
        if "whole" not in block.words:
            variables["PYTEST_ADDOPTS"] = f"--dualstack-only={ONLY} -p no:cacheprovider"
        out = self.home / "out"
        with out.open("w") as file:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text],
                cwd=self.checkout,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=SECONDS,
                check=False,
                process_group=self.group,
            )
        return subprocess.CompletedProcess(done.args, done.returncode, out.read_text(), "")


@pytest.fixture
def reader(tmp_path: Path, kubeconfig: Path) -> Iterator[Reader]:
    """A reader whose ``my-cluster`` is live and whose kind is played; what was started ends with the page."""
    home, checkout, programs = (tmp_path / name for name in ("home", "checkout", "bin"))
    for folder in (home / ".kube", checkout):
        folder.mkdir(parents=True)
    shutil.copy(kubeconfig, home / ".kube" / "config")
    for name in LINKED:
        (checkout / name).symlink_to(ROOT / name)
    played(programs, kubeconfig, clusters=["mine"])
    command = programs / "dualstack"
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)
    with subprocess.Popen(["sleep", "3600"], process_group=0) as leader:
        try:
            yield Reader(home, checkout, programs, leader.pid)
        finally:
            os.killpg(leader.pid, signal.SIGTERM)


@pytest.mark.parametrize("page", _WITH_COMMANDS, ids=str)
def test_the_commands_of_a_page_run(page: Path, reader: Reader) -> None:
    """Each block ends with the exit code that the page gives, and shows what the page shows."""
    shown: str | None = None
    for block in blocks(page):
        if block.language == "sh" and not _is_run(block):
            shown = None
        elif block.language == "sh":
            done = reader.types(block)
            shown = done.stdout
            assert str(done.returncode) in block.words.get("exits", "0").split("|"), f"{block.where}\n{shown}"
        elif "file" in block.words:
            (reader.checkout / block.words["file"]).write_text(block.text)
        elif "shown" in block.words and shown is not None:
            missing = [line for line in block.text.splitlines() if not _is_in(line, shown)]
            assert missing == [], f"{block.where}\n{shown}"


def _is_run(block: Block) -> bool:
    if "seen-in" in block.words:
        return False
    program = block.words.get("needs", "")
    folder = os.environ.get("KUBEBUILDER_ASSETS", "")
    return not program or bool(shutil.which(program) or shutil.which(program, path=folder))


def _is_in(line: str, shown: str) -> bool:
    """Whether this line is in the output, whatever its blanks."""
    words = [".*" if word == "..." else re.escape(word) for word in line.split()]
    return not words or re.search(r"\s+".join(words), shown) is not None
