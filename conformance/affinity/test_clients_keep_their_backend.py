"""With session affinity a client keeps its backend: per address, port, protocol and node, each apart."""

from zlib import crc32

import pytest

from dualstack.testing import (
    SPREAD,
    STUCK,
    UDP,
    Cluster,
    Family,
    Testbed,
    at_addresses,
    at_cluster_ips,
    at_node_ports,
    requirement,
    routes,
)

TIMEOUT = 4
"""Seconds without traffic for which a client stays."""
BALANCER = {Family.IPV4: "192.0.2.{}", Family.IPV6: "2001:db8:2::{:x}"}
"""Documentation addresses for a load balancer that there is not."""


@requirement("AFF-001")
def test_connections_go_to_one_backend(testbed: Testbed) -> None:
    """All connections of a Pod to one cluster IP go to one backend."""
    testbed.must_answer(routes(testbed.pods, at_cluster_ips(testbed.service("sticky"), testbed.pods)), STUCK)


@requirement("AFF-002")
def test_datagrams_go_to_one_backend(testbed: Testbed) -> None:
    """All datagrams of a Pod to one cluster IP go to one backend, from whatever port."""
    testbed.must_answer(routes(testbed.pods, at_cluster_ips(testbed.service("sticky"), testbed.pods, UDP)), STUCK)


@requirement("AFF-003")
def test_node_ports_keep_clients(testbed: Testbed) -> None:
    """All connections of a node to the node port of another one go to one backend."""
    node = testbed.pods[-1].node
    targets = at_node_ports(testbed.service("sticky"), {node: testbed.node_addresses[node]}, testbed.pods)

    testbed.must_answer(routes(testbed.host_pods[:1], targets), STUCK)


@requirement("AFF-004")
def test_affinity_can_be_switched(cluster: Cluster, testbed: Testbed) -> None:
    """Affinity taken away spreads a client's connections in each family; set again, it keeps them together."""
    service = cluster.create("traffic/sticky.yaml", {"metadata.namespace": testbed.pods[0].namespace})
    asked = routes(testbed.pods[:1], at_cluster_ips(service, testbed.pods))
    testbed.must_answer(asked, STUCK)

    cluster.patch(service, {"spec": {"sessionAffinity": "None"}})
    testbed.must_answer(asked, SPREAD)

    cluster.patch(service, {"spec": {"sessionAffinity": "ClientIP"}})
    testbed.must_answer(asked, STUCK)


@requirement("AFF-005")
@pytest.mark.long
def test_clients_are_kept_for_a_time(cluster: Cluster, testbed: Testbed) -> None:
    """A client that comes more often than the time-out stays; one that was away for longer may go elsewhere."""
    kept = {"spec.sessionAffinityConfig.clientIP.timeoutSeconds": TIMEOUT}
    service = cluster.create("traffic/sticky.yaml", {"metadata.namespace": testbed.pods[0].namespace, **kept})
    asked = routes(testbed.pods[-1:], at_cluster_ips(service, testbed.pods))
    testbed.must_answer(asked)

    testbed.must_stay(asked, TIMEOUT, seconds=2 * TIMEOUT)

    testbed.must_wander(asked, pause=TIMEOUT + 1)


@requirement("AFF-011")
def test_addresses_of_a_load_balancer_keep_clients(cluster: Cluster, testbed: Testbed) -> None:
    """All connections of a Pod or node to an address that a load balancer reports go to one backend."""
    service = cluster.create("traffic/sticky-balancer.yaml", {"metadata.namespace": testbed.pods[0].namespace})
    number = 1 + crc32(service.name.encode() + cluster.pool.run_id.encode()) % 253
    addresses = [BALANCER[Family(family)].format(number) for family in service["spec.ipFamilies"]]
    entries = [{"ip": address, "ipMode": "VIP"} for address in addresses]

    cluster.patch(service, {"status": {"loadBalancer": {"ingress": entries}}}, subresource="status")

    targets = at_addresses(service, "load balancer", addresses, testbed.pods)
    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], targets), STUCK)


@requirement("AFF-006")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_each_family_is_stable_by_itself(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """Each family keeps clients by itself, with the same backend as the other one or not."""
    targets = at_cluster_ips(testbed.service("sticky"), testbed.pods)
    own = [target for target in targets if target.family is cluster.family(role)]

    testbed.must_answer(routes([*testbed.pods, *testbed.neighbours], own), STUCK)
