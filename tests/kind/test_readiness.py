"""What a cluster lacks until it is ready, on which node, by played answers of an API server."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.cluster.api import Api
from dualstack.families import Family
from dualstack.kind.readiness import lacking_nodes, missing

NO_CNI = "container runtime network not ready: cni plugin not initialized"
FAMILIES = (Family.IPV4, Family.IPV6)


def node(name: str, **changes: Any) -> dict[str, Any]:
    """A node that is Ready and has both families."""
    condition = {"type": "Ready", "status": changes.get("ready", "True"), "message": changes.get("message", "")}
    addresses = changes.get("addresses", ["172.18.0.2", "fc00::2"])
    return {
        "metadata": {"name": name},
        "spec": {"podCIDRs": changes.get("ranges", ["10.244.0.0/24", "fd00:10:244::/64"])},
        "status": {
            "conditions": [condition],
            "addresses": [{"type": "InternalIP", "address": address} for address in addresses],
        },
    }


def daemon(name: str, wanted: int, ready: int) -> dict[str, Any]:
    """A DaemonSet whose status says this."""
    return {"metadata": {"name": name}, "status": {"desiredNumberScheduled": wanted, "numberReady": ready}}


DNS = {"metadata": {"name": "coredns"}, "spec": {"replicas": 2}, "status": {"availableReplicas": 2}}


def looked(monkeypatch: pytest.MonkeyPatch, nodes: list[dict[str, Any]], **changes: Any) -> Api:
    """An API server with these nodes, and a proxy, a network plugin and DNS that are ready but for the changes."""
    count = len(nodes)
    answers = {
        "nodes": nodes,
        "daemonsets": [daemon("kube-proxy", count, count), daemon("kindnet", count, count)],
        "deployments": [DNS],
        **changes,
    }
    monkeypatch.setattr(Api, "items", lambda self, path, **more: iter(answers[path.rpartition("/")[2]]))
    service = type("Answer", (), {"accepted": changes.get("service", True)})
    monkeypatch.setattr(Api, "get", lambda self, path, **more: service)
    return Api.__new__(Api)


def test_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is missing."""
    assert missing(looked(monkeypatch, [node("one")]), FAMILIES, 1) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ready": "False", "message": NO_CNI}, f"node two is not Ready: {NO_CNI}"),
        ({"addresses": ["172.18.0.3"]}, "node two has no IPv6 InternalIP"),
        ({"ranges": ["fd00:10:244:1::/64"]}, "node two has no IPv4 Pod CIDR"),
    ],
)
def test_what_a_node_lacks(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], said: str) -> None:
    """The node is named, and what it says of itself."""
    assert missing(looked(monkeypatch, [node("one"), node("two", **changes)]), FAMILIES, 2) == [said]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"daemonsets": [daemon("kube-proxy", 2, 1), daemon("kindnet", 2, 2)]}, ["DaemonSet kube-proxy: 1 of 2 ready"]),
        ({"daemonsets": [daemon("kube-proxy", 1, 1), daemon("kindnet", 2, 2)]}, ["DaemonSet kube-proxy: 1 of 2 ready"]),
        ({"daemonsets": [daemon("kube-proxy", 2, 2), daemon("kindnet", 0, 0)]}, ["DaemonSet kindnet: 0 of 0 ready"]),
        ({"daemonsets": []}, ["there is no DaemonSet kube-proxy", "there is no DaemonSet of a network plugin"]),
        ({"deployments": [DNS | {"status": {}}]}, ["Deployment coredns: 0 of 2 available"]),
        ({"deployments": []}, ["there is no Deployment coredns"]),
        ({"service": False}, ["there is no Service default/kubernetes"]),
    ],
)
def test_what_the_cluster_lacks(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], said: list[str]) -> None:
    """Proxy on every node, network plugin, DNS, Service of the API server: each must be there, and ready."""
    assert missing(looked(monkeypatch, [node("one"), node("two")], **changes), FAMILIES, 2) == said


def test_nodes_that_have_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted: they have no names yet."""
    assert missing(looked(monkeypatch, [node("one")]), FAMILIES, 3) == ["2 of 3 nodes have not joined"]


def test_of_somebody_elses_cluster_nodes_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its families are for the run to judge, its workloads its own affair."""
    single = node("one", addresses=["172.18.0.3"], ranges=["10.244.0.0/24"])
    assert lacking_nodes(looked(monkeypatch, [single], daemonsets=[])) == []
    bare = [node("one", ready="False", message=NO_CNI)]
    assert lacking_nodes(looked(monkeypatch, bare)) == [f"node one is not Ready: {NO_CNI}"]
    assert lacking_nodes(looked(monkeypatch, [])) == ["no node has joined"]
