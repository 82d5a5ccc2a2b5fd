"""With session affinity a client keeps its backend: per address, port, protocol and node, each apart."""

import pytest

from dualstack.testing import (
    SPREAD,
    STUCK,
    UDP,
    Cluster,
    Testbed,
    at_cluster_ips,
    at_node_ports,
    requirement,
    routes,
)


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


@requirement("AFF-006")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_each_family_is_stable_by_itself(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """Each family keeps clients by itself, with the same backend as the other one or not."""
    targets = at_cluster_ips(testbed.service("sticky"), testbed.pods)
    own = [target for target in targets if target.family is cluster.family(role)]

    testbed.must_answer(routes([*testbed.pods, *testbed.pool], own), STUCK)
