"""A node port answers on every node, over the families of its Service and no other."""

from collections.abc import Iterable

import pytest

from dualstack.testing import (
    HTTP,
    SPREAD,
    UDP,
    BedPod,
    Cluster,
    Route,
    Testbed,
    at_node_ports,
    requirement,
    routes,
    source_among,
)


def from_other_nodes(clients: Iterable[BedPod], testbed: Testbed, name: str, by: list[BedPod]) -> list[Route]:
    """From each client to the node port on the nodes that it is not on."""
    service = testbed.service(name)
    return [
        route
        for client in clients
        for node, addresses in testbed.node_addresses.items()
        if node != client.node
        for route in routes([client], at_node_ports(service, {node: addresses}, by))
    ]


@requirement("NP-005")
def test_every_node_leads_to_all_backends(testbed: Testbed) -> None:
    """Asked from other nodes over TCP, the node port of every node leads to all backends in each family."""
    testbed.must_answer(from_other_nodes(testbed.host_pods, testbed, "everywhere", [*testbed.pods]), SPREAD)


@requirement("NP-005")
def test_nodes_are_asked_from_outside(testbed: Testbed) -> None:
    """Asked from where the suite runs, if nodes are within reach from there, node ports lead to all backends."""
    near, runner = testbed.families_within_reach, testbed.runner
    targets = at_node_ports(testbed.service("everywhere"), testbed.node_addresses, testbed.pods)

    testbed.must_answer(routes([runner], [target for target in targets if target.family in near]), SPREAD)


@requirement("NP-006")
def test_datagrams_are_answered_from_the_address_asked(testbed: Testbed) -> None:
    """Over UDP the answer comes from the node address that was asked: another one would not be accepted."""
    targets = at_node_ports(testbed.service("everywhere"), testbed.node_addresses, testbed.pods, UDP)

    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], targets))


@requirement("NP-007")
def test_pods_reach_node_ports(testbed: Testbed) -> None:
    """Pods reach the node port on their own node and on others."""
    targets = at_node_ports(testbed.service("everywhere"), testbed.node_addresses, testbed.pods)

    testbed.must_answer(routes(testbed.pods, targets))


@requirement("NP-008")
@pytest.mark.parametrize("name", ["primary-only", "secondary-only"])
def test_a_single_stack_service_keeps_to_its_family(cluster: Cluster, testbed: Testbed, name: str) -> None:
    """The node port of a Service of one family answers in that family only."""
    service, nodes = testbed.service(name), testbed.node_addresses
    missing = [family for family in cluster.families if family not in service["spec.ipFamilies"]]
    testbed.must_answer(routes(testbed.host_pods, at_node_ports(service, nodes, testbed.pods)))

    testbed.must_stay_silent(routes(testbed.host_pods, at_node_ports(service, nodes, (), families=missing)))


@requirement("NP-009")
def test_local_only_nodes_with_a_backend_answer(testbed: Testbed) -> None:
    """With externalTrafficPolicy Local only nodes with a backend answer what comes from other nodes."""
    backend = testbed.pods[0]
    asked = from_other_nodes(testbed.host_pods, testbed, "local", [backend])
    home = {route for route in asked if route.target.label == f"node {backend.node}"}
    testbed.must_answer([*home])

    testbed.must_stay_silent([route for route in asked if route not in home])


@requirement("NP-010")
def test_local_keeps_the_client_address(testbed: Testbed) -> None:
    """With externalTrafficPolicy Local the backend sees the address of the node that asks."""
    backend = testbed.pods[0]
    asked = from_other_nodes(testbed.host_pods, testbed, "local", [backend])
    kept = source_among("the server sees the client's own address", lambda pod: pod.addresses)

    testbed.must_answer([route for route in asked if route.target.label == f"node {backend.node}"], kept)


@requirement("NP-011")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_nodes_without_backend_forward(testbed: Testbed, protocol: str) -> None:
    """With externalTrafficPolicy Cluster nodes without a backend lead to the one that there is."""
    backend, nodes = testbed.pods[0], testbed.node_addresses
    without = {node: addresses for node, addresses in nodes.items() if node != backend.node}
    targets = at_node_ports(testbed.service("single"), without, [backend], protocol)

    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], targets))


@requirement("NP-012")
def test_without_endpoints_node_ports_refuse(testbed: Testbed) -> None:
    """Without endpoints a node port refuses in each family; it does not let clients wait."""
    client = testbed.host_pods[0]
    nodes = {node: addresses for node, addresses in testbed.node_addresses.items() if node == testbed.pods[-1].node}

    testbed.must_refuse(routes([client], at_node_ports(testbed.service("nobody"), nodes, ())))
