"""Clusters that lack something: what hangs on it does not apply or is not run, with one reason, and nothing fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack import assets
from dualstack.emulator import proxying
from dualstack.emulator.rules import pod_security_levels
from dualstack.emulator.rules.pod_security_levels import Policy
from tests.command.commanding import WITHOUT_MATRIX, Ended, run
from tests.command.hosting import RUNNER, Hosted, hosted
from tests.emulator.api import MERGE

NODES = "/api/v1/nodes"
TRAFFIC = "CONN-002"
"""Pods of different nodes reach each other."""
ENVIRONMENT = "POD-024"
"""A container is asked for its environment."""


def judged(cluster: Hosted, folder: Path, ids: str, *options: str) -> Ended:
    """A run of some requirements, which are an API requirement that always passes and these."""
    only = f"--dualstack-only=SVC-CREATE-001,{ids}"
    options = (WITHOUT_MATRIX, "--dualstack-report=report.json", *options)
    ended = run(folder / "run", "-n0", *cluster.options, only, *options)
    assert ended.outcomes["SVC-CREATE-001"] == "passed", ended.shown
    assert "Traceback" not in ended.shown
    return ended


def reason(ended: Ended, id: str) -> str:
    """Why a requirement was not judged."""
    return str(ended.entry(id)["reason"])


def change_nodes(cluster: Hosted, path: str, change: dict[str, Any], names: list[str]) -> None:
    """Patch some nodes."""
    for name in names:
        assert cluster.api("PATCH", f"{NODES}/{name}{path}", change, MERGE).code == 200


def test_host_network_is_forbidden(tmp_path: Path) -> None:
    """What needs Pods in the network of their node does not apply, with the words of the cluster; Pods are judged."""
    with hosted(tmp_path, (pod_security_levels.enforced, lambda labels: Policy("baseline"))) as cluster:
        ended = judged(cluster, tmp_path, f"HOST-001,POD-001,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert ended.outcomes == {
        "SVC-CREATE-001": "passed", "HOST-001": "unsupported", "POD-001": "passed", TRAFFIC: "passed",
    }  # fmt: skip
    assert re.search(r'violates PodSecurity "baseline:latest": host namespaces', reason(ended, "HOST-001"))


def test_no_node_can_be_scheduled(tmp_path: Path) -> None:
    """With every node cordoned the API is judged all the same, and one reason stands for the rest."""
    with hosted(tmp_path) as cluster:
        change_nodes(cluster, "", {"spec": {"unschedulable": True}}, cluster.names(NODES))
        ended = judged(cluster, tmp_path, f"POD-001,EPS-001,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert {ended.outcomes[id] for id in ("POD-001", "EPS-001", TRAFFIC)} == {"unsupported"}
    assert "0 ready nodes that take Pods; 3 more are cordoned or not of Linux" in reason(ended, TRAFFIC)


def test_nodes_of_windows_are_left_out(tmp_path: Path) -> None:
    """Nothing is put on a Windows node; the others are judged as ever."""
    with hosted(tmp_path) as cluster:
        other = cluster.names(NODES)[-1]
        change_nodes(cluster, "/status", {"status": {"nodeInfo": {"operatingSystem": "windows"}}}, [other])
        ended = judged(cluster, tmp_path, f"POD-001,NODE-001,{TRAFFIC}", "--dualstack-keep")
        pods = [pod for pod in cluster.api.stored("/api/v1/pods")["items"] if "-bed" in pod["metadata"]["namespace"]]

    assert ended.code == 0, ended.shown
    assert set(ended.outcomes.values()) == {"passed"}
    assert pods
    assert other not in {pod["spec"]["nodeName"] for pod in pods}


def test_one_node(tmp_path: Path) -> None:
    """What takes two nodes does not apply; the one that is there is judged, though it is the control plane."""
    with hosted(tmp_path, nodes=1) as cluster:
        ended = judged(cluster, tmp_path, f"POD-001,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert (ended.outcomes["POD-001"], ended.outcomes[TRAFFIC]) == ("passed", "unsupported")
    assert reason(ended, TRAFFIC) == "needs two-nodes: 1 ready node"


def test_addresses_of_nodes(tmp_path: Path) -> None:
    """A node may report its name only, addresses outside only, or several of a family: others stand for the first."""
    with hosted(tmp_path) as cluster:
        first, second, third = cluster.names(NODES)
        inside = {name: cluster.api.stored(f"{NODES}/{name}")["status"]["addresses"] for name in (second, third)}
        outside = [{**entry, "type": "ExternalIP"} for entry in inside[second] if entry["type"] == "InternalIP"]
        more = [{"type": "InternalIP", "address": address} for address in ("172.31.0.9", "fd00:31::9")]
        reported = {first: [{"type": "Hostname", "address": first}], second: outside, third: [*inside[third], *more]}
        for name, addresses in reported.items():
            # A patch would merge the list by type.
            body = cluster.api.stored(f"{NODES}/{name}")
            body["status"]["addresses"] = addresses
            assert cluster.api("PUT", f"{NODES}/{name}/status", body).code == 200
        ended = judged(
            cluster, tmp_path, f"NP-006,NP-007,NP-011,HOST-003,EGR-001,CONN-030,{TRAFFIC}", "--dualstack-keep"
        )
        pods = [pod for pod in cluster.api.stored("/api/v1/pods")["items"] if "-bed" in pod["metadata"]["namespace"]]

    assert ended.code == 0, ended.shown
    assert set(ended.outcomes.values()) == {"passed"}
    assert {pod["spec"]["nodeName"] for pod in pods} == {second, third}


def test_names_of_nodes_only(tmp_path: Path) -> None:
    """Where no node reports an address, what is asked of node ports does not apply; Pods are judged."""
    with hosted(tmp_path) as cluster:
        for name in cluster.names(NODES):
            body = cluster.api.stored(f"{NODES}/{name}")
            body["status"]["addresses"] = [{"type": "Hostname", "address": name}]
            assert cluster.api("PUT", f"{NODES}/{name}/status", body).code == 200
        ended = judged(cluster, tmp_path, f"NP-006,NP-007,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert (ended.outcomes["NP-006"], ended.outcomes[TRAFFIC]) == ("unsupported", "passed")
    assert reason(ended, "NP-007") == "no node reports an address, only names"


def test_no_dns(tmp_path: Path) -> None:
    """Where Pods are told of no DNS of the cluster, what is asked of it does not apply."""
    with hosted(tmp_path) as cluster:
        for path in ("/api/v1/namespaces/kube-system/services/kube-dns",
                     "/apis/apps/v1/namespaces/kube-system/deployments/coredns"):  # fmt: skip
            assert cluster.api("DELETE", path).code == 200
        ended = judged(cluster, tmp_path, f"DNS-001,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert (ended.outcomes["DNS-001"], ended.outcomes[TRAFFIC]) == ("unsupported", "passed")
    assert reason(ended, "DNS-001") == "Pods are not told of a DNS of the cluster"


def expect_told_once(ended: Ended, ids: list[str], told: str) -> None:
    """One of these says what is wrong, as an error; the others are not run because of it; none of them fails."""
    outcomes = sorted(ended.outcomes[id] for id in ids)

    assert ended.code == 5, ended.shown
    assert outcomes == ["error", *["not-run"] * (len(ids) - 1)]
    assert all(told in reason(ended, id) for id in ids)


def test_an_image_that_cannot_be_pulled(tmp_path: Path) -> None:
    """It is told once, with the events quoted, in seconds; what needs no Pods is judged."""
    image = "example.invalid/agnhost:1"
    with hosted(tmp_path) as cluster:
        ended = judged(cluster, tmp_path, f"NODE-001,POD-001,DNS-001,{TRAFFIC}", f"--dualstack-agnhost-image={image}")

    expect_told_once(ended, ["POD-001", "DNS-001", TRAFFIC], f'(Failed: Failed to pull image "{image}": not found)')
    assert ended.outcomes["NODE-001"] == "passed"
    assert ended.report["run"]["seconds"] < 60


def test_a_closed_pod_proxy(tmp_path: Path) -> None:
    """Where the API server does not lead to Pods they are asked by commands in them, and everything is judged."""
    with hosted(tmp_path, (proxying.relays_to_pod, lambda pod: False)) as cluster:
        ended = judged(cluster, tmp_path, f"POD-001,POD-015,{ENVIRONMENT},DNS-001,CONN-016,HOST-002,{TRAFFIC}")

    assert ended.code == 0, ended.shown
    assert set(ended.outcomes.values()) == {"passed"}


def test_no_way_to_pods(tmp_path: Path) -> None:
    """Where Pods cannot be asked in either way, that is told once; what only looks at them is judged."""
    closed = [(rule, lambda pod: False) for rule in (proxying.relays_to_pod, proxying.runs_commands)]
    with hosted(tmp_path, *closed) as cluster:
        ended = judged(cluster, tmp_path, f"POD-001,{ENVIRONMENT},DNS-001,{TRAFFIC}")

    expect_told_once(ended, [ENVIRONMENT, "DNS-001", TRAFFIC], "the Pod proxy does not lead to pod-0")
    expect_told_once(ended, [ENVIRONMENT, "DNS-001", TRAFFIC], "error dialing backend: dial tcp: i/o timeout")
    assert ended.outcomes["POD-001"] == "passed"


class Closed(Policy):
    """Forbids the Pods of the suite, and nobody else's."""

    def forbids(self, spec: dict[str, Any], served: tuple[int, int]) -> str:
        """What is said of them."""
        return "a quota" if spec["containers"][0]["name"] == "netexec" else ""


def test_no_pods_may_be_made(tmp_path: Path) -> None:
    """Where the cluster forbids the Pods of the suite, its words are told once; the API and nodes are judged."""
    with hosted(tmp_path, (pod_security_levels.enforced, lambda labels: Closed("baseline"))) as cluster:
        ended = judged(cluster, tmp_path, f"NODE-001,POD-001,EPS-001,DNS-001,{TRAFFIC}")

    expect_told_once(
        ended, ["POD-001", "EPS-001", "DNS-001", TRAFFIC], 'violates PodSecurity "baseline:latest": a quota'
    )
    assert ended.outcomes["NODE-001"] == "passed"


@pytest.mark.parametrize("spread", ["-n0", "-n2"])
def test_namespaces_may_not_be_made(tmp_path: Path, spread: str) -> None:
    """Who may not make namespaces is told so before anything is made, with the file that grants it."""
    roles = list(yaml.safe_load_all((assets.root() / "manifests" / "rbac.yaml").read_text(encoding="utf-8")))
    role = next(found for found in roles if found["kind"] == "ClusterRole")
    for rule in role["rules"]:
        if "namespaces" in rule["resources"]:
            rule["verbs"] = [verb for verb in rule["verbs"] if verb != "create"]
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "runner"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role["metadata"]["name"]},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "runner"}],
    }  # fmt: skip
    with hosted(tmp_path, rbac=True, token=RUNNER) as cluster:
        for plural, body in (("clusterroles", role), ("clusterrolebindings", binding)):
            assert cluster.api("POST", f"/apis/rbac.authorization.k8s.io/v1/{plural}", body).code == 201
        before = cluster.names("/api/v1/namespaces")
        ended = run(tmp_path / "run", spread, *cluster.options, f"--dualstack-only={TRAFFIC}")
        after = cluster.names("/api/v1/namespaces")

    assert ended.code == 4, ended.shown
    assert "may not, in all namespaces: create namespaces" in ended.err
    assert "manifests/rbac.yaml" in ended.err
    assert before == after
