"""Local policies: traffic stays on the node of the client, or of the address that was asked."""

import pytest

from dualstack.testing import (
    HTTP,
    UDP,
    Cluster,
    Testbed,
    at_cluster_ips,
    at_node_ports,
    requirement,
    routes,
)


@requirement("TP-001")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_clients_get_the_backend_of_their_node(testbed: Testbed, protocol: str) -> None:
    """With internalTrafficPolicy Local each cluster IP leads to the backend on the client's node."""
    service = testbed.service("internal-local")
    clients = [(client, backend) for backend in testbed.pods[:2] for client in (backend, *testbed.host_pods)]

    testbed.must_answer([
        route
        for client, backend in clients
        if client.node == backend.node
        for route in routes([client], at_cluster_ips(service, [backend], protocol))
    ])  # fmt: skip


@requirement("TP-002")
def test_without_a_backend_on_the_node_nobody_answers(testbed: Testbed) -> None:
    """With internalTrafficPolicy Local no cluster IP answers on a node without a backend."""
    service, backends = testbed.service("internal-local"), testbed.pods[:2]
    without = [pod for pod in [*testbed.pods, *testbed.host_pods] if pod.node not in {b.node for b in backends}]
    without = without or pytest.skip("every sampled node has a backend: it takes three nodes")
    targets = at_cluster_ips(service, backends)
    testbed.must_answer(routes(backends, targets))

    testbed.must_stay_silent(routes(without, targets))


@requirement("TP-005")
@pytest.mark.long
def test_the_policy_can_be_switched(cluster: Cluster, testbed: Testbed) -> None:
    """A node without a backend answers under externalTrafficPolicy Cluster, and not under Local, in each family."""
    backend, *others = testbed.pods
    other = others[0] if others else pytest.skip("one node only")
    client = next(pod for pod in testbed.host_pods if pod.node == backend.node)
    service = cluster.create("traffic/single.yaml", {"metadata.namespace": backend.namespace})
    asked = routes([client], at_node_ports(service, {other.node: testbed.node_addresses[other.node]}, [backend]))
    testbed.must_answer(asked)

    cluster.patch(service, {"spec": {"externalTrafficPolicy": "Local"}})
    testbed.must_fall_silent(asked)

    cluster.patch(service, {"spec": {"externalTrafficPolicy": "Cluster"}})
    testbed.must_answer(asked)
