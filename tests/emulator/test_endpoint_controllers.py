"""EndpointSlices and Endpoints: what the controllers make of Services and Pods."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.families import Shape
from tests.emulator.api import MERGE, SERVICES, STRATEGIC, Api
from tests.emulator.test_machines import GATE, PODS, cluster, pod

SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
ENDPOINTS = "/api/v1/namespaces/default/endpoints"


def service(name: str = "svc", **spec: Any) -> dict[str, Any]:
    """A Service of Pods labelled app=x."""
    ports = [{"port": 80, "targetPort": 8080}]
    return {"metadata": {"name": name}, "spec": {"selector": {"app": "x"}, "ports": ports} | spec}


def slices(api: Api, name: str = "svc") -> dict[str, list[dict[str, Any]]]:
    """The slices of a Service by family."""
    found = api("GET", SLICES, labelSelector=f"kubernetes.io/service-name={name}").body["items"]
    families: dict[str, list[dict[str, Any]]] = {}
    for piece in found:
        families.setdefault(piece["addressType"], []).append(piece)
    return families


def test_each_family_has_its_address() -> None:
    """A dual-stack Service has a slice of each family, with that family's address of each Pod."""
    api = cluster()
    api("POST", SERVICES, service(ipFamilyPolicy="PreferDualStack"))
    api("POST", PODS, pod())
    addresses = [entry["ip"] for entry in api.stored(f"{PODS}/one")["status"]["podIPs"]]
    found = slices(api)

    assert [found[family][0]["endpoints"][0]["addresses"] for family in ("IPv4", "IPv6")] == [[ip] for ip in addresses]
    assert api.stored(f"{ENDPOINTS}/svc")["subsets"][0]["addresses"][0]["ip"] == addresses[0]


def test_a_service_without_pods_has_empty_slices() -> None:
    """One placeholder a family, with null lists."""
    api = cluster()
    api("POST", SERVICES, service(ipFamilyPolicy="PreferDualStack"))

    assert {f: [(p["endpoints"], p["ports"]) for p in found] for f, found in slices(api).items()} == {
        "IPv4": [(None, None)],
        "IPv6": [(None, None)],
    }


def test_changed_families_change_the_slices() -> None:
    """An upgrade adds slices and leaves the others; a downgrade takes them away again; deletion takes all."""
    api = cluster()
    api("POST", PODS, pod())
    api("POST", SERVICES, service())
    uids = [slices(api)["IPv4"][0]["metadata"]["uid"]]
    shapes = [sorted(slices(api))]
    for policy in ("RequireDualStack", "SingleStack"):
        api("PATCH", f"{SERVICES}/svc", {"spec": {"ipFamilyPolicy": policy}}, MERGE)
        shapes.append(sorted(slices(api)))
        uids.append(slices(api)["IPv4"][0]["metadata"]["uid"])
    api("DELETE", f"{SERVICES}/svc")

    assert shapes == [["IPv4"], ["IPv4", "IPv6"], ["IPv4"]]
    assert len(set(uids)) == 1
    assert slices(api) == {}


@pytest.mark.parametrize("published", [False, True])
def test_readiness_is_told_in_both_families(published: bool) -> None:
    """Unready is ready=false, unless the Service publishes such addresses; serving tells the truth."""
    api = cluster()
    api("POST", SERVICES, service(ipFamilyPolicy="PreferDualStack", publishNotReadyAddresses=published))
    api("POST", PODS, pod(readinessGates=[{"conditionType": GATE}]))
    before = _conditions(api)
    api("PATCH", f"{PODS}/one/status", {"status": {"conditions": [{"type": GATE, "status": "True"}]}}, STRATEGIC)

    assert before == [{"ready": published, "serving": False, "terminating": False}] * 2
    assert _conditions(api) == [{"ready": True, "serving": True, "terminating": False}] * 2


def _conditions(api: Api) -> list[Any]:
    return [piece["endpoints"][0]["conditions"] for found in slices(api).values() for piece in found]


def test_named_ports_that_differ_make_slices_that_differ() -> None:
    """Pods that map a name to other numbers have slices of their own."""
    api = cluster()
    api("POST", SERVICES, service(ports=[{"port": 80, "targetPort": "http"}]))
    for number in (8080, 9090):
        container = {"name": "main", "image": "agnhost", "ports": [{"name": "http", "containerPort": number}]}
        api("POST", PODS, pod(f"p{number}", containers=[container]))

    assert sorted(piece["ports"][0]["port"] for piece in slices(api)["IPv4"]) == [8080, 9090]


def test_a_slice_holds_a_hundred() -> None:
    """More endpoints than fit make another slice."""
    api = cluster()
    api("POST", SERVICES, service())
    for number in range(101):
        api("POST", PODS, pod(f"p{number}", schedulingGates=[{"name": "example.com/never"}]))
    for number in range(101):
        status = {"phase": "Running", "podIPs": [{"ip": f"192.0.2.{number + 1}"}], "podIP": f"192.0.2.{number + 1}"}
        api("PATCH", f"{PODS}/p{number}/status", {"status": status}, MERGE)
    api("PATCH", f"{SERVICES}/svc", {"spec": {"publishNotReadyAddresses": True}}, MERGE)

    assert sorted(len(piece["endpoints"]) for piece in slices(api)["IPv4"]) == [1, 100]


def test_endpoints_by_hand_are_mirrored() -> None:
    """Addresses of both families go to a slice each, whatever the families of the Service."""
    api = cluster(Shape.IPV4)
    api("POST", SERVICES, {"metadata": {"name": "svc"}, "spec": {"ports": [{"port": 80}]}})
    addresses = [{"ip": "192.0.2.10"}, {"ip": "2001:db8::10"}]
    body = {"metadata": {"name": "svc"}, "subsets": [{"addresses": addresses, "ports": [{"port": 80}]}]}
    api("POST", ENDPOINTS, body)
    mirrored = {f: found[0]["endpoints"] for f, found in slices(api).items()}
    api("DELETE", f"{ENDPOINTS}/svc")

    assert mirrored == {
        "IPv4": [{"addresses": ["192.0.2.10"], "conditions": {"ready": True}}],
        "IPv6": [{"addresses": ["2001:db8::10"], "conditions": {"ready": True}}],
    }
    assert slices(api) == {}


def test_a_range_in_use_is_held_back() -> None:
    """A deleted ServiceCIDR stays, not ready, until the last address in it is free."""
    api = cluster()
    ranges = "/apis/networking.k8s.io/v1/servicecidrs"
    api("POST", ranges, {"metadata": {"name": "more"}, "spec": {"cidrs": ["10.200.0.0/28"]}})
    assert api("POST", SERVICES, service(clusterIP="10.200.0.5")).code == 201
    api("DELETE", f"{ranges}/more")
    held = api.stored(f"{ranges}/more")["status"]["conditions"][0]
    api("DELETE", f"{SERVICES}/svc")

    assert (held["status"], held["reason"]) == ("False", "Terminating")
    assert api("GET", f"{ranges}/more").code == 404
