"""The columns of ``kubectl get``: those of a real API server, and what it says in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.api import MERGE, STRATEGIC, Api
from tests.emulator.test_machines import PODS, Clock, cluster, pod

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
APPS = "/apis/apps/v1/namespaces/default"
PATHS = {
    "pods": PODS,
    "deployments": f"{APPS}/deployments",
    "replicasets": f"{APPS}/replicasets",
    "statefulsets": f"{APPS}/statefulsets",
    "daemonsets": f"{APPS}/daemonsets",
    "nodes": "/api/v1/nodes",
    "endpointslices": "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
    "events": "/api/v1/namespaces/default/events",
}
RECORDED = {
    "pods": "Name Ready Status Restarts Age IP* Node* Nominated_Node* Readiness_Gates*",
    "deployments": "Name Ready Up-to-date Available Age Containers* Images* Selector*",
    "replicasets": "Name Desired# Current# Ready# Age Containers* Images* Selector*",
    "statefulsets": "Name Ready Age Containers* Images*",
    "daemonsets": "Name Desired# Current# Ready# Up-to-date# Available# Node_Selector Age "
    "Containers* Images* Selector*",
    "nodes": "Name Status Roles Age Version Internal-IP* External-IP* OS-Image* Kernel-Version* Container-Runtime*",
    "endpointslices": "Name AddressType Ports Endpoints Age",
    "events": "Last_Seen Type Reason Object Subobject* Source* Message First_Seen* Count* Name*",
}
"""The columns of kube-apiserver 1.36.2: ``*`` only with ``-o wide``, ``#`` a number."""


def table(api: Api, plural: str) -> list[dict[str, Any]]:
    """The rows of a table, by column."""
    body = api("GET", PATHS[plural], accept=TABLE).body
    names = [column["name"] for column in body["columnDefinitions"]]
    return [dict(zip(names, row["cells"], strict=True)) for row in body["rows"]]


def row(api: Api, name: str = "one") -> dict[str, Any]:
    """The row of a Pod."""
    [found] = [found for found in table(api, "pods") if found["Name"] == name]
    return found


def workload(**spec: Any) -> dict[str, Any]:
    """Something that makes Pods of two containers."""
    labels = {"app": "x"}
    containers = [{"name": "c", "image": "agnhost"}, {"name": "d", "image": "other"}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {"metadata": {"name": "made"}, "spec": {"selector": {"matchLabels": labels}, "template": template} | spec}


@pytest.mark.parametrize("plural", RECORDED)
def test_the_columns_are_those_of_a_real_server(plural: str) -> None:
    """Names, types and priorities."""
    columns = cluster()("GET", PATHS[plural], accept=TABLE).body["columnDefinitions"]
    shown = [
        column["name"].replace(" ", "_") + ("#" if column["type"] == "integer" else "") + "*" * column["priority"]
        for column in columns
    ]

    assert " ".join(shown) == RECORDED[plural]


@pytest.mark.parametrize(
    ("spec", "ready", "status"),
    [
        ({}, "1/1", "Running"),
        (
            {"containers": [{"name": "c", "image": "example.invalid/x"}, {"name": "d", "image": "y"}]},
            "0/2",
            "ErrImagePull",
        ),
        (
            {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x", "command": ["true"]}]},
            "0/1",
            "Completed",
        ),
        ({"nodeSelector": {"no": "where"}}, "0/1", "Pending"),
        ({"schedulingGates": [{"name": "a/b"}]}, "0/1", "SchedulingGated"),
    ],
    ids=["running", "no image", "ended", "no node", "gated"],
)
def test_the_status_of_a_pod_is_what_holds_it_back(spec: dict[str, Any], ready: str, status: str) -> None:
    """As ``kubectl get pods`` shows it."""
    api = cluster()
    api("POST", PODS, pod(**spec))
    shown = row(api)

    assert (shown["Ready"], shown["Status"], shown["Restarts"]) == (ready, status, "0")


def test_a_pod_that_ends_is_terminating() -> None:
    """Until it is gone; one that was started again says when."""
    clock = Clock()
    api = cluster(clock=clock)
    hook = {"preStop": {"sleep": {"seconds": 5}}}
    container = {"name": "c", "image": "agnhost", "args": ["netexec"], "lifecycle": hook}
    api("POST", PODS, pod(containers=[container]))
    api("GET", f"{PODS}/one:8080/proxy/exit", code="1")
    clock.now += 7
    restarts = row(api)["Restarts"]
    api("DELETE", f"{PODS}/one")

    assert restarts == "1 (7s ago)"
    assert row(api)["Status"] == "Terminating"


def test_what_wide_adds_to_a_pod() -> None:
    """Its first address, its node, and how many of its readiness gates hold; no address where it has none."""
    api = cluster()
    gates = [{"conditionType": f"example.com/{name}"} for name in "ab"]
    api("POST", PODS, pod(readinessGates=gates))
    api("POST", PODS, pod("gone", nodeSelector={"no": "where"}))
    change = {"status": {"conditions": [{"type": "example.com/a", "status": "True"}]}}
    api("PATCH", f"{PODS}/one/status", change, STRATEGIC)
    stored, shown, other = api.stored(f"{PODS}/one"), row(api), row(api, "gone")

    assert (shown["IP"], shown["Node"]) == (stored["status"]["podIPs"][0]["ip"], stored["spec"]["nodeName"])
    assert (shown["Readiness Gates"], shown["Nominated Node"]) == ("1/2", "<none>")
    assert (other["IP"], other["Node"], other["Readiness Gates"]) == ("<none>", "<none>", "<none>")


def test_workloads_count_their_pods() -> None:
    """Deployments, their ReplicaSets, StatefulSets and DaemonSets, with containers, images and selectors."""
    api = cluster()
    for plural, spec in (("deployments", {"replicas": 2}), ("statefulsets", {"replicas": 2, "serviceName": "x"}),
                         ("daemonsets", {})):  # fmt: skip
        assert api("POST", PATHS[plural], workload(**spec)).code == 201
    [deployment], [replicas], [stateful], [daemons] = (
        table(api, plural) for plural in ("deployments", "replicasets", "statefulsets", "daemonsets")
    )
    made = {"Containers": "c,d", "Images": "agnhost,other"}

    assert deployment.items() >= {"Ready": "2/2", "Up-to-date": 2, "Available": 2, "Selector": "app=x", **made}.items()
    assert replicas.items() >= {"Desired": 2, "Current": 2, "Ready": 2, **made}.items()
    assert replicas["Selector"].startswith("app=x,pod-template-hash=")
    assert stateful.items() >= {"Ready": "2/2", **made}.items()
    counts = dict.fromkeys(("Desired", "Current", "Ready", "Up-to-date", "Available"), 2)
    assert daemons.items() >= {**counts, "Node Selector": "<none>", "Selector": "app=x", **made}.items()


def test_nodes_tell_their_state() -> None:
    """Role, first address, and whether they are cordoned."""
    api = cluster()
    api("PATCH", "/api/v1/nodes/emulated-worker", {"spec": {"unschedulable": True}}, MERGE)
    nodes = {shown["Name"]: shown for shown in table(api, "nodes")}

    assert nodes["emulated-control-plane"]["Roles"] == "control-plane"
    assert nodes["emulated-worker"]["Status"] == "Ready,SchedulingDisabled"
    assert nodes["emulated-worker"]["Internal-IP"] == "172.18.0.3"


def test_events_tell_about_whom() -> None:
    """What could not be pulled, by whom it is told."""
    api = cluster()
    api("POST", PODS, pod(containers=[{"name": "c", "image": "example.invalid/x"}]))
    [event] = table(api, "events")

    assert (event["Type"], event["Reason"], event["Object"], event["Source"]) == (
        "Warning",
        "Failed",
        "pod/one",
        "kubelet",
    )
    assert event["Message"] == 'Failed to pull image "example.invalid/x": not found'
