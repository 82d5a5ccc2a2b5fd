"""A Service is headless from its creation to its end, or never, and then of type ClusterIP."""

from typing import Any

import pytest

from dualstack.testing import Cluster, expect, expect_ip_fields, expect_value, ip_fields, requirement

NONE_REFUSED = ("FieldValueInvalid", "spec.clusterIPs[0]")
TYPES: dict[str, dict[str, Any]] = {
    "NodePort": {"type": "NodePort"},
    "LoadBalancer": {"type": "LoadBalancer", "loadBalancerClass": "conformance.test/none"},
}
with_each_type = pytest.mark.parametrize("type", TYPES)


@requirement("HL-009")
def test_headless_gets_no_address(cluster: Cluster) -> None:
    """A headless Service cannot be given an address."""
    before = cluster.create("services/headless.yaml")
    address = cluster.free_address(cluster.primary)

    answer = cluster.try_patch(before, {"spec": {"clusterIP": address, "clusterIPs": [address]}})

    expect(answer).is_refused(NONE_REFUSED, saying="may not change once set")
    expect(cluster.get(before), "").equals(before.body)


@requirement("HL-009")
def test_headful_does_not_become_headless(cluster: Cluster) -> None:
    """A Service with an address cannot be made headless."""
    before = cluster.create("services/cluster-ip.yaml")

    answer = cluster.try_patch(before, {"spec": {"clusterIP": "None", "clusterIPs": ["None"]}})

    expect(answer).is_refused(NONE_REFUSED, saying="may not change once set")
    expect(cluster.get(before), "").equals(before.body)


CLEARINGS: dict[str, dict[str, Any]] = {
    "clusterIP null": {"clusterIP": None},
    "clusterIP empty": {"clusterIP": ""},
    "both null": {"clusterIP": None, "clusterIPs": None},
}


@requirement("HL-009")
@pytest.mark.parametrize("clearing", CLEARINGS.values(), ids=CLEARINGS)
@pytest.mark.parametrize("manifest", ["headless", "headless-without-selector"])
def test_clearing_none_changes_nothing(cluster: Cluster, manifest: str, clearing: dict[str, Any]) -> None:
    """A headless Service whose clusterIP is cleared is headless still."""
    before = cluster.create(f"services/{manifest}.yaml")

    after = cluster.patch(before, {"spec": clearing})

    expect(after, "spec.clusterIP").equals("None")
    expect_ip_fields(after).equals(ip_fields(before))
    expect_ip_fields(cluster.get(before)).equals(ip_fields(before))


@requirement("HL-011")
@with_each_type
@pytest.mark.parametrize("manifest", ["headless", "headless-without-selector"])
def test_headless_keeps_its_type(cluster: Cluster, manifest: str, type: str) -> None:
    """A headless Service cannot become NodePort or LoadBalancer, and keeps no node port from the attempt."""
    before = cluster.create(f"services/{manifest}.yaml")
    wanted = cluster.free_node_port()

    ports = [{**before["spec.ports[0]"], "nodePort": wanted}]
    answer = cluster.try_patch(before, {"spec": {**TYPES[type], "ports": ports}})
    other = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": wanted})

    expect(answer).is_refused(NONE_REFUSED, saying="may not be set to 'None'")
    expect(cluster.get(before), "").equals(before.body)
    expect(other, "spec.ports[0].nodePort").equals(wanted)


@requirement("HL-011")
@pytest.mark.parametrize("manifest", ["node-port", "load-balancer"])
def test_types_with_node_ports_are_never_headless(cluster: Cluster, manifest: str) -> None:
    """NodePort and LoadBalancer Services cannot be created headless, and keep no node port from the attempt."""
    wanted = cluster.free_node_port()

    refused = {"spec.clusterIP": "None", "spec.ports[0].nodePort": wanted}
    answer = cluster.try_create(f"services/{manifest}.yaml", refused)
    other = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": wanted})

    expect(answer).is_refused(NONE_REFUSED, saying="may not be set to 'None'")
    expect(other, "spec.ports[0].nodePort").equals(wanted)


def strictest(cluster: Cluster) -> str:
    """The policy with the most families that a headless Service can have here."""
    return "RequireDualStack" if cluster.shape.is_dual else "PreferDualStack"


@requirement("HL-014")
@pytest.mark.parametrize("manifest", ["headless", "headless-without-selector"])
def test_headless_reserves_nothing(cluster: Cluster, manifest: str) -> None:
    """No IPAddress object belongs to a headless Service."""
    service = cluster.create(f"services/{manifest}.yaml")
    dual = cluster.create("services/headless.yaml", {"spec.ipFamilyPolicy": strictest(cluster)})

    reserved = {one.name: cluster.reservations(one) for one in (service, dual)}

    expect_value(reserved, subject="IPAddress objects", field="of headless Services").equals(
        {service.name: [], dual.name: []}
    )
