"""Runs on a played kind that end before a verdict, or with a bad one: what they leave, and what they say."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from dualstack.errors import UsageProblem
from dualstack.kind.config import find, read
from dualstack.kind.creation import failed, fits
from dualstack.kind.diagnosis import COMMANDS
from dualstack.kind.engine import Engine
from dualstack.kind.machine import Machine
from tests.command.commanding import Served, ended, run
from tests.kind.judging import begun, behind_kind, judged, on_path
from tests.kind.playing_kind import Played, played, played_engine

CONFIG = "--dualstack-kind-config=dual-ipv4-first"


@pytest.fixture(scope="module")
def cluster_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The cluster behind the played kind."""
    with behind_kind(tmp_path_factory.mktemp("served")) as cluster:
        yield cluster


def test_a_creation_that_fails_half_way(tmp_path: Path) -> None:
    """The logs of the nodes that are there are kept, and the message says where; then they are deleted."""
    kind = played(
        tmp_path / "bin",
        half=["x-worker"],
        logs={"x-worker/kubelet.log": "why\n"},
        fails={"create cluster": "ERROR: x"},
    )
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")
    (place,) = (tmp_path / "run").glob("dualstack-out/*/evidence/kind")

    assert result.code == 4, result.shown
    assert f"the logs of its nodes are in {place}" in result.shown
    assert (place / "logs" / "x-worker" / "kubelet.log").read_text() == "why\n"
    assert kind.commands() == ["create cluster", "export logs", "delete cluster"]


def test_a_failed_creation_is_told_and_cleaned_up(tmp_path: Path) -> None:
    """The last lines of kind and a cure; no logs are spoken of where no node was made; what was begun is deleted."""
    kind = played(tmp_path / "bin", fails={"create cluster": "ERROR: failed to pull image node:1"})
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 4, result.shown
    assert "failed to pull image node:1" in result.shown
    assert "--dualstack-kind-image" in result.shown
    assert "logs" not in result.shown
    assert not (tmp_path / "run" / "dualstack-out").exists()
    assert kind.commands() == ["create cluster", "delete cluster"]


def test_a_cluster_that_never_is_ready_says_what_is_missing(cluster_up: Served, tmp_path: Path) -> None:
    """A configuration with more nodes than there are: the bound, what lacks, and no cluster left."""
    file = tmp_path / "four.yaml"
    file.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{}, {}, {}, {}]\n")
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    result = judged(tmp_path, kind, f"--dualstack-kind-config={file}", "--dualstack-patience=0.01")

    assert result.code == 4, result.shown
    assert "1 of 4 nodes have not joined" in result.shown
    assert kind.commands()[-1] == "delete cluster"


def test_a_creation_that_hangs_has_a_bound(cluster_up: Served, tmp_path: Path) -> None:
    """What kind said until then, the bound, and no cluster left."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, takes={"create cluster": 60})
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first", "--dualstack-patience=0.002")

    assert result.code == 4, result.shown
    assert "Creating cluster ..." in result.shown
    assert "no answer within 1.8 s" in result.shown
    assert kind.commands()[-1] == "delete cluster"


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("ERROR: failed to create cluster: unknown apiVersion: kind.x-k8s.io/v1alpha9", "correct the configuration"),
        ("ERROR: failed to create cluster: unable to decode config: field x not found", "correct the configuration"),
        ("ERROR: failed to create cluster: invalid kubeProxyMode: x", "correct the configuration"),
        ("ERROR: failed to create cluster: must have at least one control-plane node", "correct the configuration"),
        ("sysctl: /proc/sys/net/ipv6/conf/all/disable_ipv6: no such file", "switch IPv6 on in the kernel"),
        ("something nobody knows", "`dualstack doctor` looks for what is in the way"),
    ],
)
def test_the_cure_follows_the_words_of_kind(said: str, cure: str) -> None:
    """As far as they tell what is wrong."""
    problem = failed(said, "; logs")

    assert said in problem.culprit
    assert problem.cure.startswith(cure)
    assert problem.cure.endswith("; logs")


def begins(command: str) -> Any:
    """A condition: kind has been asked this."""
    return lambda kind: command in kind.commands()


FOUR = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{}, {}, {}, {}]\n"


@pytest.mark.parametrize(
    ("moment", "takes", "nodes"),
    [
        ("create cluster", {"create cluster": 30}, 3),
        ("load docker-image", {"load docker-image": 30}, 3),
        ("create cluster", {}, 4),
    ],
    ids=["while it is made", "while images are loaded", "while it becomes ready"],
)
def test_ctrl_c(cluster_up: Served, tmp_path: Path, moment: str, takes: dict[str, int], nodes: int) -> None:
    """What kind does is ended, the cluster deleted, no folder stays, and the exit code is 2."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, takes=takes)
    played_engine(kind.folder, answers={"image inspect": (0, "sha256:1"), "network inspect": (0, "[]")})
    (tmp_path / "four.yaml").write_text(FOUR)
    config = CONFIG if nodes == 3 else f"--dualstack-kind-config={tmp_path / 'four.yaml'}"
    command = begun(tmp_path, kind, begins(moment), config, "--dualstack-agnhost-image=agnhost:1")
    if not takes:
        time.sleep(1.0)  # the fourth node never comes
    os.killpg(command.pid, signal.SIGINT)
    result = ended(command, tmp_path / "run")

    assert result.code == 2, result.shown
    assert "deleting the kind cluster" in result.out
    assert kind.commands()[-1] == "delete cluster"
    assert list((tmp_path / "run" / "tmp").glob("dualstack-run-*")) == []


def test_ctrl_c_does_not_hurry_a_deletion(cluster_up: Served, tmp_path: Path) -> None:
    """It goes on to its end."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, takes={"delete cluster": 2})
    command = begun(tmp_path, kind, begins("delete cluster"), CONFIG)
    os.killpg(command.pid, signal.SIGINT)
    result = ended(command, tmp_path / "run")

    assert (kind.folder / "deleted").exists(), result.shown
    assert "Traceback" not in result.shown
    assert list((tmp_path / "run" / "tmp").glob("dualstack-run-*")) == []


def test_clean_deletes_what_a_killed_run_left(cluster_up: Served, tmp_path: Path) -> None:
    """After kill -9, ``dualstack clean`` takes the cluster back."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, takes={"create cluster": 30})
    command = begun(tmp_path, kind, begins("create cluster"), CONFIG)
    os.killpg(command.pid, signal.SIGKILL)
    ended(command, tmp_path / "run")
    cleaned = run(tmp_path / "run", "clean", PATH=on_path(kind))

    assert cleaned.code == 0, cleaned.shown
    assert kind.commands()[-1] == "delete cluster"


def test_two_runs_at_once_have_names_of_their_own(cluster_up: Served, tmp_path: Path) -> None:
    """Each makes and deletes its own cluster, and no other."""
    kinds, commands = [], []
    for number in ("one", "two"):
        (tmp_path / number).mkdir()
        kinds.append(played(tmp_path / number / "bin", cluster_up.kubeconfig, takes={"create cluster": 2}))
        commands.append(begun(tmp_path / number, kinds[-1], begins("create cluster"), CONFIG))
    results = [ended(command, tmp_path) for command in commands]
    made = [named(kind, "create") for kind in kinds]

    assert [result.code for result in results] == [0, 0], results[0].shown + results[1].shown
    assert len({*made[0], *made[1]}) == 2
    assert made == [named(kind, "delete") for kind in kinds]


def named(kind: Played, verb: str) -> list[str]:
    """The clusters that kind was asked to create or delete."""
    return [words[words.index("--name") + 1] for words in kind.asked if words[0] == verb]


def test_a_failure_keeps_what_the_nodes_say(tmp_path: Path) -> None:
    """A requirement that fails: state and logs of each node are evidence, and the cluster is deleted afterwards."""
    with behind_kind(tmp_path / "served", "--defect", "service-create/dual-stack-by-default") as cluster:
        kind = played(
            tmp_path / "bin", cluster.kubeconfig, half=["x-worker"], logs={"x-worker/kubelet.log": "token: geheim99\n"}
        )
        played_engine(kind.folder, answers={"exec": (0, "table ip kube-proxy"), "network inspect": (0, "[]")})
        result = judged(tmp_path, kind, CONFIG)
    (place,) = (tmp_path / "run").glob("dualstack-out/*/evidence/kind")

    assert result.code == 1, result.shown
    assert {file.name for file in (place / "x-worker").iterdir()} == {*COMMANDS}
    assert (place / "logs" / "x-worker" / "kubelet.log").read_text() == "token: [cut]\n"
    assert kind.commands() == ["create cluster", "export logs", "delete cluster"]


def test_evidence_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The verdict stands, and the cluster is deleted all the same."""
    with behind_kind(tmp_path / "served", "--defect", "service-create/dual-stack-by-default") as cluster:
        kind = played(tmp_path / "bin", cluster.kubeconfig, half=["x-worker"])
        played_engine(kind.folder, answers={"exec": (0, ""), "network inspect": (0, "[]")})
        evidence = tmp_path / "evidence"
        evidence.mkdir()
        (evidence / "kind").write_text("a file is in the way")
        result = judged(tmp_path, kind, CONFIG, f"--dualstack-evidence={evidence}")

    assert result.code == 1, result.shown
    assert "what the nodes say could not be kept" in result.out
    assert kind.commands()[-1] == "delete cluster"


def test_logs_of_a_failed_creation_that_cannot_be_written(tmp_path: Path) -> None:
    """What kind said is told, and why there are no logs; the cluster is deleted all the same."""
    kind = played(tmp_path / "bin", half=["x-worker"], fails={"create cluster": "ERROR: x"})
    played_engine(kind.folder, answers={"exec": (0, ""), "network inspect": (0, "[]")})
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "kind").write_text("a file is in the way")
    result = judged(tmp_path, kind, CONFIG, f"--dualstack-evidence={evidence}")

    assert result.code == 4, result.shown
    assert "ERROR: x" in result.err
    assert "the logs of its nodes could not be kept: " in result.err
    assert "Traceback" not in result.shown
    assert kind.commands()[-1] == "delete cluster"


@pytest.mark.parametrize(
    ("config", "kernel", "refused"),
    [("single-ipv6", "6.1.0", True), ("single-ipv6", "other", False), ("single-ipv4", "6.1.0", False)],
)
def test_a_kernel_without_ipv6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, kernel: str, refused: bool
) -> None:
    """It is told before anything is made, where the engine runs on it and IPv6 is needed."""
    played_engine(tmp_path / "bin", answers={"info": (0, kernel)})
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("platform.release", lambda: "6.1.0")
    expected = pytest.raises(UsageProblem, match="this kernel has none") if refused else nullcontext()
    with expected:
        fits(read(find(config)), Engine("docker"), Machine(tmp_path, kernel="6.1.0"))
