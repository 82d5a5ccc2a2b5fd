"""Nodes, kubelets and the scheduler: Pods get a node, addresses and a status, and end."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Family, Shape, family_of
from tests.emulator.api import STRATEGIC, Api

PODS = "/api/v1/namespaces/default/pods"
GATE = "example.com/open"


class Clock:
    """Time that goes only when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def cluster(shape: Shape = Shape.DUAL_V4, **options: Any) -> Api:
    """A cluster with machines."""
    return Api(EmulatedCluster(shape, seed=1, nodes=3, **options))


def pod(name: str = "one", **spec: Any) -> dict[str, Any]:
    """A Pod with one container."""
    containers = spec.pop("containers", [{"name": "main", "image": "agnhost"}])
    return {"metadata": {"name": name, "labels": {"app": "x"}}, "spec": {"containers": containers, **spec}}


@pytest.mark.parametrize("shape", list(Shape))
def test_nodes_have_the_families_of_the_shape(shape: Shape) -> None:
    """Addresses and Pod ranges are one of each family, the primary one first; the control plane is tainted."""
    nodes = cluster(shape).stored("/api/v1/nodes")["items"]

    assert [node["metadata"]["name"] for node in nodes] == [
        "emulated-control-plane",
        "emulated-worker",
        "emulated-worker2",
    ]
    for node in nodes:
        internal = [entry["address"] for entry in node["status"]["addresses"] if entry["type"] == "InternalIP"]
        assert [family_of(address) for address in internal] == list(shape.families)
        assert [family_of(network) for network in node["spec"]["podCIDRs"]] == list(shape.families)
        assert node["spec"]["podCIDR"] == node["spec"]["podCIDRs"][0]
    assert [bool(node["spec"].get("taints")) for node in nodes] == [True, False, False]


@pytest.mark.parametrize("shape", list(Shape))
def test_a_pod_runs_with_an_address_of_each_family(shape: Shape) -> None:
    """It is on a worker, ready, with the addresses in the order of its host."""
    api = cluster(shape)
    assert api("POST", PODS, pod()).code == 201
    status = api.stored(f"{PODS}/one")["status"]

    assert status["phase"] == "Running"
    assert [family_of(entry["ip"]) for entry in status["podIPs"]] == list(shape.families)
    assert status["podIP"] == status["podIPs"][0]["ip"]
    assert [family_of(entry["ip"]) for entry in status["hostIPs"]] == list(shape.families)
    assert {"type": "Ready", "status": "True"}.items() <= _condition(status, "Ready").items()


def _condition(status: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [entry for entry in status["conditions"] if entry["type"] == kind]
    return dict(found)


def test_a_pod_of_the_host_has_its_addresses() -> None:
    """With hostNetwork, the addresses are those of the node."""
    api = cluster()
    api("POST", PODS, pod(hostNetwork=True))
    status = api.stored(f"{PODS}/one")["status"]

    assert status["podIPs"] == status["hostIPs"]


def test_no_address_is_used_twice() -> None:
    """Thirty Pods have sixty addresses, and one that is ending keeps its own."""
    api = cluster()
    for number in range(30):
        api("POST", PODS, pod(f"p{number}"))
    held = [entry["ip"] for item in api.stored(PODS)["items"] for entry in item["status"]["podIPs"]]

    assert len(set(held)) == 60


def test_a_readiness_gate_holds_a_pod_back() -> None:
    """Ready follows the condition, in both directions."""
    api = cluster()
    api("POST", PODS, pod(readinessGates=[{"conditionType": GATE}]))
    seen = [_condition(api.stored(f"{PODS}/one")["status"], "Ready")["status"]]
    for value in ("True", "False"):
        change = {"status": {"conditions": [{"type": GATE, "status": value}]}}
        assert api("PATCH", f"{PODS}/one/status", change, STRATEGIC).code == 200
        seen.append(_condition(api.stored(f"{PODS}/one")["status"], "Ready")["status"])

    assert seen == ["False", "True", "False"]


def test_a_pod_ends_when_its_hook_is_done() -> None:
    """A deleted Pod stays for its preStop sleep, and is gone at once if forced."""
    clock = Clock()
    api = cluster(clock=clock)
    hook = {"preStop": {"sleep": {"seconds": 5}}}
    for name in ("slow", "forced"):
        api("POST", PODS, pod(name, containers=[{"name": "main", "image": "agnhost", "lifecycle": hook}]))
    api("DELETE", f"{PODS}/slow")
    api("DELETE", f"{PODS}/forced", {"gracePeriodSeconds": 0})
    at_once = {item["metadata"]["name"]: item["metadata"].get("deletionTimestamp") for item in _items(api)}
    clock.now += 5
    later = [item["metadata"]["name"] for item in _items(api)]

    assert list(at_once) == ["slow"]
    assert at_once["slow"]
    assert later == []


def _items(api: Api) -> list[dict[str, Any]]:
    return list(api.stored(PODS)["items"])


def test_an_image_that_cannot_be_had_says_so() -> None:
    """The container waits with a reason, and an Event tells."""
    api = cluster()
    api("POST", PODS, pod(containers=[{"name": "main", "image": "example.invalid/nothing:1"}]))
    status = api.stored(f"{PODS}/one")["status"]
    events = api.stored("/api/v1/namespaces/default/events")["items"]

    assert status["phase"] == "Pending"
    assert status["containerStatuses"][0]["state"]["waiting"]["reason"] == "ErrImagePull"
    assert [event["reason"] for event in events] == ["Failed"]


def test_pods_go_where_they_may() -> None:
    """Taints, tolerations, selectors, anti-affinity and host ports decide; what fits nowhere is told so."""
    api = cluster()
    apart = {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "x"}}}
            ]
        }
    }
    for number in range(4):
        api("POST", PODS, pod(f"p{number}", affinity=apart, tolerations=[{"operator": "Exists"}]))
    placed = [item["spec"].get("nodeName") for item in _items(api)]
    unplaced = [item for item in _items(api) if not item["spec"].get("nodeName")]

    assert len(set(filter(None, placed))) == 3
    assert [_condition(item["status"], "PodScheduled")["reason"] for item in unplaced] == ["Unschedulable"]


def test_workloads_keep_their_pods() -> None:
    """A Deployment replaces a Pod, a StatefulSet does so under the same name, a DaemonSet is on every node."""
    api = cluster()
    body = {
        "metadata": {"name": "set"},
        "spec": {
            "replicas": 2,
            "serviceName": "set",
            "selector": {"matchLabels": {"app": "x"}},
            "template": {"metadata": {"labels": {"app": "x"}}, "spec": pod()["spec"]},
        },
    }
    apps = "/apis/apps/v1/namespaces/default"
    assert api("POST", f"{apps}/statefulsets", body).code == 201
    first = {item["metadata"]["name"]: item["metadata"]["uid"] for item in _items(api)}
    api("DELETE", f"{PODS}/set-0")
    second = {item["metadata"]["name"]: item["metadata"]["uid"] for item in _items(api)}
    status = api.stored(f"{apps}/statefulsets/set")["status"]

    assert set(first) == set(second) == {"set-0", "set-1"}
    assert first["set-0"] != second["set-0"]
    assert status["readyReplicas"] == 2
    api("DELETE", f"{apps}/statefulsets/set")
    assert _items(api) == []


def test_every_family_of_a_pod_is_of_its_node() -> None:
    """Each address lies in the node's range of its family."""
    api = cluster(Shape.DUAL_V6)
    api("POST", PODS, pod())
    item = api.stored(f"{PODS}/one")

    families = [family_of(entry["ip"]) for entry in item["status"]["podIPs"]]
    assert families == [Family.IPV6, Family.IPV4]
