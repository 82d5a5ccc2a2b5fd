"""Load balancers of the emulated cluster: the addresses that Services get, and who is answered there."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.emulator.network import routing
from dualstack.emulator.network.packet import Delivered, Loss, Packet
from dualstack.families import Family, Shape, family_of
from tests.emulator.api import MERGE, SERVICES, Api
from tests.emulator.test_endpoint_controllers import service
from tests.emulator.test_machines import PODS, cluster, pod

NETEXEC = [{"name": "main", "image": "agnhost", "args": ["netexec"]}]


def ingress(api: Api, name: str = "svc") -> list[dict[str, Any]]:
    """What was reported of the load balancer of a Service."""
    found: list[dict[str, Any]] = api.stored(f"{SERVICES}/{name}")["status"]["loadBalancer"].get("ingress", [])
    return found


def balanced(api: Api, **spec: Any) -> list[str]:
    """The addresses of a new Service that asks for a load balancer."""
    api("POST", SERVICES, service(type="LoadBalancer", **spec))
    return [entry["ip"] for entry in ingress(api)]


@pytest.mark.parametrize("shape", list(Shape))
def test_each_family_gets_an_address(shape: Shape) -> None:
    """A Service has a virtual address of each of its families, in their order."""
    api = cluster(shape)
    found = balanced(api, ipFamilyPolicy="PreferDualStack")

    assert [family_of(address) for address in found] == list(shape.families)
    assert [entry["ipMode"] for entry in ingress(api)] == ["VIP"] * len(found)


def test_a_class_is_somebody_elses() -> None:
    """A Service of a class that nobody implements stays without an address."""
    assert balanced(cluster(), loadBalancerClass="example.com/none") == []


def test_addresses_follow_the_families() -> None:
    """An upgrade adds an address, a downgrade takes it away, and the first one stays; no two Services share one."""
    api = cluster()
    first = balanced(api)
    api("PATCH", f"{SERVICES}/svc", {"spec": {"ipFamilyPolicy": "PreferDualStack"}}, media=MERGE)
    both = [entry["ip"] for entry in ingress(api)]
    api("PATCH", f"{SERVICES}/svc", {"spec": {"ipFamilyPolicy": "SingleStack"}}, media=MERGE)
    api("POST", SERVICES, service("other", type="LoadBalancer"))

    assert both[:1] == first
    assert [family_of(address) for address in both] == [Family.IPV4, Family.IPV6]
    assert [entry["ip"] for entry in ingress(api)] == first
    assert [entry["ip"] for entry in ingress(api, "other")] != first


def asked(api: Api, client: str, host: str) -> Delivered | Loss:
    """What becomes of a connection of a Pod."""
    server = api.cluster.server
    found = server.store.get("pods", "default", client)
    assert found is not None
    return routing.route(server.store, server.network, Packet(found, host, 80, "TCP"))


def test_virtual_addresses_lead_to_the_backends() -> None:
    """A Pod is answered at the address of either family; with a list of ranges only where it stands in it."""
    api = cluster()
    api("POST", PODS, pod(containers=NETEXEC))
    api("POST", PODS, pod("other", containers=NETEXEC))
    found = balanced(api, ipFamilyPolicy="PreferDualStack")
    own = {family_of(entry["ip"]): entry["ip"] for entry in api.stored(f"{PODS}/one")["status"]["podIPs"]}
    before = [isinstance(asked(api, "one", address), Delivered) for address in found]
    ranges = [f"{own[Family.IPV4]}/32"]
    api("PATCH", f"{SERVICES}/svc", {"spec": {"loadBalancerSourceRanges": ranges}}, media=MERGE)
    after = {(name, family_of(host)): asked(api, name, host) for name in ("one", "other") for host in found}

    assert before == [True, True]
    assert after["other", Family.IPV4] is Loss.DROPPED
    assert all(isinstance(end, Delivered) for key, end in after.items() if key != ("other", Family.IPV4))


def test_mode_proxy_is_left_to_the_load_balancer() -> None:
    """Nobody in the cluster answers at an address of mode Proxy."""
    api = cluster()
    api("POST", PODS, pod(containers=NETEXEC))
    balanced(api, loadBalancerClass="example.com/none")
    entries = [{"ip": "203.0.113.1", "ipMode": "Proxy"}, {"ip": "203.0.113.2"}]
    api("PATCH", f"{SERVICES}/svc/status", {"status": {"loadBalancer": {"ingress": entries}}}, media=MERGE)

    assert asked(api, "one", "203.0.113.1") is Loss.UNREACHABLE
    assert isinstance(asked(api, "one", "203.0.113.2"), Delivered)
