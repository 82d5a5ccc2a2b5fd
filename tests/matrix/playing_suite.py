"""Plays the suite for a matrix: leaves a report of the profile ``api``, or does what its configuration is called."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome
from tests.report.samples import MUST, report, results

SLOW_SECONDS = 60.0


def main() -> int:
    """As ``dualstack --dualstack-shape=NAME ... --dualstack-report=FILE``."""
    if "--help" in sys.argv:
        return 0
    shape = next(word for word in sys.argv if word.startswith("--dualstack-shape=")).partition("=")[2]
    reports = [word.partition("=")[2] for word in sys.argv if word.startswith("--dualstack-report=")]
    file = next(Path(name) for name in reports if name.endswith(".json"))
    with Path(os.environ["PLAYED"]).open("a") as played:
        played.write(f"{shape}\n")
    if "--play-refused" in sys.argv and shape == "ipv4":
        print("ERROR: there is no such thing\n  choose another", file=sys.stderr)
        return 4
    if "--play-slow" in sys.argv and shape == "ipv6" and not Path(os.environ["PLAYED"]).with_name("hurry").exists():
        time.sleep(SLOW_SECONDS)
    if "--play-parallel" in sys.argv:
        _wait_for_another(Path(os.environ["PLAYED"]))
    outcome = Outcome.FAILED if "--play-failure" in sys.argv and shape == "dual-v6" else Outcome.PASSED
    changed = {MUST: outcome} | ({"SVC-CREATE-005": Outcome.UNSUPPORTED} if shape.startswith("ip") else {})
    made = report(results(changed), selection="-k one" if "--play-selection" in sys.argv else "")
    file.write_text(json.dumps(to_json(made)))
    return int(made.verdict.exit_code)


def _wait_for_another(played: Path) -> None:
    """Until two runs have begun."""
    deadline = time.monotonic() + SLOW_SECONDS
    while len(played.read_text().splitlines()) < 2:
        assert time.monotonic() < deadline, "no other run was begun"
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
