"""Pods in the network of their node."""

from dualstack.testing import Cluster, Testbed, addresses_of, expect_value, first_of_each_family, requirement


@requirement("HOST-001")
def test_they_have_the_addresses_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """``podIPs`` is the node's first address of each family, in the order of ``hostIPs``."""
    pods = testbed.host_pods
    owed = {str(pod): first_of_each_family(addresses_of(cluster.get(f"/api/v1/nodes/{pod.node}"))) for pod in pods}

    expect_value({str(pod): pod.addresses for pod in pods}, subject=testbed.sample, field="status.podIPs").equals(owed)
    expect_value(
        {str(pod): pod.host_addresses or pod.addresses for pod in pods}, subject=testbed.sample, field="status.hostIPs"
    ).equals(owed)
