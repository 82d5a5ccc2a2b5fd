"""Local policies and addresses from outside: what Pods send there is traffic of the cluster."""

import pytest

from dualstack.testing import Cluster, Testbed, at_addresses, family_of, ingress, requirement, routes


@requirement("TP-004")
def test_pods_of_every_node_use_external_addresses(cluster: Cluster, testbed: Testbed) -> None:
    """With externalTrafficPolicy Local Pods on nodes without a backend reach the external addresses all the same."""
    service, backend, *clients = testbed.service("external-local"), *testbed.pods
    served = [address for address in service["spec.externalIPs"] if family_of(address) in cluster.families]

    testbed.must_answer(routes(clients, at_addresses(service, "externalIP", served, [backend])))


@requirement("TP-004")
@pytest.mark.usefixtures("served_inside")
def test_pods_of_every_node_use_virtual_addresses(testbed: Testbed) -> None:
    """With externalTrafficPolicy Local Pods on nodes without a backend reach the virtual addresses all the same."""
    service, backend, *clients = testbed.service("virtual-local"), *testbed.pods

    testbed.must_answer(routes(clients, at_addresses(service, "VIP", ingress(service), [backend])))
