"""An image that no node can pull: one error that says why, and no waiting."""

from __future__ import annotations

import time
from pathlib import Path

from tests.command.commanding import WITHOUT_MATRIX, Served, run

IMAGE = "example.invalid/agnhost:1"


def test_an_image_that_cannot_be_pulled(cluster_up: Served, tmp_path: Path) -> None:
    """The first requirement is an error with the events of the Pod, the others are not run for the same reason."""
    started = time.monotonic()
    ended = run(
        tmp_path,
        "-n0",
        WITHOUT_MATRIX,
        *cluster_up.options,
        "--dualstack-only=CONN-001,CONN-002,CONN-003",
        f"--dualstack-agnhost-image={IMAGE}",
    )
    outcomes = ended.outcomes

    assert ended.code == 5, ended.shown
    assert sorted(outcomes.values()) == ["error", "not-run", "not-run"]
    (first,) = [id for id, outcome in outcomes.items() if outcome == "error"]
    reason = ended.entry(first)["cases"][0]["reason"]
    assert f"ErrImagePull of image {IMAGE}" in reason
    assert f'Failed: Failed to pull image "{IMAGE}": not found' in reason
    assert reason.partition(": ")[2] in ended.entry((set(outcomes) - {first}).pop())["cases"][0]["reason"]
    assert time.monotonic() - started < 30
