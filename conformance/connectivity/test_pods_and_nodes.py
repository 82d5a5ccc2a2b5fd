"""Pods and nodes reach each other by every address, without a Service between them."""

from collections.abc import Sequence

from dualstack.testing import (
    OWN_SOURCE,
    UDP,
    BedPod,
    Family,
    Route,
    Testbed,
    at_pods,
    of_family,
    requirement,
    routes,
    source_among,
)


def elsewhere(pods: Sequence[BedPod], servers: Sequence[BedPod], protocol: str = "http") -> list[Route]:
    """From each of these Pods to each server on another node."""
    return [
        route for pod in pods for route in routes([pod], at_pods([s for s in servers if s.node != pod.node], protocol))
    ]


def at_home(pods: Sequence[BedPod], servers: Sequence[BedPod]) -> list[Route]:
    """From each of these Pods to each server on its own node, itself left out."""
    return [
        route
        for pod in pods
        for route in routes([pod], at_pods([s for s in servers if s.node == pod.node and s != pod]))
    ]


@requirement("CONN-001")
def test_pods_of_one_node(testbed: Testbed) -> None:
    """A Pod reaches every address of another Pod on its node over TCP."""
    testbed.must_answer(at_home(testbed.pods, testbed.neighbours))


@requirement("CONN-002")
def test_pods_of_different_nodes(testbed: Testbed) -> None:
    """Pods on different nodes reach every address of each other over TCP, in both directions."""
    testbed.must_answer(elsewhere(testbed.pods, testbed.pods))


@requirement("CONN-003")
def test_datagrams_between_pods(testbed: Testbed) -> None:
    """Datagrams reach every address of Pods on the same and on other nodes, and are answered from there."""
    testbed.must_answer(routes(testbed.pods, at_pods([*testbed.pods, *testbed.neighbours], UDP)))


@requirement("CONN-006")
def test_the_server_sees_the_client(testbed: Testbed) -> None:
    """On a connection between Pods the server sees the client's own address of that family."""
    testbed.must_answer(elsewhere(testbed.pods, testbed.pods) + at_home(testbed.pods, testbed.neighbours), OWN_SOURCE)


@requirement("CONN-007")
def test_from_nodes_to_pods(testbed: Testbed) -> None:
    """A node reaches every address of the Pods on it and on other nodes."""
    testbed.must_answer(routes(testbed.host_pods, at_pods(testbed.pods)))


@requirement("CONN-008")
def test_from_pods_to_nodes(testbed: Testbed) -> None:
    """A Pod reaches a server in the network of its own and of other nodes, on every address."""
    testbed.must_answer(routes(testbed.pods, at_pods(testbed.host_pods)))


@requirement("CONN-030")
def test_pods_speak_with_their_ipv6_address(testbed: Testbed) -> None:
    """Over IPv6, Pods and Services see the reported address of a Pod; nodes see that or one of its node."""
    nodes = testbed.node_addresses
    own_or_node = source_among(
        "the server sees the client's own address, or one of its node",
        lambda pod: [*pod.addresses, *nodes.get(pod.node, ()), *pod.host_addresses],
    )

    testbed.must_answer(
        [r for r in elsewhere(testbed.pods, testbed.pods) if r.target.family is Family.IPV6], OWN_SOURCE
    )
    testbed.must_answer(routes(testbed.pods, of_family(at_pods(testbed.host_pods), Family.IPV6)), own_or_node)
