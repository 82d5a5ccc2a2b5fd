"""Flows of datagrams from one port: they follow the endpoints of a Service, whatever they met before."""

from collections.abc import Sequence

import pytest

from dualstack.testing import (
    FLOWING,
    UDP,
    Backends,
    BedPod,
    Cluster,
    Resource,
    Route,
    Testbed,
    at_cluster_ips,
    at_node_ports,
    flows,
    requirement,
    routes,
    towards,
)


def live(cluster: Cluster, backends: Backends) -> Resource:
    """A Service over these Pods."""
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    return cluster.create("traffic/live.yaml", {**placed, "spec.ipFamilyPolicy": "PreferDualStack"})


def short_lived(cluster: Cluster, testbed: Testbed, backends: Backends) -> BedPod:
    """A Pod of the test's own behind the same Service."""
    labelled = {"metadata.namespace": backends.namespace, "metadata.labels": backends.selector}
    return testbed.own_pod(cluster, "pods/backend.yaml", labelled)


def clients(testbed: Testbed) -> Sequence[BedPod]:
    """A Pod, and a node."""
    return [testbed.pods[-1], testbed.host_pods[-1]]


def at_a_node(testbed: Testbed, service: Resource, backends: Sequence[BedPod]) -> list[Route]:
    """Flows to the node port of one node."""
    node = testbed.pods[0].node
    targets = at_node_ports(service, {node: testbed.node_addresses.get(node, ())}, backends, UDP)
    return flows(routes(clients(testbed), targets))


@requirement("CONN-017")
@pytest.mark.long
def test_flows_to_a_cluster_ip_move_on(cluster: Cluster, testbed: Testbed) -> None:
    """A flow to a cluster IP whose backend is deleted is answered by the one that is left."""
    left = testbed.backends(cluster, count=1, ready=False)
    first = short_lived(cluster, testbed, left)
    asked = flows(routes(clients(testbed), at_cluster_ips(live(cluster, left), [first], UDP)))
    testbed.must_answer(asked, FLOWING)

    left.set_ready(True, *left.pods)
    cluster.delete(first.path)

    testbed.must_answer(towards(asked, left.pods), FLOWING)


@requirement("CONN-018")
@pytest.mark.long
def test_flows_to_a_node_port_move_on(cluster: Cluster, testbed: Testbed) -> None:
    """A flow to a node port whose backend is deleted is answered by the one that is left."""
    left = testbed.backends(cluster, count=1, ready=False)
    first = short_lived(cluster, testbed, left)
    asked = at_a_node(testbed, live(cluster, left), [first])
    testbed.must_answer(asked, FLOWING)

    left.set_ready(True, *left.pods)
    cluster.delete(first.path)

    testbed.must_answer(towards(asked, left.pods), FLOWING)


@requirement("CONN-019")
def test_flows_that_were_too_early(cluster: Cluster, testbed: Testbed) -> None:
    """A flow that began before any endpoint was ready is answered once there is one."""
    backends = testbed.backends(cluster, count=1, ready=False)
    service = live(cluster, backends)
    asked = flows(routes(clients(testbed), at_cluster_ips(service, backends.pods, UDP)))
    asked += at_a_node(testbed, service, backends.pods)
    testbed.start(asked)

    backends.set_ready(True, *backends.pods)

    testbed.must_answer(asked, FLOWING)
