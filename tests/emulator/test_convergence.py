"""The emulated network follows a change soon enough for a run to wait for nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "convergence.py"


def test_a_change_shows_within_the_bound() -> None:
    """Every kind of change is seen by connections of both families within 50 ms of processor time, in the median."""
    ran = subprocess.run(
        [sys.executable, str(BENCHMARK), "--rounds", "5"], capture_output=True, text=True, timeout=120, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "median" in ran.stdout
