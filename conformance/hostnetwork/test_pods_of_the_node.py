"""Pods in the network of their node."""

from dualstack.testing import (
    Cluster,
    Testbed,
    addresses_of,
    at_cluster_ips,
    at_node_ports,
    at_pods,
    expect_value,
    first_of_each_family,
    requirement,
    routes,
)


@requirement("HOST-001")
def test_they_have_the_addresses_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """``podIPs`` is the node's first address of each family, in the order of ``hostIPs``."""
    pods = testbed.host_pods
    owed = {str(pod): first_of_each_family(addresses_of(cluster.get(f"/api/v1/nodes/{pod.node}"))) for pod in pods}

    expect_value({str(pod): pod.addresses for pod in pods}, subject=testbed.sample, field="status.podIPs").equals(owed)
    expect_value(
        {str(pod): pod.host_addresses or pod.addresses for pod in pods}, subject=testbed.sample, field="status.hostIPs"
    ).equals(owed)


@requirement("HOST-002")
def test_they_answer_on_every_address(testbed: Testbed) -> None:
    """A server in the network of a node answers over TCP on each of its addresses, to Pods and nodes."""
    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], at_pods(testbed.host_pods)))


@requirement("HOST-013")
def test_they_reach_everything(testbed: Testbed) -> None:
    """Pods in the network of their node reach Pods, Services, node ports and nodes in each family."""
    service = testbed.service("everywhere")
    targets = [
        *at_pods(testbed.pods),
        *at_pods(testbed.host_pods),
        *at_cluster_ips(service, testbed.pods),
        *at_node_ports(service, testbed.node_addresses, testbed.pods),
    ]

    testbed.must_answer(routes(testbed.host_pods, targets))
