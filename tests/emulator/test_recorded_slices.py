"""The emulated controllers make of the recorded Services and Pods what the real ones made of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape
from tests.emulator.api import MERGE, Api
from tests.emulator.reference import FOLDER

RECORDINGS = {"cluster_dual-v4_iptables.json": Shape.DUAL_V4, "cluster_ipv6_iptables.json": Shape.IPV6}
SPACE = "reference-bed"
PORTS = {"pod": {"http": 8080, "udp": 8081}, "host": {"http": 8083, "udp": 8084}}
SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{SPACE}/endpointslices"
NOT_RECORDED = ("uid", "resourceVersion", "creationTimestamp", "generation", "ownerReferences", "managedFields")
"""What the recordings leave out of metadata, being another thing in every cluster."""
Obj = dict[str, Any]


def recorded(name: str) -> Obj:
    """One recording; skips where it is not at hand."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not at hand: no {path}")
    data: Obj = json.loads(path.read_text())
    return data


def services_of(data: Obj) -> list[Obj]:
    """The recorded Services over the recorded Pods; those that were refused are not there."""
    found = [value for key, value in data.items() if key.startswith("service ")]
    return [value for value in found if "spec" in value and value["metadata"]["namespace"] == SPACE]


def replayed(data: Obj, shape: Shape, *, services_first: bool) -> Api:
    """A cluster with the recorded nodes, Pods and Services in it as they are."""
    api = Api(EmulatedCluster(shape, seed=1, nodes=1))
    put(api, "/api/v1/namespaces", {"metadata": {"name": SPACE}})
    for node in data["nodes"]:
        body = {"metadata": {"name": node["name"], "labels": node["labels"]}, "spec": node["spec"]}
        put(api, "/api/v1/nodes", body, {"addresses": node["addresses"]})
    for step in (put_services, put_pods) if services_first else (put_pods, put_services):
        step(api, data)
    return api


def put_services(api: Api, data: Obj) -> None:
    """The recorded Services."""
    for service in services_of(data):
        put(api, f"/api/v1/namespaces/{SPACE}/services", service)


def put_pods(api: Api, data: Obj) -> None:
    """The recorded Pods; what the recording left out is what it says of the testbed, and that they were ready."""
    for pod in data["pods"]:
        role = pod["name"].partition("-")[0]
        ports = [
            {"name": name, "containerPort": number, "protocol": "UDP" if name == "udp" else "TCP"}
            for name, number in PORTS[role].items()
        ]
        body = {
            "metadata": {"name": pod["name"], "labels": {"app": "bed", "on": role}},
            "spec": {
                "nodeName": pod["node"],
                "hostNetwork": pod["hostNetwork"],
                "containers": [{"name": "agnhost", "image": "agnhost", "ports": ports}],
            },
        }
        ready = {"conditions": [{"type": "Ready", "status": "True"}]}
        put(api, f"/api/v1/namespaces/{SPACE}/pods", body, pod["status"] | ready)


def put(api: Api, path: str, body: Obj, status: Obj | None = None) -> None:
    """Create an object, and give it a status."""
    answer = api("POST", path, body)
    assert answer.code == 201, answer.body
    if status is not None:
        answer = api("PATCH", f"{path}/{body['metadata']['name']}/status", {"status": status}, MERGE)
        assert answer.code == 200, answer.body


def as_recorded(piece: Obj) -> Obj:
    """A slice as recordings show it: less what differs between any two clusters, in an order of its own."""
    metadata = {key: value for key, value in piece["metadata"].items() if key not in NOT_RECORDED}
    # Which suffix chance gave, and when, is of no concern; that they are there is.
    metadata["name"] = metadata["name"].startswith(metadata["generateName"])
    metadata["annotations"] = sorted(metadata["annotations"])
    endpoints = None if piece["endpoints"] is None else [endpoint_as_recorded(each) for each in piece["endpoints"]]
    return {
        "metadata": metadata,
        "addressType": piece["addressType"],
        "endpoints": endpoints and sorted(endpoints, key=lambda endpoint: str(endpoint["addresses"])),
        "ports": piece["ports"],
    }


def endpoint_as_recorded(endpoint: Obj) -> Obj:
    """An endpoint without its conditions and the uid of its Pod, which recordings leave out."""
    target = {key: value for key, value in endpoint["targetRef"].items() if key != "uid"}
    return {key: value for key, value in endpoint.items() if key != "conditions"} | {"targetRef": target}


@pytest.mark.parametrize("services_first", [True, False])
@pytest.mark.parametrize("name", RECORDINGS)
def test_slices_are_those_of_the_real_controller(name: str, services_first: bool) -> None:
    """Every recorded Service has the same slices, whatever came first."""
    data = recorded(name)
    api = replayed(data, RECORDINGS[name], services_first=services_first)
    stored = api.stored(SLICES)["items"]
    expected, found = {}, {}
    for service in services_of(data):
        own = service["metadata"]["name"]
        pieces = [piece for piece in stored if piece["metadata"]["labels"]["kubernetes.io/service-name"] == own]
        found[own] = {piece["addressType"]: as_recorded(piece) for piece in pieces}
        expected[own] = {piece["addressType"]: as_recorded(piece) for piece in data[f"endpointslices {own}"]}

    assert len(expected) > 9
    assert found == expected


@pytest.mark.parametrize("name", RECORDINGS)
def test_endpoints_are_those_of_the_real_controller(name: str) -> None:
    """The older form has the first family only, in the same words."""
    data = recorded(name)
    api = replayed(data, RECORDINGS[name], services_first=True)
    found = api.stored(f"/api/v1/namespaces/{SPACE}/endpoints/prefer")
    for subset in found["subsets"]:
        subset["addresses"] = [
            entry | {"targetRef": {key: value for key, value in entry["targetRef"].items() if key != "uid"}}
            for entry in subset["addresses"]
        ]
    found["metadata"] = {key: value for key, value in found["metadata"].items() if key not in NOT_RECORDED}
    expected = data["endpoints prefer"]
    for shown in (found, expected):
        shown["metadata"]["annotations"] = sorted(shown["metadata"]["annotations"])

    assert found == expected
