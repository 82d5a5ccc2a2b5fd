"""The same suite on the emulated cluster and on a real kube-apiserver comes to the same outcomes, id by id."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.families import Shape

ROOT = Path(__file__).parents[2]


CLUSTER = [id for id in CATALOGUE if CATALOGUE[id].kind == "cluster"]
"""Requirements on nodes, Pods, slices and namespaces."""
JUDGED = {"passed", "failed", "error"}
ASSETS = os.environ.get("KUBEBUILDER_ASSETS", "")
LIVE = os.environ.get("DUALSTACK_LIVE", "")
"""Options that name a live cluster with nodes, as one would type them, its ``--dualstack-shape`` among them."""


def outcomes(folder: Path, shape: Shape, *provider: str, profile: str = "api") -> dict[str, str]:
    """Requirement id to outcome of one run."""
    report = folder / f"{len(provider)}.json"
    command = [sys.executable, "-m", "dualstack", "--dualstack-profile", profile, "--dualstack-shape", shape.value]
    command += [*provider, "--dualstack-report", str(report), "--dualstack-evidence", str(folder / "evidence")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "fixtures")}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), run.stdout + run.stderr
    requirements = json.loads(report.read_text(encoding="utf-8"))["requirements"]
    return {requirement["id"]: requirement["outcome"] for requirement in requirements}


@pytest.mark.skipif("KUBEBUILDER_ASSETS" not in os.environ, reason="KUBEBUILDER_ASSETS names no real kube-apiserver")
@pytest.mark.parametrize("shape", Shape)
def test_emulated_and_real_come_to_the_same_outcomes(tmp_path: Path, shape: Shape) -> None:
    """No requirement passes on one and not on the other."""
    emulated = outcomes(tmp_path, shape)
    real = outcomes(tmp_path, shape, "--dualstack-provider", "apiserver")

    differing = {id: (emulated[id], real[id]) for id in emulated if emulated[id] != real[id]}

    assert len(emulated) > 100
    assert differing == {}


def differing(folder: Path, shape: Shape, *provider: str) -> dict[str, tuple[str, str]]:
    """The cluster requirements that a real cluster judges, and the emulated one judges otherwise."""
    only = [f"--dualstack-only={id}" for id in CLUSTER]
    emulated = outcomes(folder, shape, *only, profile="core")
    real = outcomes(folder, shape, *provider, *only, profile="core")
    judged = [id for id in CLUSTER if real[id] in JUDGED]

    assert len(judged) >= 10, real
    return {id: (emulated[id], real[id]) for id in judged if emulated[id] != real[id]}


@pytest.mark.skipif(
    not (Path(ASSETS) / "kube-controller-manager").is_file(),
    reason="KUBEBUILDER_ASSETS names no real kube-controller-manager",
)
@pytest.mark.parametrize("shape", Shape)
def test_emulated_and_real_controllers_come_to_the_same_outcomes(tmp_path: Path, shape: Shape) -> None:
    """What a kube-controller-manager decides about slices, namespaces and ranges, without nodes."""
    assert differing(tmp_path, shape, "--dualstack-provider", "apiserver") == {}


@pytest.mark.skipif(not LIVE, reason="DUALSTACK_LIVE names no live cluster")
def test_emulated_and_live_machines_come_to_the_same_outcomes(tmp_path: Path) -> None:
    """Nodes, kubelets and controllers of a live cluster."""
    options = shlex.split(LIVE)
    shape = next(value.partition("=")[2] for value in options if value.startswith("--dualstack-shape="))
    assert differing(tmp_path, Shape(shape), *options) == {}
