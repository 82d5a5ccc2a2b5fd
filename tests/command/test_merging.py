"""A run in shards and the same run in one: they come to the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.command.commanding import Served, ended, run, started

ONLY = "--dualstack-only=SVC-CREATE-001,SVC-CREATE-002,SVC-CREATE-005,SVC-CREATE-012,SVC-CREATE-023,SVC-DEF-001"


def _told(file: Path) -> dict[str, Any]:
    data = json.loads(file.read_text())
    return {
        "verdict": data["verdict"],
        "outcomes": {entry["id"]: entry["outcome"] for entry in data["requirements"]},
        "tests": sorted(case["test"] for entry in data["requirements"] for case in entry["cases"]),
    }


def test_shards_make_the_whole(tmp_path: Path, defective: Served) -> None:
    """Verdict, outcomes and tests are those of the whole run; each shard judges what it has, and is no verdict."""
    options = [*defective.options, ONLY, "-n0"]
    shards = [f"--dualstack-shard={number}/3" for number in (1, 2, 3)]
    runs = [started(tmp_path, [*options, shard, f"--dualstack-report={i}.json"]) for i, shard in enumerate(shards)]
    whole = run(tmp_path, *options, "--dualstack-report=whole.json")
    parts = [ended(command, tmp_path) for command in runs]

    assert whole.code == 1, whole.shown
    assert {part.code for part in parts} == {1}, [part.shown for part in parts]
    verdicts = [json.loads((tmp_path / f"{i}.json").read_text())["verdict"] for i in range(3)]
    assert "conformant" not in [verdict["word"] for verdict in verdicts]
    assert all("selection --dualstack-shard" in verdict["scope"] for verdict in verdicts)

    joined = run(tmp_path, "merge", "2.json", "0.json", "1.json", "--report=joined.json")

    assert joined.code == 1, joined.shown
    assert _told(tmp_path / "joined.json") == _told(tmp_path / "whole.json")
    assert run(tmp_path, "verify", "joined.json").code == 0
    assert run(tmp_path, "merge", "0.json", "1.json").code == 4
