"""Who may use a load balancer: ranges of clients, judged in each family by itself."""

from collections.abc import Callable

import pytest

from dualstack.testing import (
    BedPod,
    Cluster,
    Family,
    Resource,
    Route,
    Target,
    Testbed,
    at_addresses,
    ingress,
    of_family,
    requirement,
    routes,
)

LENGTHS = {Family.IPV4: 32, Family.IPV6: 128}


def only(client: BedPod, families: list[Family]) -> list[str]:
    """Ranges of the one address that a Pod has in each of these families."""
    return [f"{client.address(family)}/{LENGTHS[family]}" for family in families]


def balanced(cluster: Cluster, testbed: Testbed, ranges: list[str]) -> tuple[Resource, list[Target]]:
    """A Service for clients of these ranges, and its virtual addresses."""
    backends = testbed.backends(cluster)
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    service = cluster.create("traffic/virtual.yaml", {**placed, "spec.loadBalancerSourceRanges": ranges})
    entries = [{"ip": address} for address in cluster.virtual_addresses(cluster.families).values()]
    service = cluster.patch(service, {"status": {"loadBalancer": {"ingress": entries}}}, subresource="status")
    return service, at_addresses(service, "VIP", ingress(service), backends.pods)


@requirement("LB-011")
@pytest.mark.usefixtures("served_inside")
def test_clients_out_of_range_are_kept_out(cluster: Cluster, testbed: Testbed) -> None:
    """A virtual address answers the clients of its ranges and nobody else, and follows when the ranges change."""
    one, other = testbed.pods[0], testbed.pods[-1]
    service, asked = balanced(cluster, testbed, only(one, cluster.families))
    testbed.must_answer(routes([one], asked))
    testbed.must_stay_silent(routes([other], asked))

    cluster.patch(service, {"spec": {"loadBalancerSourceRanges": only(other, cluster.families)}})

    testbed.must_answer(routes([other], asked))
    testbed.must_fall_silent(routes([one], asked))


def unlisted(testbed: Testbed, asked: list[Target], family: Family) -> list[Route]:
    """From every Pod to the virtual address of a family."""
    return routes(testbed.pods, of_family(asked, family))


@requirement("LB-012")
@pytest.mark.usefixtures("served_inside")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_ranges_of_one_family(cluster: Cluster, testbed: Testbed, remark: Callable[[str], None], role: str) -> None:
    """Ranges of one family leave the other one open to all or to none, and the report says which."""
    listed, family = testbed.pods[0], cluster.family(role)
    _, asked = balanced(cluster, testbed, only(listed, [family]))
    testbed.must_answer(routes([listed], of_family(asked, family)))

    is_open = testbed.must_agree(unlisted(testbed, asked, family.other))

    remark(f"ranges of {family} only leave {family.other} {'open to all' if is_open else 'closed'}")
