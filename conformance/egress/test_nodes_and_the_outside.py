"""What Pods reach beyond other Pods: the nodes of the cluster, and whatever their own node reaches outside."""

import pytest

from dualstack.testing import HTTP, Route, Target, Testbed, Wanted, requirement, routes

SOMEBODY = Wanted("somebody answers", "clientip", 1, lambda route, answer: True, lambda route, answers: True)


def shared(ways: list[Route]) -> list[Route]:
    """The routes of a family that the Pod has an address of."""
    return [way for way in ways if way.origin.address(way.target.family)]


@requirement("EGR-001")
def test_pods_reach_every_node(testbed: Testbed) -> None:
    """From Pods on every node a server in the network of each node answers at the addresses of the node."""
    addresses = testbed.node_addresses
    servers = [
        Target(f"node {pod.node}", address, pod.port(HTTP), HTTP, frozenset({pod.identity}))
        for pod in testbed.host_pods
        for address in addresses.get(pod.node, ())
    ]

    testbed.must_answer(shared(routes(testbed.pods, servers)))


@requirement("EGR-003")
def test_pods_get_out_where_their_node_does(testbed: Testbed) -> None:
    """A server outside that a node reaches is reached by the Pods of that node, in each family."""
    found = testbed.answered(routes(testbed.host_pods, testbed.outside))
    if not found:
        pytest.skip(f"no node reaches {', '.join(target.authority for target in testbed.outside)}")
    ways = [Route(pod, way.target) for way in found for pod in testbed.pods if pod.node == way.origin.node]

    testbed.must_answer(shared(ways), SOMEBODY)
