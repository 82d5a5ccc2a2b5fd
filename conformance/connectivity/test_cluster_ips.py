"""Every cluster IP of a Service leads to its backends, from Pods and nodes, over TCP and UDP."""

import pytest

from dualstack.testing import (
    HTTP,
    OWN_SOURCE,
    SPREAD,
    UDP,
    Testbed,
    at_addresses,
    at_cluster_ips,
    requirement,
    routes,
)


@requirement("CONN-009")
def test_pods_reach_all_backends_over_tcp(testbed: Testbed) -> None:
    """From Pods on every node each cluster IP leads to all backends, and every connection is answered."""
    service = testbed.service("everywhere")

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(service, testbed.pods)), SPREAD)


@requirement("CONN-010")
def test_pods_reach_all_backends_over_udp(testbed: Testbed) -> None:
    """From Pods on every node each cluster IP leads datagrams to all backends."""
    service = testbed.service("everywhere")

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(service, testbed.pods, UDP)), SPREAD)


@requirement("CONN-011")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
@pytest.mark.parametrize("name", ["everywhere", "single"])
def test_nodes_reach_backends(testbed: Testbed, name: str, protocol: str) -> None:
    """From every node, with a backend or without, each cluster IP is answered over TCP and UDP, on one port or two."""
    service = testbed.service(name)

    testbed.must_answer(routes(testbed.host_pods, at_cluster_ips(service, testbed.pods, protocol)))


@requirement("CONN-012")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_the_only_backend_reaches_itself(testbed: Testbed, protocol: str) -> None:
    """The only backend of a Service reaches itself by each cluster IP."""
    backend = testbed.pods[:1]

    testbed.must_answer(routes(backend, at_cluster_ips(testbed.service("single"), backend, protocol)))


@requirement("CONN-013")
def test_backends_see_the_client(testbed: Testbed) -> None:
    """Behind a cluster IP the server sees the client's own address of that family."""
    service, backend, *others = testbed.service("single"), *testbed.pods

    testbed.must_answer(routes([*others, *testbed.neighbours], at_cluster_ips(service, [backend])), OWN_SOURCE)


@requirement("CONN-029")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_backends_in_the_network_of_nodes(testbed: Testbed, protocol: str) -> None:
    """Backends in the network of their nodes, with different ports of one name, are all reached by each cluster IP."""
    targets = at_cluster_ips(testbed.service("on-hosts"), testbed.host_pods, protocol)

    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], targets), SPREAD)


@requirement("CONN-033")
@pytest.mark.parametrize("name", ["everywhere", "reversed"])
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_the_order_of_families_does_not_matter(testbed: Testbed, name: str, protocol: str) -> None:
    """Whichever family is the first one, both cluster IPs lead to all backends."""
    service = testbed.service(name)

    testbed.must_answer(routes(testbed.pods[:1], at_cluster_ips(service, testbed.pods, protocol)), SPREAD)


@requirement("CONN-028")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_external_addresses_of_the_families_are_served(testbed: Testbed, protocol: str) -> None:
    """External addresses of each family of the Service are served to Pods and nodes."""
    service = testbed.service("external")
    targets = at_addresses(service, "externalIP", service["spec.externalIPs"], testbed.pods, protocol)
    served = [target for target in targets if target.family in service["spec.ipFamilies"]]

    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], served))


@requirement("CONN-028")
def test_external_addresses_of_another_family_are_not_served(testbed: Testbed) -> None:
    """A Service of one family serves its own external address, and not the one of the other family."""
    service = testbed.service("external-single")
    targets = at_addresses(service, "externalIP", service["spec.externalIPs"], testbed.pods)
    served = [target for target in targets if target.family in service["spec.ipFamilies"]]
    testbed.must_answer(routes(testbed.pods, served))

    testbed.must_stay_silent(routes(testbed.pods, [target for target in targets if target not in served]))
