"""The same suite on the emulated cluster and on a real kube-apiserver comes to the same outcomes, id by id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dualstack.families import Shape

ROOT = Path(__file__).parents[2]


def outcomes(folder: Path, shape: Shape, *provider: str) -> dict[str, str]:
    """Requirement id to outcome of one run."""
    report = folder / f"{len(provider)}.json"
    command = [sys.executable, "-m", "dualstack", "--dualstack-profile", "api", "--dualstack-shape", shape.value]
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
