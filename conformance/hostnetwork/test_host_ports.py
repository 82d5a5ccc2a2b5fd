"""Ports of a node that lead to a Pod: on each family of the node, or on the one address that was named."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dualstack.testing import (
    FLOWING,
    HTTP,
    UDP,
    BedPod,
    Bound,
    Cluster,
    Family,
    Resource,
    Target,
    Testbed,
    at_host_ports,
    family_of,
    flows,
    of_family,
    requirement,
    routes,
    towards,
)

ENDED = Bound("a Pod that was deleted is gone", 60)
SCHEDULED = Bound("two Pods of one node have their places", 30)


def at_port(testbed: Testbed, number: int, host_ip: str = "") -> dict[str, Any]:
    """The changes that give a Pod a port of its node over TCP and UDP: on every address, or on this one."""
    fields: dict[str, Any] = {"metadata.namespace": testbed.host_pods[0].namespace}
    for index in range(2):
        fields[f"spec.containers[0].ports[{index}].hostPort"] = number
        fields |= {f"spec.containers[0].ports[{index}].hostIP": host_ip} if host_ip else {}
    return fields


def on_a_node(cluster: Cluster, testbed: Testbed, number: int, host_ip: str = "") -> BedPod:
    """Such a Pod, up, on the node of the first Pod of the testbed."""
    placed = {**at_port(testbed, number, host_ip), "spec.nodeName": testbed.pods[0].node}
    return testbed.own_pod(cluster, "pods/host-port.yaml", placed)


def at_the_node(testbed: Testbed, number: int, pod: BedPod, protocol: str = HTTP) -> list[Target]:
    """The port on each address of that node."""
    return at_host_ports(pod, testbed.node_addresses.get(testbed.pods[0].node, ()), number, protocol)


def clients(testbed: Testbed) -> Sequence[BedPod]:
    """A Pod of another node, where there is one, and that node itself."""
    return [testbed.pods[-1], testbed.host_pods[-1]]


def both_addresses(testbed: Testbed) -> Mapping[Family, str]:
    """The addresses of that node by family; where it has one family only, the test does not apply."""
    found = {family_of(address): address for address in testbed.node_addresses.get(testbed.pods[0].node, ())}
    return found if len(found) == 2 else pytest.skip(f"{testbed.pods[0].node} has addresses of one family only")


@requirement("HOST-003")
def test_every_family_of_a_node_leads_to_the_pod(cluster: Cluster, testbed: Testbed) -> None:
    """A TCP host port answers on the node's address of every family, to another node, its Pods and the node itself."""
    number = cluster.pool.host_port()

    server = on_a_node(cluster, testbed, number)

    testbed.must_answer(routes([*clients(testbed), testbed.host_pods[0]], at_the_node(testbed, number, server)))


@requirement("HOST-004")
def test_datagrams_are_answered_from_the_address_asked(cluster: Cluster, testbed: Testbed) -> None:
    """A UDP host port answers on every family, from the address that was asked: another would not be accepted."""
    number = cluster.pool.host_port()

    server = on_a_node(cluster, testbed, number)

    testbed.must_answer(routes(clients(testbed), at_the_node(testbed, number, server, UDP)))


@requirement("HOST-005")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.long
def test_a_named_address_is_the_only_one(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """A host port with an address of one family answers there, and on the other family's address it does not."""
    number, family = cluster.pool.host_port(), cluster.family(role)
    server = on_a_node(cluster, testbed, number, both_addresses(testbed)[family])
    targets = at_the_node(testbed, number, server)

    testbed.must_answer(routes(clients(testbed), of_family(targets, family)))

    testbed.must_stay_silent(routes(clients(testbed)[:1], of_family(targets, family.other)))


def has_a_place(cluster: Cluster, pod: Resource) -> bool:
    """Whether a Pod runs on a node."""
    return bool(cluster.get(pod)["status.phase"] == "Running")


@requirement("HOST-006")
def test_two_pods_share_a_port_by_family(cluster: Cluster, testbed: Testbed) -> None:
    """Two Pods of one node have the same host port, each for one family, and each family reaches its own."""
    number, addresses = cluster.pool.host_port(), both_addresses(testbed)
    labels = cluster.get(f"/api/v1/nodes/{testbed.pods[0].node}")["metadata.labels"]
    chosen = {"spec.nodeSelector": {"kubernetes.io/hostname": labels["kubernetes.io/hostname"]}}
    made = [
        cluster.create(
            "pods/host-port.yaml",
            {**at_port(testbed, number, addresses[family]), **chosen, "spec.containers[0].image": testbed.image},
        )
        for family in cluster.families
    ]

    cluster.waiting.eventually(
        lambda: [pod.name for pod in made if not has_a_place(cluster, pod)],
        until=lambda waiting: not waiting,
        bound=SCHEDULED,
        subject=f"two Pods with host port {number}",
        expected="both run on their node",
    )
    servers = {family: testbed.up(pod) for family, pod in zip(cluster.families, made, strict=True)}

    testbed.must_answer(
        routes(
            clients(testbed),
            [
                target
                for family, pod in servers.items()
                for target in of_family(at_the_node(testbed, number, pod), family)
            ],
        )
    )


@requirement("HOST-009")
@pytest.mark.long
def test_a_port_can_be_taken_over(cluster: Cluster, testbed: Testbed) -> None:
    """When its Pod is gone a host port is silent in every family, and a new Pod has it, old flows included."""
    number = cluster.pool.host_port()
    first = on_a_node(cluster, testbed, number)
    asked = routes(clients(testbed), at_the_node(testbed, number, first))
    flowing = flows(routes(clients(testbed), at_the_node(testbed, number, first, UDP)))
    testbed.must_answer(asked)
    testbed.must_answer(flowing, FLOWING)

    cluster.delete(first.path)
    testbed.must_fall_silent(asked)
    # Until its object is gone the kubelet takes the port for taken, and refuses another Pod for good.
    cluster.waiting.eventually(
        lambda: cluster.api.get(first.path).status,
        until=lambda status: status == 404,
        bound=ENDED,
        subject=first.path,
        expected="the Pod is gone",
    )
    second = on_a_node(cluster, testbed, number)

    testbed.must_answer(routes(clients(testbed), at_the_node(testbed, number, second)))
    testbed.must_answer(towards(flowing, [second]), FLOWING)
