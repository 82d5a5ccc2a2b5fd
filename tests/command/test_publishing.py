"""What a report says of whose cluster it is, and that it can be repeated from its own text."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

from tests.command.commanding import Ended, Served, run

ONLY = "--dualstack-only=SVC-CREATE-001,SVC-CREATE-005,NODE-001"
OWNER = """
organisation: Example Ltd
project: ExampleNet
version: 1.10
url: https://net.example
contact: "@net"
claims: {shape: dual-v4, capabilities: [nodes, two-nodes]}
"""


def _again(first: Ended, folder: Path) -> Ended:
    """Run the command of a report in a folder that holds nothing but the report."""
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(first.report))
    program, *words = shlex.split(first.report["run"]["command"])
    assert program == "dualstack"
    return run(folder, *words, "--dualstack-report=again.json")


def test_a_report_is_repeated_from_its_own_text(tmp_path: Path) -> None:
    """Options of the command line and of an ini file are in it, no path of this machine is, and it verifies."""
    (tmp_path / "who.yaml").write_text(OWNER)
    (tmp_path / "pytest.ini").write_text("[pytest]\ndualstack_shape = dual-v6\ndualstack_profile = api\n")
    options = [ONLY, f"--dualstack-implementation={tmp_path}/who.yaml", "--dualstack-kubernetes-version", "1.35"]
    first = run(tmp_path, "-c", "pytest.ini", *options, f"--dualstack-report={tmp_path}/report.json")

    said = first.report["run"]
    assert first.code == 1, first.shown
    assert said["command"] == (
        "dualstack --dualstack-provider=emulated --dualstack-shape=dual-v6 --dualstack-profile=api "
        "--dualstack-implementation=report.json --dualstack-kubernetes-version=1.35 " + ONLY
    )
    assert said["options"] == {
        "shape": "dual-v6",
        "profile": "api",
        "kubernetes-version": "1.35",
        "only": "SVC-CREATE-001,SVC-CREATE-005,NODE-001",
        "report": "report.json",
        "implementation": "who.yaml",
    }
    assert said["implementation"]["version"] == "1.10"
    assert said["started"] <= said["ended"]
    assert first.report["cluster"]["claims_contradicted"] == [
        "the implementation file claims shape dual-v4, and the cluster's Services are dual-v6"
    ]
    assert str(tmp_path) not in json.dumps(first.report)
    assert "Example Ltd, ExampleNet 1.10" in first.out
    verified = run(tmp_path, "verify", "report.json")
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith("holds: non-conformant: api, dual-v6")

    again = _again(first, tmp_path / "elsewhere")

    repeated = json.loads((again.folder / "again.json").read_text())
    assert again.code == first.code, again.shown
    assert repeated["run"]["command"] == said["command"]
    assert repeated["run"]["implementation"] == said["implementation"]
    assert {entry["id"]: entry["outcome"] for entry in repeated["requirements"]} == {
        entry["id"]: entry["outcome"] for entry in first.report["requirements"]
    }


def test_a_kept_claim_is_no_failure(tmp_path: Path) -> None:
    """The same claims on a cluster that keeps them."""
    (tmp_path / "who.yaml").write_text(OWNER)

    ended = run(tmp_path, ONLY, "--dualstack-implementation=who.yaml", "--dualstack-report=report.json")

    assert ended.code == 0, ended.shown


def test_no_path_of_this_machine_is_in_a_failure(tmp_path: Path, defective: Served) -> None:
    """The terminal says where the kubeconfig is; a report that is sent to others does not."""
    only = "--dualstack-only=SVC-CREATE-012"
    ended = run(tmp_path, *defective.options, only, "--dualstack-report=report.json", "-n0")

    assert ended.code == 1, ended.shown
    assert str(defective.kubeconfig) in ended.out
    text = (tmp_path / "report.json").read_text()
    assert "again     dualstack --dualstack-kubeconfig=KUBECONFIG --dualstack-context=dualstack-emulated" in text
    assert str(tmp_path) not in text
    assert os.path.dirname(defective.kubeconfig) not in text
    evidence = next(iter(ended.entry("SVC-CREATE-012")["cases"]))["evidence"]
    assert all((tmp_path / path).is_file() for path in evidence)
