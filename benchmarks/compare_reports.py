"""How long ``dualstack compare`` takes on two full runs: a report of every requirement with many cases, twice.

    python benchmarks/compare_reports.py            made-up reports of the size of a full run
    python benchmarks/compare_reports.py A B        reports of yours

The bound is a second for the whole command, the start of Python included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "fixtures"), str(ROOT)]

BOUND = 1.0
CASES = 12
"""Cases of each requirement: more than a full run has on average."""
ROUNDS = 5


def made_up() -> dict[str, Any]:
    """A report of the whole catalogue in which every fifth requirement failed."""
    from tests.report.samples import case, report

    from dualstack.catalogue import CATALOGUE
    from dualstack.report.jsonreport import to_json
    from dualstack.report.model import Outcome
    from dualstack.report.verdict import results_of

    outcomes = [Outcome.FAILED, *[Outcome.PASSED] * 4]
    cases = [
        case(entry.id, outcomes[number % 5], test=f"area/test_one.py::test_one[{row}]")
        for number, entry in enumerate(CATALOGUE.values())
        for row in range(CASES)
    ]
    found = results_of(cases, selected=CATALOGUE.values(), not_run_reason={}, known_failures={})
    return to_json(report(found, profile="full"))


def main(arguments: list[str]) -> int:
    """Print the times; exit code 1 if the best is over the bound."""
    with tempfile.TemporaryDirectory() as folder:
        files = arguments or [f"{folder}/a.json", f"{folder}/b.json"]
        if not arguments:
            data = made_up()
            Path(files[0]).write_text(json.dumps(data, indent=2))
            for entry in data["requirements"]:
                entry["outcome"] = {"failed": "passed", "passed": "failed"}[entry["outcome"]]
            Path(files[1]).write_text(json.dumps(data, indent=2))
        sizes = ", ".join(f"{Path(file).stat().st_size / 1e6:.1f} MB" for file in files)
        times = sorted(_seconds(files) for _ in range(ROUNDS))
    print(f"compare of two reports ({sizes}): best {times[0]:.2f} s, median {times[ROUNDS // 2]:.2f} s")
    return 0 if times[0] <= BOUND else 1


def _seconds(files: list[str]) -> float:
    start = time.monotonic()
    command = [sys.executable, "-m", "dualstack", "compare", *files]
    done = subprocess.run(command, cwd=ROOT / "fixtures", capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
