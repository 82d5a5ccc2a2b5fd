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


def looked(monkeypatch: pytest.MonkeyPatch, nodes: list[dict[str, Any]], ready: int = 1) -> Api:
    """An API server with these nodes, a DaemonSet of which so many are ready, and a Deployment that is."""
    proxy = {
        "metadata": {"name": "kube-proxy"},
        "status": {"desiredNumberScheduled": 1, "numberReady": ready},
    }
    dns = {"metadata": {"name": "coredns"}, "spec": {"replicas": 2}, "status": {"availableReplicas": 2}}
    answers = {"nodes": nodes, "daemonsets": [proxy], "deployments": [dns]}
    monkeypatch.setattr(Api, "items", lambda self, path, **more: iter(answers[path.rpartition("/")[2]]))
    monkeypatch.setattr(Api, "get", lambda self, path, **more: type("Answer", (), {"accepted": True}))
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


def test_what_the_cluster_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes that have not joined, and workloads."""
    lacking = missing(looked(monkeypatch, [node("one")], ready=0), FAMILIES, 3)
    assert lacking == ["2 of 3 nodes have not joined", "DaemonSet kube-proxy: 0 of 1 ready"]


def test_of_somebody_elses_cluster_nodes_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its families are for the run to judge, its workloads its own affair."""
    single = node("one", addresses=["172.18.0.3"], ranges=["10.244.0.0/24"])
    assert lacking_nodes(looked(monkeypatch, [single], ready=0)) == []
    bare = [node("one", ready="False", message=NO_CNI)]
    assert lacking_nodes(looked(monkeypatch, bare)) == [f"node one is not Ready: {NO_CNI}"]
    assert lacking_nodes(looked(monkeypatch, [])) == ["no node has joined"]
