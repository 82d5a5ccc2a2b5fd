"""Addresses of load balancers that the service proxies of a cluster serve themselves, each family by itself."""

from collections.abc import Mapping

import pytest

from dualstack.testing import (
    OWN_SOURCE,
    Backends,
    Cluster,
    Family,
    Resource,
    Testbed,
    at_addresses,
    at_cluster_ips,
    ingress,
    of_family,
    requirement,
    routes,
)

VIP, PROXY = "VIP", "Proxy"


def report(cluster: Cluster, service: Resource, addresses: Mapping[Family, str], **modes: str) -> Resource:
    """The Service after its controller reported these addresses, of mode VIP unless another one is given."""
    entries = [{"ip": address, "ipMode": modes.get(family, VIP)} for family, address in addresses.items()]
    return cluster.patch(service, {"status": {"loadBalancer": {"ingress": entries}}}, subresource="status")


def balanced(cluster: Cluster, backends: Backends, families: list[Family], **spec: object) -> Resource:
    """A Service over these Pods with a virtual address of each of these families, whichever it has itself."""
    changes = {f"spec.{name}": value for name, value in spec.items()}
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    service = cluster.create("traffic/virtual.yaml", {**placed, **changes})
    return report(cluster, service, cluster.virtual_addresses(families))


@requirement("LB-008")
def test_they_are_served_inside_the_cluster(testbed: Testbed) -> None:
    """Pods and nodes reach a Service at its virtual addresses, though nothing outside answers there."""
    service = testbed.service("virtual")
    targets = at_addresses(service, "VIP", ingress(service), testbed.pods)

    testbed.must_answer(routes([*testbed.pods, *testbed.host_pods], targets))


@requirement("LB-009")
@pytest.mark.usefixtures("served_inside")
@pytest.mark.parametrize("index", [0, -1], ids=["first family", "last family"])
def test_mode_proxy_leads_to_the_load_balancer(cluster: Cluster, testbed: Testbed, index: int) -> None:
    """An address whose mode becomes Proxy is no longer served inside; one of mode VIP is, in the other family."""
    backends = testbed.backends(cluster)
    service = balanced(cluster, backends, cluster.families)
    addresses = {family: address for family, address in zip(cluster.families, ingress(service), strict=True)}
    proxied = cluster.families[index]
    asked = at_addresses(service, "VIP", addresses.values(), backends.pods)
    testbed.must_answer(routes(testbed.pods, asked))

    report(cluster, service, addresses, **{proxied: PROXY})

    testbed.must_fall_silent(routes(testbed.pods, of_family(asked, proxied)))
    others = [target for target in asked if target.family is not proxied]
    testbed.must_answer(routes(testbed.pods, [*others, *at_cluster_ips(service, backends.pods)]))


@requirement("LB-010")
@pytest.mark.usefixtures("served_inside")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_a_missing_family_is_not_served(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """A virtual address of a family that the Service lacks answers nobody, and disturbs no other address."""
    family, backends = cluster.family(role), testbed.backends(cluster)
    service = balanced(cluster, backends, cluster.families, ipFamilyPolicy="SingleStack", ipFamilies=[family])
    asked = at_addresses(service, "VIP", ingress(service), backends.pods)
    testbed.must_answer(routes(testbed.pods, of_family(asked, family)))

    later = balanced(cluster, backends, cluster.families)

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(later, backends.pods)))
    testbed.must_stay_silent(routes(testbed.pods, of_family(asked, family.other)))


@requirement("LB-018")
@pytest.mark.usefixtures("served_inside")
def test_local_keeps_the_client_address(testbed: Testbed) -> None:
    """With externalTrafficPolicy Local the backend sees a Pod that asks a virtual address under the Pod's own."""
    service, backend = testbed.service("virtual-local"), testbed.pods[0]
    clients = [*testbed.pods[1:], *testbed.neighbours]

    testbed.must_answer(routes(clients, at_addresses(service, "VIP", ingress(service), [backend])), OWN_SOURCE)


@requirement("LB-019")
@pytest.mark.usefixtures("served_inside")
@pytest.mark.parametrize("index", [0, -1], ids=["first family", "last family"])
def test_an_address_that_is_taken_away_falls_silent(cluster: Cluster, testbed: Testbed, index: int) -> None:
    """A virtual address that is reported no more answers nobody; the others lose no request."""
    backends = testbed.backends(cluster)
    service = balanced(cluster, backends, cluster.families)
    removed = cluster.families[index]
    asked = at_addresses(service, "VIP", ingress(service), backends.pods)
    kept = {target.family: target.host for target in asked if target.family is not removed}
    cluster_ips = at_cluster_ips(service, backends.pods)
    testbed.must_answer(routes(testbed.pods, [*asked, *cluster_ips]))
    others = [target for target in [*asked, *cluster_ips] if target not in of_family(asked, removed)]

    with testbed.unbroken(routes(testbed.pods, others)):
        report(cluster, service, kept)
        testbed.must_fall_silent(routes(testbed.pods, of_family(asked, removed)))
