"""What a load balancer is told at the health check node port, over each family."""

from dualstack.testing import Testbed, requirement


@requirement("LB-015")
def test_nodes_count_their_own_endpoints(testbed: Testbed) -> None:
    """Over each family the node with the backend says 200 and one endpoint, every other one 503 and none."""
    service, backend = testbed.service("virtual-local"), testbed.pods[0]

    testbed.must_count(testbed.host_pods[-1], service, testbed.node_addresses, {backend.node: 1})
